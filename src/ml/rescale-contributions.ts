/**
 * The same contributions drawn to another scale, so that they add up to `total` (within rounding) with sign, order and proportion kept:
 * a raw score's explanation becomes one of the calibrated score. Contributions that add up to 0 cannot be stretched and give zeros.
 */
export function rescaleContributions(contributions: ArrayLike<number>, total: number): Float64Array {
  const own = Float64Array.from(contributions);
  const sum = own.reduce((partial, contribution) => partial + contribution, 0);
  return own.map((contribution) => (sum === 0 ? 0 : contribution * (total / sum)));
}
