/**
 * Average precision: the precision at each score threshold, weighted by the recall it adds; tied scores are one threshold
 * (scikit-learn's average_precision_score). `labels`: nonzero is positive. NaN without a positive.
 */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index);
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  let found = 0;
  let sum = 0;
  for (let first = 0; first < order.length; ) {
    let next = first;
    let gained = 0;
    while (next < order.length && scores[order[next] ?? 0] === scores[order[first] ?? 0]) {
      if ((labels[order[next] ?? 0] ?? 0) !== 0) gained++;
      next++;
    }
    found += gained;
    sum += (gained * found) / next;
    first = next;
  }
  return found === 0 ? Number.NaN : sum / found;
}
