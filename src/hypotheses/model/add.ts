import type { Gap, Hypothesis } from "../../types.ts";
import type { World } from "../../world.ts";
import { joinHypotheses } from "../join.ts";
import { type ModelHypotheses, type ProposeWithModelOptions, proposeWithModel } from "./propose.ts";

/** The hypotheses of a run with those of a model among them, and what was asked of the model for them. */
export interface AddedHypotheses {
  readonly hypotheses: readonly Hypothesis[];
  readonly asked: ModelHypotheses;
}

/**
 * The knowledge base's hypotheses with those of a model put in between. What the model did not give, or gave in vain, becomes a gap of
 * the world.
 */
export async function addFromModel(
  options: Omit<ProposeWithModelOptions, "gaps">,
  world: Pick<World, "gaps" | "signal" | "progress">,
): Promise<AddedHypotheses> {
  world.progress({ stage: "hypothesise", part: options.reasoner.name, done: 0, total: 1 });
  const asked = await proposeWithModel({ ...options, gaps: world.gaps.list() }, world.signal);
  world.progress({ stage: "hypothesise", part: options.reasoner.name, done: 1, total: 1 });
  for (const gap of asked.gaps) world.gaps.add(gap);
  const { hypotheses, leftOut } = joinHypotheses(options.known, asked.hypotheses);
  if (leftOut.length > 0) world.gaps.add(gapOfLeftOut(leftOut.length));
  return { hypotheses, asked };
}

function gapOfLeftOut(count: number): Gap {
  return {
    stage: "hypothesise",
    part: "language model",
    kind: "limit",
    reason:
      "hypotheses of the model that held, and were left out because others speak of the same technique or entity often enough",
    count,
  };
}
