import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import { conventionsOf, privateNetworks } from "./conventions.ts";
import { labelRemover } from "./labels.ts";
import { copyLines, firstLinesOf } from "./lines.ts";
import { dataFiles, type EvaluationSet, findSets } from "./sets.ts";

/** A copy of a set that tells a detector nothing but the logs. */
export interface StagedSet {
  readonly id: string;
  readonly folder: string;
  readonly files: readonly StagedFile[];
  readonly internal: readonly string[];
  readonly year: number | undefined;
}

/** A staged file; `lines` is null where it could carry no label and was copied byte for byte. */
export interface StagedFile {
  readonly from: string;
  readonly path: string;
  readonly lines: { readonly read: number; readonly written: number } | null;
}

/** A copy of everything below a folder, for one hunt over all of it. */
export interface StagedFolder {
  readonly folder: string;
  readonly files: readonly StagedFile[];
  readonly internal: readonly string[];
  readonly year: number | undefined;
  /** Files left out, with the reason. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

/** "set-01" for position 0: a folder name that says nothing of what is inside. */
export function setName(position: number, prefix = "set"): string {
  return `${prefix}-${String(position + 1).padStart(2, "0")}`;
}

/**
 * Copies a set into the folder `folder` (made when absent) without labels, truth and documentation, under file names that tell
 * nothing. Rejects with SpoorError "internal" when a file cannot be read to its end.
 */
export async function stageSet(set: EvaluationSet, folder: string): Promise<StagedSet> {
  const { internal, year } = conventionsOf(set.truth, set.kind);
  const files: StagedFile[] = [];
  for (const copy of plannedCopies(set.files, folder, datasetOf(set))) files.push(await stageFile(copy));
  return { id: set.id, folder, files, internal, year };
}

/**
 * Copies everything below `directory` that is a log into `target`: each set into a folder of its own as stageSet does, and files
 * that belong to no set beside them. Tables for comparing models and files that cannot be read are left out and listed.
 * Internal ranges are those of all sets together. Rejects as findSets does.
 */
export async function stageAll(directory: string, target: string): Promise<StagedFolder> {
  const { sets, refused } = await findSets([directory]);
  const leftOut = refused.flatMap(({ files, reason }) => files.map((path) => ({ path, reason })));
  const claimed = new Set([...sets.flatMap((set) => set.files), ...leftOut.map(({ path }) => path)]);
  const others = (await dataFiles(resolve(directory))).filter((path) => !claimed.has(path));
  const otherFolders = [...new Set(others.map((path) => dirname(path)))].sort();
  const copies = [
    ...sets.flatMap((set, at) => plannedCopies(set.files, join(target, setName(at)), datasetOf(set))),
    ...otherFolders.flatMap((folder, at) =>
      plannedCopies(
        others.filter((path) => dirname(path) === folder),
        join(target, setName(at, "other")),
        null,
      ),
    ),
  ];
  const files: StagedFile[] = [];
  for (const copy of copies) {
    try {
      files.push(await stageFile(copy));
    } catch (thrown) {
      leftOut.push({ path: copy.from, reason: messageOf(thrown) });
    }
  }
  const known = sets.map((set) => conventionsOf(set.truth, set.kind));
  return {
    folder: target,
    files,
    internal: [...new Set([...privateNetworks, ...known.flatMap((conventions) => conventions.internal)])],
    year: known.find((conventions) => conventions.year !== undefined)?.year,
    leftOut,
  };
}

interface Copy {
  readonly from: string;
  readonly to: string;
}

function datasetOf(set: EvaluationSet): string | null {
  return set.item === null ? null : (set.item.dataset ?? set.item.name ?? null);
}

function plannedCopies(paths: readonly string[], folder: string, dataset: string | null): readonly Copy[] {
  const taken = new Set<string>();
  return paths.map((from) => {
    const name = neutralName(basename(from), dataset);
    let free = name;
    for (let again = 2; taken.has(free); again += 1) free = name.replace(/^[^.]*/, (stem) => `${stem}-${again}`);
    taken.add(free);
    return { from, to: join(folder, free) };
  });
}

const tellingWord =
  /malicious|malware|benign|normal|attack|infect|botnet|c2|beacon|tunnel|exfil|lateral|positive|negative|truth/i;

/** A file name that tells nothing of its label: without ".labeled" and the data set's own name, its kind and compression kept. */
export function neutralName(name: string, dataset: string | null): string {
  const unlabelled = name.replace(/\.labell?ed/gi, "");
  const bare = dataset === null ? unlabelled : unlabelled.replace(dataset, "").replace(/^[-_.]+/, "");
  const extensions = bare.slice(bare.indexOf("."));
  const hasStem = bare.includes(".") && /^(conn|dns|http|ssl|files|events)\b/.test(bare);
  if (dataset !== null && !hasStem) return `events.${bare}`;
  return tellingWord.test(bare) ? `records${bare.includes(".") ? extensions : ""}` : bare;
}

async function stageFile({ from, to }: Copy): Promise<StagedFile> {
  await mkdir(dirname(to), { recursive: true });
  try {
    const editor = labelRemover(await firstLinesOf(from, 20));
    if (editor === null) {
      await copyFile(from, to);
      return { from, path: to, lines: null };
    }
    return { from, path: to, lines: await copyLines(from, to, editor) };
  } catch (cause) {
    // What was written so far is not the whole file: a hunt must not read it as if it were.
    await rm(to, { force: true });
    throw new SpoorError("internal", `${from} cannot be staged: ${messageOf(cause)}`, {
      cause,
      hint: "check that the file is whole",
    });
  }
}
