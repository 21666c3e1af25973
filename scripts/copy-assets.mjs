import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Copies every file of `from` that is not TypeScript (.sql, .json, .md, .yaml, …) to the same place under `to`.
 * Folders named cases or fixtures hold test data and stay behind. Gives the number of files.
 */
export function copyAssets(from, to) {
  let count = 0;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "cases" && entry.name !== "fixtures") count += copyAssets(source, target);
    } else if (entry.isFile() && !entry.name.endsWith(".ts")) {
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(source, target);
      count += 1;
    }
  }
  return count;
}
