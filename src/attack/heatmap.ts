import type { CoverageState, TechniqueCoverage } from "../types.ts";
import type { Attack, Tactic } from "./attack.ts";
import { compareText } from "./order.ts";
import type { ObservedTechnique } from "./sightings.ts";

/** Tactics by techniques with evidence counts: `counts[row][column]` belongs to `tactics[row]` and `techniques[column]`. */
export interface HeatMap {
  /** Names, in the order of the map given. */
  readonly tactics: readonly string[];
  readonly techniques: readonly { readonly id: string; readonly name: string }[];
  /** 0 where the technique has no evidence under the tactic. */
  readonly counts: readonly (readonly number[])[];
  /** 0 to 100, same shape. */
  readonly confidences: readonly (readonly number[])[];
  /** Techniques with evidence that the bound left out: say so where the map is drawn. */
  readonly omitted: number;
}

/**
 * The heat map of what was observed. At most `maxTechniques` columns: those with most evidence, then the surest, then by id. Columns
 * stand in the order of the first tactic they appear under, then by id, so that the filled cells run along the diagonal.
 */
export function heatMap(
  byTactic: Readonly<Record<string, readonly ObservedTechnique[]>>,
  { maxTechniques = 40 }: { readonly maxTechniques?: number } = {},
): HeatMap {
  const best = new Map<string, ObservedTechnique>();
  for (const technique of Object.values(byTactic).flat()) {
    const known = best.get(technique.id);
    if (known === undefined || byWeight(technique, known) < 0) best.set(technique.id, technique);
  }
  const kept = new Set(
    [...best.values()]
      .sort(byWeight)
      .slice(0, maxTechniques)
      .map((technique) => technique.id),
  );
  const rows = Object.entries(byTactic)
    .map(([tactic, techniques]) => ({ tactic, techniques: techniques.filter((each) => kept.has(each.id)) }))
    .filter(({ techniques }) => techniques.length > 0);
  const inOrder = rows.flatMap(({ techniques }) => [...techniques].sort((a, b) => compareText(a.id, b.id)));
  const columns = new Map(inOrder.map((technique) => [technique.id, { id: technique.id, name: technique.name }]));
  const cells = (value: (technique: ObservedTechnique) => number) =>
    rows.map(({ techniques }) => {
      const values = new Map(techniques.map((technique) => [technique.id, value(technique)]));
      return [...columns.keys()].map((id) => values.get(id) ?? 0);
    });
  return {
    tactics: rows.map(({ tactic }) => tactic),
    techniques: [...columns.values()],
    counts: cells((technique) => technique.evidence_count),
    confidences: cells((technique) => technique.confidence),
    omitted: best.size - kept.size,
  };
}

function byWeight(a: ObservedTechnique, b: ObservedTechnique): number {
  return b.evidence_count - a.evidence_count || b.confidence - a.confidence || compareText(a.id, b.id);
}

/** How a tactic's techniques stand, in numbers that add up to all of them. */
export interface TacticSummary {
  readonly tactic: Tactic;
  readonly states: Readonly<Record<CoverageState, number>>;
}

/** One line a tactic, in matrix order: how many of its techniques (sub-techniques included) are in each of the four states. */
export function tacticSummaries(techniques: readonly TechniqueCoverage[], attack: Attack): TacticSummary[] {
  return attack.tactics.map((tactic) => {
    const states = { seen: 0, "looked-and-clean": 0, "no-data": 0, "no-analytic": 0 };
    for (const technique of techniques) {
      if (technique.tactics.some((each) => each.shortname === tactic.shortname)) states[technique.state] += 1;
    }
    return { tactic, states };
  });
}
