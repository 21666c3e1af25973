import type { SetKind } from "./conventions.ts";
import type { SetScore } from "./score.ts";

/** What became of a set. "failed": the hunt or the staging broke off, which is not the same as finding nothing. */
export type SetResult = {
  readonly id: string;
  readonly kind: SetKind;
  /** The truth file's own words for what the set is about. */
  readonly tags: readonly string[];
} & (
  | { readonly state: "scored"; readonly score: SetScore; readonly spanDays: number | null }
  | { readonly state: "not-scored"; readonly reason: string }
  | { readonly state: "failed"; readonly reason: string }
);
