import type { z } from "zod";
import { calibrate } from "../ml/calibration.ts";
import { isolationForest, type isolationForestOptions, scoreSamples } from "../ml/isolation-forest.ts";
import { isolationForestToFile } from "../ml/isolation-forest-file.ts";
import { type Matrix, rowOf } from "../ml/matrix.ts";
import type { Window } from "../types.ts";
import type { UserModel } from "./user-model.ts";
import type { userModelBody } from "./user-model-body.ts";
import { hashOf } from "./user-model-hash.ts";

const probeCount = 8;

/**
 * Fits an isolation forest on one row per person and calibrates it on the same rows. `matrix` has one column per feature, in that
 * order; `parameters` are the caller's own, kept beside the forest's. RangeError where rows and features do not fit.
 */
export function fitUserModel(given: {
  readonly name: string;
  readonly features: UserModel["features"];
  readonly window: Window;
  readonly matrix: Matrix;
  readonly seed: number;
  readonly forest?: Omit<z.input<typeof isolationForestOptions>, "seed">;
  readonly parameters?: Readonly<Record<string, unknown>>;
}): UserModel {
  const { name, features, window, matrix, seed } = given;
  if (features.length !== matrix.columns)
    throw new RangeError(`${features.length} features are named for ${matrix.columns} columns`);
  const forest = isolationForest(matrix, { ...given.forest, seed });
  const scores = scoreSamples(forest, matrix);
  const body: z.infer<typeof userModelBody> = {
    forest: isolationForestToFile(forest),
    calibration: calibrate(scores.map((score) => -score)),
    probes: probesOf(matrix, scores),
  };
  const model = {
    format: "spoor-model",
    formatVersion: 1,
    name,
    kind: "isolation-forest",
    features: features.map((feature) => ({ name: feature.name, unit: feature.unit })),
    window: { from: window.from, to: window.to },
    rowCount: matrix.rows,
    seed,
    parameters: { ...given.parameters, forest: forest.options },
    body,
  } as const;
  return { ...model, hash: hashOf(model) };
}

/** Rows from the most abnormal to the most usual, evenly spaced in rank. */
function probesOf(matrix: Matrix, scores: Float64Array): { row: (number | null)[]; score: number }[] {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
  const count = Math.min(probeCount, order.length);
  const chosen = Array.from(
    { length: count },
    (_, place) => order[Math.round((place * (order.length - 1)) / Math.max(1, count - 1))] ?? 0,
  );
  return chosen.map((row) => ({
    row: Array.from(rowOf(matrix, row), (value) => (Number.isNaN(value) ? null : value)),
    score: scores[row] ?? 0,
  }));
}
