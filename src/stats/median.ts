/**
 * The middle value, or the mean of the two middle ones (R-7 at one half). NaN values are left out; nothing gives NaN.
 * Linear in the number of values: selection on a copy.
 */
export function median(values: ArrayLike<number>): number {
  const numbers = new Float64Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) numbers[count++] = value;
  }
  return medianInPlace(numbers.subarray(0, count));
}

/** The same of numbers without NaN, whose order is lost. */
export function medianInPlace(numbers: Float64Array): number {
  if (numbers.length === 0) return Number.NaN;
  const middle = numbers.length >> 1;
  select(numbers, middle, 0, numbers.length - 1);
  const upper = numbers[middle] ?? Number.NaN;
  if (numbers.length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < middle; index++) lower = Math.max(lower, numbers[index] ?? lower);
  return lower === upper ? upper : lower + 0.5 * (upper - lower);
}

// From here on a sample tells better where to divide than three values do.
const manyValues = 600;

/** Puts the value of rank `rank` in its place between `first` and `last`: smaller ones before it, larger ones behind it (Floyd and Rivest 1975). */
function select(values: Float64Array, rank: number, first: number, last: number): void {
  let low = first;
  let high = last;
  while (low < high) {
    if (high - low > manyValues) {
      const count = high - low + 1;
      const log = Math.log(count);
      const sample = 0.5 * Math.exp((2 * log) / 3);
      const offset = 0.5 * Math.sqrt((log * sample * (count - sample)) / count) * Math.sign(rank - low - count / 2);
      const share = ((rank - low) * sample) / count;
      select(
        values,
        rank,
        Math.max(low, Math.floor(rank - share + offset)),
        Math.min(high, Math.floor(rank - share + sample + offset)),
      );
    }
    const pivot = values[rank] ?? 0;
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
