import type { Said } from "./said.ts";

/** How far runs of the same arm over the same case agree, each 0 to 1. */
export interface Stability {
  readonly runs: number;
  /** Share of hypotheses of any run that have one and the same verdict in all of them. */
  readonly verdicts: number;
  /** Events that all runs cite, of those that any cites. */
  readonly events: number;
}

export function stabilityOf(runs: readonly Said[]): Stability {
  const ids = new Set(runs.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id)));
  const verdictIn = (said: Said, id: string): string => said.hypotheses.find((one) => one.id === id)?.status ?? "not thought of";
  const same = [...ids].filter((id) => new Set(runs.map((said) => verdictIn(said, id))).size === 1).length;
  const events = runs.map(({ eventIds }) => new Set(eventIds));
  const any = new Set(runs.flatMap(({ eventIds }) => eventIds));
  const all = [...any].filter((id) => events.every((cited) => cited.has(id))).length;
  return { runs: runs.length, verdicts: ids.size === 0 ? 1 : same / ids.size, events: any.size === 0 ? 1 : all / any.size };
}
