import type { Outcome } from "../../reasoner/port.ts";
import type { Gap } from "../../types.ts";

/** A hypothesis of the model that was not taken. The title is the model's: for the ledger, never for the report. */
export interface Dropped {
  readonly title: string;
  readonly because: string;
}

const part = "language model";
const without = "hypotheses come from the knowledge base alone";

/** What a reader must know when the model gave nothing; null when it answered. */
export function gapOfOutcome(outcome: Outcome): Gap | null {
  const told = (kind: Gap["kind"], reason: string): Gap => ({
    stage: "hypothesise",
    part,
    kind,
    reason: `${reason}: ${without}`,
  });
  switch (outcome.kind) {
    case "ok":
      return null;
    case "disabled":
      return told("not-configured", `there is no model (${outcome.reason})`);
    case "refusal":
      return told("failed", `the model refused${outcome.category === null ? "" : ` (${outcome.category})`}`);
    case "truncated":
      return told("limit", "the model's answer was longer than it may be and was cut off");
    case "budget":
      return told("limit", `the model was not asked, because it would have cost more than may be spent (${outcome.reason})`);
    case "timeout":
      return told("failed", `the model did not answer in time (${outcome.reason})`);
    case "overloaded":
      return told("failed", `the model could not be reached (${outcome.reason})`);
    case "invalid":
      return told("failed", `the model could not be asked or understood (${outcome.reason})`);
  }
}

/** What was dropped, counted by reason in words of our own; null when nothing was. */
export function gapOfDropped(dropped: readonly Dropped[]): Gap | null {
  if (dropped.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { because } of dropped) counts.set(because, (counts.get(because) ?? 0) + 1);
  const reasons = [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([because, count]) => `${count} ${because}`);
  return {
    stage: "hypothesise",
    part,
    kind: "failed",
    reason: `hypotheses of the model that the checks did not let through, none of them shown: ${reasons.join("; ")}`,
    count: dropped.length,
  };
}
