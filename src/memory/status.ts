import type { Pursuit } from "../pursuit/pursuit.ts";
import type { HuntResult, HuntStatus } from "../types.ts";

/**
 * What hunts say of their hypothesis together: supported when one is; refuted only when all that could be asked say so and each could be
 * asked; otherwise open. A pursuit speaks where no hunt of the library supports.
 */
export function statusOf(results: readonly Pick<HuntResult, "status">[], pursuit: Pick<Pursuit, "status"> | null): HuntStatus {
  const statuses = results.map(({ status }) => status);
  if (statuses.includes("supported")) return "supported";
  if (pursuit !== null) return pursuit.status;
  if (statuses.every((status) => status === "not-testable")) return "not-testable";
  return statuses.every((status) => status === "refuted") ? "refuted" : "inconclusive";
}
