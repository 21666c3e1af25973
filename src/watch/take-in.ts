import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDiskFull, messageOf, SpoorError } from "../errors.ts";
import { type ImportOptions, importOne } from "../sources/import.ts";
import { identify } from "../sources/landing/identify.ts";
import { onDisk, printable } from "../sources/landing/names.ts";
import { gapOf } from "../sources/landing/problem.ts";
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
  const counts: SourceCount[] = [];
  for (const path of await filesOf(paths, options, world)) {
    world.signal.throwIfAborted();
    const before = positions.get(path);
    const now = world.clock().getTime();
    try {
      const part = await nextPart(path, before, now);
      if (part === null) continue;
      const count = await storePart(part, options, world);
      positions.set(path, part.after);
      if (count !== null) counts.push(count);
    } catch (thrown) {
      tellGap(thrown, path, world);
      positions.set(path, { ...(before ?? unread(path)), failedMs: now });
    }
  }
  return counts;
}

/** What there is to follow now. A PATH may be away for a moment while logs are rotated: that is a gap, and no end. */
async function filesOf(paths: readonly string[], options: ImportOptions, world: World): Promise<readonly string[]> {
  const present: string[] = [];
  for (const path of paths) {
    if ((await stat(onDisk(path)).catch(() => null)) !== null) present.push(path);
    else world.gaps.add({ stage: "import", part: printable(path), kind: "unreadable", reason: "it is not there any more" });
  }
  const { files, problems } = await walk(present, { leaveOut: options.leaveOut ?? [] });
  for (const problem of problems) world.gaps.add(gapOf(problem));
  return files;
}

function unread(path: string): Position {
  return { path, fileNumber: "", offset: 0, size: 0, modifiedMs: 0 };
}

async function storePart(part: Part, options: ImportOptions, world: World): Promise<SourceCount | null> {
  const { path, from, to, header } = part;
  const name = from === 0 ? path : `${printable(path)} from byte ${from} on`;
  await mkdir(options.landingDirectory, { recursive: true });
  const copy = join(options.landingDirectory, `watch.${process.pid}.partial`);
  try {
    const written = createWriteStream(copy);
    if (header.byteLength > 0) written.write(header);
    // A copy of exactly these bytes: the file may grow while it is read.
    await pipeline(createReadStream(onDisk(path), { start: from, end: to - 1 }), written, { signal: world.signal });
    const { fileUid } = await identify(copy);
    await recordPosition(part.before, fileUid, world);
    const count = await importOne(copy, name, options, world);
    await recordPosition(part.after, fileUid, world);
    return count;
  } finally {
    await rm(copy, { force: true });
  }
}

function tellGap(thrown: unknown, path: string, world: World): void {
  if (isDiskFull(thrown))
    throw new SpoorError("disk-full", `no room for a copy of what is new in ${printable(path)}`, {
      hint: "Free some space: watching goes on where it was.",
      cause: thrown,
    });
  const isFatal =
    thrown instanceof SpoorError && ["disk-full", "cancelled", "store-locked", "store-unavailable"].includes(thrown.code);
  if (world.signal.aborted || isFatal) throw thrown;
  world.gaps.add({ stage: "import", part: printable(path), kind: "failed", reason: messageOf(thrown) });
}
