import { createHash } from "node:crypto";
import type { Outcome, Reasoner, ReasonerRequest } from "../src/reasoner/port.ts";

/** What the calls of an arm came to. */
export interface Calls {
  readonly made: number;
  /** By what came of them: ok, refusal, truncated, budget, … */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly usd: number;
  readonly models: readonly string[];
  /** Milliseconds of each call, the shortest first. */
  readonly milliseconds: readonly number[];
}

/** A reasoner that is looked at while it works. */
export interface Observed {
  readonly reasoner: Reasoner;
  readonly calls: () => Calls;
  /** SHA-256 of the fixed texts that went along, by purpose: two runs with the same one asked in the same words. */
  readonly promptHash: () => string;
}

export function observed(reasoner: Reasoner, now: () => number): Observed {
  const seen: { readonly outcome: Outcome; readonly milliseconds: number }[] = [];
  const prompts = new Map<string, string>();
  return {
    reasoner: {
      name: reasoner.name,
      async complete(request: ReasonerRequest, signal: AbortSignal) {
        prompts.set(request.purpose, JSON.stringify([request.system, request.tools, request.format]));
        const began = now();
        const outcome = await reasoner.complete(request, signal);
        seen.push({ outcome, milliseconds: now() - began });
        return outcome;
      },
    },
    calls: () => callsOf(seen),
    promptHash: () =>
      createHash("sha256")
        .update(JSON.stringify([...prompts].sort(([one], [other]) => (one < other ? -1 : 1))))
        .digest("hex")
        .slice(0, 16),
  };
}

function callsOf(seen: readonly { readonly outcome: Outcome; readonly milliseconds: number }[]): Calls {
  const records = seen.flatMap(({ outcome }) => ("call" in outcome && outcome.call !== null ? [outcome.call] : []));
  const sum = (of: (record: (typeof records)[number]) => number): number => records.reduce((total, one) => total + of(one), 0);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of seen) outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
  return {
    made: seen.length,
    outcomes,
    inputTokens: sum(({ usage }) => usage.inputTokens + usage.cacheWriteTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    cacheReadTokens: sum(({ usage }) => usage.cacheReadTokens),
    usd: Math.round(sum(({ usd }) => usd) * 1e6) / 1e6,
    models: [...new Set(records.map(({ model }) => model))].sort(),
    milliseconds: seen.map(({ milliseconds }) => Math.round(milliseconds)).sort((one, other) => one - other),
  };
}

export const noCalls: Calls = callsOf([]);
