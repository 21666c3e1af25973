import type { Outcome, Usage } from "../reasoner/port.ts";
import type { HuntStatus } from "../types.ts";

/** A statement of the model that was checked in code: it cites events that this hunt was shown, and its numbers were counted again. */
export interface Claim {
  readonly id: string;
  readonly kind: "inference" | "hypothesis";
  /** Plain text, names put back, numbers as recomputed. */
  readonly text: string;
  readonly eventIds: readonly string[];
  readonly techniques: readonly string[];
  /** Statements with names put back, asked over the window of the hunt; as the model wrote them they stand in the steps. */
  readonly checks: readonly { readonly sql: string; readonly value: number }[];
}

/** A benign reading that was put to a test: what it foretells, and what there is. */
export interface Trial {
  /** Plain text, names put back. */
  readonly explanation: string;
  /** Whether there are records that the check counts, if the reading is right. Said before anybody looked. */
  readonly foretells: "some" | "none";
  /** Its value is counted among the records that no claim cites. */
  readonly check: { readonly sql: string; readonly value: number };
  readonly isBorneOut: boolean;
}

/** What the model said and the checks did not bear out; listed, never shown as if it held. */
export interface RejectedClaim {
  readonly text: string;
  readonly because: string;
}

/** One entry of the ledger of a pursuit, in order. */
export interface PursuitStep {
  readonly position: number;
  readonly kind: "call" | "tool" | "check";
  /** Tool name, or purpose of the call. */
  readonly what: string;
  readonly input: unknown;
  readonly outcome: string;
  readonly statement: {
    readonly sql: string;
    readonly parameters: unknown;
    readonly rowCount: number;
    readonly hash: string;
  } | null;
  readonly eventIds: readonly string[];
  readonly usage: Usage | null;
  readonly usd: number;
}

/** A hypothesis pursued by a model: what survived the checks, and all that was asked on the way. */
export interface Pursuit {
  readonly hypothesisId: string;
  readonly reasoner: string;
  /** How it ended: "finished", or the outcome, limit or deadline that ended it. */
  readonly ended: "finished" | "turns" | "repeated" | "nothing-new" | "deadline" | Exclude<Outcome["kind"], "ok">;
  readonly endedBecause: string;
  /** Computed from checked claims, library hunts and coverage; never what the model says of itself. */
  readonly status: HuntStatus;
  readonly because: string;
  /** Computed, 0 to 100. */
  readonly confidence: number;
  /** Plain text of checked claims; of the library's hunts where no claim survived. */
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly counterEvidence: readonly Claim[];
  /** The benign case as the critic argued it, checked likewise. */
  readonly critic: readonly Claim[];
  /** Benign readings that the critic put to a test. */
  readonly trials: readonly Trial[];
  readonly rejected: readonly RejectedClaim[];
  readonly gaps: readonly string[];
  readonly nextQuestion: string | null;
  readonly recommendedActions: readonly string[];
  /** Events whose text reads like an instruction to a machine. */
  readonly instructionLikeEventIds: readonly string[];
  readonly usd: number;
  readonly usage: Usage;
  readonly steps: readonly PursuitStep[];
}
