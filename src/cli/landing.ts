import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { systemCode } from "../errors.ts";
import { isOnServer, landingOf } from "../places.ts";

/**
 * Does work that may need copies of files while they are read. They lie below the store, or below the results when the store is on a
 * server: then nothing of the place stays among the results.
 */
export async function withLanding<Result>(config: Config, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = landingOf(config);
  await removeForsaken(directory);
  try {
    return await work(directory);
  } finally {
    // Each only when it is empty.
    if (isOnServer(config.store)) for (const empty of [directory, config.out]) await rmdir(empty).catch(() => undefined);
  }
}

/** Halves of copies whose writer was killed: it left its process number in their names. */
async function removeForsaken(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const writer = /\.(\d+)\.partial$/.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) await rm(join(directory, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return systemCode(thrown) === "EPERM";
  }
}
