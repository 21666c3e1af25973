import { z } from "zod";
import type { Hypothesis } from "../types.ts";

const window = z.object({ from: z.string(), to: z.string() });

/** A hypothesis as hypotheses.json holds it. */
export const storedHypothesis = z.object({
  id: z.string(),
  title: z.string(),
  priority: z.number(),
  priorityTerms: z.record(z.string(), z.number()),
  origin: z.enum(["knowledge-base", "model"]),
  generator: z.enum(["explain", "next-step", "spread", "gap", "model"]),
  mitreTactics: z.array(z.string()),
  techniques: z.array(z.string()),
  entities: z.array(z.string()),
  findingUids: z.array(z.string()),
  description: z.string(),
  huntingSteps: z.array(z.string()),
  expectedIndicators: z.array(z.string()),
  supportsIf: z.string(),
  refutedIf: z.string(),
  benignExplanation: z.string(),
  huntIds: z.array(z.string()),
  window,
  testable: z.boolean(),
  notTestableBecause: z.string().nullable(),
}) satisfies z.ZodType<Hypothesis>;

/**
 * A model's hypothesis of an earlier run by its id, from the text of hypotheses.json; null when it has none or is of another version.
 * The knowledge base thinks of its own again in every run; what a model thought of once has to be kept to be hunted.
 */
export function modelHypothesisIn(text: string, id: string): Hypothesis | null {
  try {
    const all = z.array(storedHypothesis).parse(JSON.parse(text));
    return all.find((one) => one.id === id && one.origin === "model") ?? null;
  } catch {
    return null;
  }
}
