import { withFindings } from "../findings/entity-names.ts";
import { shortHash } from "../findings/hash.ts";
import { compareText } from "../order.ts";
import type { Hypothesis } from "../types.ts";
import { diverse } from "./diverse.ts";
import { explain } from "./explain.ts";
import { gap } from "./gap.ts";
import { recordOf } from "./knowledge.ts";
import { nextStep } from "./next-step.ts";
import { huntsOf, priorityOf, termsOf } from "./priority.ts";
import type { Idea, Situation } from "./situation.ts";
import { spread } from "./spread.ts";
import { windowAround } from "./window.ts";
import { criteria, describe, stepsFor, untestableBecause } from "./words.ts";

export type { Situation } from "./situation.ts";

// What a hunter can pursue in a day or two; the rest waits for the next run. Some places are kept for what nobody asked and for who else
// is met, however much was found; of what cannot be tested the most important is enough.
const most = { all: 25, untestable: 4 } as const;
const keptFor = { gap: 5, spread: 3 } as const;

/**
 * Hypotheses from the knowledge base, by priority: what the findings mean, what comes next, who else is met, and what nobody asked.
 * One for each technique and set of entities. Pure: the same situation gives the same list in the same order, whatever tables there are.
 */
export function propose(given: Situation): Hypothesis[] {
  // Findings say themselves which name goes with which address.
  const situation = { ...given, entities: withFindings(given.entities, given.findings) };
  const ideas = [...explain(situation), ...nextStep(situation), ...spread(situation), ...gap(situation)];
  const worded = distinct(ideas).flatMap((idea) => hypothesisOf(idea, situation));
  const testable = worded.filter((one) => one.testable).sort(byPriority);
  // By what they would mean if they could be tested: their priority is 0.
  const untestable = worded.filter((one) => !one.testable).sort((a, b) => potential(b) - potential(a) || byPriority(a, b));
  const kept = untestable.slice(0, most.untestable);
  return [...diverse(withKept(testable, most.all - kept.length)), ...kept];
}

/** The best of the ranked list, with some of the places kept; in its order. */
function withKept(ranked: readonly Hypothesis[], places: number): Hypothesis[] {
  const kept = Object.entries(keptFor).flatMap(([generator, count]) =>
    diverse(ranked.filter((one) => one.generator === generator)).slice(0, count),
  );
  const isKept = new Set(kept);
  const others = diverse(ranked.filter((one) => !isKept.has(one))).slice(0, Math.max(0, places - kept.length));
  return [...kept, ...others].sort(byPriority);
}

/** One idea for each technique and set of entities; the first generator's words, all findings, the best of the terms. */
function distinct(ideas: readonly Idea[]): Idea[] {
  const kept = new Map<string, Idea>();
  for (const idea of ideas) {
    // A spread asks about those who met its entities, not about the entities.
    const key = JSON.stringify([idea.technique, [...idea.entities].sort(compareText), idea.generator === "spread"]);
    const known = kept.get(key);
    const findings = [...new Map([...(known?.findings ?? []), ...idea.findings].map((one) => [one.uid, one])).values()];
    const gain = Math.max(known?.gain ?? 0, idea.gain);
    const plausibility = Math.max(known?.plausibility ?? 0, idea.plausibility);
    kept.set(key, { ...(known ?? idea), findings, gain, plausibility });
  }
  return [...kept.values()];
}

function hypothesisOf(idea: Idea, situation: Situation): Hypothesis[] {
  const technique = situation.attack.technique(idea.technique);
  const record = recordOf(idea.technique, situation.attack);
  if (technique === null || record === null) return [];
  const hunts = huntsOf(idea.technique, situation);
  const terms = termsOf(idea, situation);
  const because = untestableBecause(hunts, technique, situation);
  return [
    {
      id: shortHash({
        technique: technique.uid,
        entities: [...idea.entities].sort(compareText),
        spread: idea.generator === "spread",
      }).slice(0, 12),
      ...describe(idea, record, situation),
      priority: priorityOf(terms),
      priorityTerms: terms,
      origin: "knowledge-base",
      generator: idea.generator,
      mitreTactics: technique.tactics.map((tactic) => tactic.name),
      techniques: [technique.uid],
      entities: [...idea.entities],
      findingUids: idea.findings.map((finding) => finding.uid).sort(compareText),
      huntingSteps: stepsFor(idea, record, hunts, situation),
      expectedIndicators: [...record.indicators],
      ...criteria(record, hunts),
      benignExplanation: idea.benign ?? record.benign,
      huntIds: hunts.map((hunt) => hunt.id),
      window: windowAround(idea.findings, situation.window),
      testable: because === null,
      notTestableBecause: because,
    },
  ];
}

function byPriority(a: Hypothesis, b: Hypothesis): number {
  return b.priority - a.priority || compareText(a.id, b.id);
}

function potential({ priorityTerms }: Hypothesis): number {
  const { evidence = 0, prevalence = 0, impact = 0, exposure = 0, gain = 0 } = priorityTerms;
  return priorityOf({ observability: 1, evidence, prevalence, impact, exposure, gain });
}
