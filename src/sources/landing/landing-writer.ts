import { closeSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { isDiskFull, messageOf, SpoorError } from "../../errors.ts";
import type { LineSink } from "./json-split.ts";

const bufferSize = 1024 * 1024;
const lineFeed = 0x0a;

/** A file of lines being written. It gets its name when it is complete, so a name in the landing directory is a whole file. */
export interface LandingWriter extends LineSink {
  /** Text as it comes; every line feed in it ends a line. */
  writeText(bytes: Buffer): void;
  /** Lines ended so far, and their bytes with line feeds. */
  readonly lines: number;
  readonly byteCount: number;
  /** Bytes written since the last line ended. */
  readonly unfinishedBytes: number;
  /** Begins again with nothing. */
  restart(): void;
  /** Closes the file and gives it its name. */
  finish(): void;
  /** Closes and removes it; after `finish`, does nothing. */
  discard(): void;
}

/** Opens a file for lines at `path`. Writing throws SpoorError "disk-full" when the disk has no room, "internal" for other errors. */
export function landingWriter(path: string): LandingWriter {
  // Two processes may land the same file at the same time: each writes its own, and the last to finish replaces equal bytes.
  const partial = `${path}.${process.pid}.partial`;
  const file = guarded(path, () => openSync(partial, "w"));
  const buffer = Buffer.allocUnsafe(bufferSize);
  let buffered = 0;
  let flushed = 0;
  let lineStart = 0;
  let lines = 0;
  let isOpen = true;

  const flush = () => {
    guarded(path, () => writeAll(file, buffer.subarray(0, buffered), flushed));
    flushed += buffered;
    buffered = 0;
  };
  const write = (bytes: Uint8Array) => {
    if (buffered + bytes.length > bufferSize) flush();
    if (bytes.length > bufferSize) {
      guarded(path, () => writeAll(file, bytes, flushed));
      flushed += bytes.length;
    } else {
      buffer.set(bytes, buffered);
      buffered += bytes.length;
    }
  };
  const cutAt = (position: number) => {
    if (position >= flushed) buffered = position - flushed;
    else {
      guarded(path, () => ftruncateSync(file, position));
      flushed = position;
      buffered = 0;
    }
  };
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    write,
    writeText(bytes) {
      const last = bytes.lastIndexOf(lineFeed);
      for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
      if (last >= 0) lineStart = flushed + buffered + last + 1;
      write(bytes);
    },
    endLine() {
      write(newLine);
      lines++;
      lineStart = flushed + buffered;
    },
    dropLine: () => cutAt(lineStart),
    get lines() {
      return lines;
    },
    get byteCount() {
      return lineStart;
    },
    get unfinishedBytes() {
      return flushed + buffered - lineStart;
    },
    restart() {
      cutAt(0);
      lineStart = 0;
      lines = 0;
    },
    finish() {
      flush();
      close();
      guarded(path, () => renameSync(partial, path));
    },
    discard() {
      close();
      rmSync(partial, { force: true });
    },
  };
}

const newLine = Buffer.from("\n");

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

/** Runs something that writes; its system errors become ours. */
export function guarded<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (thrown) {
    if (isDiskFull(thrown)) {
      throw new SpoorError("disk-full", `no room to write ${path}`, {
        hint: "Make room on that disk, or choose a store on another one, and run the same command again: what is stored stays.",
        cause: thrown,
      });
    }
    throw new SpoorError("internal", `cannot write ${path}: ${messageOf(thrown)}`, {
      hint: "Check that the folder exists and may be written to.",
      cause: thrown,
    });
  }
}
