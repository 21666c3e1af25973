import type { Matrix } from "../src/ml/matrix.ts";
import { seededRandom } from "../src/stats/random.ts";

/** Rows in three clusters, one in a hundred far from all of them. */
export function clusteredRows(rows: number, columns: number, seed: number): Matrix {
  const random = seededRandom(seed);
  const centres = Float64Array.from({ length: 3 * columns }, () => 2 * random.normal());
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const cluster = random.integer(3);
    const spread = random.integer(100) === 0 ? 2.5 : 0.7;
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = (centres[cluster * columns + column] ?? 0) + spread * random.normal();
  }
  return { rows, columns, values };
}

/** Classes 0 and 1 (about one in ten) that hang on half of the columns, bent and with noise. */
export function classesOf({ rows, columns, values }: Matrix, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const weights = Float64Array.from({ length: Math.ceil(columns / 2) }, random.normal);
  const signals = Float64Array.from({ length: rows }, (_, row) =>
    weights.reduce((sum, weight, column) => sum + weight * Math.sin(values[row * columns + column] ?? 0), random.normal()),
  );
  const line = Float64Array.from(signals).sort()[Math.floor(0.9 * rows)] ?? 0;
  return Uint8Array.from(signals, (signal) => (signal > line ? 1 : 0));
}
