import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isDiskFull, messageOf, SpoorError, systemCode } from "../errors.ts";
import { type Objects, requireName } from "./objects.ts";

/** A folder on disk; made when something is first written. */
export function folderObjects(folder: string): Objects {
  return {
    location: folder,
    async list(prefix) {
      const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(orNothing([]));
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith(".part"))
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .filter((name) => name.startsWith(prefix))
        .sort();
    },
    async read(name) {
      requireName(name);
      return readFile(join(folder, name)).catch(orNothing(null));
    },
    async write(name, bytes) {
      requireName(name);
      const path = join(folder, name);
      await writeWhole(path, bytes);
      if (digest(await readFile(path)) !== digest(bytes)) throw failed(path, new Error("what is there now is something else"));
    },
  };
}

/**
 * Writes a file whole or not at all: to a neighbour first, then renamed. Rejects with disk-full or publish-failed, naming it; `option`
 * tells how another folder is chosen.
 */
export async function writeWhole(path: string, bytes: Uint8Array, option = ""): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeThenRename(path, bytes);
  } catch (cause) {
    throw failed(path, cause, option);
  }
}

async function writeThenRename(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.part`;
  try {
    const handle = await open(beside, "w");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}

function failed(path: string, cause: unknown, option = ""): SpoorError {
  const isFull = isDiskFull(cause);
  return new SpoorError(isFull ? "disk-full" : "publish-failed", `${path} could not be written: ${messageOf(cause)}`, {
    hint: isFull ? `Free some space, or choose another folder${option}.` : `Choose a folder that can be written${option}.`,
    cause,
  });
}

/** Takes a file or folder that does not exist for `nothing`. */
function orNothing<Nothing>(nothing: Nothing): (thrown: unknown) => Nothing {
  return (thrown) => {
    if (systemCode(thrown) === "ENOENT") return nothing;
    throw new SpoorError("path-missing", messageOf(thrown), { cause: thrown });
  };
}

/** SHA-256 in hexadecimal. */
export function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
