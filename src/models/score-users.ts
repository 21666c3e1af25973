import { calibratedScore } from "../ml/calibration.ts";
import { explainIsolation } from "../ml/explain-isolation.ts";
import { scoreSamples } from "../ml/isolation-forest.ts";
import type { Matrix } from "../ml/matrix.ts";
import { rescaleContributions } from "../ml/rescale-contributions.ts";
import type { OpenUserModel } from "./user-model-body.ts";

/** Scores of rows under a model. */
export interface UserScores {
  /** 0 to 1, higher is more abnormal: minus the forest's score. */
  readonly anomaly: Float64Array;
  /** 0 to 100, by tail probability in the estate that the model was fitted on. */
  readonly score: Float64Array;
}

/** Scores every row; RangeError when the columns are not those of the model. */
export function scoreUsers(model: OpenUserModel, matrix: Matrix): UserScores {
  const anomaly = scoreSamples(model.forest, matrix).map((score) => -score);
  return { anomaly, score: anomaly.map((value) => calibratedScore(model.calibration, value)) };
}

/** Why a row has its calibrated score: `usual` and the contributions add up to `score` (0 to 100), but for rounding. */
export interface UserExplanation {
  readonly score: number;
  /** The calibrated score of the expected path: what anyone here gets. */
  readonly usual: number;
  /** By feature, in points of the score; negative: it spoke for the person. */
  readonly contributions: Float64Array;
  /** Features without a value, for which the median stood in. */
  readonly missing: readonly number[];
}

/** Explains one row's calibrated score, feature by feature; RangeError when the columns are not those of the model. */
export function explainUser(model: OpenUserModel, matrix: Matrix, row: number): UserExplanation {
  const raw = explainIsolation(model.forest, matrix, row);
  const score = calibratedScore(model.calibration, raw.score);
  const usual = calibratedScore(model.calibration, raw.expected);
  return { score, usual, contributions: rescaleContributions(raw.contributions, score - usual), missing: raw.missing };
}
