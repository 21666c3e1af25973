import type { Store } from "./store/store.ts";
import type { Gap } from "./types.ts";

/** What has been done of what is to do, for the person waiting. `total` is null while it is not known. */
export interface Progress {
  readonly stage: string;
  readonly part: string;
  readonly done: number;
  readonly total: number | null;
}

/** Everything that reaches outside, handed in: the engine itself has no clock, no randomness, no environment. */
export interface World {
  readonly store: Store;
  /** The time now, for records of our own. */
  readonly clock: () => Date;
  readonly gaps: GapLedger;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Gaps in the order in which they were met; the same gap is written down once. */
export class GapLedger {
  readonly #gaps = new Map<string, Gap>();

  add(gap: Gap): void {
    const key = JSON.stringify([gap.stage, gap.part, gap.kind, gap.reason]);
    if (!this.#gaps.has(key)) this.#gaps.set(key, gap);
  }

  /** All gaps in a total order that does not depend on when they were met. */
  list(): Gap[] {
    return [...this.#gaps.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, gap]) => gap);
  }
}

/** A moment as the engine writes it: "2026-11-01 10:00:00.000000", UTC. */
export function engineTime(moment: Date): string {
  return `${moment.toISOString().slice(0, 23).replace("T", " ")}000`;
}
