import { stat } from "node:fs/promises";
import { asUtf8, type Encoding, encodingOf, isBinary } from "./encoding.ts";
import { behindFirstLine, fileHead, gzipHead, head } from "./head.ts";
import { onDisk, printable } from "./names.ts";
import { type Problem, unreadable } from "./problem.ts";
import { sampleOf } from "./sample.ts";
import { signatureOf, type UnsupportedCompression } from "./signature.ts";

/**
 * How the records of a file are laid out: text lines, one JSON object a line, JSON to be taken apart (a value over several lines, an
 * array, an object that only carries records), Parquet, or nothing that could be read.
 */
export type Shape = "lines" | "json-lines" | "json-document" | "parquet" | "binary" | "empty" | "unreadable";

export interface Inspection {
  readonly compression: "none" | "gzip" | UnsupportedCompression;
  readonly encoding: Encoding;
  readonly shape: Shape;
  /** The first lines as text (at most 200), without line ends; one that the limit cuts off only when it is the only one. */
  readonly lines: readonly string[];
  /** The first JSON objects (at most 200), as they will stand on the lines of `raw`. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Why nothing can be read; none for a file that `prepare` can land. */
  readonly problems: readonly Problem[];
}

const headBytes = 256 * 1024;

/**
 * Looks at no more than the first 256 kB of the content (decompressed); where the first line is longer than that, at as much of what
 * follows it. What a file is, is told by its bytes, never by its name. A Parquet file shows its records only once it is prepared.
 */
export async function inspect(path: string): Promise<Inspection> {
  try {
    if (!(await stat(onDisk(path))).isFile()) return refused(path, "unreadable", "unreadable", "it is not a regular file");
    return await inspected(path);
  } catch (thrown) {
    return { ...refused(path, "unreadable", "unreadable", ""), problems: [unreadable(path, thrown)] };
  }
}

async function inspected(path: string): Promise<Inspection> {
  const received = await fileHead(path, headBytes);
  if (received.bytes.length === 0) return refused(path, "empty", "no-data", "the file is empty");
  const signature = signatureOf(received.bytes);
  switch (signature?.kind) {
    case "compressed": {
      const reason = `it is compressed with ${signature.method}, which is not supported: decompress it first (gzip and plain files are read)`;
      return { ...refused(path, "binary", "unrecognised", reason), compression: signature.method };
    }
    case "parquet":
      return { ...nothing, shape: "parquet" };
    case "binary":
      return refused(path, "binary", "unrecognised", `it is ${signature.what}`);
    case "gzip":
      return { ...(await insideGzip(path)), compression: "gzip" };
    default:
      return text(path, false, received.bytes, received.isWhole);
  }
}

async function insideGzip(path: string): Promise<Inspection> {
  const { bytes, isWhole, damage } = await gzipHead(path, headBytes);
  if (bytes.length === 0) {
    if (damage === null) return refused(path, "empty", "no-data", "the file holds nothing but an empty gzip");
    return refused(path, "binary", "damaged", `it begins like gzip but nothing of it can be decompressed (${damage})`);
  }
  const signature = signatureOf(bytes);
  switch (signature?.kind) {
    case undefined:
      return text(path, true, bytes, isWhole);
    case "binary":
      return refused(path, "binary", "unrecognised", `it is ${signature.what} inside gzip`);
    case "parquet":
      return refused(path, "binary", "unrecognised", "it is Parquet inside gzip: decompress it first");
    default:
      return refused(path, "binary", "unrecognised", "it is compressed twice: decompress it once");
  }
}

async function text(path: string, isGzip: boolean, bytes: Buffer, isWhole: boolean): Promise<Inspection> {
  const encoding = encodingOf(bytes);
  const utf8 = (await head(asUtf8(single(bytes), encoding), Number.POSITIVE_INFINITY)).bytes;
  if (utf8.length === 0) return refused(path, "empty", "no-data", "the file holds no text");
  if (utf8.every((byte) => byte === 0)) {
    return refused(path, "binary", "unrecognised", `its first ${utf8.length} bytes are all zero`);
  }
  if (isBinary(utf8)) return refused(path, "binary", "unrecognised", "it is binary data of an unknown kind");
  const behind = () =>
    encoding.startsWith("utf-8") ? behindFirstLine(path, isGzip, headBytes) : Promise.resolve(Buffer.alloc(0));
  return { ...nothing, encoding, ...(await sampleOf(utf8, isWhole, behind)) };
}

async function* single(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const nothing = { compression: "none", encoding: "utf-8", lines: [], records: [], problems: [] } as const;

function refused(path: string, shape: Shape, kind: Problem["kind"], reason: string): Inspection {
  return { ...nothing, shape, problems: [{ kind, path: printable(path), reason }] };
}
