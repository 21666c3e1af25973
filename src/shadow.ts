import { type Candidate, type DetectOptions, detect } from "./detectors/detect.ts";
import { isAlert, severityOf } from "./findings/severity.ts";
import type { ShadowChange } from "./models/registry.ts";
import type { UserModel } from "./models/user-model.ts";
import type { World } from "./world.ts";

/**
 * What would change if `candidate` took the place of `current` (null: of a model fitted anew): the detectors are asked over the same
 * events under both, and nothing is recorded.
 */
export async function shadowRun(
  { candidate, current }: { readonly candidate: UserModel; readonly current: UserModel | null },
  options: Omit<DetectOptions, "model">,
  world: World,
): Promise<ShadowChange> {
  const under = async (model: UserModel | null): Promise<Candidate[]> =>
    (await detect({ ...options, model }, world)).flatMap((run) => [...run.candidates]);
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
      .map(({ detector, draft }) => [JSON.stringify([detector.id, Object.entries(draft.keys).sort()]), draft.title]),
  );
}
