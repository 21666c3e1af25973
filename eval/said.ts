import { isAlert } from "../src/findings/severity.ts";
import { libraryJudgement } from "../src/pursuit/verdict.ts";
import type { HuntOutcome } from "../src/run.ts";
import type { Finding, HuntStatus, Hypothesis, ObservableName } from "../src/types.ts";

/** What an arm puts before its reader as true, in a form that can be held against the truth. Names are as they stand, lower case. */
export interface Said {
  /** Findings at or above the alert line, best first: the names in each. */
  readonly findings: readonly { readonly uid: string; readonly score: number; readonly names: readonly string[] }[];
  /** By priority, with the verdict that stands. */
  readonly hypotheses: readonly SaidHypothesis[];
  readonly names: readonly string[];
  readonly eventIds: readonly string[];
  /** Events that a checked claim cites; part of `eventIds`. */
  readonly claimedEventIds: readonly string[];
  readonly techniques: readonly string[];
  readonly claims: { readonly held: number; readonly rejected: number };
}

export interface SaidHypothesis {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly techniques: readonly string[];
  readonly status: HuntStatus;
}

const entityNames: ReadonlySet<ObservableName> = new Set<ObservableName>([
  "src_endpoint.ip",
  "src_endpoint.hostname",
  "dst_endpoint.ip",
  "dst_endpoint.hostname",
  "device.hostname",
  "device.ip",
  "actor.user.name",
  "user.name",
  "email.from",
  "email.to",
  "query.hostname",
  "url.hostname",
]);

/**
 * What stands in a run's results as true: findings at or above the alert line, hypotheses that are supported with the evidence of their
 * hunts, and the claims of pursuits that were checked.
 */
export function saidBy(outcome: HuntOutcome): Said {
  const own = outcome.findings.map(({ finding }) => finding).filter((one) => !one.isVendorAlert && one.suppression === undefined);
  const shown = own.filter(({ severity }) => isAlert(severity)).map((one) => ({ one, names: namesIn(one) }));
  const hypotheses = outcome.hypotheses.map((one) => hypothesisSaid(one, outcome));
  const supported = hypotheses.filter(({ status }) => status === "supported");
  const evidence = outcome.hunts.filter(({ status }) => status === "supported").flatMap((hunt) => hunt.evidence);
  const claims = outcome.pursuits.flatMap((pursuit) => [...pursuit.claims, ...pursuit.counterEvidence, ...pursuit.critic]);
  const known = new Set([
    ...own.flatMap(namesIn),
    ...outcome.hypotheses.flatMap(({ entities }) => entities.map(lower)),
    ...outcome.stories.flatMap(({ entities }) => entities.map(({ value }) => lower(value))),
  ]);
  const claimed = outcome.pursuits.flatMap((pursuit) => pursuit.claims);
  return {
    findings: shown.map(({ one, names }) => ({ uid: one.uid, score: one.score, names })),
    hypotheses,
    names: distinct([
      ...shown.flatMap(({ names }) => names),
      ...supported.flatMap(({ names }) => names),
      ...evidence.flatMap(({ indicators }) => indicators.map(lower)).filter((name) => known.has(name)),
      ...claimed.flatMap(({ text }) => wordsOf(text)).filter((name) => known.has(name)),
    ]),
    eventIds: distinct([
      ...shown.flatMap(({ one }) => one.evidences.flatMap(({ event_ids: ids }) => ids)),
      ...evidence.flatMap(({ eventIds }) => eventIds),
      ...claimed.flatMap(({ eventIds }) => eventIds),
    ]),
    claimedEventIds: distinct(claimed.flatMap(({ eventIds }) => eventIds)),
    techniques: distinct([
      ...shown.flatMap(({ one }) => one.attacks.map((tag) => (tag.subTechnique ?? tag.technique).uid)),
      ...supported.flatMap(({ techniques }) => techniques),
      ...claimed.flatMap(({ techniques }) => techniques),
    ]),
    claims: { held: claims.length, rejected: outcome.pursuits.reduce((sum, { rejected }) => sum + rejected.length, 0) },
  };
}

function hypothesisSaid(hypothesis: Hypothesis, { hunts, pursuits }: HuntOutcome): SaidHypothesis {
  const { id, title, entities, techniques } = hypothesis;
  const results = hunts.filter((hunt) => hunt.hypothesisId === id);
  const pursued = pursuits.find(({ hypothesisId }) => hypothesisId === id);
  const status = pursued?.status ?? libraryJudgement(hypothesis, results).status;
  return { id, title, names: entities.map(lower), techniques, status };
}

function namesIn({ observables }: Finding): string[] {
  return distinct(observables.filter(({ name }) => entityNames.has(name)).map(({ value }) => lower(value)));
}

/** Words as names are written, without the point that ends a sentence. */
function wordsOf(text: string): string[] {
  return text.split(/[\s,;()"'“”]+/).map((word) => lower(word).replace(/[.:]+$/, ""));
}

function lower(text: string): string {
  return text.trim().toLowerCase();
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
