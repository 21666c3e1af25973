import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { messageOf } from "../../../errors.ts";
import type { AnnouncedFile } from "./replicator-message.ts";

/** A file that did not come as it was announced; it is worth asking once more. */
export class NotAsAnnounced extends Error {
  override readonly name = "NotAsAnnounced";
}

/**
 * Writes a file of the bucket to disk and looks whether it is all there: its size, its checksum, and that it unpacks to the end. What is
 * not is taken away again, and NotAsAnnounced is thrown.
 */
export async function keep(
  content: Readable,
  { size, checksum }: AnnouncedFile,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const hash = checksum === null ? null : createHash(checksum.algorithm);
  let bytes = 0;
  const counting = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      bytes += piece.length;
      hash?.update(piece);
      done(null, piece);
    },
  });
  try {
    await pipeline(content, counting, createWriteStream(path, { mode: 0o600 }), { signal });
    if (size !== null && bytes !== size) throw new NotAsAnnounced(`it has ${bytes} bytes, not the ${size} that were announced`);
    if (hash !== null && hash.digest("hex") !== checksum?.hex)
      throw new NotAsAnnounced(`its ${checksum?.algorithm ?? ""} sum is another one`);
    if (await isGzip(path)) await unpackable(path, signal);
  } catch (cause) {
    await rm(path, { force: true });
    throw cause;
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function unpackable(path: string, signal: AbortSignal): Promise<void> {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new NotAsAnnounced(`it does not unpack (${messageOf(cause)})`);
  }
}

/** What a bucket gave, as something to read. */
export function readable(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new NotAsAnnounced("it came without content");
}
