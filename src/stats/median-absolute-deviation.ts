import { median } from "./median.ts";

/**
 * The median distance from the median, in the unit of the values and unscaled (R's mad with constant = 1; for normal data multiply
 * by 1.4826 to estimate the standard deviation). NaN values are left out; nothing gives NaN.
 */
export function medianAbsoluteDeviation(values: ArrayLike<number>): number {
  const middle = median(values);
  return median(Float64Array.from(values, (value) => Math.abs(value - middle)));
}
