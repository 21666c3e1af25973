import { type Candidate, type DetectOptions, type DetectorRun, evidenceOf, evidenceUnread } from "../detectors/detect.ts";
import type { Evidence, Finding } from "../types.ts";
import { engineTime, type World } from "../world.ts";
import { applyBudget } from "./budget.ts";
import { merge } from "./merge.ts";
import { type AttackLookup, findingUid, toFinding, withEvidence } from "./number.ts";
import { byRank, rank } from "./rank.ts";
import { isAlert } from "./severity.ts";
import { markSuppressed, readSuppressions } from "./suppressions.ts";

// The events of the best findings of each detector are read; the others carry the statement that reads them.
const readPerDetector = 50;

/**
 * Drafts become findings: numbered, merged by uid, ranked, marked where they are suppressed and against the budget, and given the events that prove them.
 * Gives them by rank.
 */
export async function concludeFindings(
  runs: readonly DetectorRun[],
  options: Pick<DetectOptions, "window" | "internal"> & { readonly budget: number; readonly attack: AttackLookup },
  world: World,
): Promise<Finding[]> {
  const numbered = runs.flatMap((run) => run.candidates.map(({ detector, draft }) => toFinding(draft, detector, options.attack)));
  const { findings, gaps } = rank(merge(numbered));
  for (const gap of gaps) world.gaps.add(gap);
  const marked = markSuppressed(findings, await readSuppressions(world), engineTime(world.clock()));
  const budgeted = applyBudget(marked, { perDay: options.budget, window: options.window }).sort(byRank);
  const evidence = new EvidenceReader(runs, options, world);
  const proven: Finding[] = [];
  for (const [position, finding] of budgeted.entries()) {
    world.signal.throwIfAborted();
    world.progress({ stage: "evidence", part: finding.title, done: position, total: budgeted.length });
    proven.push(withEvidence(finding, await evidence.of(finding)));
  }
  return proven;
}

class EvidenceReader {
  readonly #runs: ReadonlyMap<string, DetectorRun>;
  readonly #candidates = new Map<string, Candidate>();
  readonly #read = new Map<string, number>();
  readonly #options: Pick<DetectOptions, "window" | "internal">;
  readonly #world: World;

  constructor(runs: readonly DetectorRun[], options: Pick<DetectOptions, "window" | "internal">, world: World) {
    this.#options = options;
    this.#world = world;
    this.#runs = new Map(runs.map((run) => [run.detector.id, run]));
    for (const candidate of runs.flatMap((run) => run.candidates)) this.#keepBest(candidate);
  }

  #keepBest(candidate: Candidate): void {
    const uid = findingUid(candidate.detector.id, candidate.draft.keys);
    const known = this.#candidates.get(uid);
    if (known === undefined || candidate.draft.score > known.draft.score) this.#candidates.set(uid, candidate);
  }

  async of(finding: Finding): Promise<Evidence[]> {
    const candidate = this.#candidates.get(finding.uid);
    const run = this.#runs.get(finding.detector);
    if (candidate === undefined || run === undefined) return [];
    const read = (this.#read.get(finding.detector) ?? 0) + 1;
    this.#read.set(finding.detector, read);
    if (!finding.isWithinBudget && !isAlert(finding.severity) && read > readPerDetector)
      return [evidenceUnread(candidate, this.#options, run.parameters)];
    return [await evidenceOf(candidate, this.#options, run.parameters, this.#world)];
  }
}
