import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { SpoorError, systemCode } from "../../errors.ts";
import { below, bytesOf, onDisk, pathOf, printable } from "./names.ts";
import { type Problem, unreadable } from "./problem.ts";

export interface Walk {
  /** Regular files, below the PATHs as they were given, in the order of their bytes. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

export interface WalkOptions {
  /** Folders of our own (the store, the report) that are told and passed by when they lie below a PATH. */
  readonly leaveOut?: readonly string[];
}

/**
 * Every regular file at or below the paths, each once, in a total order. Hidden files count; links are followed, and a file that can
 * be reached twice is read under its own name. What is left out (devices, unreadable folders, empty folders) is a problem, not an error.
 * Throws SpoorError "path-missing" when one of the paths does not exist, before anything is read.
 */
export async function walk(paths: readonly string[], options: WalkOptions = {}): Promise<Walk> {
  const roots: { path: Buffer; stats: Stats }[] = [];
  const search = newSearch(await Promise.all((options.leaveOut ?? []).map(realKey)));
  for (const given of paths) {
    const path = bytesOf(given === "/" ? given : given.replace(/\/+$/, ""));
    const stats = await statOf(path, search.problems, given);
    if (stats !== null) roots.push({ path, stats });
  }
  for (const root of roots) await visit(search, root.path, root.stats);
  // Links come last: what they lead to may have been found under its own name.
  for (let link = search.links.shift(); link !== undefined; link = search.links.shift()) {
    const stats = await statOf(link, search.problems);
    if (stats !== null) await visit(search, link, stats);
  }
  return { files: search.files.sort(byPath), problems: search.problems.sort(byName) };
}

interface Search {
  readonly files: string[];
  readonly problems: Problem[];
  readonly links: Buffer[];
  /** Real paths already found, with the name they were found under. */
  readonly seen: Map<string, string>;
  readonly leaveOut: ReadonlySet<string>;
}

function newSearch(leaveOut: readonly string[]): Search {
  return { files: [], problems: [], links: [], seen: new Map(), leaveOut: new Set(leaveOut) };
}

interface Entry {
  readonly path: Buffer;
  /** Its real path, links resolved. */
  readonly key: string;
  readonly stats: Stats;
}

/** Takes a file, or a folder with everything below it; a stack instead of recursion, for folders of any depth. */
async function visit(search: Search, start: Buffer, startStats: Stats): Promise<void> {
  const open: Entry[] = [{ path: start, key: await realKey(start), stats: startStats }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, key, stats } = next;
    const name = printable(pathOf(path));
    const kind = specialKind(stats);
    if (kind !== null) {
      search.problems.push({ kind: "unreadable", path: name, reason: `it is ${kind}, not a file; nothing of it was read` });
      continue;
    }
    const known = search.seen.get(key);
    if (known !== undefined) {
      if (known !== name)
        search.problems.push({ kind: "assumption", path: name, reason: `it leads to ${known}, which is read under that name` });
      continue;
    }
    search.seen.set(key, name);
    if (stats.isFile()) {
      search.files.push(pathOf(path));
    } else if (search.leaveOut.has(key)) {
      search.problems.push({
        kind: "assumption",
        path: name,
        reason: "it holds what Spoor itself wrote, and is not read as a log",
      });
    } else {
      for (const entry of await entriesOf(search, next)) open.push(entry);
    }
  }
}

async function entriesOf(search: Search, { path: folder, key }: Entry): Promise<Entry[]> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  } catch (thrown) {
    search.problems.push(unreadable(pathOf(folder), thrown));
    return [];
  }
  if (entries.length === 0) {
    search.problems.push({ kind: "no-data", path: printable(pathOf(folder)), reason: "the folder is empty" });
  }
  const whose = ownFolder(new Set(entries.map((entry) => entry.name.toString("latin1"))));
  if (whose !== null) {
    const reason = `it is ${whose} that Spoor itself wrote, and is not read as a log`;
    search.problems.push({ kind: "assumption", path: printable(pathOf(folder)), reason });
    return [];
  }
  const found: Entry[] = [];
  for (const entry of entries.sort((a, b) => Buffer.compare(a.name, b.name))) {
    const path = below(folder, entry.name);
    if (entry.isSymbolicLink()) search.links.push(path);
    else {
      const stats = await statOf(path, search.problems);
      if (stats !== null) found.push({ path, key: `${key}/${entry.name.toString("latin1")}`, stats });
    }
  }
  return found;
}

/** A folder of an earlier run, by what lies in it: findings that are read as logs would be found again. */
function ownFolder(names: ReadonlySet<string>): string | null {
  if (names.has("engine.xml") && names.has("engine")) return "a store";
  return ["findings.ndjson", "gaps.json", "run.json"].every((name) => names.has(name)) ? "the results of a run" : null;
}

async function statOf(path: Buffer, problems: Problem[], given?: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (given !== undefined && (code === "ENOENT" || code === "ENOTDIR")) throw await missing(given, thrown);
    problems.push(unreadable(pathOf(path), thrown));
    return null;
  }
}

async function missing(given: string, cause: unknown): Promise<SpoorError> {
  const isLink = await lstat(onDisk(given)).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return new SpoorError("path-missing", isLink ? `${given} is a link that leads nowhere` : `${given} does not exist`, {
    hint: "Check the spelling: a relative path counts from the folder that Spoor was started in.",
    cause,
  });
}

/** What a path really is, links resolved, as a key; the path itself where the system cannot tell. */
async function realKey(path: string | Buffer): Promise<string> {
  try {
    return (await realpath(path, { encoding: "buffer" })).toString("latin1");
  } catch {
    return Buffer.from(path).toString("latin1");
  }
}

function specialKind(stats: Stats): string | null {
  if (stats.isFile() || stats.isDirectory()) return null;
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isBlockDevice() || stats.isCharacterDevice()) return "a device";
  return "neither a file nor a folder";
}

function byPath(one: string, other: string): number {
  return Buffer.compare(bytesOf(one), bytesOf(other));
}

function byName(one: Problem, other: Problem): number {
  return Buffer.compare(Buffer.from(`${one.path}\0${one.reason}`), Buffer.from(`${other.path}\0${other.reason}`));
}
