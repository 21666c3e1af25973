import { join } from "node:path";
import { digest, writeWhole } from "../objects/folder.ts";

/** A file to be published: its name under the folder (forward slashes) and its text. */
export interface PublishedFile {
  readonly name: string;
  readonly text: string;
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return digest(Buffer.from(text, "utf8"));
}

/**
 * Writes files into a folder, each whole or not at all. Rejects with disk-full or publish-failed, naming the file; what was written
 * before stays.
 */
export async function writeFolder(folder: string, files: readonly PublishedFile[]): Promise<void> {
  for (const { name, text } of files) await writeWhole(join(folder, name), Buffer.from(text, "utf8"), " with --out");
}
