import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import { readFindings } from "../findings/ndjson.ts";
import { compareText } from "../order.ts";
import { type Area, areas } from "./areas.ts";
import { evaluatedFindings } from "./evaluated-finding.ts";
import { failedPasswordsBySource } from "./failed-passwords.ts";
import { type Gate, gates } from "./gates.ts";
import type { SetResult } from "./results.ts";
import { score } from "./score.ts";
import { type EvaluationSet, findSets, type RefusedSet } from "./sets.ts";
import { setName, stageSet } from "./stage.ts";
import { type Truth, truthOfFolder, truthOfItem } from "./truth.ts";

/** One hunt over `paths` in a store of its own; must write findings.ndjson into `out`. */
export interface HuntRequest {
  readonly paths: readonly string[];
  /** Folder of the embedded store; does not exist yet. */
  readonly store: string;
  /** Folder for the results; exists and is empty. */
  readonly out: string;
  readonly internal: readonly string[];
  readonly seed: number;
  readonly year?: number;
}
export type RunHunt = (request: HuntRequest) => Promise<void>;

export interface EvaluationOptions {
  readonly runHunt: RunHunt;
  /** A folder for staged copies, stores and results; nothing in it is read back, and what this run made is removed again. */
  readonly work: string;
  /** Random seed of every hunt. */
  readonly seed: number;
  /** Sets to leave out, by id; they do not appear in the results. */
  readonly isWanted?: (id: string) => boolean;
  /** Keeps staged copies, stores and results under `work`. */
  readonly keep?: boolean;
  /** Told before each set: for a progress line. */
  readonly onSet?: (progress: { readonly id: string; readonly position: number; readonly total: number }) => void;
}

/** Sums over all scored sets of an area. */
export interface AreaTotal {
  readonly area: Area;
  readonly sets: number;
  readonly positives: number;
  readonly found: number;
  readonly foundAboveLine: number;
  readonly recall: number | null;
  readonly recallAboveLine: number | null;
  readonly falseAboveLine: number;
}

/** The outcome of an evaluation, ready to be written as JSON. */
export interface Evaluation {
  readonly sets: readonly SetResult[];
  readonly totals: readonly AreaTotal[];
  readonly gates: readonly Gate[];
}

/**
 * Hunts every set with a truth file below `directories`, each in a store of its own on a staged copy without labels, and scores the
 * findings. A set that fails is a result, not an error. Rejects as findSets does (path-missing, not-found), and when cancelled.
 */
export async function evaluate(directories: readonly string[], options: EvaluationOptions): Promise<Evaluation> {
  const found = await findSets(directories);
  const isWanted = options.isWanted ?? (() => true);
  const wanted = found.sets.filter((set) => isWanted(set.id));
  const results: SetResult[] = found.refused.filter((set) => isWanted(set.id)).map(refusal);
  for (const [position, set] of wanted.entries()) {
    options.onSet?.({ id: set.id, position, total: wanted.length });
    results.push(await evaluateSet(set, setName(position), options));
  }
  results.sort((one, other) => compareText(one.id, other.id));
  return { sets: results, totals: totals(results), gates: gates(results) };
}

/** The truth of a set; failed passwords are counted in its own files where its truth file lists sources of them. */
export async function truthOf(set: EvaluationSet): Promise<Truth> {
  if (set.item !== null) return truthOfItem(set.truth, set.item, set.kind);
  if (set.truth.malicious_sources === undefined) return truthOfFolder(set.truth);
  return truthOfFolder(set.truth, { failedPasswords: await failedPasswordsBySource(set.files) });
}

async function evaluateSet(set: EvaluationSet, name: string, options: EvaluationOptions): Promise<SetResult> {
  const about = { id: set.id, kind: set.kind };
  const folders = {
    staged: join(options.work, "staged", name),
    store: join(options.work, "stores", name),
    out: join(options.work, "out", name),
  };
  try {
    const truth = await truthOf(set);
    if (truth.unscored !== null) return { ...about, tags: truth.tags, state: "not-scored", reason: truth.unscored };
    const staged = await stageSet(set, folders.staged);
    await mkdir(join(options.work, "stores"), { recursive: true });
    await mkdir(folders.out, { recursive: true });
    await options.runHunt({
      paths: [staged.folder],
      store: folders.store,
      out: folders.out,
      internal: staged.internal,
      seed: options.seed,
      ...(staged.year === undefined ? {} : { year: staged.year }),
    });
    const records = readFindings(await readFile(join(folders.out, "findings.ndjson"), "utf8"));
    return {
      ...about,
      tags: truth.tags,
      state: "scored",
      score: score(truth, evaluatedFindings(records)),
      spanDays: truth.spanDays,
    };
  } catch (thrown) {
    if (thrown instanceof SpoorError && thrown.code === "cancelled") throw thrown;
    return { ...about, tags: set.truth.area, state: "failed", reason: messageOf(thrown) };
  } finally {
    if (options.keep !== true) for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true });
  }
}

function refusal(set: RefusedSet): SetResult {
  return { id: set.id, kind: "folder", tags: [], state: "not-scored", reason: set.reason };
}

function totals(results: readonly SetResult[]): readonly AreaTotal[] {
  const scores = results.flatMap((result) => (result.state === "scored" ? result.score.areas : []));
  return areas.flatMap((area) => {
    const ofArea = scores.filter((part) => part.area === area);
    if (ofArea.length === 0) return [];
    const sum = (value: (part: (typeof ofArea)[number]) => number): number =>
      ofArea.reduce((total, part) => total + value(part), 0);
    const [positives, found, foundAboveLine] = [
      sum((part) => part.positives),
      sum((part) => part.found),
      sum((part) => part.foundAboveLine),
    ];
    return {
      area,
      sets: ofArea.length,
      positives,
      found,
      foundAboveLine,
      recall: positives === 0 ? null : found / positives,
      recallAboveLine: positives === 0 ? null : foundAboveLine / positives,
      falseAboveLine: sum((part) => part.falseAboveLine),
    };
  });
}
