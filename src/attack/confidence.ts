/** One piece of evidence that a technique was used: where it comes from, and how strong it is, 0 to 1. */
export interface WeightedEvidence {
  /** The detector or hunt it comes from. */
  readonly source: string;
  readonly strength: number;
}

/**
 * How sure the pieces of evidence together make us that a technique was used, 0 to 100 in whole points: the noisy-or
 * 100·(1 − Π(1 − s)) over sources, where s is the strongest piece of each source.
 *
 * The noisy-or (Pearl 1988, Probabilistic Reasoning in Intelligent Systems, §4.3.2) holds for independent causes. Findings of one
 * detector share its blind spots and its benign look-alikes, so fifty weak ones are not fifty reasons: only the best counts. Evidence
 * that exists never rounds to 0.
 */
export function evidenceConfidence(pieces: readonly WeightedEvidence[]): number {
  const best = new Map<string, number>();
  for (const { source, strength } of pieces) {
    const bounded = Number.isFinite(strength) ? Math.min(1, Math.max(0, strength)) : 0;
    best.set(source, Math.max(best.get(source) ?? 0, bounded));
  }
  if (best.size === 0) return 0;
  // Sorted, because floating-point products depend on the order of their factors.
  const doubt = [...best.values()].sort((a, b) => a - b).reduce((product, strength) => product * (1 - strength), 1);
  return Math.max(1, Math.round(100 * (1 - doubt)));
}
