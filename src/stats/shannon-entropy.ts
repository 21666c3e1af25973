/**
 * Shannon entropy of counts, in bits (Shannon 1948): 0 when all fall on one, log2(n) when n are equally frequent. Counts that are
 * 0, negative or NaN are left out; nothing gives 0.
 */
export function shannonEntropy(counts: Iterable<number>): number {
  const positive = Array.from(counts).filter((count) => count > 0);
  const total = positive.reduce((sum, count) => sum + count, 0);
  // Not -Σ p log2 p: one value alone would give -0.
  return positive.reduce((sum, count) => sum + (count / total) * Math.log2(total / count), 0);
}
