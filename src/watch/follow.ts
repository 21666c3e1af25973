import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { inspect } from "../sources/landing/inspect.ts";
import { onDisk } from "../sources/landing/names.ts";

/** How far a file was read. */
export interface Position {
  readonly path: string;
  /** Device and inode: a file that took the place of another is a new one. */
  readonly fileNumber: string;
  /** Bytes that were read. */
  readonly offset: number;
  /** Size and time of the last change when it was looked at. */
  readonly size: number;
  readonly modifiedMs: number;
  /** A hash of the file's first bytes and of those before `offset`: another content under the same number shows; absent: not known. */
  readonly mark?: string;
  /** When reading on from here failed; it is tried again after a minute. */
  readonly failedMs?: number;
}

/** What to read of a file now: bytes [from, to), and the bytes before them that say what its columns are. */
export interface Part {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly header: Buffer;
  /** Where the file stands until the part is stored. */
  readonly before: Position;
  /** Where the file stands once the part is stored. */
  readonly after: Position;
}

// A file that is left alone so long is taken for finished: its last line counts even without a line end.
const settledMs = 10_000;
const retryMs = 60_000;
const headBytes = 64 * 1024;
// First lines of logs tell columns and may be the same after each rotation; the bytes before the offset hold times and ids.
const markBytes = 1024;
const newline = 0x0a;

/**
 * What there is to read of a file since `before`; null when nothing is. Plain lines are read up to the last line end, again and again
 * as they come; everything else (gzip, Parquet, JSON over several lines) once, when it has been left alone for ten seconds.
 * A file that was cut or replaced is read from its start, also where it has grown past its old length since. Null too for a file that
 * is gone.
 */
export async function nextPart(path: string, before: Position | undefined, now: number): Promise<Part | null> {
  const stats = await stat(onDisk(path)).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size === 0) return null;
  if (before?.failedMs !== undefined && now - before.failedMs < retryMs) return null;
  const fileNumber = `${stats.dev}:${stats.ino}`;
  const position = { path, fileNumber, size: stats.size, modifiedMs: stats.mtimeMs };
  const isSettled = now - stats.mtimeMs >= settledMs;
  const isSame = before !== undefined && before.fileNumber === fileNumber && stats.size >= before.offset;
  if (isSame && stats.size === before.offset && stats.mtimeMs === before.modifiedMs) return null;
  const file = await open(onDisk(path), "r");
  const at = async (offset: number): Promise<Position> => ({ ...position, offset, mark: await markOf(file, offset) });
  try {
    const isContinued = isSame && (before.mark === undefined || before.mark === (await markOf(file, before.offset)));
    const from = isContinued ? before.offset : 0;
    if (from === stats.size) return null;
    const { shape, compression } = await inspect(path);
    if (compression !== "none" || (shape !== "lines" && shape !== "json-lines")) {
      if (!isSettled) return null;
      return { path, from: 0, to: stats.size, header: Buffer.alloc(0), before: await at(0), after: await at(stats.size) };
    }
    const to = isSettled ? stats.size : await endOfLines(file, from, stats.size);
    if (to <= from) return null;
    const header = from === 0 ? Buffer.alloc(0) : await headerOf(file);
    return { path, from, to, header, before: await at(from), after: await at(to) };
  } finally {
    await file.close();
  }
}

/** What the bytes before `offset` are told by: all of them where they are few, else the first and the last. */
async function markOf(file: FileHandle, offset: number): Promise<string> {
  const hash = createHash("sha256");
  for (const start of new Set([0, Math.max(0, offset - markBytes)])) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(markBytes), 0, Math.min(markBytes, offset - start), start);
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest("base64url").slice(0, 22);
}

/** Behind the last line end in [from, to); `from` when there is none. */
async function endOfLines(file: FileHandle, from: number, to: number): Promise<number> {
  const chunk = Buffer.alloc(headBytes);
  for (let end = to; end > from; end -= chunk.length) {
    const start = Math.max(from, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const last = chunk.subarray(0, bytesRead).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
  }
  return from;
}

/**
 * The lines at the start of a file that tell its columns: comments as Zeek writes them, or else the first line unless it is JSON. Where
 * that line is a record, it was stored before and counts as a duplicate.
 */
async function headerOf(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  const text = head.toString("latin1");
  if (/^\s*[{[]/.test(text)) return Buffer.alloc(0);
  const comments = /^(?:#[^\n]*\n)+/.exec(text)?.[0];
  const first = comments ?? /^[^\n]*\n/.exec(text)?.[0] ?? "";
  return head.subarray(0, first.length);
}
