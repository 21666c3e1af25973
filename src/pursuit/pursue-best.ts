import { messageOf, SpoorError } from "../errors.ts";
import { oneLine } from "../findings/text.ts";
import type { PastHunt } from "../memory/past-hunt.ts";
import { huntedBefore } from "../memory/search.ts";
import { compareText } from "../order.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { HuntResult, Hypothesis } from "../types.ts";
import { pursue } from "./pursue.ts";
import type { Pursuit } from "./pursuit.ts";
import type { Reasoning } from "./reasoning.ts";

export interface PursueBestOptions {
  readonly reasoning: Reasoning;
  /** Hypotheses of the run, and the results of their hunts. */
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
  /** Only this one, whatever its priority. */
  readonly hypothesisId?: string;
  readonly past: readonly PastHunt[];
  readonly context: ToolContext;
}

/**
 * Pursues the best hypotheses of a run, one after the other, and notes as a gap what kept one from its end. When the caller's signal
 * ends it, what was finished by then is given back. Rejects only when the disk is full.
 */
export async function pursueBest(options: PursueBestOptions): Promise<Pursuit[]> {
  const { world } = options.context;
  const chosen = chosenOf(options);
  const pursuits: Pursuit[] = [];
  for (const [position, hypothesis] of chosen.entries()) {
    if (world.signal.aborted) break;
    world.progress({ stage: "pursue", part: hypothesis.title, done: position, total: chosen.length });
    const pursuit = await pursueOne(hypothesis, options);
    if (pursuit === null) continue;
    pursuits.push(pursuit);
    // There is no model: that is told once.
    if (pursuit.ended === "disabled") break;
  }
  return pursuits;
}

function chosenOf({ hypotheses, hunts, hypothesisId, reasoning }: PursueBestOptions): Hypothesis[] {
  if (hypothesisId !== undefined) return hypotheses.filter(({ id }) => id === hypothesisId);
  const canBeAsked = ({ id, testable }: Hypothesis): boolean => {
    const results = hunts.filter((hunt) => hunt.hypothesisId === id);
    return testable && (results.length === 0 || results.some(({ status }) => status !== "not-testable"));
  };
  return hypotheses
    .filter(canBeAsked)
    .sort((a, b) => b.priority - a.priority || compareText(a.id, b.id))
    .slice(0, reasoning.pursue);
}

async function pursueOne(hypothesis: Hypothesis, options: PursueBestOptions): Promise<Pursuit | null> {
  const { reasoning, context, past } = options;
  const { world } = context;
  const part = `pursuit of ${hypothesis.id}`;
  const ledger = await reasoning.ledger(hypothesis.id);
  try {
    const pursuit = await pursue({
      hypothesis,
      reasoner: reasoning.reasoner,
      context,
      libraryResults: options.hunts.filter(({ hypothesisId }) => hypothesisId === hypothesis.id),
      limits: reasoning.limits,
      seed: reasoning.seed,
      ledger,
      memory: huntedBefore(hypothesis, past).map(({ date, status, learnt }) => `${date}, ${status}: ${learnt}`),
    });
    if (pursuit.ended !== "finished")
      world.gaps.add({
        stage: "hunt",
        part,
        kind: stoppedByLimit.has(pursuit.ended) ? "limit" : "failed",
        reason: `the language model did not get to its end (${pursuit.endedBecause}): what the library's hunts say stands`,
      });
    return pursuit;
  } catch (cause) {
    if (!world.signal.aborted && isFatal(cause)) throw cause;
    const reason = world.signal.aborted
      ? "it was stopped while it ran: its steps until then stand in its ledger"
      : `it failed: ${oneLine(messageOf(cause), 300)}: what the library's hunts say stands`;
    world.gaps.add({ stage: "hunt", part, kind: world.signal.aborted ? "limit" : "failed", reason });
    return null;
  } finally {
    await ledger.close();
  }
}

const stoppedByLimit: ReadonlySet<Pursuit["ended"]> = new Set(["turns", "repeated", "nothing-new", "deadline", "budget"]);

/** An engine that broke is started again by the next statement; where the store stays away, what the run writes next says so. */
function isFatal(cause: unknown): boolean {
  return cause instanceof SpoorError && cause.code === "disk-full";
}
