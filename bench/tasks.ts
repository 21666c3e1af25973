import { dbscan } from "../src/ml/dbscan.ts";
import { isolationForest, scoreSamples } from "../src/ml/isolation-forest.ts";
import type { Matrix } from "../src/ml/matrix.ts";
import { pca, project } from "../src/ml/pca.ts";
import { randomForest } from "../src/ml/random-forest.ts";

/** What is timed: one piece of work over rows of numbers, done by us and by scikit-learn (scikit-learn.py) on the same bytes. */
export const tasks = {
  "isolation-forest": (rows: Matrix) => scoreSamples(isolationForest(rows, { seed: 42 }), rows).length,
  "random-forest": (rows: Matrix, classes: Uint8Array) =>
    randomForest(rows, classes, { trees: 100, seed: 42 }).trees.feature.length,
  dbscan: (rows: Matrix) => dbscan(rows, { radius: 0.9, minSamples: 10 }).clusterCount,
  pca: (rows: Matrix) => project(pca(rows, { components: 2 }), rows).rows,
} as const;
export type Task = keyof typeof tasks;
