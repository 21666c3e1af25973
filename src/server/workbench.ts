import type { RawRecord } from "../findings/raw-records.ts";
import type { Verdict } from "../findings/verdict.ts";
import type { PrivacyMode } from "../privacy/privacy.ts";
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
  readonly clock: () => Date;
  /** The records of these events as they came, as far as the store has them. */
  readonly records: (eventUids: readonly string[], window: Window) => Promise<readonly RawRecord[]>;
  /** Null: no language model is asked. */
  readonly model: ModelInUse | null;
}

/** The language model that a pursuit asks, what it may see, and what it may cost; money is in US dollars at list prices. */
export interface ModelInUse {
  readonly name: string;
  readonly privacy: Exclude<PrivacyMode, "off">;
  /** Answers come from a recording: nothing is sent, and nothing is paid. */
  readonly isReplay: boolean;
  readonly usdPerHunt: number;
  readonly usdPerDay: number;
  /** Spent today (UTC), and held by calls whose cost nobody knows. */
  readonly usdToday: () => Promise<number>;
  /** How long the model's part of a pursuit may take. */
  readonly mostSeconds: number;
  /** Where all recordings go; null: into the results of each pursuit. */
  readonly record: string | null;
}
