import { averageRanks } from "./average-ranks.ts";

/** Spearman's rank correlation, -1 to 1, ties by average ranks; NaN when one side does not vary. RangeError on unequal lengths or NaN. */
export function spearmanCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length) throw new RangeError(`${first.length} values cannot be paired with ${second.length}`);
  const ranks = averageRanks(first);
  const others = averageRanks(second);
  const middle = (first.length + 1) / 2;
  let shared = 0;
  let own = 0;
  let other = 0;
  for (let index = 0; index < ranks.length; index++) {
    const a = (ranks[index] ?? 0) - middle;
    const b = (others[index] ?? 0) - middle;
    shared += a * b;
    own += a * a;
    other += b * b;
  }
  return shared / Math.sqrt(own * other);
}
