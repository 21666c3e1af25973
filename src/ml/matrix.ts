/** Rows of numbers in one flat array, row after row: the value of row r and column c is values[r * columns + c]. NaN is a missing value. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array | Float32Array;
}

/** A matrix from rows of equal length (null is missing); RangeError where a row has another length. */
export function matrixFromRows(rows: readonly ArrayLike<number | null>[], columns = rows[0]?.length ?? 0): Matrix {
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    if (row.length !== columns) throw new RangeError(`row ${index} has ${row.length} values, not ${columns}`);
    for (let column = 0; column < columns; column++) values[index * columns + column] = row[column] ?? Number.NaN;
  });
  return { rows: rows.length, columns, values };
}

/** One row; a view, not a copy. */
export function rowOf(matrix: Matrix, row: number): Float64Array | Float32Array {
  return matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
}

/** One column; a copy. */
export function columnOf(matrix: Matrix, column: number): Float64Array {
  const values = new Float64Array(matrix.rows);
  for (let row = 0; row < values.length; row++) values[row] = matrix.values[row * matrix.columns + column] ?? Number.NaN;
  return values;
}

/** The mean of every column; of no rows NaN. */
export function columnMeans({ rows, columns, values }: Matrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) sums[column] = (sums[column] ?? 0) + (values[place] ?? 0);
  }
  return sums.map((sum) => sum / rows);
}

/** RangeError unless the matrix has the columns that a model was fitted on. */
export function requireColumns(matrix: Matrix, columns: number): void {
  if (matrix.columns !== columns)
    throw new RangeError(`the model was fitted on ${columns} columns, these rows have ${matrix.columns}`);
}

/** RangeError on a value that is missing or infinite, for methods that have no answer for one. */
export function requireFinite({ columns, values }: Matrix): void {
  for (let place = 0; place < values.length; place++) {
    if (Number.isFinite(values[place])) continue;
    throw new RangeError(
      `row ${Math.floor(place / columns)}, column ${place % columns} is ${values[place]}: give finite numbers, or fill in what is missing`,
    );
  }
}
