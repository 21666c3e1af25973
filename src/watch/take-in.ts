import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf, SpoorError } from "../errors.ts";
import { type ImportOptions, importOne } from "../sources/import.ts";
import { identify } from "../sources/landing/identify.ts";
import { onDisk, printable } from "../sources/landing/names.ts";
import { walk } from "../sources/landing/walk.ts";
import type { SourceCount } from "../types.ts";
import type { World } from "../world.ts";
import { nextPart, type Part, type Position } from "./follow.ts";
import { recordPosition } from "./positions.ts";

/**
 * Stores what is new in files and folders since `positions`, which is brought up to date. Gives what became of it, part by part. A
 * file that cannot be read becomes a gap; rejects when the disk is full, the store is gone, or on cancel.
 */
export async function takeIn(
  paths: readonly string[],
  positions: Map<string, Position>,
  options: ImportOptions,
  world: World,
): Promise<SourceCount[]> {
  const { files } = await walk(paths, { leaveOut: options.leaveOut ?? [] });
  const counts: SourceCount[] = [];
  for (const path of files) {
    world.signal.throwIfAborted();
    const part = await nextPart(path, positions.get(path), world.clock().getTime());
    if (part === null) continue;
    const count = await storePart(part, options, world).catch((thrown: unknown) => asGap(thrown, path, world));
    positions.set(path, part.after);
    if (count !== null) counts.push(count);
  }
  return counts;
}

async function storePart(part: Part, options: ImportOptions, world: World): Promise<SourceCount | null> {
  const { path, from, to, header } = part;
  const name = from === 0 ? path : `${printable(path)} from byte ${from} on`;
  await mkdir(options.landingDirectory, { recursive: true });
  const copy = join(options.landingDirectory, `watch.${process.pid}.partial`);
  try {
    const written = createWriteStream(copy);
    written.write(header);
    // A copy of exactly these bytes: the file may grow while it is read.
    await pipeline(createReadStream(onDisk(path), { start: from, end: to - 1 }), written, { signal: world.signal });
    const { fileUid } = await identify(copy);
    await recordPosition({ ...part.after, offset: from }, fileUid, world);
    const count = await importOne(copy, name, options, world);
    await recordPosition(part.after, fileUid, world);
    return count;
  } finally {
    await rm(copy, { force: true });
  }
}

function asGap(thrown: unknown, path: string, world: World): null {
  const isFatal =
    thrown instanceof SpoorError && ["disk-full", "cancelled", "store-locked", "store-unavailable"].includes(thrown.code);
  if (world.signal.aborted || isFatal) throw thrown;
  world.gaps.add({ stage: "import", part: printable(path), kind: "failed", reason: messageOf(thrown) });
  return null;
}
