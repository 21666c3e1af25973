import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import { compareText } from "../order.ts";
import { itemKind, type SetKind } from "./conventions.ts";
import { type TruthFile, type TruthItem, truthFile } from "./truth-file.ts";

/** One capture with its truth: a folder with a truth file, or one item of a truth file and its single data file. */
export interface EvaluationSet {
  /** How people name it: its path below the folder that was given. */
  readonly id: string;
  readonly kind: SetKind;
  readonly truthPath: string;
  readonly truth: TruthFile;
  readonly item: TruthItem | null;
  /** Data files, in order of their paths. */
  readonly files: readonly string[];
}

/** A truth file that is no set of logs, or that cannot be read. */
export interface RefusedSet {
  readonly id: string;
  readonly reason: string;
  /** Its files, which are no logs. */
  readonly files: readonly string[];
}

export interface FoundSets {
  readonly sets: readonly EvaluationSet[];
  readonly refused: readonly RefusedSet[];
}

/** Truth, documentation and sealed parts are never data. */
const notData = /^(truth.*\.json|readme.*|.*\.md|sealed.*)$/i;
const truthName = /^truth(-.*)?\.json$/i;

/**
 * The sets below the given folders, ordered by id. Rejects with SpoorError path-missing when a folder is not there,
 * not-found when there is no truth file in any of them.
 */
export async function findSets(directories: readonly string[]): Promise<FoundSets> {
  const sets = new Map<string, EvaluationSet>();
  const refused = new Map<string, RefusedSet>();
  for (const directory of directories) {
    const root = resolve(directory);
    await requireFolder(root);
    const files = await dataFiles(root);
    const truthFiles = (await filesBelow(root)).filter((path) => truthName.test(basename(path)));
    const folders = truthFiles.map((path) => dirname(path));
    for (const truthPath of truthFiles) {
      const id = relative(root, dirname(truthPath)).split(sep).join("/") || basename(root);
      const own = files.filter((path) => closestFolder(path, folders) === dirname(truthPath));
      const found = await setsOfTruth(truthPath, id, own);
      for (const set of found.sets) sets.set(`${truthPath}\0${set.id}`, set);
      for (const refusal of found.refused) refused.set(`${truthPath}\0${refusal.id}`, refusal);
    }
  }
  if (sets.size + refused.size === 0)
    throw new SpoorError("not-found", `no truth file below ${directories.join(", ")}`, {
      hint: "a set has a truth.json beside its data files",
    });
  return { sets: [...sets.values()].sort(byId), refused: [...refused.values()].sort(byId) };
}

/** Every data file below a folder (no truth, documentation or sealed parts), in order of path. */
export async function dataFiles(root: string): Promise<readonly string[]> {
  return (await filesBelow(root)).filter((path) => !notData.test(basename(path)));
}

async function setsOfTruth(truthPath: string, id: string, files: readonly string[]): Promise<FoundSets> {
  const parsed = await readTruth(truthPath);
  if (!parsed.ok) return { sets: [], refused: [{ id, reason: parsed.reason, files: [] }] };
  const { truth } = parsed;
  if (truth.items === undefined) {
    if (files.length === 0) return { sets: [], refused: [{ id, reason: "there is no data beside its truth file", files: [] }] };
    return { sets: [{ id, kind: "folder", truthPath, truth, item: null, files }], refused: [] };
  }
  const sets: EvaluationSet[] = [];
  const refused: RefusedSet[] = [];
  for (const item of truth.items) {
    const itemId = `${id}/${dirname(item.file) === "." ? "" : `${dirname(item.file)}/`}${item.dataset ?? item.name ?? basename(item.file)}`;
    const kind = itemKind(item);
    const path = resolve(dirname(truthPath), item.file);
    if (kind === null) refused.push({ id: itemId, reason: "a table of numbers for comparing models, not a log", files: [path] });
    else if (!files.includes(path)) refused.push({ id: itemId, reason: `its file ${item.file} is not there`, files: [] });
    else sets.push({ id: itemId, kind, truthPath, truth, item, files: [path] });
  }
  return { sets, refused };
}

async function readTruth(path: string): Promise<{ ok: true; truth: TruthFile } | { ok: false; reason: string }> {
  try {
    return { ok: true, truth: truthFile.parse(JSON.parse(await readFile(path, "utf8"))) };
  } catch (thrown) {
    return { ok: false, reason: `its truth file cannot be read: ${messageOf(thrown)}` };
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isDirectory())
    throw new SpoorError("path-missing", `${path} is not a folder`, {
      hint: "give the folder that holds the sets and their truth files",
    });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) => compareText(one.name, other.name));
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) found.push(...(await filesBelow(join(folder, entry.name))));
    else if (entry.isFile()) found.push(join(folder, entry.name));
  }
  return found;
}

/** The deepest of `folders` that holds `path`: a set inside another set's folder keeps its own files. */
function closestFolder(path: string, folders: readonly string[]): string | undefined {
  return folders.filter((folder) => path.startsWith(folder + sep)).sort((one, other) => other.length - one.length)[0];
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return compareText(one.id, other.id);
}
