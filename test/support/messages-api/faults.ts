/** What can go wrong between a valid question and a whole answer. */
export type Fault =
  /** An error of the API; `headers` such as retry-after or x-should-retry. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
      readonly errorCode?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is closed before a single header. */
  | { readonly kind: "reset" }
  /** Taken, and never answered. */
  | { readonly kind: "silence" }
  /** Headers and half of the body, then nothing more, and no end. */
  | { readonly kind: "stall" }
  /** Headers and half of the body, then a clean end. */
  | { readonly kind: "cut" }
  /** Headers and half of the body, then the socket is gone. */
  | { readonly kind: "drop" }
  /** A byte now and then for ever: alive, and useless. */
  | { readonly kind: "trickle"; readonly everyMs: number }
  /** An error in the stream after it began well; without a stream its status (overloaded_error: 529). */
  | { readonly kind: "error-event"; readonly type?: string }
  /** The input of a tool call that is not JSON; without a stream the whole body. */
  | { readonly kind: "broken-tool-json" }
  /** 200, and a body that is not JSON. */
  | { readonly kind: "broken-body" }
  /** 200, and JSON that is no message. */
  | { readonly kind: "not-a-message" }
  /** The whole answer, this many milliseconds late. */
  | { readonly kind: "late"; readonly afterMs: number }
  | { readonly kind: "refusal"; readonly category?: string | null }
  /** What the brain says, stopped halfway. */
  | { readonly kind: "max-tokens" }
  | { readonly kind: "pause-turn" }
  | { readonly kind: "context-window" };

export type Endpoint = "messages" | "count_tokens" | "models";

/** When a fault strikes: default every call of messages; `call` counts that endpoint's calls from 1. */
export interface FaultRule {
  readonly fault: Fault;
  readonly on?: Endpoint;
  readonly call?: number | readonly number[];
}

/** The first rule that meets a call. */
export function faultFor(rules: readonly FaultRule[], endpoint: Endpoint, call: number): Fault | undefined {
  return rules.find(
    (rule) => (rule.on ?? "messages") === endpoint && (rule.call === undefined || [rule.call].flat().includes(call)),
  )?.fault;
}

/** Every fault that the switchboard knows, one of each, for tests that go through them all. */
export const everyFault: readonly Fault[] = [
  ...[400, 401, 402, 403, 404, 408, 409, 412, 413, 422, 429, 431, 499, 500, 501, 503, 504, 529].map((status) => ({
    kind: "status" as const,
    status,
  })),
  { kind: "status", status: 429, headers: { "retry-after": "3600" } },
  { kind: "status", status: 529, headers: { "retry-after-ms": "5" } },
  { kind: "reset" },
  { kind: "silence" },
  { kind: "stall" },
  { kind: "cut" },
  { kind: "drop" },
  { kind: "trickle", everyMs: 20 },
  { kind: "error-event" },
  { kind: "broken-tool-json" },
  { kind: "broken-body" },
  { kind: "not-a-message" },
  { kind: "refusal", category: "cyber" },
  { kind: "refusal", category: null },
  { kind: "max-tokens" },
  { kind: "pause-turn" },
  { kind: "context-window" },
];

/** Deadlines that a fault uses up, short; to every other fault it is no matter how busy the machine is, and nothing is set. */
export function shortPatience({ kind }: Fault): { readonly secondsPerCall?: number; readonly idleSeconds?: number } {
  return ["silence", "stall", "trickle"].includes(kind) ? { secondsPerCall: 0.6, idleSeconds: 0.2 } : {};
}
