import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";

/** The text of a file that a run left in the folder of its results. Rejects with path-missing. */
export async function resultFile(out: string, name: string): Promise<string> {
  const path = join(out, name);
  return readFile(path, "utf8").catch((cause: unknown) => {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new SpoorError("path-missing", isAbsent ? `there is no ${path}` : `${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Run `spoor hunt FOLDER` first, or name its results with --out.",
      cause,
    });
  });
}
