/** The numbers in ascending order, NaN left out; a copy. */
export function sortedNumbers(values: ArrayLike<number>): Float64Array {
  // A typed array sorts by value and puts NaN last.
  const sorted = (values instanceof Float64Array ? values.slice() : Float64Array.from(values)).sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  return sorted.subarray(0, count);
}
