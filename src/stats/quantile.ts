import { sortedNumbers } from "./sorted-numbers.ts";

/**
 * The quantile at `probability` (0 to 1), R-7 of Hyndman and Fan 1996 (the default of R, numpy and Excel): linear between order
 * statistics. NaN values are left out, ties count as often as they occur, nothing gives NaN.
 */
export function quantile(values: ArrayLike<number>, probability: number): number {
  return quantileSorted(sortedNumbers(values), probability);
}

/** The same of values already in ascending order and without NaN. */
export function quantileSorted(sorted: ArrayLike<number>, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`a probability lies from 0 to 1, not ${probability}`);
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const lower = sorted[below] ?? Number.NaN;
  // Asked first, so that an infinite neighbour does not turn a whole place into NaN.
  if (place === below) return lower;
  const upper = sorted[below + 1] ?? Number.NaN;
  return lower === upper ? lower : lower + (place - below) * (upper - lower);
}
