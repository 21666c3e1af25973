import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const shared = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const notLogs = /(^|\/)(README\.md|[^/]*truth[^/]*|[^/]*labels?[^/]*|sealed\.bin)$|^iforest-bench\//i;
const linesKept = 60;
// Captures of one kind say little more about a mapping than the first ones of them.
const filesOfOneName = 2;
const filesOfOneFolder = 12;
const longestDocument = 200_000;

/** The beginnings of the recorded logs of the shared folder, staged where they may be read; how many files there are. */
export function stageLogs(into: string): number {
  if (!existsSync(shared)) return 0;
  const names = readdirSync(shared, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(shared.length))
    .filter((name) => !notLogs.test(name))
    .sort()
    .filter(atMost(filesOfOneName, basename))
    .filter(atMost(filesOfOneFolder, dirname));
  for (const name of names) {
    const bytes = readFileSync(join(shared, name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
    const path = join(into, name.replace(/\.gz$/, ""));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, beginning(text), "latin1");
  }
  return names.length;
}

function atMost(most: number, keyOf: (name: string) => string): (name: string) => boolean {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(keyOf(name)) ?? 0) + 1;
    counts.set(keyOf(name), count);
    return count <= most;
  };
}

/** The first lines; a document that is one value over many lines is kept whole while it is short. */
function beginning(text: string): string {
  const isOneDocument = /^\s*[[{]\s*\n/.test(text);
  return isOneDocument && text.length < longestDocument ? text : text.split("\n").slice(0, linesKept).join("\n");
}
