import type { Entity } from "../entities/entity.ts";
import { compareText } from "../order.ts";
import type { AttackTag } from "../types.ts";
import { chainPlace, continuingTactic } from "./chain.ts";
import { widestRule } from "./clusters.ts";
import { linkOf, type Participant } from "./links.ts";

/** One step of a story, before it becomes text. */
export interface Step {
  readonly participant: Participant;
  readonly tactic: AttackTag["tactic"] | null;
  readonly joinedBy: Entity | null;
}

/** Findings in the order of time, at the same moment in that of the tactics, each with what joins it to those before. */
export function stepsOf(told: readonly Participant[], common: ReadonlySet<string>): Step[] {
  const earliestPlace = ({ finding }: Participant) => chainPlace(continuingTactic(finding.attacks, 0)?.uid ?? "");
  const ordered = [...told].sort(
    (a, b) => a.from - b.from || earliestPlace(a) - earliestPlace(b) || compareText(a.finding.uid, b.finding.uid),
  );
  const steps: Step[] = [];
  for (const participant of ordered) {
    const placeBefore = chainPlace(steps.findLast(({ tactic }) => tactic !== null)?.tactic?.uid ?? "TA0043");
    const tactic = continuingTactic(participant.finding.attacks, placeBefore);
    steps.push({ participant, tactic, joinedBy: steps.length === 0 ? null : joinOf(participant, steps, ordered, common) });
  }
  return steps;
}

// By the strongest link to a step before; a step that only later ones tie in (two ways that meet) is joined by its link to them.
function joinOf(
  participant: Participant,
  before: readonly Step[],
  all: readonly Participant[],
  common: ReadonlySet<string>,
): Entity | null {
  const strongest = (others: readonly Participant[]): Entity | null => {
    const links = others.flatMap((other) => linkOf(other, participant, common, { ...widestRule, least: 0 }) ?? []);
    return (
      links.reduce<(typeof links)[number] | null>(
        (best, link) => (best === null || link.weight > best.weight ? link : best),
        null,
      )?.by ?? null
    );
  };
  return strongest(before.map((step) => step.participant)) ?? strongest(all.filter((other) => other !== participant));
}
