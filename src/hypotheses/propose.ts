import { shortHash } from "../findings/hash.ts";
import type { LoadedHunt } from "../hunts/load.ts";
import type { Hypothesis } from "../types.ts";
import { explainFindings } from "./explain.ts";
import { neverAsked } from "./gaps.ts";
import { nextSteps } from "./next-step.ts";
import { observability, priorityOf, termsOf } from "./priority.ts";
import { huntsFor, type Idea, type Situation } from "./situation.ts";
import { spreading } from "./spread.ts";

// What a hunter can pursue in a day or two; the rest waits for the next run.
const most = 25;
// Of one technique, and about one entity, so that the list is not the same thing said many times (cf. maximal marginal relevance).
const perTechnique = 2;
const perEntity = 3;

/**
 * Hypotheses from the knowledge base, by priority: what the findings mean, what comes next, who else is met, and what nobody asked.
 * Pure; the same situation gives the same list in the same order.
 */
export function propose(situation: Situation): Hypothesis[] {
  const ideas = [...explainFindings(situation), ...nextSteps(situation), ...spreading(situation), ...neverAsked(situation)];
  const worded = distinct(ideas).flatMap((idea) => wordedIdea(idea, situation));
  worded.sort((a, b) => Number(b.testable) - Number(a.testable) || b.priority - a.priority || (a.id < b.id ? -1 : 1));
  return diverse(worded).slice(0, most);
}

/** One idea for each technique and set of entities; what more findings speak for is kept with all of them. */
function distinct(ideas: readonly Idea[]): Idea[] {
  const kept = new Map<string, Idea>();
  for (const idea of ideas) {
    const key = JSON.stringify([idea.technique, [...idea.entities].sort()]);
    const known = kept.get(key);
    if (known === undefined) kept.set(key, idea);
    else
      kept.set(key, {
        ...known,
        findings: [...new Set([...known.findings, ...idea.findings])],
        gain: Math.max(known.gain, idea.gain),
      });
  }
  return [...kept.values()];
}

function diverse(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const techniques = new Map<string, number>();
  const entities = new Map<string, number>();
  return hypotheses.filter((hypothesis) => {
    const technique = hypothesis.techniques[0] ?? "";
    const entity = hypothesis.entities[0] ?? "";
    const met = [techniques.get(technique) ?? 0, entity === "" ? 0 : (entities.get(entity) ?? 0)] as const;
    if (met[0] >= perTechnique || met[1] >= perEntity) return false;
    techniques.set(technique, met[0] + 1);
    if (entity !== "") entities.set(entity, met[1] + 1);
    return true;
  });
}

function wordedIdea(idea: Idea, { hunts, tables, attack, window }: Situation): Hypothesis[] {
  const technique = attack.technique(idea.technique);
  const library = huntsFor(idea.technique, hunts);
  const [first] = library;
  if (technique === null || first === undefined) return [];
  const terms = termsOf(idea, library, tables, attack);
  const able = library.filter((hunt) => observability(hunt, tables) > 0);
  const who = idea.entities.length === 0 ? "somewhere in the estate" : `on ${idea.entities.slice(0, 3).join(", ")}`;
  return [
    {
      id: shortHash({ technique: technique.uid, entities: [...idea.entities].sort() }).slice(0, 12),
      title: `${technique.name} (${technique.uid}) ${who}`,
      priority: priorityOf(terms),
      priorityTerms: terms,
      origin: "knowledge-base",
      generator: idea.generator,
      mitreTactics: technique.tactics.map((tactic) => tactic.name),
      techniques: [technique.uid],
      entities: idea.entities,
      findingUids: idea.findings.map((finding) => finding.uid).sort(),
      description: `${first.sections.hypothesis} ${idea.because}`,
      huntingSteps: stepsOf(able.length > 0 ? able : library, idea),
      expectedIndicators: library.map((hunt) => hunt.sections.looksFor),
      supportsIf: `A row of ${library.map((hunt) => `"${hunt.title}"`).join(" or ")} scores ${Math.min(...library.map((hunt) => hunt.supportedFrom))} or more${idea.entities.length === 0 ? "" : " for one of these entities"}, and its events cannot be put down to the benign reading.`,
      refutedIf: `None of these hunts gives a row${idea.entities.length === 0 ? "" : " for these entities"}, and their tables hold the entities' events for the whole window with the needed columns filled.`,
      benignExplanation: first.sections.looksLike,
      huntIds: library.map((hunt) => hunt.id),
      window,
      testable: able.length > 0,
      notTestableBecause: able.length > 0 ? null : lackOf(library),
    },
  ];
}

function stepsOf(hunts: readonly LoadedHunt[], idea: Idea): string[] {
  return [
    ...hunts.map(
      (hunt) =>
        `Run the hunt "${hunt.title}" (${hunt.id})${idea.entities.length === 0 ? "" : ` for ${idea.entities.slice(0, 3).join(", ")}`}.`,
    ),
    ...hunts.slice(0, 1).map((hunt) => hunt.sections.reading),
    ...(idea.findings.length === 0
      ? []
      : ["Compare with the findings that led here: same times, same accounts, same destinations?"]),
  ];
}

function lackOf(hunts: readonly LoadedHunt[]): string {
  const tables = [...new Set(hunts.flatMap((hunt) => hunt.needs.flatMap(({ anyOf }) => anyOf.map(({ table }) => table))))].sort();
  return `the hunts for it need values in ${tables.join(", ")} that are not there`;
}
