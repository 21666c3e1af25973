import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasReferenceData, readReferenceJson, readReferenceTable } from "../../test/reference-tables.ts";
import { rocAuc } from "../stats/roc-auc.ts";
import { spearmanCorrelation } from "../stats/spearman-correlation.ts";
import {
  type IsolationForest,
  isolationForest,
  isolationForestOptions,
  pathLengthsOf,
  predictOutliers,
  scoreSamples,
} from "./isolation-forest.ts";
import { matrixFromRows } from "./matrix.ts";
import { treesFromScikitLearn } from "./trees.ts";

const numbers = z.array(z.number());
const tree = z.object({ left: numbers, right: numbers, feature: numbers, threshold: numbers, samples: numbers });
const set = z.object({ auc_mean: z.number(), auc_sd: z.number(), fresh_seed_to_mean20_min: z.number() });
const table = z.object({ name: z.string(), file: z.string(), sklearn_auc_mean: z.number(), sklearn_auc_sd: z.number() });
const isAbsent = !hasReferenceData;

describe.skipIf(isAbsent)("isolation forest against scikit-learn 1.2.1 (skipped where ../shared/fixtures is absent)", () => {
  test("the given fitted trees give the given scores, to 1e-9", () => {
    const given = readReferenceJson(
      "fixtures/iforest_trees.json",
      z.object({ max_samples: z.number(), trees: z.array(tree), X_float32: z.array(numbers), score_samples: numbers }),
    );
    const { trees } = treesFromScikitLearn(given.trees);
    const rows = matrixFromRows(given.X_float32);
    const forest: IsolationForest = {
      options: isolationForestOptions.parse({ trees: given.trees.length, maxSamples: given.max_samples }),
      columns: rows.columns,
      sampleSize: given.max_samples,
      trees,
      pathLengths: pathLengthsOf(trees),
      medians: new Float64Array(rows.columns),
      offset: -0.5,
    };
    const scores = scoreSamples(forest, rows);
    expect(scores).toHaveLength(given.score_samples.length);
    given.score_samples.forEach((expected, row) => {
      expect(Math.abs((scores[row] ?? 0) - expected)).toBeLessThan(1e-9);
    });
    // One row at a time takes the plain walk: the same bits.
    expect(given.X_float32.map((row) => scoreSamples(forest, matrixFromRows([row]))[0])).toEqual(Array.from(scores));
  });

  test.each(["users_d100k", "users_d1m", "blobs6", "wide30", "ties", "tiny", "duplicates"])(
    "%s: AUC within four deviations of scikit-learn's seeds, ranks agree with their mean as a further seed's do",
    (name) => {
      const expected = set.parse(
        readReferenceJson("fixtures/index.json", z.object({ iforest: z.record(z.string(), z.unknown()) })).iforest[name],
      );
      const { features, column } = readReferenceTable(`fixtures/iforest_${name}.csv`);
      const meanScores = readReferenceTable(`fixtures/iforest_${name}_scores.csv`, []).column("score_mean20");
      for (const seed of [42, 43, 44]) {
        const scores = scoreSamples(isolationForest(features, { seed }), features);
        const auc = rocAuc(
          column("label"),
          scores.map((score) => -score),
        );
        expect(auc).toBeGreaterThanOrEqual(expected.auc_mean - 4 * expected.auc_sd);
        expect(spearmanCorrelation(scores, meanScores)).toBeGreaterThanOrEqual(expected.fresh_seed_to_mean20_min - 0.01);
      }
    },
  );

  test("contamination 0.1 flags as many rows as scikit-learn does, near its threshold", () => {
    const { features } = readReferenceTable("fixtures/iforest_users_d1m.csv");
    const forest = isolationForest(features, { contamination: 0.1 });
    expect(predictOutliers(forest, features).filter((label) => label === -1)).toHaveLength(154);
    expect(forest.offset).toBeCloseTo(-0.5417, 1);
  });
});

describe.skipIf(isAbsent)("ranking on ten public tables (ADBench; skipped where ../shared/data is absent)", () => {
  // Two means of ten seeds of equal forests differ by more than this once in forty times.
  const allowance = (sd: number) => Math.max(0.005, 2 * sd * Math.sqrt(2 / 10));
  const tables = isAbsent ? [] : readReferenceJson("data/iforest-bench/truth.json", z.object({ items: z.array(table) })).items;

  test.each(tables)("$name: mean AUC over ten seeds, from the default seed on, is scikit-learn's", ({ file, ...expected }) => {
    const { features, column } = readReferenceTable(`data/iforest-bench/${file}`);
    const labels = column("label");
    const aucs = Array.from({ length: 10 }, (_, index) => {
      const scores = scoreSamples(isolationForest(features, { seed: 42 + index }), features);
      return rocAuc(
        labels,
        scores.map((score) => -score),
      );
    });
    const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
    expect(mean).toBeGreaterThanOrEqual(expected.sklearn_auc_mean - allowance(expected.sklearn_auc_sd));
  });
});
