import type { Hypothesis } from "../types.ts";
import { inAll, isTold, top } from "./diverse.ts";

/** One list of both origins, and what the rules of variety kept out of it. */
export interface Joined {
  readonly hypotheses: readonly Hypothesis[];
  readonly leftOut: readonly Hypothesis[];
}

/**
 * The knowledge base's list with a model's hypotheses put in by priority. Every hypothesis of the knowledge base stays, in its order;
 * the model's come in addition, as far as one technique and one entity are not told of too often, in all and among the first ten.
 */
export function joinHypotheses(known: readonly Hypothesis[], fromModel: readonly Hypothesis[]): Joined {
  const hypotheses = [...known];
  const leftOut: Hypothesis[] = [];
  for (const hypothesis of fromModel) {
    if (isTold(hypothesis, hypotheses, inAll)) {
      leftOut.push(hypothesis);
      continue;
    }
    const first = hypotheses.slice(0, top.places);
    const found = hypotheses.findIndex((other) => !other.testable || other.priority < hypothesis.priority);
    const byPriority = found === -1 ? hypotheses.length : found;
    const place =
      byPriority < top.places && isTold(hypothesis, first, top) ? Math.min(top.places, hypotheses.length) : byPriority;
    hypotheses.splice(hypothesis.testable ? place : hypotheses.length, 0, hypothesis);
  }
  return { hypotheses, leftOut };
}
