/**
 * How likely a value at least this large is, judged by a history in ascending order without NaN: (1 + values as large) / (1 + n).
 * The value itself counts as one more observation, so the answer is never 0 (Davison and Hinkley 1997; North et al. 2002). A value
 * that ties with the history counts as large; NaN gives NaN.
 */
export function empiricalTailProbability(sortedHistory: ArrayLike<number>, value: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  let low = 0;
  let high = sortedHistory.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sortedHistory[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return (1 + sortedHistory.length - low) / (1 + sortedHistory.length);
}
