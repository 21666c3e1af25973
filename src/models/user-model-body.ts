import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { type Calibration, calibration } from "../ml/calibration.ts";
import { type IsolationForest, scoreSamples } from "../ml/isolation-forest.ts";
import { isolationForestFile, isolationForestFromFile } from "../ml/isolation-forest-file.ts";
import { matrixFromRows } from "../ml/matrix.ts";
import type { UserModel } from "./user-model.ts";

/** What stands in the body of a user model: the forest, the spread of its scores over the estate, and rows to check it by. */
export const userModelBody = z.strictObject({
  forest: isolationForestFile,
  calibration,
  /** Rows of the training data (null is missing) with the score the forest gave them. */
  probes: z.array(z.strictObject({ row: z.array(z.number().nullable()), score: z.number() })).min(1),
});

/** A model that is ready to score. */
export interface OpenUserModel {
  readonly features: UserModel["features"];
  readonly forest: IsolationForest;
  readonly calibration: Calibration;
}

/** How much a stored probe's score may differ when it is computed again. */
const parityTolerance = 1e-12;

/**
 * The forest and the calibration of a model, ready to score. SpoorError "bad-model" when its parts do not hold together or when a
 * stored probe does not get its stored score again, to 1e-12.
 */
export function openUserModel(model: UserModel): OpenUserModel {
  const parsed = userModelBody.safeParse(model.body);
  if (!parsed.success)
    throw new SpoorError(
      "bad-model",
      `the model "${model.name}" has another shape than its format says: ${z.prettifyError(parsed.error)}`,
    );
  const { probes, calibration: spread } = parsed.data;
  const forest = isolationForestFromFile(parsed.data.forest);
  if (forest.columns !== model.features.length || probes.some(({ row }) => row.length !== forest.columns)) {
    throw new SpoorError(
      "bad-model",
      `the model "${model.name}" names ${model.features.length} features for a forest of ${forest.columns}`,
    );
  }
  requireParity(model.name, forest, probes);
  return { features: model.features, forest, calibration: spread };
}

function requireParity(name: string, forest: IsolationForest, probes: z.infer<typeof userModelBody>["probes"]): void {
  const scores = probeScores(name, forest, probes);
  probes.forEach(({ score }, probe) => {
    const now = scores[probe] ?? Number.NaN;
    // Not "greater than": NaN must not pass.
    if (Math.abs(now - score) <= parityTolerance) return;
    throw new SpoorError("bad-model", `the model "${name}" gives ${now} for its probe ${probe}, where ${score} was stored`, {
      hint: "It was written by another version or another engine: fit it again.",
    });
  });
}

function probeScores(
  name: string,
  forest: IsolationForest,
  probes: readonly { readonly row: readonly (number | null)[] }[],
): Float64Array {
  try {
    return scoreSamples(forest, matrixFromRows(probes.map(({ row }) => row)));
  } catch (cause) {
    throw new SpoorError("bad-model", `the probes of the model "${name}" cannot be scored: ${messageOf(cause)}`, { cause });
  }
}
