import type { HuntResult, HuntStatus, Hypothesis } from "../types.ts";

/**
 * What the hunts of a hypothesis say together, the one rule of all who ask: supported when one of them is; refuted only when every one
 * could be asked and found nothing; not testable when none could be asked; otherwise open. Where no hunt tests it, it is open, unless
 * nothing could.
 */
export function statusTogether(
  results: readonly Pick<HuntResult, "status">[],
  { testable }: Pick<Hypothesis, "testable">,
): HuntStatus {
  if (results.length === 0) return testable ? "inconclusive" : "not-testable";
  const said = new Set(results.map(({ status }) => status));
  if (said.has("supported")) return "supported";
  const [only] = said;
  return said.size === 1 && only !== undefined ? only : "inconclusive";
}
