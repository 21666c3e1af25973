import { averagePathLength } from "./average-path-length.ts";
import { type IsolationForest, isolationScore } from "./isolation-forest.ts";
import { type Matrix, requireColumns, rowOf } from "./matrix.ts";
import { copyRows, missingInRow } from "./missing-values.ts";
import { treeShapley } from "./tree-shapley.ts";

/** Why one row has its score. `expected` and the contributions add up to `score`, but for rounding (some 1e-15). */
export interface IsolationExplanation {
  /** How abnormal the row is, 0 to 1, higher is more: minus `scoreSamples`. */
  readonly score: number;
  /** The score of the average path over the forest's own training rows. */
  readonly expected: number;
  /** By column: what it added to the score (negative: it spoke for the row). */
  readonly contributions: Float64Array;
  /** Columns whose value was missing: the median stood in, and their contribution is the median's. */
  readonly missing: readonly number[];
}

/**
 * Shapley values of the row's average path length (TreeSHAP, path-dependent: Lundberg et al. 2020), which add up to its distance
 * from the expected path length, drawn to the scale of the score: the score is one falling function of that length, so each
 * contribution is multiplied by the slope between the two lengths. That keeps sign, order and proportion, and the sum is exact.
 * RangeError when the columns differ from those of the fit.
 */
export function explainIsolation(forest: IsolationForest, matrix: Matrix, row: number): IsolationExplanation {
  requireColumns(matrix, forest.columns);
  const values = new Float32Array(matrix.columns);
  copyRows(matrix, forest.medians, row, 1, values);
  const { trees, pathLengths } = forest;
  const treeCount = trees.offsets.length - 1;
  const { contributions, expected, value } = treeShapley(trees, pathLengths, values);
  const usualLength = averagePathLength(forest.sampleSize);
  const score = isolationScore(value / treeCount, usualLength);
  const expectedScore = isolationScore(expected / treeCount, usualLength);
  const difference = contributions.reduce((sum, contribution) => sum + contribution, 0);
  const slope = difference === 0 ? 0 : (score - expectedScore) / difference;
  return {
    score,
    expected: expectedScore,
    // Adding 0 turns -0, a column that was never asked for, into 0.
    contributions: contributions.map((contribution) => contribution * slope + 0),
    missing: missingInRow(rowOf(matrix, row)),
  };
}
