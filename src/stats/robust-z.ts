import { median } from "./median.ts";
import { medianAbsoluteDeviation } from "./median-absolute-deviation.ts";

/**
 * How far a value lies from the median of a history, in standard deviations that a few outliers cannot inflate: the modified
 * z-score of Iglewicz and Hoaglin 1993. Where more than half of the history is one value (MAD 0), the mean absolute deviation
 * stands in, scaled for normal data by 1.2533 as there. `floor` is the smallest deviation that counts, in the unit of the values,
 * so that a clock-like history does not make every second remarkable. Without any deviation: 0 at the median, else ±Infinity.
 * NaN values of the history are left out; NaN, or no history, gives NaN.
 */
export function robustZ(value: number, history: ArrayLike<number>, { floor = 0 }: { floor?: number } = {}): number {
  const middle = median(history);
  const deviation = Math.max(floor, 1.4826 * medianAbsoluteDeviation(history) || 1.2533 * meanAbsoluteDeviation(history, middle));
  if (deviation > 0) return (value - middle) / deviation;
  return value === middle ? 0 : (value - middle) * Number.POSITIVE_INFINITY;
}

function meanAbsoluteDeviation(values: ArrayLike<number>, middle: number): number {
  const distances = Array.from(values, (value) => Math.abs(value - middle)).filter((distance) => !Number.isNaN(distance));
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}
