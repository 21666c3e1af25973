import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasReferenceData, type ReferenceTable, readReferenceJson, readReferenceTable } from "../../test/reference-tables.ts";
import { SpoorError } from "../errors.ts";
import { seededRandom } from "../stats/random.ts";
import { rocAuc } from "../stats/roc-auc.ts";
import { impurityImportance } from "./impurity-importance.ts";
import { type Matrix, matrixFromRows } from "./matrix.ts";
import {
  classProbabilities,
  predictClasses,
  type RandomForest,
  randomForest,
  randomForestOptions,
  sharesOf,
} from "./random-forest.ts";
import { randomForestFile, randomForestFromFile, randomForestToFile } from "./random-forest-file.ts";
import { treesFromScikitLearn } from "./trees.ts";

fc.configureGlobal({ seed: 42 });

const numbers = z.array(z.number());
const isAbsent = !hasReferenceData;

/** Rows whose class depends on the first two columns; the third is noise. */
function labelled(rows: number, seed = 1): { matrix: Matrix; classes: number[] } {
  const random = seededRandom(seed);
  const values = Array.from({ length: rows }, () => [random.normal(), random.normal(), random.normal()]);
  return { matrix: matrixFromRows(values), classes: values.map(([a = 0, b = 0]) => (a + b > 0.5 ? 1 : 0)) };
}

