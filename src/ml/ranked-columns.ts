/** Every value as its rank among the different values of its column: splitting by order needs no more. Column after column. */
export interface RankedColumns {
  readonly rows: number;
  readonly columns: number;
  /** The rank of row r in column c is ranks[c * rows + r], from 0. */
  readonly ranks: Uint32Array;
  /** By column: its different values, ascending. */
  readonly distinct: readonly Float32Array[];
}

/** Ranks of rows of 32-bit floats, row after row in `values`. */
export function rankedColumns(values: Float32Array, rows: number, columns: number): RankedColumns {
  const ranks = new Uint32Array(rows * columns);
  const distinct = Array.from({ length: columns }, (_, column) => {
    const sorted = new Float32Array(rows);
    for (let row = 0; row < rows; row++) sorted[row] = values[row * columns + column] ?? 0;
    sorted.sort();
    const different = withoutRepeats(sorted);
    const start = column * rows;
    for (let row = 0; row < rows; row++) ranks[start + row] = placeOf(different, values[row * columns + column] ?? 0);
    return different;
  });
  return { rows, columns, ranks, distinct };
}

function withoutRepeats(sorted: Float32Array): Float32Array {
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[count - 1]) sorted[count++] = sorted[index] ?? 0;
  }
  return sorted.slice(0, count);
}

function placeOf(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
