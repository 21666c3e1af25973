import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";

/** Nothing is touched when a PATH is missing. */
export async function refuseMissing(paths: readonly string[], hint = "Name a file or a folder of logs."): Promise<void> {
  for (const path of paths)
    await access(path).catch((cause: unknown) => {
      throw new SpoorError("path-missing", `${path} does not exist`, { hint, cause });
    });
}

/** What Spoor itself writes is not read: a PATH that is the store or the results would give nothing at all. */
export async function refuseOwn(paths: readonly string[], own: Readonly<Record<string, string>>): Promise<void> {
  for (const path of paths)
    for (const [option, folder] of Object.entries(own))
      if ((await realpath(path)) === (await realpath(folder).catch(() => resolve(folder))))
        throw new SpoorError("usage", `${path} is both to be read and to be written to (${option})`, {
          hint: `Name another folder with ${option}.`,
        });
}

/** Files of the store itself are no logs, and following them would never end. */
export async function refuseInside(paths: readonly string[], store: string): Promise<void> {
  const folder = await realpath(store).catch(() => null);
  for (const path of folder === null ? [] : paths)
    if ((await realpath(path)).startsWith(`${folder}${sep}`))
      throw new SpoorError("usage", `${path} lies inside the store (--store)`, { hint: "Name the folder of the logs." });
}

/** A folder for results that cannot be written to is told before the work, not after it. */
export async function refuseUnwritable(folder: string): Promise<void> {
  let existing = resolve(folder);
  for (let found = await statOf(existing); ; found = await statOf(existing)) {
    if (found?.isDirectory() === true) break;
    if (found !== null)
      throw new SpoorError("configuration", `${folder} cannot hold the results: ${existing} is not a folder`, {
        hint: "Name another folder with --out.",
      });
    existing = dirname(existing);
  }
  await access(existing, constants.W_OK).catch((cause: unknown) => {
    throw new SpoorError("configuration", `${folder} cannot hold the results: ${messageOf(cause)}`, {
      hint: "Name another folder with --out.",
      cause,
    });
  });
}

async function statOf(path: string) {
  return stat(path).catch((thrown: NodeJS.ErrnoException) => {
    // "Not a folder" is about a parent: it is met there.
    if (thrown.code === "ENOENT" || thrown.code === "ENOTDIR") return null;
    throw new SpoorError("configuration", `${path} cannot be looked at: ${thrown.message}`, { cause: thrown });
  });
}
