/**
 * The middle value, or the mean of the two middle ones (R-7 at one half). NaN values are left out; nothing gives NaN.
 * Linear in the number of values: Hoare's selection (1961) on a copy.
 */
export function median(values: ArrayLike<number>): number {
  const numbers = values instanceof Float64Array ? values.slice() : Float64Array.from(values);
  let count = 0;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] ?? 0;
    if (!Number.isNaN(value)) numbers[count++] = value;
  }
  if (count === 0) return Number.NaN;
  const kept = numbers.subarray(0, count);
  const middle = count >> 1;
  select(kept, middle);
  const upper = kept[middle] ?? Number.NaN;
  if (count % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < middle; index++) lower = Math.max(lower, kept[index] ?? lower);
  return lower === upper ? upper : lower + 0.5 * (upper - lower);
}

/** Puts the value of rank `rank` in its place: smaller ones before it, larger ones behind it. */
function select(values: Float64Array, rank: number): void {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(values[low] ?? 0, values[(low + high) >> 1] ?? 0, values[high] ?? 0);
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left++;
      while ((values[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const held = values[left] ?? 0;
      values[left++] = values[right] ?? 0;
      values[right--] = held;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
