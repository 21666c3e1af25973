import { z } from "zod";
import { isDrift, spread, spreadOf, stabilityIndex } from "../../ml/drift.ts";
import { predictOutliers } from "../../ml/isolation-forest.ts";
import { columnOf, type Matrix } from "../../ml/matrix.ts";
import { fitUserModel } from "../../models/fit-user-model.ts";
import { scoreUsers } from "../../models/score-users.ts";
import type { UserModel } from "../../models/user-model.ts";
import { type OpenUserModel, openUserModel } from "../../models/user-model-body.ts";
import { requireFeatures } from "../../models/user-model-file.ts";
import type { FindingDraft, Observable, Reason } from "../../types.ts";
import { type AssessContext, detector } from "../detector.ts";
import { peersOf } from "./peers.ts";
import { features, matrixOf, medianFeatures, type PersonRow, personRow } from "./people.ts";
import { peopleMap } from "./people-map.ts";
import { type Population, populationsOf } from "./populations.ts";
import { reasonsFor, strongest } from "./reasons.ts";

const parameters = z.strictObject({
  /** Trees of the isolation forest. */
  trees: z.number().int().positive().default(100),
  /** Rows that a tree is grown from. */
  maxSamples: z.number().int().min(2).default(256),
  /** "auto": flag by tail probability; a share such as 0.1 flags that share of the people, as the notebook did. */
  contamination: z.union([z.literal("auto"), z.number().positive().max(0.5)]).default("auto"),
  /** Fewer people than this have no "usual" to deviate from. */
  leastPeople: z.number().int().min(3).default(15),
  /** The least score of a finding. */
  leastScore: z.number().min(0).max(100).default(30),
});
type Parameters = z.infer<typeof parameters>;

export default detector({
  id: "behavioural-anomaly",
  name: "Unusual sign-in behaviour of people",
  version: "1",
  question: "Who signs in unlike everybody else: other hours, more countries, more addresses, more failures?",
  analyticType: "Learning (ML/DL)",
  techniques: ["T1078", "T1110"],
  anyOf: [
    { table: "authentication", columns: ["status", "user_name"] },
    { table: "authentication", columns: ["status", "user_email_addr"] },
  ],
  parameters,
  modelFeatures: features.map(({ name, unit }) => ({ name, unit })),
  questions: { people: { file: "features.sql", row: personRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ people }, context) => {
    const populations = people.length === 0 ? [] : populationsOf(people);
    if (populations.length === 0) tellTooFew(0, "people", context);
    return populations.flatMap((population, position) => {
      const model = context.model === null ? null : modelOf(population, context.model);
      if (model === undefined) return tellOther(population, context);
      if (model === null && population.people.length < context.parameters.leastPeople)
        return tellTooFew(population.people.length, population.called, context);
      tellUnknown(population, context);
      return judged(population, position === 0, model, context);
    });
  },
});

/** The given model, if it was fitted on this population (or says nothing of one). */
function modelOf({ kind }: Population, model: UserModel): UserModel | undefined {
  const fittedOn = model.parameters.population;
  return typeof fittedOn !== "string" || fittedOn === kind ? model : undefined;
}

function tellTooFew(count: number, called: string, context: AssessContext<Parameters>): [] {
  const reason = `${count} ${called} signed in; behaviour is compared from ${context.parameters.leastPeople} on`;
  context.note({ kind: "not-evaluable", reason, count });
  return [];
}

function tellOther({ called, people }: Population, context: AssessContext<Parameters>): [] {
  const reason = `the given model was fitted on others: ${people.length} ${called} were not judged`;
  context.note({ kind: "not-evaluable", reason, count: people.length });
  return [];
}

function judged(
  population: Population,
  isLargest: boolean,
  given: UserModel | null,
  context: AssessContext<Parameters>,
): FindingDraft[] {
  const { kind, called, people } = population;
  const matrix = matrixOf(people);
  const peers = peersOf(people, matrix, called);
  const model = given === null ? fitted(matrix, kind, isLargest, context) : opened(given);
  const { score } = scoreUsers(model, matrix);
  if (context.model !== null) tellDrift(context.model, matrix, called, context);
  const flags = context.parameters.contamination === "auto" ? null : predictOutliers(model.forest, matrix);
  const { leastScore } = context.parameters;
  const drafts = people.flatMap((row, position) => {
    // Explanations cost far more than scores, and a finding never scores above the model's own score.
    if (flags === null ? (score[position] ?? 0) < leastScore : flags[position] !== -1) return [];
    const reasons = reasonsFor(row, position, matrix, peers[position] ?? { who: "", medians: [] }, model);
    const total = totalOf(reasons);
    return flags === null && total < leastScore ? [] : [draft(row, total, reasons, population)];
  });
  const flagged = new Set(drafts.map((one) => String(one.keys.user)));
  const map = peopleMap(
    people.map((row) => row.person),
    matrix,
    medianFeatures(matrix),
    score,
    (row) => flagged.has(people[row]?.person ?? ""),
  );
  if (map !== null && isLargest) context.keepPeopleMap(map);
  return drafts;
}

