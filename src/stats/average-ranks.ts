/** Ranks from 1 (smallest), ties share the mean of their ranks (scipy's rankdata "average"). NaN is refused with RangeError. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const numbers = Float64Array.from(values);
  if (numbers.some(Number.isNaN)) throw new RangeError("NaN has no rank");
  const order = Uint32Array.from(numbers.keys()).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
  const ranks = new Float64Array(numbers.length);
  for (let first = 0; first < order.length; ) {
    let next = first + 1;
    while (next < order.length && numbers[order[next] ?? 0] === numbers[order[first] ?? 0]) next++;
    for (let place = first; place < next; place++) ranks[order[place] ?? 0] = (first + 1 + next) / 2;
    first = next;
  }
  return ranks;
}
