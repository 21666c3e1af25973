/** How text is written down. UTF-8 covers ASCII and anything else that is read byte by byte. */
export type Encoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be";

/** The encoding that the first bytes show: by their byte order mark, or, for UTF-16 without one, by a zero in every second byte. */
export function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8-bom";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const looked = Math.min(head.length, 4096) & ~1;
  if (looked < 16) return "utf-8";
  let zerosAtEven = 0;
  let zerosAtOdd = 0;
  for (let at = 0; at < looked; at += 2) {
    if (head[at] === 0) zerosAtEven++;
    if (head[at + 1] === 0) zerosAtOdd++;
  }
  const half = looked / 2;
  if (zerosAtOdd > 0.7 * half && zerosAtEven < 0.05 * half) return "utf-16le";
  if (zerosAtEven > 0.7 * half && zerosAtOdd < 0.05 * half) return "utf-16be";
  return "utf-8";
}

/** The same text as UTF-8 without a byte order mark. UTF-8 passes byte for byte, valid or not. */
export async function* asUtf8(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === "utf-8") yield* chunks;
  else if (encoding === "utf-8-bom") yield* withoutMark(chunks);
  else {
    const decoder = new TextDecoder(encoding);
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  }
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = 3;
  for await (const chunk of chunks) {
    const cut = Math.min(left, chunk.length);
    left -= cut;
    if (chunk.length > cut) yield chunk.subarray(cut);
  }
}

/**
 * True for bytes that are not text: many control characters (random bytes have 10 %, logs next to none), or fewer of them among
 * bytes that are not UTF-8. Zero bytes alone do not count: a log whose disk was full or whose writer crashed has stretches of them.
 */
export function isBinary(utf8: Buffer): boolean {
  const head = utf8.subarray(0, 64 * 1024);
  let zeros = 0;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) zeros++;
    else if (byte < 0x20 ? !(byte >= 0x07 && byte <= 0x0d) && byte !== 0x1b : byte === 0x7f) controls++;
  }
  const others = head.length - zeros;
  if (others === 0) return head.length > 0;
  if (controls > 0.05 * others) return true;
  const foreign = (head.toString("utf8").match(/\ufffd/g) ?? []).length;
  return controls > 0.01 * others && foreign > 0.2 * others;
}