describe.skipIf(isAbsent)("random forest against scikit-learn 1.2.1 (skipped where ../shared/fixtures is absent)", () => {
  test("the given fitted trees give the given probabilities and importances, to 1e-9", () => {
    const tree = z.object({
      left: numbers,
      right: numbers,
      feature: numbers,
      threshold: numbers,
      samples: numbers,
      value: z.array(numbers),
    });
    const given = readReferenceJson(
      "fixtures/rforest_trees.json",
      z.object({
        trees: z.array(tree),
        X_float32: z.array(numbers),
        predict_proba: z.array(numbers),
        feature_importances: numbers,
      }),
    );
    const { trees, source } = treesFromScikitLearn(given.trees);
    const owner = Array.from(source.keys(), (node) =>
      trees.offsets.findIndex((start, index) => start <= node && node < (trees.offsets[index + 1] ?? 0)),
    );
    const classWeights = Float64Array.from(
      Array.from(source).flatMap((from, node) => given.trees[owner[node] ?? 0]?.value[from] ?? []),
    );
    const rows = matrixFromRows(given.X_float32);
    const classCount = given.predict_proba[0]?.length ?? 0;
    const importance = impurityImportance(trees, classWeights, rows.columns);
    const forest: RandomForest = {
      options: randomForestOptions.parse({}),
      columns: rows.columns,
      classCount,
      trees,
      shares: sharesOf(classWeights, classCount),
      medians: new Float64Array(rows.columns),
      importance,
      outOfBag: null,
    };
    const probabilities = classProbabilities(forest, rows).values;
    given.predict_proba.flat().forEach((expected, place) => {
      expect(Math.abs((probabilities[place] ?? 0) - expected)).toBeLessThan(1e-9);
    });
    given.feature_importances.forEach((expected, column) => {
      expect(Math.abs((importance[column] ?? 0) - expected)).toBeLessThan(1e-9);
    });
  });

  /** The rows of a table marked for training (1) or for testing (0). */
  function part({ features, column }: ReferenceTable, mark: number): { matrix: Matrix; classes: number[] } {
    const train = column("train");
    const label = column("label");
    const rows = Array.from(train.keys()).filter((row) => train[row] === mark);
    const values = Float64Array.from(
      rows.flatMap((row) => Array.from(features.values.subarray(row * features.columns, (row + 1) * features.columns))),
    );
    return { matrix: { rows: rows.length, columns: features.columns, values }, classes: rows.map((row) => label[row] ?? 0) };
  }

  /** One class against the rest; their mean where there are more than two. */
  function auc(classes: readonly number[], { values, columns }: Matrix): number {
    const ofClass = (each: number) =>
      rocAuc(
        classes.map((label) => (label === each ? 1 : 0)),
        classes.map((_, row) => values[row * columns + each] ?? 0),
      );
    if (columns === 2) return ofClass(1);
    return Array.from({ length: columns }, (_, each) => ofClass(each)).reduce((sum, area) => sum + area, 0) / columns;
  }

  test.each(["binary", "three"])("%s: accuracy and AUC over two seeds lie in the range of scikit-learn's ten", (name) => {
    const range = z.object({ accuracy_min: z.number(), auc_min: z.number() });
    const expected = readReferenceJson("fixtures/index.json", z.object({ rforest: z.record(z.string(), range) })).rforest[name];
    const table = readReferenceTable(`fixtures/rforest_${name}.csv`, ["label", "train"]);
    const [train, held] = [part(table, 1), part(table, 0)];
    const results = [42, 43].map((seed) => {
      const forest = randomForest(train.matrix, train.classes, { seed });
      const predicted = predictClasses(forest, held.matrix);
      return {
        accuracy: held.classes.filter((label, row) => label === predicted[row]).length / held.classes.length,
        auc: auc(held.classes, classProbabilities(forest, held.matrix)),
      };
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(results.map(({ accuracy }) => accuracy))).toBeGreaterThanOrEqual(expected?.accuracy_min ?? 1);
    expect(mean(results.map((result) => result.auc))).toBeGreaterThanOrEqual(expected?.auc_min ?? 1);
  });
});

describe("random forest", () => {
  test("learns which side of a line a row is on, and its out-of-bag error says how well", () => {
    const { matrix, classes } = labelled(1500);
    const forest = randomForest(matrix, classes);
    const fresh = labelled(1000, 2);
    const predicted = predictClasses(forest, fresh.matrix);
    const error = fresh.classes.filter((label, row) => label !== predicted[row]).length / 1000;
    expect(error).toBeLessThan(0.06);
    expect(Math.abs((forest.outOfBag?.error ?? 1) - error)).toBeLessThan(0.03);
    expect(forest.importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(forest.importance[2]).toBeLessThan(0.15);
  });

  test("without bootstrap and with all columns, single trees are pure: the training rows get their classes back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 700 }), fc.nat(999), fc.integer({ min: 2, max: 5 }), (rows, seed, classCount) => {
        const random = seededRandom(seed);
        const matrix = { rows, columns: 3, values: Float64Array.from({ length: rows * 3 }, random.normal) };
        const classes = Array.from({ length: rows }, () => random.integer(classCount));
        const forest = randomForest(matrix, classes, { trees: 2, bootstrap: false, maxFeatures: 3, seed });
        expect(Array.from(predictClasses(forest, matrix))).toEqual(classes);
        expect(forest.outOfBag).toBeNull();
        for (let node = 0; node < forest.trees.feature.length; node++) {
          if ((forest.trees.feature[node] ?? -1) < 0) continue;
          const left = forest.trees.left[node] ?? 0;
          expect((forest.trees.rows[left] ?? 0) + (forest.trees.rows[left + 1] ?? 0)).toBe(forest.trees.rows[node]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("probabilities add up to 1, and the same seed gives the same forest", () => {
    const { matrix, classes } = labelled(400);
    const forest = randomForest(matrix, classes, { trees: 20 });
    const { values } = classProbabilities(forest, matrix);
    for (let row = 0; row < matrix.rows; row++) expect((values[2 * row] ?? 0) + (values[2 * row + 1] ?? 0)).toBeCloseTo(1, 12);
    expect(randomForest(matrix, classes, { trees: 20 })).toEqual(forest);
    expect(randomForest(matrix, classes, { trees: 20, seed: 1 }).trees).not.toEqual(forest.trees);
  });

  test("balanced weights give a rare class its say", () => {
    const random = seededRandom(9);
    const classes = Array.from({ length: 2000 }, (_, row) => (row % 50 === 0 ? 1 : 0));
    const matrix = matrixFromRows(classes.map((label) => [random.normal() + 1.5 * label, random.normal()]));
    const found = (classWeights: "none" | "balanced") =>
      predictClasses(randomForest(matrix, classes, { classWeights, minSamplesLeaf: 20, trees: 50 }), matrix).filter(
        (label) => label === 1,
      ).length;
    expect(found("balanced")).toBeGreaterThan(10 * found("none") + 10);
    const byHand = randomForest(matrix, classes, { classWeights: [2000 / (2 * 1960), 2000 / (2 * 40)], trees: 5 });
    expect(byHand.shares).toEqual(randomForest(matrix, classes, { classWeights: "balanced", trees: 5 }).shares);
  });

  test("depth and leaf size are kept", () => {
    const { matrix, classes } = labelled(1200);
    const forest = randomForest(matrix, classes, { maxDepth: 3, minSamplesLeaf: 40, trees: 10 });
    expect(forest.trees.feature.length).toBeLessThanOrEqual(10 * 15);
    forest.trees.rows.forEach((rows) => {
      expect(rows).toBeGreaterThanOrEqual(40);
    });
  });

  test("missing values, constant columns and a single class are no obstacle", () => {
    const matrix = matrixFromRows(Array.from({ length: 60 }, (_, row) => [row % 7 === 0 ? null : row, 5, null]));
    const forest = randomForest(
      matrix,
      Array.from({ length: 60 }, (_, row) => (row < 30 ? 0 : 1)),
    );
    expect(forest.outOfBag?.error).toBeLessThan(0.3);
    expect(Array.from(forest.importance)).toEqual([1, 0, 0]);
    const single = randomForest(matrix, new Array<number>(60).fill(0), { trees: 3 });
    expect(single.trees.feature).toHaveLength(3);
    expect(single.classCount).toBe(1);
  });

  test("what cannot be learned from is refused", () => {
    const { matrix, classes } = labelled(10);
    expect(() => randomForest(matrix, classes.slice(1))).toThrow("9 classes are given for 10 rows");
    expect(() =>
      randomForest(
        matrix,
        classes.map((label) => label - 0.5),
      ),
    ).toThrow(RangeError);
    expect(() => randomForest(matrixFromRows([]), [])).toThrow(RangeError);
    expect(() => randomForest(matrix, classes, { classWeights: [1] })).toThrow("class weights");
  });

  test("as a file it gives the same probabilities, and a file that does not hold together is refused", () => {
    const { matrix, classes } = labelled(300);
    const forest = randomForest(matrix, classes, { trees: 10 });
    const file = randomForestFile.parse(JSON.parse(JSON.stringify(randomForestToFile(forest))));
    expect(classProbabilities(randomForestFromFile(file), matrix)).toEqual(classProbabilities(forest, matrix));
    expect(randomForestFromFile(file).outOfBag?.error).toBe(forest.outOfBag?.error);
    expect(() => randomForestFromFile({ ...file, classCount: 3 })).toThrow(SpoorError);
    expect(() => randomForestFromFile({ ...file, columns: 2 })).toThrow(SpoorError);
  });
});
