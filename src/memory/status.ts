import { statusTogether } from "../hunts/together.ts";
import type { Pursuit } from "../pursuit/pursuit.ts";
import type { HuntResult, HuntStatus, Hypothesis } from "../types.ts";

/** What became of a hypothesis: what its hunts say together, and what its pursuit says where no hunt of the library supports it. */
export function statusOf(
  results: readonly Pick<HuntResult, "status">[],
  pursuit: Pick<Pursuit, "status"> | null,
  hypothesis: Pick<Hypothesis, "testable"> = { testable: true },
): HuntStatus {
  const together = statusTogether(results, hypothesis);
  return together === "supported" || pursuit === null ? together : pursuit.status;
}
