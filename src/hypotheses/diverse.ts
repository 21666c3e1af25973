import type { Hypothesis } from "../types.ts";

/** Places at the top that are kept varied, and how often one technique or entity may stand there. */
const top = { places: 10, perTechnique: 2, perEntity: 3 } as const;

/**
 * The ranked list with a varied top: of the first ten at most two are about one technique and three about one entity; what is passed
 * over follows by its rank. The idea of maximal marginal relevance (Carbonell and Goldstein 1998) with a rule instead of a measure.
 */
export function diverse(ranked: readonly Hypothesis[]): Hypothesis[] {
  const techniques = new Map<string, number>();
  const entities = new Map<string, number>();
  const chosen: Hypothesis[] = [];
  for (const hypothesis of ranked) {
    if (chosen.length >= top.places) break;
    const isTold =
      hypothesis.techniques.some((id) => (techniques.get(id) ?? 0) >= top.perTechnique) ||
      hypothesis.entities.some((entity) => (entities.get(entity) ?? 0) >= top.perEntity);
    if (isTold) continue;
    chosen.push(hypothesis);
    for (const id of hypothesis.techniques) techniques.set(id, (techniques.get(id) ?? 0) + 1);
    for (const entity of hypothesis.entities) entities.set(entity, (entities.get(entity) ?? 0) + 1);
  }
  const isChosen = new Set(chosen);
  return [...chosen, ...ranked.filter((hypothesis) => !isChosen.has(hypothesis))];
}
