import type { Verdict } from "../findings/verdict.ts";
import type { Finding, HuntResult, HuntStatus, Hypothesis, Window } from "../types.ts";
import type { Pursuits } from "./pursuits.ts";

/** What the pages show of the last run. */
export interface Results {
  readonly run: {
    readonly recorded_time: string;
    readonly window: Window;
    readonly counts: Readonly<Record<string, number>>;
  };
  readonly findings: readonly Finding[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly Pick<HuntResult, "hypothesisId" | "status">[];
  readonly pursuits: readonly { readonly hypothesisId: string; readonly status: HuntStatus }[];
}

/** The verdict that stands of a finding. `recordedTime` is engine time. */
export interface Decision {
  readonly verdict: string;
  readonly note: string;
  readonly author: string;
  readonly recordedTime: string;
}

/** Everything that the pages reach: files of results, verdicts in the store, and hypotheses that are pursued. */
export interface Workbench {
  /** The folder of the results. */
  readonly out: string;
  /** Null: no run wrote any yet. Rejects as damaged-file. */
  readonly results: () => Promise<Results | null>;
  /** By the finding's uid. */
  readonly decisions: () => Promise<ReadonlyMap<string, Decision>>;
  readonly decide: (verdict: Omit<Verdict, "author">) => Promise<void>;
  readonly pursuits: Pursuits;
  /** What a pursuit may cost in US dollars; null: no language model is asked. */
  readonly model: { readonly usdPerHunt: number; readonly usdPerDay: number } | null;
}
