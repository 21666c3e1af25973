import { columnOf, type Matrix, requireColumns } from "./matrix.ts";

/** Mean and spread of every column, to bring columns of different units to one scale. */
export interface StandardScaler {
  readonly mean: Float64Array;
  /** Standard deviation (of the population, n); 1 for a constant column, which then becomes 0. */
  readonly scale: Float64Array;
}

/** Learns mean and scale by column, as scikit-learn's StandardScaler; missing values (NaN) are left out, an empty column is left as it is. */
export function standardScaler(matrix: Matrix): StandardScaler {
  const moments = Array.from({ length: matrix.columns }, (_, column) => momentsOf(columnOf(matrix, column)));
  return {
    mean: Float64Array.from(moments, ({ mean }) => mean),
    scale: Float64Array.from(moments, ({ scale }) => scale),
  };
}

/** (value - mean) / scale; missing stays missing. RangeError when the columns differ from those of the fit. */
export function standardize(scaler: StandardScaler, matrix: Matrix): Matrix {
  return map(scaler, matrix, (value, mean, scale) => (value - mean) / scale);
}

/** value * scale + mean: undoes `standardize`. RangeError when the columns differ from those of the fit. */
export function unstandardize(scaler: StandardScaler, matrix: Matrix): Matrix {
  return map(scaler, matrix, (value, mean, scale) => value * scale + mean);
}

function map(scaler: StandardScaler, matrix: Matrix, change: (value: number, mean: number, scale: number) => number): Matrix {
  requireColumns(matrix, scaler.mean.length);
  const { rows, columns } = matrix;
  const values = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    const mean = scaler.mean[column] ?? 0;
    const scale = scaler.scale[column] ?? 1;
    for (let place = column; place < values.length; place += columns)
      values[place] = change(matrix.values[place] ?? 0, mean, scale);
  }
  return { rows, columns, values };
}

/** Two passes: the mean first, then the squares around it, corrected for the rounding of the mean (Chan, Golub and LeVeque 1983). */
function momentsOf(column: Float64Array): { mean: number; scale: number } {
  const known = column.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return { mean: 0, scale: 1 };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  let squares = 0;
  let rest = 0;
  for (const value of known) {
    squares += (value - mean) ** 2;
    rest += value - mean;
  }
  const variance = (squares - (rest * rest) / known.length) / known.length;
  // What rounding alone can make of a constant column (scikit-learn's bound) counts as none.
  const epsilon = Number.EPSILON * known.length;
  const isConstant = variance <= epsilon * variance + (epsilon * mean) ** 2;
  return { mean, scale: isConstant ? 1 : Math.sqrt(variance) };
}
