import type { Entities } from "../entities/resolve.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { Reasoner } from "../reasoner/port.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";
import type { LedgerFile } from "./ledger.ts";
import type { PursuitLimits } from "./limits.ts";

/** What has to be known of an estate before its names can be hidden. */
export interface Estate {
  readonly window: Window;
  readonly internal: readonly string[];
  readonly entities: Entities;
}

/** A run's language model with all that goes with it; a run without one has none of it. */
export interface Reasoning {
  readonly reasoner: Reasoner;
  readonly openPrivacy: (estate: Estate, world: World) => Promise<Privacy>;
  /** Decides the marks around data in requests: the same seed gives the same requests. */
  readonly seed: number;
  /** How many of the best hypotheses a run pursues; with --hypothesis that one. */
  readonly pursue: number;
  readonly limits: PursuitLimits;
  /** Where the steps of a pursuit are written as they are made. */
  readonly ledger: (hypothesisId: string) => Promise<LedgerFile>;
}
