import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf, SpoorError, systemCode } from "../errors.ts";

/** Lines of a file as the engine's RowBinary: line number (UInt64), line (String, without its line end). */
export interface LineBatch {
  readonly first: number;
  readonly last: number;
  readonly rows: Buffer;
}

const batchBytes = 32 * 2 ** 20;
const batchLines = 250_000;
const newline = 10;
const carriageReturn = 13;

/**
 * The lines of a file that `isWanted` names, in batches. Where a batch ends depends only on the lines in it: a load that is repeated
 * cuts the same batches, and the server recognises them. Rejects with damaged-file when the gzip breaks off, after the batches before.
 */
export async function* lineBatches(
  path: string,
  isGzip: boolean,
  isWanted: (line: number) => boolean,
): AsyncGenerator<LineBatch, void, undefined> {
  const batch = new BatchBuilder();
  let number = 0;
  for await (const line of linesOf(bytesOf(path, isGzip))) {
    number += 1;
    if (!isWanted(number)) continue;
    batch.add(number, line);
    if (batch.isFull()) yield batch.take();
  }
  if (!batch.isEmpty()) yield batch.take();
}

async function* bytesOf(path: string, isGzip: boolean): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path, { highWaterMark: 2 ** 20 });
  const source: Readable = isGzip ? pipeline(file, createGunzip({ chunkSize: 2 ** 20 }), () => {}) : file;
  try {
    for await (const chunk of source) yield chunk;
  } catch (cause) {
    if (systemCode(cause).startsWith("Z_"))
      throw new SpoorError("damaged-file", `the compressed file ${path} is damaged: ${messageOf(cause)}`, {
        hint: "Its beginning may still be readable.",
        cause,
      });
    throw new SpoorError("path-missing", `cannot read ${path}: ${messageOf(cause)}`, { cause });
  } finally {
    file.destroy();
  }
}

/** Lines without their line ends; the last one may lack it. A long line is put together once, from its parts. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end);
      yield withoutCarriageReturn(parts.length === 0 ? piece : Buffer.concat([...parts, piece]));
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield withoutCarriageReturn(Buffer.concat(parts));
}

function withoutCarriageReturn(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && line[end - 1] === carriageReturn) end -= 1;
  return line.subarray(0, end);
}

class BatchBuilder {
  #bytes = Buffer.allocUnsafe(batchBytes);
  #used = 0;
  #lines = 0;
  #first = 0;
  #last = 0;

  isFull(): boolean {
    return this.#used >= batchBytes || this.#lines >= batchLines;
  }

  isEmpty(): boolean {
    return this.#lines === 0;
  }

  add(number: number, line: Buffer): void {
    if (this.#lines === 0) this.#first = number;
    this.#last = number;
    this.#lines += 1;
    this.#makeRoom(line.length + 20);
    this.#used = this.#bytes.writeBigUInt64LE(BigInt(number), this.#used);
    this.#writeLength(line.length);
    this.#used += line.copy(this.#bytes, this.#used);
  }

  take(): LineBatch {
    const batch = { first: this.#first, last: this.#last, rows: this.#bytes.subarray(0, this.#used) };
    this.#bytes = Buffer.allocUnsafe(batchBytes);
    this.#used = 0;
    this.#lines = 0;
    return batch;
  }

  #makeRoom(wanted: number): void {
    if (this.#used + wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + wanted));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }

  /** LEB128, as RowBinary writes the length of a string. */
  #writeLength(length: number): void {
    let rest = length;
    while (rest >= 128) {
      this.#used = this.#bytes.writeUInt8((rest % 128) + 128, this.#used);
      rest = Math.floor(rest / 128);
    }
    this.#used = this.#bytes.writeUInt8(rest, this.#used);
  }
}
