import { z } from "zod";
import { quantileSorted } from "../stats/quantile.ts";
import { sortedNumbers } from "../stats/sorted-numbers.ts";

const bins = 10;

/** How the values of a feature were spread when a model was fitted: the share of them up to each edge, and above the last. */
export const spread = z.strictObject({
  /** Different deciles, ascending. */
  edges: z.array(z.number()),
  /** One more than edges; they add up to 1. */
  shares: z.array(z.number().nonnegative()),
  count: z.int().nonnegative(),
});
export type Spread = z.infer<typeof spread>;

/** The spread of values; NaN is left out. */
export function spreadOf(values: ArrayLike<number>): Spread {
  const sorted = sortedNumbers(values);
  const deciles = Array.from({ length: bins - 1 }, (_, decile) => quantileSorted(sorted, (decile + 1) / bins));
  const edges = sorted.length === 0 ? [] : [...new Set(deciles)];
  return { edges, shares: sharesOf(sorted, edges), count: sorted.length };
}

/**
 * How far values have moved from a spread: the population stability index, the sum of (now - then) · ln(now / then) over the bins
 * (Siddiqi 2006). Below 0.1 nothing moved, above 0.25 much did. NaN is left out; no values give 0.
 */
export function stabilityIndex(then: Spread, values: ArrayLike<number>): number {
  const sorted = sortedNumbers(values);
  if (sorted.length === 0 || then.count === 0) return 0;
  const now = sharesOf(sorted, then.edges);
  // An empty bin counts as half a value: the logarithm of nothing says nothing.
  const least = 0.5 / Math.min(sorted.length, then.count);
  return now.reduce((sum, share, bin) => {
    const [a, b] = [Math.max(share, least), Math.max(then.shares[bin] ?? 0, least)];
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

/**
 * Whether so large an index shows drift: above 0.25, and above three times what two samples of these sizes from the same population
 * differ by on average, (bins - 1) · (1 / then + 1 / now) (Yurdakul and Naranjo 2020).
 */
export function isDrift(index: number, then: Spread, count: number): boolean {
  const byChance = then.edges.length * (1 / Math.max(1, then.count) + 1 / Math.max(1, count));
  return index > 0.25 && index > 3 * byChance;
}

function sharesOf(sorted: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let bin = 0;
  for (let index = 0; index < sorted.length; index++) {
    const value = sorted[index] ?? 0;
    while (bin < edges.length && value > (edges[bin] ?? 0)) bin++;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => (sorted.length === 0 ? 0 : count / sorted.length));
}
