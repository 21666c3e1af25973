import type { Hypothesis } from "../types.ts";

/** How often one technique and one entity may stand in a list of so many places. */
interface Limits {
  readonly places: number;
  readonly perTechnique: number;
  readonly perEntity: number;
}

/** Among the first ten, and in all. */
export const top: Limits = { places: 10, perTechnique: 2, perEntity: 3 };
export const inAll: Limits = { places: Number.POSITIVE_INFINITY, perTechnique: 4, perEntity: 6 };

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

/** True when the list tells of one of its techniques or entities as often as the limits allow. */
export function isTold(hypothesis: Hypothesis, list: readonly Hypothesis[], { perTechnique, perEntity }: Limits): boolean {
  return (
    hypothesis.techniques.some((id) => list.filter(({ techniques }) => techniques.includes(id)).length >= perTechnique) ||
    hypothesis.entities.some((entity) => list.filter(({ entities }) => entities.includes(entity)).length >= perEntity)
  );
}

/** `chosen` and, in their order, those of `ranked` that keep within the limits. */
function varied(ranked: readonly Hypothesis[], chosen: readonly Hypothesis[], limits: Limits): Hypothesis[] {
  const kept = [...chosen];
  for (const hypothesis of ranked) {
    if (kept.length >= limits.places) break;
    if (!isTold(hypothesis, kept, limits)) kept.push(hypothesis);
  }
  return kept;
}
