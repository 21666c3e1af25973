import type { Outcome, Reasoner } from "./port.ts";

const mostFailures = 3;
const failures: ReadonlySet<Outcome["kind"]> = new Set(["timeout", "overloaded", "invalid"]);

/** The same reasoner, which is not asked any more in this run once three calls in a row have failed: the fourth would wait and pay for nothing. */
export function withBreaker(reasoner: Reasoner): Reasoner {
  let inARow = 0;
  let last = "";
  return {
    name: reasoner.name,
    async complete(request, signal) {
      if (inARow >= mostFailures)
        return {
          kind: "overloaded",
          reason: `not asked any more in this run: ${mostFailures} calls in a row failed (the last: ${last})`,
          call: null,
        };
      const outcome = await reasoner.complete(request, signal);
      if (failures.has(outcome.kind) && "reason" in outcome) {
        inARow += 1;
        last = outcome.reason;
      } else if (outcome.kind !== "budget") inARow = 0;
      return outcome;
    },
  };
}