/** Says which features are spread otherwise than when the model was fitted: its scores then mean less. */
function tellDrift(model: UserModel, matrix: Matrix, called: string, context: AssessContext<Parameters>): void {
  const then = z.array(spread).safeParse(model.parameters.spread);
  if (!then.success) return;
  const moved = then.data.flatMap((one, column) => {
    const index = stabilityIndex(one, columnOf(matrix, column));
    return isDrift(index, one, matrix.rows) ? [`${features[column]?.name ?? ""} (${index.toFixed(2)})`] : [];
  });
  if (moved.length > 0)
    context.note({
      kind: "assumption",
      reason: `${called} behave otherwise than when the model was fitted (population stability index above 0.25): ${moved.join(", ")}; fit it again`,
      count: moved.length,
    });
}

function totalOf(reasons: readonly Reason[]): number {
  const sum = reasons.reduce((points, reason) => points + reason.contribution, 0);
  return Math.min(100, Math.max(0, sum));
}

const columns = features.map(({ name, unit }) => ({ name, unit }));

function opened(model: UserModel): OpenUserModel {
  requireFeatures(model, columns);
  return openUserModel(model);
}

/** A model fitted on these people, and kept for later runs. */
function fitted(
  matrix: Matrix,
  population: Population["kind"],
  isLargest: boolean,
  context: AssessContext<Parameters>,
): OpenUserModel {
  const { trees, maxSamples, contamination } = context.parameters;
  const model = fitUserModel({
    name: isLargest ? "user-anomaly-detector" : `user-anomaly-detector-by-${population}`,
    features: columns,
    window: context.window,
    matrix,
    seed: context.seed,
    forest: { trees, maxSamples: Math.min(maxSamples, matrix.rows), contamination },
    parameters: { population, spread: features.map((_, column) => spreadOf(columnOf(matrix, column))) },
  });
  context.keepModel(model);
  return openUserModel(model);
}

function draft(row: PersonRow, score: number, reasons: readonly Reason[], among: Population): FindingDraft {
  const first = strongest(reasons);
  const failed = first.some((reason) => reason.feature === "failed_login_count");
  return {
    keys: { user: row.person },
    title: `${row.person} signs in unlike the others: ${first.map((reason) => `${reason.feature} ${reason.observed}`).join(", ")}`,
    description: `Among ${among.people.length} ${among.called}, ${row.person} stands out by ${first.map(compared).join("; ")}. ${row.events} sign-ins on ${row.active_days} days were compared.`,
    score,
    confidence: Math.round(Math.min(80, 25 + 12 * Math.log10(among.people.length) + 6 * Math.log10(1 + row.events))),
    reasons,
    benign:
      "A traveller, a new starter, a night shift, an administrator or a service account deviates as well. Ask what the person did in those days; a deviation in one feature alone is rarely an attack.",
    blindSpots: [
      "Hours are in UTC, since the person's own zone is not known.",
      "Sign-ins that no collected product logs are not counted.",
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: failed ? ["T1078", "T1110"] : ["T1078"],
    observables: [
      { name: "user.name", value: row.person },
      ...row.addresses.flatMap((address): Observable[] =>
        address === null ? [] : [{ name: "src_endpoint.ip", value: address }],
      ),
      ...row.countries.flatMap((country): Observable[] =>
        country === null ? [] : [{ name: "src_endpoint.location.country", value: country }],
      ),
    ],
    evidence: { person: row.person },
    rowCount: row.events,
    detail: { features: Object.fromEntries(features.map((feature) => [feature.name, feature.valueOf(row)])) },
  };
}

function compared({ feature, observed, baseline, peers }: Reason): string {
  const own = baseline === null ? "" : `, own usual ${baseline}`;
  return `${feature} ${observed}${own}${peers === null ? "" : `, against ${peers}`}`;
}

function tellUnknown({ people, called }: Population, context: AssessContext<Parameters>): void {
  for (const feature of features) {
    const unknown = people.filter((row) => feature.valueOf(row) === null).length;
    if (unknown > 0)
      context.note({
        kind: "missing-column",
        reason: `${feature.name} is unknown for ${unknown} of ${people.length} ${called}; the median stood in for it`,
        count: unknown,
      });
  }
}
