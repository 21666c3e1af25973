import type { Pursuit } from "../pursuit/pursuit.ts";
import type { HuntResult, Hypothesis } from "../types.ts";
import type { PastHunt } from "./past-hunt.ts";
import type { Hunted } from "./record.ts";
import { huntedBefore } from "./search.ts";

/** A hunt of the past in one line, for beside a hypothesis. */
export interface EarlierHunt {
  readonly date: string;
  readonly status: PastHunt["status"];
  readonly hypothesis: string;
  /** Name of the record in its folder. */
  readonly file: string;
}

/** Of one hypothesis the newest are enough; the folder has the others. */
const mostShown = 3;

/** What was hunted before, by the id of the hypothesis that asks the same now; only those that have something. */
export function earlierHunts(
  hypotheses: readonly Hypothesis[],
  records: readonly PastHunt[],
): Readonly<Record<string, readonly EarlierHunt[]>> {
  const told = hypotheses.map((hypothesis): [string, EarlierHunt[]] => [
    hypothesis.id,
    huntedBefore(hypothesis, records)
      .slice(0, mostShown)
      .map(({ date, status, hypothesis: title, file }) => ({ date, status, hypothesis: title, file })),
  ]);
  return Object.fromEntries(told.filter(([, hunts]) => hunts.length > 0));
}

/** Each hypothesis with what its hunts and its pursuit gave. */
export function huntedOf(
  hypotheses: readonly Hypothesis[],
  results: readonly HuntResult[],
  pursuits: readonly Pursuit[],
): Hunted[] {
  return hypotheses.map((hypothesis) => ({
    hypothesis,
    results: results.filter(({ hypothesisId }) => hypothesisId === hypothesis.id),
    pursuit: pursuits.find(({ hypothesisId }) => hypothesisId === hypothesis.id) ?? null,
  }));
}
