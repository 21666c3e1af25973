import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { UserModel } from "../models/user-model.ts";
import type { SqlParameters } from "../store/store.ts";
import type { Evidence, FindingDraft, PeopleMap, TableCoverage, Window } from "../types.ts";
import type { World } from "../world.ts";
import { asSqlParameters, boundIn, unmet } from "./ask.ts";
import type { LoadedDetector } from "./load.ts";

export interface DetectOptions {
  readonly detectors: readonly LoadedDetector[];
  readonly window: Window;
  readonly internal: readonly string[];
  readonly seed: number;
  readonly tables: ReadonlyMap<string, TableCoverage>;
  /** Values from the command line and configuration, by detector and parameter. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly model: UserModel | null;
}

/** A draft with the detector it comes from. */
export interface Candidate {
  readonly detector: LoadedDetector;
  readonly draft: FindingDraft;
}

/** What a detector did: whether it had the data to answer, with which parameters, and what it found. */
export interface DetectorRun {
  readonly detector: LoadedDetector;
  readonly evaluable: boolean;
  readonly failed: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly candidates: readonly Candidate[];
  readonly models: readonly UserModel[];
  readonly peopleMap: PeopleMap | null;
}

/** Asks every detector its question. One that lacks its data or fails becomes a gap, and the others go on. */
export async function detect(options: DetectOptions, world: World): Promise<DetectorRun[]> {
  const runs: DetectorRun[] = [];
  for (const [position, one] of options.detectors.entries()) {
    world.signal.throwIfAborted();
    world.progress({ stage: "detect", part: one.name, done: position, total: options.detectors.length });
    runs.push(await runDetector(one, options, world));
  }
  world.progress({ stage: "detect", part: "", done: options.detectors.length, total: options.detectors.length });
  return runs;
}

/** A detector's parameters: its defaults under the given values. Rejects wrong and unknown ones as configuration errors that name them. */
export function parametersOf(detector: LoadedDetector, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = detector.parameters instanceof z.ZodObject ? Object.keys(detector.parameters.shape) : null;
  const unknown = Object.keys(given).find((name) => known !== null && !known.includes(name));
  if (unknown !== undefined) throw wrongParameter(detector, `${detector.id} has no parameter ${unknown}`, known ?? []);
  const parsed = detector.parameters.safeParse(given);
  if (parsed.success) return z.record(z.string(), z.unknown()).parse(parsed.data);
  const wrong = parsed.error.issues.map((issue) => `${[detector.id, ...issue.path.map(String)].join(".")}: ${issue.message}`);
  throw wrongParameter(detector, wrong.join("\n"), known ?? []);
}

function wrongParameter(detector: LoadedDetector, what: string, known: readonly string[]): SpoorError {
  const list = known.length === 0 ? "" : `Parameters of ${detector.id}: ${known.join(", ")}. `;
  return new SpoorError("configuration", what, { hint: `${list}The README of the detector describes them.` });
}

async function runDetector(detector: LoadedDetector, options: DetectOptions, world: World): Promise<DetectorRun> {
  const parameters = parametersOf(detector, options.settings[detector.id] ?? {});
  const base = { detector, parameters, candidates: [], models: [], peopleMap: null };
  const lacks = detector.anyOf.map((need) => unmet(need, options.tables));
  if (lacks.length > 0 && lacks.every((lack) => lack !== null)) {
    const kind = detector.anyOf.some((need) => (options.tables.get(need.table)?.rows ?? 0) > 0) ? "missing-column" : "no-data";
    world.gaps.add({ stage: "detect", part: detector.id, kind, reason: `not evaluable: ${[...new Set(lacks)].join("; ")}` });
    return { ...base, evaluable: false, failed: false };
  }
  try {
    return { ...base, evaluable: true, failed: false, ...(await answersOf(detector, parameters, options, world)) };
  } catch (cause) {
    if (
      world.signal.aborted ||
      (cause instanceof SpoorError && ["cancelled", "disk-full", "store-unavailable"].includes(cause.code))
    )
      throw cause;
    world.gaps.add({ stage: "detect", part: detector.id, kind: "failed", reason: messageOf(cause) });
    return { ...base, evaluable: true, failed: true };
  }
}

async function answersOf(
  detector: LoadedDetector,
  parameters: Readonly<Record<string, unknown>>,
  options: DetectOptions,
  world: World,
): Promise<{ candidates: Candidate[]; models: UserModel[]; peopleMap: PeopleMap | null }> {
  const answers: Record<string, readonly unknown[]> = {};
  for (const [name, question] of Object.entries(detector.questions)) {
    const lacks = (question.needs ?? []).map((need) => unmet(need, options.tables)).filter((lack) => lack !== null);
    if (lacks.length > 0)
      world.gaps.add({
        stage: "detect",
        part: detector.id,
        kind: "not-evaluable",
        reason: `${question.file}: ${lacks.join("; ")}`,
      });
    const sql = detector.statements.get(question.file) ?? "";
    const values: SqlParameters = { ...windowValues(options), ...asSqlParameters(parameters), ...question.parameters };
    answers[name] =
      lacks.length > 0 ? [] : await world.store.query(sql, boundIn(sql, values), question.row, { signal: world.signal });
  }
  const models: UserModel[] = [];
  let peopleMap: PeopleMap | null = null;
  const drafts = detector.assess(answers, {
    window: options.window,
    parameters,
    seed: options.seed,
    internal: options.internal,
    tables: options.tables,
    model: options.model,
    note: (gap) => world.gaps.add({ stage: "detect", part: detector.id, ...gap }),
    keepModel: (model) => models.push(model),
    keepPeopleMap: (map) => {
      peopleMap = map;
    },
  });
  return { candidates: drafts.map((draft) => ({ detector, draft })), models, peopleMap };
}

function windowValues(options: { readonly window: Window; readonly internal: readonly string[] }): SqlParameters {
  return { from: options.window.from, to: options.window.to, internal: [...options.internal] };
}

const evidenceRow = z.object({ metadata_uid: z.string(), time: z.string(), total: z.coerce.number() });

// Enough events to judge by; the statement and its values give the rest. What is likely read (Medium and above) names nearly all of its
// events: who follows a beacon of a day follows each of its calls.
const eventsKept = 50;
const eventsKeptOfStrong = 500;
const strongScore = 45;

function mostEvents({ draft }: Candidate): number {
  return draft.score >= strongScore ? eventsKeptOfStrong : eventsKept;
}

/** The events behind a draft: runs the detector's evidence statement with the draft's values. A failure is a gap and an empty list. */
export async function evidenceOf(
  candidate: Candidate,
  options: Pick<DetectOptions, "window" | "internal">,
  parameters: Readonly<Record<string, unknown>>,
  world: World,
): Promise<Evidence> {
  const evidence = evidenceUnread(candidate, options, parameters);
  if (candidate.draft.eventUids !== undefined) return evidence;
  try {
    const counted = `SELECT metadata_uid, toString(time) AS time, count() OVER () AS total FROM (\n${evidence.sql}\n) ORDER BY time, metadata_uid LIMIT ${mostEvents(candidate)}`;
    const rows = await world.store.query(counted, asSqlParameters(evidence.parameters), evidenceRow, { signal: world.signal });
    return { ...evidence, event_ids: rows.map((row) => row.metadata_uid), row_count: rows[0]?.total ?? 0 };
  } catch (cause) {
    if (world.signal.aborted) throw cause;
    world.gaps.add({
      stage: "detect",
      part: candidate.detector.id,
      kind: "failed",
      reason: `evidence of "${candidate.draft.title}": ${messageOf(cause)}`,
    });
    return evidence;
  }
}

/** The statement and values that give the events behind a draft, with those events that the draft already names. */
export function evidenceUnread(
  candidate: Candidate,
  options: Pick<DetectOptions, "window" | "internal">,
  parameters: Readonly<Record<string, unknown>>,
): Evidence {
  const { detector, draft } = candidate;
  const sql = detector.statements.get(detector.evidenceQuestion) ?? "";
  const bound = boundIn(sql, { ...windowValues(options), ...asSqlParameters(parameters), ...draft.evidence });
  const events = (draft.eventUids ?? []).slice(0, mostEvents(candidate));
  return {
    question: `${detector.id}/${detector.evidenceQuestion}`,
    sql,
    parameters: bound,
    event_ids: events,
    row_count: draft.rowCount,
  };
}
