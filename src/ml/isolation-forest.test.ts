import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { quantile } from "../stats/quantile.ts";
import { seededRandom } from "../stats/random.ts";
import { averagePathLength } from "./average-path-length.ts";
import { explainIsolation } from "./explain-isolation.ts";
import { float32AtMost } from "./float32.ts";
import { decisionFunction, isolationForest, pathLengthsOf, predictOutliers, scoreSamples } from "./isolation-forest.ts";
import { isolationForestFile, isolationForestFromFile, isolationForestToFile } from "./isolation-forest-file.ts";
import { type Matrix, matrixFromRows, rowOf } from "./matrix.ts";
import { missingByColumn } from "./missing-values.ts";
import { rankCodedTrees } from "./rank-coded-trees.ts";
import { treeShapley } from "./tree-shapley.ts";
import { leafOf, type Trees } from "./trees.ts";

fc.configureGlobal({ seed: 42 });

/** Normal rows, one of them far out in column 1. */
function crowd(rows: number, columns: number, seed = 1): Matrix {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, random.normal);
  values[1] = 12;
  return { rows, columns, values };
}

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 999 }))
  .map(([rows, columns, seed]) => crowd(rows, columns, seed));

describe("fit and score", () => {
  test("the row far out scores lowest, and predict calls it an outlier", () => {
    const rows = crowd(500, 4);
    const forest = isolationForest(rows);
    const scores = scoreSamples(forest, rows);
    expect(scores.indexOf(Math.min(...scores))).toBe(0);
    expect(predictOutliers(forest, rows)[0]).toBe(-1);
    expect(decisionFunction(forest, rows)[0]).toBe((scores[0] ?? 0) + 0.5);
  });

  test("the same seed gives the same bytes, another seed another forest", () => {
    const rows = crowd(300, 3);
    const file = (seed: number) => JSON.stringify(isolationForestToFile(isolationForest(rows, { seed })));
    expect(file(42)).toBe(file(42));
    expect(file(42)).not.toBe(file(43));
  });

  test("scores lie between -1 and 0, and are the same for all rows at once, a few, or one alone", () => {
    fc.assert(
      fc.property(matrices, (rows) => {
        const forest = isolationForest(rows, { trees: 20 });
        const scores = scoreSamples(forest, rows);
        expect(scores.every((score) => score > -1 && score < 0)).toBe(true);
        for (let row = 0; row < rows.rows; row += 7) {
          expect(scoreSamples(forest, { rows: 1, columns: rows.columns, values: rowOf(rows, row) })[0]).toBe(scores[row]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("contamination puts the offset at that quantile of the training scores (R-7)", () => {
    const rows = crowd(400, 3);
    const forest = isolationForest(rows, { contamination: 0.1 });
    expect(forest.offset).toBe(quantile(scoreSamples(forest, rows), 0.1));
    expect(predictOutliers(forest, rows).filter((label) => label === -1)).toHaveLength(40);
  });

  test("shifting a column or doubling it leaves the scores unchanged, when the values stay exact", () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 300 }, () => [random.integer(1000), random.integer(50)]);
    const plain = scoreSamples(isolationForest(matrixFromRows(rows)), matrixFromRows(rows));
    const moved = matrixFromRows(rows.map(([a = 0, b = 0]) => [2 * a, b * 8]));
    expect(scoreSamples(isolationForest(moved), moved)).toEqual(plain);
  });

  test("one row, equal rows and a constant column have a score and no crash", () => {
    expect(scoreSamples(isolationForest(matrixFromRows([[1, 2]])), matrixFromRows([[1, 2]]))).toEqual(Float64Array.of(-0.5));
    const equal = matrixFromRows(Array.from({ length: 300 }, () => [7, 7]));
    expect(new Set(scoreSamples(isolationForest(equal), equal)).size).toBe(1);
    const forest = isolationForest(matrixFromRows(Array.from({ length: 300 }, (_, row) => [7, row])));
    expect(forest.trees.feature.every((column) => column !== 0)).toBe(true);
  });

  test("trees grow from maxSamples rows and ask for maxFeatures columns", () => {
    const rows = crowd(1000, 6);
    const forest = isolationForest(rows, { maxSamples: 0.1, maxFeatures: 0.5, trees: 10 });
    expect(forest.sampleSize).toBe(100);
    for (let tree = 0; tree < 10; tree++) {
      const nodes = forest.trees.feature.subarray(forest.trees.offsets[tree], forest.trees.offsets[tree + 1]);
      expect(new Set(nodes.filter((column) => column >= 0)).size).toBeLessThanOrEqual(3);
      expect(forest.trees.rows[forest.trees.offsets[tree] ?? 0]).toBe(100);
    }
    expect(isolationForest(rows).sampleSize).toBe(256);
  });

  test("what cannot be fitted or scored is refused and named", () => {
    expect(() => isolationForest(matrixFromRows([]))).toThrow(RangeError);
    expect(() => isolationForest(matrixFromRows([[1], [Number.POSITIVE_INFINITY]]))).toThrow("row 1, column 0");
    const forest = isolationForest(crowd(100, 2));
    expect(() => scoreSamples(forest, crowd(10, 3))).toThrow("fitted on 2 columns, these rows have 3");
    expect(() =>
      scoreSamples(
        forest,
        matrixFromRows([
          [1, 1],
          [0, 1e39],
        ]),
      ),
    ).toThrow("row 1, column 1");
    expect(() => isolationForest(crowd(10, 2), { contamination: 0.6 })).toThrow();
  });

  test("average path lengths: none for one row, 1 for two, 10.2448 for 256 (Liu et al.)", () => {
    expect([1, 2, 256].map(averagePathLength)).toEqual([0, 1, expect.closeTo(10.2448, 3)]);
  });
});

describe("missing values", () => {
  test("a missing value scores as the median of its column does, and is named", () => {
    const rows = crowd(301, 3);
    const forest = isolationForest(rows);
    const missing = matrixFromRows([[0.5, null, 1]]);
    const filled = matrixFromRows([[0.5, forest.medians[1] ?? 0, 1]]);
    expect(scoreSamples(forest, missing)).toEqual(scoreSamples(forest, filled));
    expect(explainIsolation(forest, missing, 0).missing).toEqual([1]);
    expect(Array.from(missingByColumn(missing))).toEqual([0, 1, 0]);
  });

  test("a column that is missing for everyone is never asked for", () => {
    const forest = isolationForest(matrixFromRows(Array.from({ length: 50 }, (_, row) => [row, null])));
    expect(forest.trees.feature.every((column) => column <= 0)).toBe(true);
    expect(forest.medians[1]).toBe(0);
  });
});

describe("thresholds as 32-bit floats", () => {
  test("the largest float below asks the same question of every float", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), fc.float({ noNaN: true }), (threshold, value) => {
        const stored = float32AtMost(threshold);
        expect(stored).toBeLessThanOrEqual(threshold);
        expect(Math.fround(stored)).toBe(stored);
        expect(value <= stored).toBe(value <= threshold);
      }),
    );
    expect(float32AtMost(-1e-60)).toBeLessThan(0);
    expect(float32AtMost(1e-60)).toBe(0);
    expect(float32AtMost(1e300)).toBe(3.4028234663852886e38);
  });

  test("trees too wide for ranks are walked plainly, with the same scores", () => {
    const narrow = isolationForest(crowd(100, 2));
    expect(rankCodedTrees(narrow.trees, 2049)).toBeNull();
    const wide = crowd(100, 2049);
    const forest = isolationForest(wide, { trees: 5 });
    expect(scoreSamples(forest, wide)[3]).toBe(scoreSamples(forest, { rows: 1, columns: 2049, values: rowOf(wide, 3) })[0]);
  });
});

