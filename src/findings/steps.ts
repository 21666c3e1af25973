import type { Entity } from "../entities/entity.ts";
import { compareText } from "../order.ts";
import { isEngineTime } from "../time.ts";
import type { AttackTag, Finding } from "../types.ts";
import { chainPlace, continuingTactic } from "./chain.ts";
import { widestRule } from "./clusters.ts";
import { type Commonness, linkOf, type Participant } from "./links.ts";

/** One step of a story, before it becomes text. */
export interface Step {
  readonly participant: Participant;
  readonly tactic: AttackTag["tactic"] | null;
  readonly joinedBy: Entity | null;
  /** Place of the step it is joined to, from 0. */
  readonly joinedTo: number | null;
}

/** Findings in the order of time, at the same moment in that of the tactics, each with what joins it to those before. */
export function stepsOf(told: readonly Participant[], common: Commonness): Step[] {
  const earliestPlace = ({ finding }: Participant) => chainPlace(continuingTactic(finding.attacks, 0)?.uid ?? "");
  const ordered = [...told].sort(
    (a, b) =>
      compareText(stepTime(a.finding), stepTime(b.finding)) ||
      earliestPlace(a) - earliestPlace(b) ||
      compareText(a.finding.uid, b.finding.uid),
  );
  const steps: Step[] = [];
  for (const participant of ordered) {
    const placeBefore = chainPlace(steps.findLast(({ tactic }) => tactic !== null)?.tactic?.uid ?? "TA0043");
    const tactic = continuingTactic(participant.finding.attacks, placeBefore);
    const join = steps.length === 0 ? null : joinOf(participant, steps, ordered, common);
    const place = join === null ? -1 : ordered.indexOf(join.to);
    steps.push({ participant, tactic, joinedBy: join?.by ?? null, joinedTo: place === -1 ? null : place });
  }
  return steps;
}

/** When a finding is told in a story: its first event, or the moment that it names as the one that counts (the far end of a journey). */
export function stepTime(finding: Finding): string {
  const moment = finding.detail.moment;
  return typeof moment === "string" && isEngineTime(moment) ? moment : finding.firstSeen;
}

interface Join {
  readonly by: Entity;
  readonly to: Participant;
}

// By the strongest link to a step before; a step that only later ones tie in (two ways that meet) is joined by its link to them.
function joinOf(participant: Participant, before: readonly Step[], all: readonly Participant[], common: Commonness): Join | null {
  const strongest = (others: readonly Participant[]): Join | null => {
    let best: { readonly join: Join; readonly weight: number } | null = null;
    for (const other of others) {
      const link = linkOf(other, participant, common, { ...widestRule, least: 0 });
      if (link !== null && (best === null || link.weight > best.weight))
        best = { join: { by: link.by, to: other }, weight: link.weight };
    }
    return best?.join ?? null;
  };
  return strongest(before.map((step) => step.participant)) ?? strongest(all.filter((other) => other !== participant));
}
