import { quantileSorted } from "./quantile.ts";
import { sortedNumbers } from "./sorted-numbers.ts";

/**
 * Skewness by quartiles only, from -1 to 1: (Q1 + Q3 - 2 Q2) / (Q3 - Q1) (Bowley 1901; Yule), so that one late call does not hide
 * a beacon. No spread between the quartiles gives 0, nothing gives NaN; NaN values are left out, quartiles are R-7.
 */
export function bowleySkewness(values: ArrayLike<number>): number {
  const sorted = sortedNumbers(values);
  const lower = quantileSorted(sorted, 0.25);
  const middle = quantileSorted(sorted, 0.5);
  const upper = quantileSorted(sorted, 0.75);
  return upper === lower ? 0 : (lower + upper - 2 * middle) / (upper - lower);
}
