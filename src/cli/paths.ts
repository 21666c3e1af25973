import { access } from "node:fs/promises";
import { SpoorError } from "../errors.ts";

/** Nothing is touched when a PATH is missing. */
export async function refuseMissing(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await access(path).catch((cause: unknown) => {
      throw new SpoorError("path-missing", `${path} does not exist`, { hint: "Name a file or a folder of logs.", cause });
    });
}
