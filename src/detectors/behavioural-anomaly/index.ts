import { z } from "zod";
import { predictOutliers } from "../../ml/isolation-forest.ts";
import type { Matrix } from "../../ml/matrix.ts";
import { fitUserModel } from "../../models/fit-user-model.ts";
import { explainUser, scoreUsers } from "../../models/score-users.ts";
import { type OpenUserModel, openUserModel } from "../../models/user-model-body.ts";
import { requireFeatures } from "../../models/user-model-file.ts";
import type { FindingDraft, Observable, Reason } from "../../types.ts";
import { type AssessContext, detector } from "../detector.ts";
import { features, matrixOf, type PersonRow, peerMedians, personRow } from "./people.ts";
import { peopleMap } from "./people-map.ts";

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
  questions: { people: { file: "features.sql", row: personRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ people }, context) => {
    const least = context.model === null ? context.parameters.leastPeople : 1;
    if (people.length < least) {
      context.note({
        kind: "not-evaluable",
        reason: `${people.length} people signed in; behaviour is compared from ${least} on`,
        count: people.length,
      });
      return [];
    }
    tellUnknown(people, context);
    return judged(people, context);
  },
});

function judged(people: readonly PersonRow[], context: AssessContext<Parameters>): FindingDraft[] {
  const matrix = matrixOf(people);
  const medians = peerMedians(matrix);
  const model = modelFor(matrix, context);
  const { score } = scoreUsers(model, matrix);
  const flags = context.parameters.contamination === "auto" ? null : predictOutliers(model.forest, matrix);
  const drafts = people.flatMap((row, position) => {
    const reasons = reasonsFor(row, position, matrix, medians, model);
    const total = Math.min(
      100,
      Math.max(
        0,
        reasons.reduce((sum, reason) => sum + reason.contribution, 0),
      ),
    );
    const isFlagged = flags === null ? total >= context.parameters.leastScore : flags[position] === -1;
    return isFlagged ? [draft(row, total, reasons, people.length)] : [];
  });
  const flagged = new Set(drafts.map((one) => String(one.keys.user)));
  const map = peopleMap(
    people.map((row) => row.person),
    matrix,
    medians,
    score,
    (row) => flagged.has(people[row]?.person ?? ""),
  );
  if (map !== null) context.keepPeopleMap(map);
  return drafts;
}

/** The model given on the command line, or one fitted on these people and kept. */
function modelFor(matrix: Matrix, context: AssessContext<Parameters>): OpenUserModel {
  const columns = features.map(({ name, unit }) => ({ name, unit }));
  if (context.model !== null) {
    requireFeatures(context.model, columns);
    return openUserModel(context.model);
  }
  const { trees, maxSamples, contamination } = context.parameters;
  const model = fitUserModel({
    name: "user-anomaly-detector",
    features: columns,
    window: context.window,
    matrix,
    seed: context.seed,
    forest: { trees, maxSamples: Math.min(maxSamples, matrix.rows), contamination },
  });
  context.keepModel(model);
  return openUserModel(model);
}

function reasonsFor(
  row: PersonRow,
  position: number,
  matrix: Matrix,
  medians: readonly number[],
  model: OpenUserModel,
): Reason[] {
  const explanation = explainUser(model, matrix, position);
  const reasons: Reason[] = [
    {
      feature: "usual for anyone here",
      observed: "the score of an ordinary person",
      baseline: null,
      peers: null,
      contribution: explanation.usual,
    },
  ];
  let loud = 0;
  let quiet = 0;
  for (const [column, feature] of features.entries()) {
    const value = feature.valueOf(row);
    const contribution = explanation.contributions[column] ?? 0;
    const middle = medians[column] ?? Number.NaN;
    if (contribution > 0 && value !== null && value < middle && feature.name !== "login_hour") quiet += contribution;
    else if (contribution > 0) loud += contribution;
    reasons.push({
      feature: feature.name,
      observed:
        value === null ? "unknown" : `${feature.show(value)}${feature.name === "login_country_diversity" ? placesOf(row) : ""}`,
      baseline: feature.own(row),
      peers: Number.isNaN(middle) ? null : `${feature.show(middle)} (median of ${matrix.rows} people)`,
      contribution,
    });
  }
  // To sign in less than others isolates too, but nobody is attacked by silence: that part of the deviation does not count.
  if (quiet > 0)
    reasons.push({
      feature: "less than others, not more",
      observed: "part of the deviation is low activity",
      baseline: null,
      peers: null,
      contribution: -explanation.score * (quiet / (quiet + loud)),
    });
  const [usual, ...rest] = reasons;
  return usual === undefined
    ? []
    : [...rest.sort((a, b) => b.contribution - a.contribution || (a.feature < b.feature ? -1 : 1)), usual];
}

function placesOf(row: PersonRow): string {
  const places = row.countries.filter((country) => country !== null);
  return places.length === 0 ? "" : ` (${places.join(", ")})`;
}

function draft(row: PersonRow, score: number, reasons: readonly Reason[], people: number): FindingDraft {
  const strongest = reasons.filter((reason) => reason.contribution > 0 && reason.feature !== "usual for anyone here").slice(0, 3);
  const failed = strongest.some((reason) => reason.feature === "failed_login_count");
  return {
    keys: { user: row.person },
    title: `${row.person} signs in unlike the others: ${strongest.map((reason) => `${reason.feature} ${reason.observed}`).join(", ")}`,
    description: `Among ${people} people, ${row.person} stands out by ${strongest.map((reason) => `${reason.feature} ${reason.observed}${reason.peers === null ? "" : ` against ${reason.peers}`}`).join("; ")}. ${row.events} sign-ins on ${row.active_days} days were compared.`,
    score,
    confidence: Math.round(Math.min(80, 25 + 12 * Math.log10(people) + 6 * Math.log10(1 + row.events))),
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

function tellUnknown(people: readonly PersonRow[], context: AssessContext<Parameters>): void {
  for (const feature of features) {
    const unknown = people.filter((row) => feature.valueOf(row) === null).length;
    if (unknown > 0)
      context.note({
        kind: "missing-column",
        reason: `${feature.name} is unknown for ${unknown} of ${people.length} people; the median stood in for it`,
        count: unknown,
      });
  }
}
