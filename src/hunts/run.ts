import type { Attack } from "../attack/attack.ts";
import { asSqlParameters, boundIn } from "../detectors/ask.ts";
import { messageOf, SpoorError } from "../errors.ts";
import { actionsFor } from "../findings/actions.ts";
import { shortHash } from "../findings/hash.ts";
import { severityOf } from "../findings/severity.ts";
import { compareText } from "../order.ts";
import type { SqlParameters } from "../store/store.ts";
import type { Finding, HuntResult, Hypothesis, ObservableName, TableCoverage, Window } from "../types.ts";
import type { World } from "../world.ts";
import { type SchemaColumns, schemaColumns } from "./columns.ts";
import { asEvidence, carrying } from "./evidence.ts";
import { type HuntRow, huntRow, type LoadedHunt } from "./hunt.ts";
import { lacking, readable } from "./lacking.ts";
import { lookAt } from "./look.ts";
import { originsOf } from "./origins.ts";
import { type PlannedHunt, planHunts } from "./plan.ts";
import { rowShows, techniquesShown } from "./shown.ts";
import { aboutWhom, summaryOf } from "./summary.ts";
import { type Look, type Verdict, verdictOf } from "./verdict.ts";

export interface RunHuntsOptions {
  readonly hunts: readonly LoadedHunt[];
  /** The window of the run: what `tables` covers. Each hypothesis brings its own. */
  readonly window: Window;
  readonly internal: readonly string[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly findings: readonly Finding[];
  readonly attack: Attack;
  /** The names under which logs know an entity: Entities has this. */
  readonly namesOf: (value: string) => readonly string[];
  /** Statements that are asked at most. */
  readonly limit?: number;
}

// The names of those whom a finding is about, as src/findings reads them; destinations and senders are what others may have met too.
const subjectNames: ReadonlySet<ObservableName> = new Set([
  "device.hostname",
  "device.uid",
  "device.ip",
  "src_endpoint.hostname",
  "src_endpoint.ip",
  "actor.user.name",
  "user.name",
  "email.to",
]);

const defaultLimit = 40;
/** A hunt that takes longer than this is one that somebody should rewrite; the others still get their turn. */
const mostSeconds = 120;

/** What asking a statement gave. */
interface Answer {
  readonly rows: readonly HuntRow[];
  readonly needs: readonly (readonly Look[])[];
  readonly failure: string | null;
}

/**
 * Asks the hunts of hypotheses and judges what they give: one result for each hypothesis and hunt, ordered as the hypotheses are.
 * The same hunt about the same entities and window is asked once. What lacks its data is not testable, what fails is inconclusive,
 * what exceeds the limit is left out; each of them is a gap.
 */
export async function runHunts(hypotheses: readonly Hypothesis[], options: RunHuntsOptions, world: World): Promise<HuntResult[]> {
  const planned = planHunts(hypotheses, options.hunts, options.namesOf);
  const columns = await schemaColumns();
  const answers = new Map<string, Answer>();
  const results: HuntResult[] = [];
  let left = 0;
  for (const [position, one] of planned.entries()) {
    world.signal.throwIfAborted();
    world.progress({ stage: "hunt", part: one.hunt.title, done: position, total: planned.length });
    const lacks = lacking(one.hunt, options.tables);
    if (lacks.length > 0) {
      results.push(untestable(one, lacks, options, world));
      continue;
    }
    if (!answers.has(one.key) && answers.size >= (options.limit ?? defaultLimit)) {
      left += 1;
      continue;
    }
    const answer = answers.get(one.key) ?? (await ask(one, columns, options, world));
    answers.set(one.key, answer);
    results.push(await resultOf(one, answer, options, world));
  }
  world.progress({ stage: "hunt", part: "", done: planned.length, total: planned.length });
  if (left > 0) noteLimit(left, options.limit ?? defaultLimit, world);
  return inOrderOf(hypotheses, results);
}

async function ask(one: PlannedHunt, columns: SchemaColumns, options: RunHuntsOptions, world: World): Promise<Answer> {
  try {
    const needs: Look[][] = [];
    for (const alternatives of readable(one.hunt, options.tables)) {
      const looks: Look[] = [];
      for (const need of alternatives)
        looks.push(await lookAt(need, one.isAboutOthers ? [] : one.names, one.window, columns, world));
      needs.push(looks);
    }
    const values = valuesOf(one, options.internal);
    const rows = await world.store.query(one.hunt.sql, values, huntRow, { signal: world.signal, maxSeconds: mostSeconds });
    return { rows, needs, failure: null };
  } catch (cause) {
    if (
      world.signal.aborted ||
      (cause instanceof SpoorError && ["cancelled", "disk-full", "store-unavailable"].includes(cause.code))
    )
      throw cause;
    const failure = messageOf(cause);
    world.gaps.add({ stage: "hunt", part: one.hunt.id, kind: "failed", reason: failure });
    return { rows: [], needs: [], failure };
  }
}

function valuesOf({ hunt, names, window }: PlannedHunt, internal: readonly string[]): SqlParameters {
  const all = {
    from: window.from,
    to: window.to,
    internal: [...internal],
    entities: [...names],
    ...asSqlParameters(hunt.parameters),
  };
  return boundIn(hunt.sql, all);
}

async function resultOf(one: PlannedHunt, answer: Answer, options: RunHuntsOptions, world: World): Promise<HuntResult> {
  const { hunt } = one;
  const others = answer.rows.filter((row) => !isKnownAlready(row, one.hypothesis, options));
  const rows = others.filter((row) => rowShows(row, one.hypothesis));
  const coverage = coverageOf(answer.needs);
  const verdict = judged(one, rows, answer, world);
  const carried = carrying(rows, hunt);
  const origins = await originsOf(carried, tablesOf(answer.needs), world);
  const told = {
    hunt,
    about: aboutOf(one.hypothesis),
    rows: carried,
    coverage,
    knownEvents: knownEvents(carried, one.hypothesis, options),
    elsewhere: others.length - rows.length,
  };
  return {
    ...identity(one, carried),
    status: verdict.status,
    evidence: carried.map((row) => asEvidence(row, hunt, origins)),
    summary: summaryOf(verdict, told),
    recommendedActions: verdict.status === "supported" ? actionsOf(one, carried, options) : [],
    coverage,
    sql: hunt.sql,
    parameters: valuesOf(one, options.internal),
    resultHash: shortHash(answer.rows),
  };
}

function judged(one: PlannedHunt, rows: readonly HuntRow[], answer: Answer, world: World): Verdict {
  if (answer.failure !== null) return { status: "inconclusive", because: `the hunt failed (${answer.failure})` };
  // Rows of the right kind may be missing from a table that has others: sign-ins, but no ticket requests.
  const absent = answer.needs.filter((looks) => looks.every((look) => look.estateRows === 0));
  if (rows.length === 0 && absent.length > 0) {
    const reason = [...new Set(absent.flat().map((look) => `no ${look.table} events of the kind it reads in its window`))].join(
      "; ",
    );
    world.gaps.add({ stage: "hunt", part: one.hunt.id, kind: "no-data", reason });
    return { status: "not-testable", because: reason };
  }
  return verdictOf(rows, answer.needs, {
    supportedFrom: one.hunt.supportedFrom,
    isNamed: one.names.length > 0 && !one.isAboutOthers,
  });
}

/** A spread is about others: rows about those whom the findings name already do not count for it. */
function isKnownAlready(row: HuntRow, hypothesis: Hypothesis, { findings, namesOf }: RunHuntsOptions): boolean {
  if (hypothesis.generator !== "spread") return false;
  const own = findings.filter(({ uid }) => hypothesis.findingUids.includes(uid));
  const named = new Set(
    own.flatMap(({ observables }) => observables.filter(({ name }) => subjectNames.has(name)).map(({ value }) => value)),
  );
  return namesOf(row.entity).some((name) => named.has(name));
}

function knownEvents(rows: readonly HuntRow[], hypothesis: Hypothesis, { findings }: RunHuntsOptions): number {
  const own = findings.filter(({ uid }) => hypothesis.findingUids.includes(uid));
  const known = new Set(own.flatMap(({ evidences }) => evidences.flatMap(({ event_ids }) => event_ids)));
  return new Set(rows.flatMap((row) => row.event_ids.filter((uid) => known.has(uid)))).size;
}

function untestable(one: PlannedHunt, lacks: readonly string[], options: RunHuntsOptions, world: World): HuntResult {
  const tables = one.hunt.needs.flatMap(({ anyOf }) => anyOf.map(({ table }) => table));
  const kind = tables.some((table) => (options.tables.get(table)?.rows ?? 0) > 0) ? "missing-column" : "no-data";
  const because = lacks.join("; ");
  world.gaps.add({ stage: "hunt", part: one.hunt.id, kind, reason: `not testable: ${because}` });
  const told = { hunt: one.hunt, about: aboutOf(one.hypothesis), rows: [], coverage: [], knownEvents: 0, elsewhere: 0 };
  return {
    ...identity(one, []),
    status: "not-testable",
    evidence: [],
    summary: summaryOf({ status: "not-testable", because }, told),
    recommendedActions: [],
    coverage: [],
    sql: one.hunt.sql,
    parameters: valuesOf(one, options.internal),
    resultHash: shortHash([]),
  };
}

function identity({ hypothesis, hunt, key }: PlannedHunt, rows: readonly HuntRow[]) {
  return {
    id: shortHash({ hypothesis: hypothesis.id, asked: key }),
    hypothesisId: hypothesis.id,
    huntId: hunt.id,
    title: hunt.title,
    techniques: techniquesShown(hunt, hypothesis, rows),
  };
}

function actionsOf(one: PlannedHunt, rows: readonly HuntRow[], options: RunHuntsOptions): string[] {
  const techniques = techniquesShown(one.hunt, one.hypothesis, rows);
  const tactics = techniques.flatMap((id) => options.attack.technique(id)?.tactics.map(({ uid }) => uid) ?? []);
  const best = Math.max(...rows.map((row) => row.score * one.hunt.reliability));
  return actionsFor({ detectors: [], techniques, tactics, severity: severityOf(best) }).map(({ text }) => text);
}

function aboutOf(hypothesis: Hypothesis): string {
  const whom = aboutWhom(hypothesis.entities);
  return hypothesis.generator === "spread" && hypothesis.entities.length > 0 ? `others that met ${whom}` : whom;
}

function coverageOf(needs: readonly (readonly Look[])[]): { table: string; rows: number }[] {
  const byTable = new Map<string, number>();
  for (const { table, rows } of needs.flat()) byTable.set(table, Math.max(byTable.get(table) ?? 0, rows));
  return [...byTable].map(([table, rows]) => ({ table, rows })).sort((a, b) => compareText(a.table, b.table));
}

function tablesOf(needs: readonly (readonly Look[])[]): string[] {
  return [...new Set(needs.flat().map(({ table }) => table))].sort(compareText);
}

function noteLimit(left: number, limit: number, world: World): void {
  world.gaps.add({
    stage: "hunt",
    part: "hunts",
    kind: "limit",
    reason: `${limit} statements were asked; the last ones of lesser hypotheses were left out. Run one hypothesis alone to ask all of its hunts`,
    count: left,
  });
}

function inOrderOf(hypotheses: readonly Hypothesis[], results: readonly HuntResult[]): HuntResult[] {
  const place = new Map(hypotheses.map(({ id }, position) => [id, position]));
  const placeOf = (result: HuntResult) => place.get(result.hypothesisId ?? "") ?? hypotheses.length;
  return results
    .map((result, position) => ({ result, position }))
    .sort((a, b) => placeOf(a.result) - placeOf(b.result) || a.position - b.position)
    .map(({ result }) => result);
}