/** The average leaf value when only the columns in `known` may be looked at (path-dependent, as TreeSHAP). */
function knownValue(
  trees: Trees,
  leafValues: Float64Array,
  values: Float32Array,
  known: ReadonlySet<number>,
  node: number,
): number {
  const column = trees.feature[node] ?? -1;
  if (column < 0) return leafValues[node] ?? 0;
  const left = trees.left[node] ?? 0;
  const below = [left, left + 1].map((child) => knownValue(trees, leafValues, values, known, child));
  if (known.has(column)) return below[(values[column] ?? 0) <= (trees.threshold[node] ?? 0) ? 0 : 1] ?? 0;
  const share = (trees.rows[left] ?? 0) / (trees.rows[node] ?? 1);
  return share * (below[0] ?? 0) + (1 - share) * (below[1] ?? 0);
}

/** Shapley's definition: the mean over all orders of what a column adds when it becomes known. */
function shapleyByDefinition(trees: Trees, leafValues: Float64Array, values: Float32Array): number[] {
  const orders = permutations(Array.from(values.keys()));
  const sums = new Array<number>(values.length).fill(0);
  for (const order of orders) {
    for (const root of trees.offsets.subarray(0, -1)) {
      order.forEach((column, place) => {
        const before = knownValue(trees, leafValues, values, new Set(order.slice(0, place)), root);
        const after = knownValue(trees, leafValues, values, new Set(order.slice(0, place + 1)), root);
        sums[column] = (sums[column] ?? 0) + (after - before) / orders.length;
      });
    }
  }
  return sums;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [items.slice()];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe("explanations", () => {
  test("contributions are the Shapley values of the definition", () => {
    const rows = crowd(60, 4);
    const forest = isolationForest(rows, { trees: 5, maxSamples: 32 });
    const pathLengths = pathLengthsOf(forest.trees);
    for (let row = 0; row < 5; row++) {
      const values = Float32Array.from(rowOf(rows, row));
      const { contributions, expected, value } = treeShapley(forest.trees, pathLengths, values);
      shapleyByDefinition(forest.trees, pathLengths, values).forEach((shapley, column) => {
        expect(contributions[column]).toBeCloseTo(shapley, 10);
      });
      const leaves = Array.from({ length: 5 }, (_, tree) => pathLengths[leafOf(forest.trees, tree, values, 0)] ?? 0);
      expect(value).toBeCloseTo(
        leaves.reduce((sum, length) => sum + length, 0),
        10,
      );
      expect(expected + contributions.reduce((sum, contribution) => sum + contribution, 0)).toBeCloseTo(value, 10);
    }
  });

  test("expected score and contributions add up to the score", () => {
    fc.assert(
      fc.property(matrices, (rows) => {
        const forest = isolationForest(rows, { trees: 10 });
        const scores = scoreSamples(forest, rows);
        for (let row = 0; row < rows.rows; row += 11) {
          const { score, expected, contributions } = explainIsolation(forest, rows, row);
          expect(score).toBe(-(scores[row] ?? 0));
          expect(expected + contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 12);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("the column that is far out speaks against the row, a constant column says nothing", () => {
    const rows = crowd(400, 3);
    for (let row = 0; row < rows.rows; row++) rows.values[row * 3 + 2] = 1;
    const { contributions, score, expected } = explainIsolation(isolationForest(rows), rows, 0);
    expect(score).toBeGreaterThan(expected);
    expect(contributions[1]).toBeGreaterThan(0.1);
    expect(contributions[1]).toBeGreaterThan(5 * Math.abs(contributions[0] ?? 0));
    expect(contributions[2]).toBe(0);
  });
});

describe("as a file", () => {
  const rows = crowd(300, 3);
  const forest = isolationForest(rows, { trees: 12, contamination: 0.1 });
  const text = JSON.stringify(isolationForestToFile(forest));
  const reread = (change: (file: ReturnType<typeof isolationForestToFile>) => unknown) =>
    isolationForestFromFile(isolationForestFile.parse(change(JSON.parse(text))));

  test("what is read back is the same forest, bit for bit", () => {
    const again = reread((file) => file);
    expect(again).toEqual(forest);
    expect(scoreSamples(again, rows)).toEqual(scoreSamples(forest, rows));
  });

  test("trees that would run in circles, leave their tree or ask for absent columns are refused", () => {
    const { trees } = isolationForestToFile(forest);
    const withLeft = (edit: (left: Int32Array) => void) => {
      const left = forest.trees.left.slice();
      edit(left);
      return isolationForestToFile({ ...forest, trees: { ...forest.trees, left } }).trees;
    };
    const circular = withLeft((left) => left.fill(0, 1, 2));
    expect(() => reread((file) => ({ ...file, trees: circular }))).toThrow("do not hold together");
    expect(() => reread((file) => ({ ...file, trees: withLeft((left) => left.fill(1_000_000, 0, 1)) }))).toThrow(
      "do not hold together",
    );
    expect(() => reread((file) => ({ ...file, trees: { ...trees, rows: trees.offsets } }))).toThrow("differ in length");
    expect(() => reread((file) => ({ ...file, trees: { ...trees, left: { type: "int32", base64: "AAA=" } } }))).toThrow(
      "ends within a number",
    );
    expect(() => reread((file) => ({ ...file, columns: 2 }))).toThrow(SpoorError);
    expect(() => reread((file) => ({ ...file, trees: { ...trees, threshold: trees.left } }))).toThrow(
      "int32 numbers, not float32",
    );
  });
});
