import { Matrix as DenseMatrix, EigenvalueDecomposition } from "ml-matrix";
import { columnMeans, type Matrix, requireColumns, requireFinite } from "./matrix.ts";

/** Principal components: the directions in which rows differ most. */
export interface Pca {
  readonly mean: Float64Array;
  /** One row a component, of length 1, largest variance first. */
  readonly components: Matrix;
  /** Variance (of the sample, n - 1) along each component, in squared units of the columns. */
  readonly explainedVariance: Float64Array;
  /** The same as a share of the whole. */
  readonly explainedVarianceRatio: Float64Array;
  readonly singularValues: Float64Array;
}

/**
 * Fits `components` principal components (at most the columns), by the eigenvectors of the covariance. A component is known up to its
 * sign: here its largest entry in absolute value, the first of equals, is positive, whatever the order of the rows.
 * RangeError on fewer than two rows or on a value that is missing or infinite.
 */
export function pca(matrix: Matrix, { components }: { components: number }): Pca {
  if (matrix.rows < 2) throw new RangeError(`principal components need two rows, not ${matrix.rows}`);
  requireFinite(matrix);
  const mean = columnMeans(matrix);
  const decomposition = new EigenvalueDecomposition(covariance(matrix, mean), { assumeSymmetric: true });
  const order = decomposition.realEigenvalues
    .map((variance, index) => ({ variance: Math.max(0, variance), index }))
    .sort((a, b) => b.variance - a.variance || a.index - b.index);
  const total = order.reduce((sum, { variance }) => sum + variance, 0);
  const kept = order.slice(0, Math.max(0, components));
  const explainedVariance = Float64Array.from(kept, ({ variance }) => variance);
  return {
    mean,
    components: {
      rows: kept.length,
      columns: matrix.columns,
      values: Float64Array.from(kept.flatMap(({ index }) => withSign(decomposition.eigenvectorMatrix.getColumn(index)))),
    },
    explainedVariance,
    explainedVarianceRatio: explainedVariance.map((variance) => (total === 0 ? 0 : variance / total)),
    singularValues: explainedVariance.map((variance) => Math.sqrt(variance * (matrix.rows - 1))),
  };
}

// Four rows at a time: the sums are read and written once for each four products.
const rowsAtOnce = 4;

function covariance(matrix: Matrix, mean: Float64Array): DenseMatrix {
  const { rows, columns, values } = matrix;
  const sums = new Float64Array(columns * columns);
  const centred = new Float64Array(rowsAtOnce * columns);
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - row);
    centred.fill(0);
    for (let place = 0, index = 0; index < count; index++) {
      for (let column = 0; column < columns; column++, place++) {
        centred[place] = (values[row * columns + place] ?? 0) - (mean[column] ?? 0);
      }
    }
    addProducts(sums, centred, columns);
  }
  const result = DenseMatrix.zeros(columns, columns);
  for (let first = 0; first < columns; first++) {
    for (let second = first; second < columns; second++) {
      const entry = (sums[first * columns + second] ?? 0) / (rows - 1);
      result.set(first, second, entry);
      result.set(second, first, entry);
    }
  }
  return result;
}

/** Adds the products of every two columns over the four rows of `centred`; only the upper triangle. */
function addProducts(sums: Float64Array, centred: Float64Array, columns: number): void {
  for (let first = 0; first < columns; first++) {
    const a = centred[first] ?? 0;
    const b = centred[columns + first] ?? 0;
    const c = centred[2 * columns + first] ?? 0;
    const d = centred[3 * columns + first] ?? 0;
    for (let second = first; second < columns; second++) {
      const place = first * columns + second;
      sums[place] =
        (sums[place] ?? 0) +
        a * (centred[second] ?? 0) +
        b * (centred[columns + second] ?? 0) +
        c * (centred[2 * columns + second] ?? 0) +
        d * (centred[3 * columns + second] ?? 0);
    }
  }
}

function withSign(vector: readonly number[]): number[] {
  const largest = vector.reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best), 0);
  return largest < 0 ? vector.map((entry) => 0 - entry) : vector.slice();
}

/** The rows in coordinates of the components. RangeError when the columns differ from those of the fit. */
export function project(model: Pca, matrix: Matrix): Matrix {
  requireColumns(matrix, model.mean.length);
  const { rows, columns } = matrix;
  const count = model.components.rows;
  const values = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let component = 0; component < count; component++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum +=
          ((matrix.values[row * columns + column] ?? 0) - (model.mean[column] ?? 0)) *
          (model.components.values[component * columns + column] ?? 0);
      }
      values[row * count + component] = sum;
    }
  }
  return { rows, columns: count, values };
}

/** Coordinates back to the columns: what the components know of the rows. RangeError when there are not as many as components. */
export function reconstruct(model: Pca, projected: Matrix): Matrix {
  requireColumns(projected, model.components.rows);
  const columns = model.mean.length;
  const values = new Float64Array(projected.rows * columns);
  for (let row = 0; row < projected.rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = model.mean[column] ?? 0;
      for (let component = 0; component < projected.columns; component++) {
        sum +=
          (projected.values[row * projected.columns + component] ?? 0) *
          (model.components.values[component * columns + column] ?? 0);
      }
      values[row * columns + column] = sum;
    }
  }
  return { rows: projected.rows, columns, values };
}

/** Mean squared difference between each row and what the components know of it: large for rows that break the usual pattern. */
export function reconstructionError(model: Pca, matrix: Matrix): Float64Array {
  const known = reconstruct(model, project(model, matrix));
  const { columns } = matrix;
  return Float64Array.from({ length: matrix.rows }, (_, row) => {
    let sum = 0;
    for (let place = row * columns; place < (row + 1) * columns; place++)
      sum += ((matrix.values[place] ?? 0) - (known.values[place] ?? 0)) ** 2;
    return sum / columns;
  });
}
