import type { Hypothesis } from "../types.ts";

/** How often one technique and one entity may stand among the first ten, and in all. */
const top = { places: 10, perTechnique: 2, perEntity: 3 } as const;
const inAll = { places: Number.POSITIVE_INFINITY, perTechnique: 4, perEntity: 6 } as const;

/**
 * The ranked list without saying one thing many times: of the first ten at most two are about one technique and three about one entity;
 * what is passed over follows by its rank, and beyond four and six it is left out. The idea of maximal marginal relevance (Carbonell
 * and Goldstein 1998) with a rule instead of a measure.
 */
export function diverse(ranked: readonly Hypothesis[]): Hypothesis[] {
  const first = varied(ranked, [], top);
  const isFirst = new Set(first);
  return varied(
    ranked.filter((hypothesis) => !isFirst.has(hypothesis)),
    first,
    inAll,
  );
}

/** `chosen` and, in their order, those of `ranked` that keep within the limits. */
function varied(ranked: readonly Hypothesis[], chosen: readonly Hypothesis[], limits: typeof top | typeof inAll): Hypothesis[] {
  const techniques = new Map<string, number>();
  const entities = new Map<string, number>();
  const kept: Hypothesis[] = [];
  const keep = (hypothesis: Hypothesis): void => {
    kept.push(hypothesis);
    for (const id of hypothesis.techniques) techniques.set(id, (techniques.get(id) ?? 0) + 1);
    for (const entity of hypothesis.entities) entities.set(entity, (entities.get(entity) ?? 0) + 1);
  };
  for (const hypothesis of chosen) keep(hypothesis);
  for (const hypothesis of ranked) {
    if (kept.length >= limits.places) break;
    const isTold =
      hypothesis.techniques.some((id) => (techniques.get(id) ?? 0) >= limits.perTechnique) ||
      hypothesis.entities.some((entity) => (entities.get(entity) ?? 0) >= limits.perEntity);
    if (!isTold) keep(hypothesis);
  }
  return kept;
}
