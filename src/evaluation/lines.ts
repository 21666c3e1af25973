import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { LineEditor } from "./labels.ts";

/**
 * The lines of a file (gzip by its name) as byte strings (latin1) without their newline, one at a time. Only "\n" ends a line:
 * node's readline would also break at U+2028, which JSON allows inside a string.
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const bytes = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  // pipe() does not pass on an error of the file, and a reader that stops early must close it.
  file.on("error", (error) => bytes.destroy(error));
  try {
    let parts: string[] = [];
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const pieces = chunk.toString("latin1").split("\n");
      const last = pieces.pop() ?? "";
      for (const piece of pieces) {
        yield parts.length === 0 ? piece : parts.join("") + piece;
        parts = [];
      }
      if (last !== "") parts.push(last);
    }
    if (parts.length > 0) yield parts.join("");
  } finally {
    file.destroy();
  }
}

/** The first lines of a file, at most `count`. */
export async function firstLinesOf(path: string, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(path)) {
    lines.push(line);
    if (lines.length >= count) break;
  }
  return lines;
}

/** Writes `from` to `to` line by line through `edit` (both gzip by their names). Resolves with the lines read and written. */
export async function copyLines(from: string, to: string, edit: LineEditor): Promise<{ read: number; written: number }> {
  let read = 0;
  let written = 0;
  async function* edited(): AsyncGenerator<Buffer> {
    for await (const line of linesOf(from)) {
      read += 1;
      const kept = edit(line);
      if (kept === null) continue;
      written += 1;
      yield Buffer.from(`${kept}\n`, "latin1");
    }
  }
  const target = createWriteStream(to);
  await (to.endsWith(".gz")
    ? pipeline(Readable.from(edited()), createGzip(), target)
    : pipeline(Readable.from(edited()), target));
  return { read, written };
}
