import { SpoorError } from "../errors.ts";
import type { UserModel } from "../models/user-model.ts";
import { requireFeatures } from "../models/user-model-file.ts";
import type { Detector } from "./detector.ts";

/**
 * SpoorError "bad-model", naming the features, when a model was fitted on others than any of the detectors takes: said before the work,
 * where a detector alone would only become a gap.
 */
export function requireModelFor(detectors: readonly Pick<Detector, "modelFeatures">[], model: UserModel): void {
  let refusal: SpoorError | undefined;
  for (const { modelFeatures } of detectors) {
    if (modelFeatures === undefined) continue;
    try {
      requireFeatures(model, modelFeatures);
      return;
    } catch (thrown) {
      if (!(thrown instanceof SpoorError)) throw thrown;
      refusal ??= thrown;
    }
  }
  if (refusal !== undefined) throw refusal;
}
