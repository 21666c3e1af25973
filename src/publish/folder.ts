import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";

/** A file to be published: its name under the folder (forward slashes) and its text. */
export interface PublishedFile {
  readonly name: string;
  readonly text: string;
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/**
 * Writes files into a folder, each whole or not at all: to a neighbour first, then renamed. Rejects with disk-full or
 * publish-failed, naming the file; what was written before stays.
 */
export async function writeFolder(folder: string, files: readonly PublishedFile[]): Promise<void> {
  for (const { name, text } of files) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, text);
    } catch (cause) {
      const full = /\b(ENOSPC|EDQUOT|EFBIG)\b/.test(messageOf(cause));
      throw new SpoorError(full ? "disk-full" : "publish-failed", `${path} could not be written: ${messageOf(cause)}`, {
        hint: full ? "Free some space, or choose another folder with --out." : "Choose a folder that can be written with --out.",
        cause,
      });
    }
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.part`;
  try {
    const handle = await open(beside, "w");
    try {
      await handle.writeFile(text, "utf8");
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
