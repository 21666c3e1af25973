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
  /** When reading on from here failed; it is tried again after a minute. */
  readonly failedMs?: number;
}

/** What to read of a file now: bytes [from, to), and the bytes before them that say what its columns are. */
export interface Part {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly header: Buffer;
  /** Where the file stands once the part is stored. */
  readonly after: Position;
}

// A file that is left alone so long is taken for finished: its last line counts even without a line end.
const settledMs = 10_000;
const retryMs = 60_000;
const headBytes = 64 * 1024;
const newline = 0x0a;

/**
 * What there is to read of a file since `before`; null when nothing is. Plain lines are read up to the last line end, again and again
 * as they come; everything else (gzip, Parquet, JSON over several lines) once, when it has been left alone for ten seconds.
 * A file that was cut or replaced is read from its start. Null too for a file that is gone.
 */
export async function nextPart(path: string, before: Position | undefined, now: number): Promise<Part | null> {
  const stats = await stat(onDisk(path)).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size === 0) return null;
  if (before?.failedMs !== undefined && now - before.failedMs < retryMs) return null;
  const fileNumber = `${stats.dev}:${stats.ino}`;
  const position = { path, fileNumber, size: stats.size, modifiedMs: stats.mtimeMs };
  const isSettled = now - stats.mtimeMs >= settledMs;
  const isContinued = before !== undefined && before.fileNumber === fileNumber && stats.size >= before.offset;
  const from = isContinued ? before.offset : 0;
  if (from === stats.size && (!isSettled || isContinued)) return null;
  const { shape, compression } = await inspect(path);
  if (compression !== "none" || (shape !== "lines" && shape !== "json-lines")) {
    const isKnown = isContinued && before.size === stats.size && before.modifiedMs === stats.mtimeMs;
    if (!isSettled || isKnown) return null;
    return { path, from: 0, to: stats.size, header: Buffer.alloc(0), after: { ...position, offset: stats.size } };
  }
  const file = await open(onDisk(path), "r");
  try {
    const to = isSettled ? stats.size : await endOfLines(file, from, stats.size);
    if (to <= from) return null;
    const header = from === 0 ? Buffer.alloc(0) : await headerOf(file);
    return { path, from, to, header, after: { ...position, offset: to } };
  } finally {
    await file.close();
  }
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
