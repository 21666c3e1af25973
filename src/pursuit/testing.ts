import type { Block, CallRecord, Outcome, Reasoner, ReasonerRequest } from "../reasoner/port.ts";
import type { HuntResult, HuntStatus, Hypothesis } from "../types.ts";
import type { SaidClaim, SaidSummary } from "./formats.ts";
import type { LedgerFile } from "./ledger.ts";

// What the tests of pursuits share: models that say what they are told to.

const call: CallRecord = {
  model: "scripted",
  requestId: "req_1",
  usage: { inputTokens: 1000, outputTokens: 100, cacheWriteTokens: 0, cacheReadTokens: 0 },
  usd: 0.01,
};

type Turn = Outcome | ((request: ReasonerRequest, signal: AbortSignal) => Outcome | Promise<Outcome>);

/** A reasoner that gives these outcomes one after the other, then the last for ever; `requests` is what it was asked. */
export function scriptedReasoner(turns: readonly Turn[]): Reasoner & { readonly requests: ReasonerRequest[] } {
  const requests: ReasonerRequest[] = [];
  return {
    name: "a script",
    requests,
    complete: async (request, signal) => {
      // A copy: the loop goes on with its messages.
      requests.push(structuredClone(request));
      const turn = turns[Math.min(requests.length, turns.length) - 1];
      if (turn === undefined) return { kind: "disabled", reason: "an empty script" };
      return typeof turn === "function" ? turn(request, signal) : turn;
    },
  };
}

let useCount = 0;

/** An answer that calls tools: [name, input], …. */
export function calls(...uses: readonly (readonly [string, unknown])[]): Outcome {
  const content = uses.map(([name, input]): Block => {
    useCount += 1;
    return { type: "tool_use", id: `use-${useCount}`, name, input };
  });
  return { kind: "ok", content, endsFor: "tools", call };
}

/** An answer in the form that was asked for. */
export function says(value: unknown): Outcome {
  return { kind: "ok", content: [{ type: "text", text: JSON.stringify(value) }], endsFor: "end", call };
}

export function refusal(): Outcome {
  return { kind: "refusal", category: "cyber", call };
}

export function truncated(): Outcome {
  return { kind: "truncated", content: [], call };
}

export function claimOf(given: Partial<SaidClaim>): SaidClaim {
  return { id: "m1", kind: "inference", text: "", event_ids: [], techniques: [], checks: [], ...given };
}

export function summaryOf(given: Partial<SaidSummary>): SaidSummary {
  return {
    verdict: "supported",
    claims: [],
    counter_evidence: [],
    gaps: [],
    next_question: null,
    actions: [],
    instruction_like_event_ids: [],
    ...given,
  };
}

export function hypothesisOf(given: Partial<Hypothesis> = {}): Hypothesis {
  return {
    id: "h1",
    title: "ws-03 carries data out",
    priority: 50,
    priorityTerms: {},
    origin: "knowledge-base",
    generator: "explain",
    mitreTactics: ["Exfiltration"],
    techniques: ["T1048"],
    entities: ["ws-03"],
    findingUids: [],
    description: "A device sends far more than ever to a new place.",
    huntingSteps: [],
    expectedIndicators: [],
    supportsIf: "It sends more than others.",
    refutedIf: "It sends as others do.",
    benignExplanation: "A backup.",
    huntIds: [],
    window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-11 00:00:00.000000" },
    testable: true,
    notTestableBecause: null,
    ...given,
  };
}

export function resultOf(status: HuntStatus, given: Partial<HuntResult> = {}): HuntResult {
  return {
    id: `r-${status}`,
    hypothesisId: "h1",
    huntId: "large-upload",
    title: "Large uploads",
    techniques: ["T1048"],
    status,
    evidence: [],
    summary: "What the library says.",
    recommendedActions: [],
    coverage: [{ table: "network_activity", rows: 360 }],
    sql: "SELECT 1",
    parameters: {},
    resultHash: "0",
    ...given,
  };
}

/** A ledger in memory. */
export function memoryLedger(): LedgerFile & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    append: async (line) => {
      lines.push(line);
    },
    close: async () => {},
  };
}
