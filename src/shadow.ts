import { type Candidate, type DetectOptions, detect } from "./detectors/detect.ts";
import { SpoorError } from "./errors.ts";
import { canonicalJson } from "./findings/canonical-json.ts";
import { isAlert, severityOf } from "./findings/severity.ts";
import type { ShadowChange } from "./models/registry.ts";
import type { UserModel } from "./models/user-model.ts";
import type { World } from "./world.ts";

/**
 * What would change if `candidate` took the place of `current` (null: of a model fitted anew): the detectors are asked over the same
 * events under both, and nothing is recorded. Rejects as evaluation-failed when a detector fails: then nothing is shown.
 */
export async function shadowRun(
  { candidate, current }: { readonly candidate: UserModel; readonly current: UserModel | null },
  options: Omit<DetectOptions, "model">,
  world: World,
): Promise<ShadowChange> {
  const under = async (model: UserModel | null): Promise<Candidate[]> => {
    const runs = await detect({ ...options, model }, world);
    const failed = runs.find((run) => run.failed)?.detector.id;
    if (failed === undefined) return runs.flatMap((run) => [...run.candidates]);
    const why = world.gaps.list().findLast(({ part, kind }) => part === failed && kind === "failed")?.reason ?? "";
    throw new SpoorError("evaluation-failed", `what would change cannot be shown: ${failed} failed: ${why}`);
  };
  const before = await under(current);
  const after = await under(candidate);
  const alertsBefore = alertTitles(before);
  const alertsAfter = alertTitles(after);
  const added = [...alertsAfter].filter(([key]) => !alertsBefore.has(key));
  const removed = [...alertsBefore].filter(([key]) => !alertsAfter.has(key));
  return {
    window: { from: options.window.from, to: options.window.to },
    added: added.map(([, title]) => title).sort(),
    removed: removed.map(([, title]) => title).sort(),
    kept: alertsAfter.size - added.length,
    below: { before: before.length - alertsBefore.size, after: after.length - alertsAfter.size },
  };
}

/** The findings above the line: the title of each by what makes it itself. */
function alertTitles(candidates: readonly Candidate[]): Map<string, string> {
  return new Map(
    candidates
      .filter(({ draft }) => isAlert(draft.vendorSeverity ?? severityOf(draft.score)))
      .map(({ detector, draft }) => [canonicalJson([detector.id, draft.keys]), draft.title]),
  );
}
