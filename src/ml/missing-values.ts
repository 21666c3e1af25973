import { medianInPlace } from "../stats/median.ts";
import type { Matrix } from "./matrix.ts";

/**
 * The median of every column, what a missing value (NaN) is taken for: the least remarkable value there is, so that what was not
 * measured cannot make anyone stand out. A column without any value gives 0. RangeError on a value that no 32-bit float can hold.
 */
export function columnMedians({ rows, columns, values }: Matrix): Float64Array {
  const present = new Float64Array(rows);
  return Float64Array.from({ length: columns }, (_, column) => {
    let count = 0;
    for (let row = 0, place = column; row < rows; row++, place += columns) {
      const value = values[place] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (Math.abs(Math.fround(value)) === Number.POSITIVE_INFINITY) throw tooLarge(value, `row ${row}, column ${column}`);
      present[count++] = value;
    }
    return count === 0 ? 0 : medianInPlace(present.subarray(0, count));
  });
}

/** How many values are missing (NaN), by column. */
export function missingByColumn(matrix: Matrix): Uint32Array {
  const counts = new Uint32Array(matrix.columns);
  for (let place = 0; place < matrix.values.length; place++) {
    if (Number.isNaN(matrix.values[place])) counts[place % matrix.columns] = (counts[place % matrix.columns] ?? 0) + 1;
  }
  return counts;
}

/** The columns of one row that are missing (NaN), ascending. */
export function missingInRow(row: ArrayLike<number>): number[] {
  return Array.from(row).flatMap((value, column) => (Number.isNaN(value) ? [column] : []));
}

/**
 * Copies rows [first, first + count) as 32-bit floats into `block`, with the medians in place of what is missing.
 * RangeError on a value that no 32-bit float can hold.
 */
export function copyRows(matrix: Matrix, medians: Float64Array, first: number, count: number, block: Float32Array): void {
  const { columns, values } = matrix;
  const start = first * columns;
  block.set(values.subarray(start, start + count * columns));
  for (let place = 0; place < count * columns; place++) {
    const value = block[place] ?? 0;
    // True for NaN and both infinities alone, in one comparison.
    if (value - value === 0) continue;
    if (!Number.isNaN(value))
      throw tooLarge(values[start + place] ?? value, `row ${first + Math.floor(place / columns)}, column ${place % columns}`);
    block[place] = medians[place % columns] ?? 0;
  }
}

function tooLarge(value: number, where: string): RangeError {
  return new RangeError(`${where}: ${value} is larger than a 32-bit float can hold`);
}
