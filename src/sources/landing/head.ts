import { gunzip } from "./gzip.ts";
import { pieces } from "./pieces.ts";

/** The first bytes of something longer. */
export interface Head {
  readonly bytes: Buffer;
  /** True when there is nothing behind these bytes. */
  readonly isWhole: boolean;
}

const pieceSize = 64 * 1024;
const longestFirstLine = 256 * 1024 * 1024;

/** At most `limit` bytes from the beginning; the rest is not asked for. */
export async function head(chunks: AsyncIterable<Buffer>, limit: number): Promise<Head> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length > limit) return { bytes: Buffer.concat(parts).subarray(0, limit), isWhole: false };
  }
  return { bytes: Buffer.concat(parts), isWhole: true };
}

/** The first bytes of a file as they are on disk. */
export function fileHead(path: string, limit: number): Promise<Head> {
  return head(pieces(path, pieceSize), limit);
}

/** The first bytes inside a gzip file, and what is damaged among them (null: nothing); damage costs a second, careful look. */
export async function gzipHead(path: string, limit: number): Promise<Head & { damage: string | null }> {
  const first = gunzip(pieces(path, pieceSize));
  const quick = await head(first.chunks, limit);
  const end = first.end();
  if (end.kind !== "damaged") return { ...quick, damage: null };
  const careful = gunzip(pieces(path, pieceSize), end.consumed);
  return { ...(await head(careful.chunks, limit)), isWhole: false, damage: end.reason };
}

/** The lines behind a first line that is very long; nothing where it is longer than 256 MB. */
export async function behindFirstLine(path: string, isGzip: boolean, limit: number): Promise<Buffer> {
  const chunks = isGzip ? gunzip(pieces(path)).chunks : pieces(path);
  return (await head(afterLine(chunks), limit)).bytes;
}

async function* afterLine(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let seen = 0;
  let isBehind = false;
  for await (const chunk of chunks) {
    const at: number = isBehind ? -1 : chunk.indexOf(0x0a);
    if (isBehind || at >= 0) yield chunk.subarray(at + 1);
    isBehind ||= at >= 0;
    seen += chunk.length;
    if (!isBehind && seen > longestFirstLine) return;
  }
}
