import { shortHash } from "../findings/hash.ts";
import { compareText } from "../order.ts";
import type { Hypothesis, Window } from "../types.ts";
import type { LoadedHunt } from "./hunt.ts";

/** A hunt for a hypothesis. Those with the same `key` ask the same and are asked once. */
export interface PlannedHunt {
  readonly hypothesis: Hypothesis;
  readonly hunt: LoadedHunt;
  /** Every name of the hypothesis' entities; empty: everybody. */
  readonly names: readonly string[];
  /** The question is who else met these entities, not what they did. */
  readonly isAboutOthers: boolean;
  readonly window: Window;
  readonly key: string;
}

/** Names of one hypothesis beyond this are cut: a statement is bound with them. */
const mostNames = 50;

/**
 * The hunts of hypotheses in the order in which they are run: the first hunt of every hypothesis, best hypothesis first, then the
 * second ones, and so on; so a limit takes the further tests of what was looked at already, not the only test of something else.
 */
export function planHunts(
  hypotheses: readonly Hypothesis[],
  hunts: readonly LoadedHunt[],
  namesOf: (value: string) => readonly string[],
): PlannedHunt[] {
  const byId = new Map(hunts.map((hunt) => [hunt.id, hunt]));
  const ranked = [...hypotheses].sort((a, b) => b.priority - a.priority || compareText(a.id, b.id));
  const planned = ranked.map((hypothesis) =>
    hypothesis.huntIds.flatMap((id) => {
      const hunt = byId.get(id);
      return hunt === undefined ? [] : [plannedHunt(hypothesis, hunt, namesOf)];
    }),
  );
  const rounds = Math.max(0, ...planned.map((own) => own.length));
  return Array.from({ length: rounds }, (_, round) => planned.flatMap((own) => own.slice(round, round + 1))).flat();
}

function plannedHunt(hypothesis: Hypothesis, hunt: LoadedHunt, namesOf: (value: string) => readonly string[]): PlannedHunt {
  const names = [...new Set(hypothesis.entities.flatMap(namesOf))].sort(compareText).slice(0, mostNames);
  const { window } = hypothesis;
  // Silence about others is judged by what was seen of everybody, so a spread is asked for itself.
  const isAboutOthers = hypothesis.generator === "spread";
  return { hypothesis, hunt, names, isAboutOthers, window, key: shortHash({ hunt: hunt.id, names, isAboutOthers, window }) };
}
