/**
 * Standard deviation (of the sample, n - 1, as R's sd) as a share of the mean; without unit. NaN values are left out; fewer than
 * two values or a mean of 0 give NaN.
 */
export function coefficientOfVariation(values: ArrayLike<number>): number {
  // Welford 1962: one pass, without the cancellation of the sum of squares.
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    count++;
    const difference = value - mean;
    mean += difference / count;
    squares += difference * (value - mean);
  }
  return count < 2 || mean === 0 ? Number.NaN : Math.sqrt(squares / (count - 1)) / Math.abs(mean);
}
