import { constants, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type GzipEnd, gunzip } from "./gzip.ts";

const text = Buffer.from(
  Array.from({ length: 20_000 }, (_, line) => `${line} ${(line * 2_654_435_761) % 4_294_967_296}\n`).join(""),
);
const packed = gzipSync(text);

async function* pieces(bytes: Buffer, size = 4096): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, carefulFrom?: number): Promise<{ out: Buffer; end: GzipEnd }> {
  const { chunks, end } = gunzip(pieces(bytes), carefulFrom);
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { out: Buffer.concat(parts), end: end() };
}

/** As `prepare` does it: once quickly, and with care where that shows damage. */
async function salvage(bytes: Buffer): Promise<{ out: Buffer; end: GzipEnd }> {
  const quick = await read(bytes);
  return quick.end.kind === "damaged" ? read(bytes, quick.end.consumed) : quick;
}

test("sound gzip comes out whole, several members too", async () => {
  for (const [bytes, content] of [
    [packed, text],
    [Buffer.concat([packed, packed]), Buffer.concat([text, text])],
    [gzipSync(""), Buffer.alloc(0)],
  ] as const) {
    const { out, end } = await read(bytes);
    expect([out.equals(content), end.kind]).toEqual([true, "complete"]);
  }
});

test("zero bytes behind the data are padding, other bytes are damage that loses nothing before it", async () => {
  const padded = await read(Buffer.concat([packed, Buffer.alloc(20_000)]));
  expect([padded.out.equals(text), padded.end.kind]).toEqual([true, "padded"]);
  const junk = await salvage(Buffer.concat([packed, Buffer.from("junk")]));
  expect(junk.out.equals(text)).toBe(true);
  expect(junk.end).toMatchObject({ kind: "damaged", reason: "incorrect header check" });
});

test("a gzip that was cut off anywhere gives everything that its bytes hold (reference: zlib's own partial flush)", async () => {
  const small = gzipSync(text.subarray(0, 3000));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: small.length - 1 }), async (length) => {
      const cut = small.subarray(0, length);
      const { out, end } = await salvage(cut);
      expect(end).toMatchObject({ kind: "damaged", reason: "unexpected end of file" });
      expect(out.equals(gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }))).toBe(true);
    }),
    { numRuns: 60, seed: 42 },
  );
});

test("behind a flipped byte nothing is read for sound, before it nothing is lost", async () => {
  for (const at of [packed.length >> 2, packed.length >> 1, packed.length - 6]) {
    const flipped = Buffer.from(packed);
    flipped[at] = (flipped[at] ?? 0) ^ 0xff;
    const { out, end } = await salvage(flipped);
    expect(end.kind).toBe("damaged");
    const sound = gunzipSync(packed.subarray(0, at), { finishFlush: constants.Z_SYNC_FLUSH });
    expect(out.subarray(0, sound.length).equals(sound)).toBe(true);
  }
});

test("something that only begins like gzip is damage without content", async () => {
  for (const bytes of ["1f8b", "1f8b0909090909"].map((hex) => Buffer.from(hex, "hex"))) {
    const { out, end } = await salvage(bytes);
    expect([out.length, end.kind]).toEqual([0, "damaged"]);
  }
});
