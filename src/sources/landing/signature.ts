/** What the first bytes of a file give away about its kind. */
export type Signature =
  | { readonly kind: "gzip" }
  | { readonly kind: "compressed"; readonly method: UnsupportedCompression }
  | { readonly kind: "parquet" }
  /** `what` names it for people: "a packet capture; …". */
  | { readonly kind: "binary"; readonly what: string };

export type UnsupportedCompression = "zstd" | "bzip2" | "xz" | "zip" | "lz4" | "compress" | "7z" | "rar" | "snappy";

interface Mark {
  readonly at: number;
  readonly bytes: Buffer;
  readonly signature: Signature;
}

const compressed = (hex: string, method: UnsupportedCompression): Mark => ({
  at: 0,
  bytes: Buffer.from(hex, "hex"),
  signature: { kind: "compressed", method },
});
const binary = (hex: string, what: string, at = 0): Mark => ({
  at,
  bytes: Buffer.from(hex, "hex"),
  signature: { kind: "binary", what },
});

const capture = "a packet capture; import the logs that a network monitor makes of it";

// The formats' own specifications (RFC 1952, RFC 8878, …) as collected in file(1)'s magic database.
const marks: readonly Mark[] = [
  { at: 0, bytes: Buffer.from("1f8b", "hex"), signature: { kind: "gzip" } },
  { at: 0, bytes: Buffer.from("PAR1"), signature: { kind: "parquet" } },
  compressed("28b52ffd", "zstd"),
  compressed("fd377a585a00", "xz"),
  compressed("504b0304", "zip"),
  compressed("504b0506", "zip"),
  compressed("04224d18", "lz4"),
  compressed("1f9d", "compress"),
  compressed("377abcaf271c", "7z"),
  compressed("526172211a07", "rar"),
  compressed("ff060000734e61507059", "snappy"),
  binary("456c6646696c6500", "an EVTX event log; convert it to JSON, one event a line"),
  binary("d4c3b2a1", capture),
  binary("a1b2c3d4", capture),
  binary("4d3cb2a1", capture),
  binary("a1b23c4d", capture),
  binary("0a0d0d0a", capture),
  binary("4c504b5348485248", "a systemd journal; export it as text or JSON"),
  binary("53514c69746520666f726d6174203300", "an SQLite database"),
  binary("4f626a01", "an Avro file; convert it to JSON lines or Parquet"),
  binary("4152524f5731", "an Arrow file; convert it to Parquet"),
  binary("7573746172", "a tar archive; unpack it", 257),
  binary("7f454c46", "a program"),
  binary("255044462d", "a PDF document"),
  binary("89504e47", "a picture"),
  binary("ffd8ff", "a picture"),
  binary("d0cf11e0a1b11ae1", "an office document"),
];

/** The kind of file that these first bytes announce, never judged by the file's name; null where they announce nothing. */
export function signatureOf(head: Buffer): Signature | null {
  // bzip2 begins with letters that a line of text could begin with: its block mark settles it.
  if (/^BZh[1-9]1AY&SY/.test(head.toString("latin1", 0, 10))) return { kind: "compressed", method: "bzip2" };
  return marks.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes))?.signature ?? null;
}
