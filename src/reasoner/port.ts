// The language model as a port: what may be asked of one, and everything that can come of it. What fails is an outcome, not an error:
// a hunt goes on without the model, and says so.

/** What an answer is wanted for: it chooses model, effort and limits, and stands in the ledger. */
export const purposes = ["hypotheses", "hunt", "critic", "summary"] as const;
export type Purpose = (typeof purposes)[number];

/** JSON as it travels; never a class, never undefined. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A tool as the model is told of it. `inputSchema` is JSON Schema of the part that the vendor takes. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Json;
}

/** A piece of a message. `opaque` is whatever the vendor wants back unchanged in the next turn (thinking, signatures). */
export type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly type: "tool_result"; readonly toolUseId: string; readonly text: string; readonly isError: boolean }
  | { readonly type: "opaque"; readonly value: unknown };

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

export interface ReasonerRequest {
  readonly purpose: Purpose;
  /** The hunt (hypothesis id) that pays for it; null: the run itself. */
  readonly account: string | null;
  /** Static text first: what does not change between calls is cached by the vendor. Never untrusted text. */
  readonly system: readonly string[];
  /** With tools there is no format: structure is asked for in a call of its own. */
  readonly tools: readonly ToolDefinition[];
  readonly format: Json | null;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
}

/** What a call cost and where it went, whatever came of it. */
export interface CallRecord {
  readonly model: string;
  readonly requestId: string | null;
  readonly usage: Usage;
  /** At the list prices of the settings. */
  readonly usd: number;
}

/**
 * What came of a call. `ok` may end for tools or for good; `truncated` keeps what came until the limit; `refusal` names the vendor's
 * category; `budget`: it did not fit into what may be spent and was not sent; `invalid`: the request was refused or the answer cannot
 * be read; `disabled`: there is no model. No outcome carries a key or a header.
 */
export type Outcome =
  | { readonly kind: "ok"; readonly content: readonly Block[]; readonly endsFor: "tools" | "end"; readonly call: CallRecord }
  | { readonly kind: "truncated"; readonly content: readonly Block[]; readonly call: CallRecord }
  | { readonly kind: "refusal"; readonly category: string | null; readonly call: CallRecord }
  | { readonly kind: "budget"; readonly reason: string }
  | { readonly kind: "timeout"; readonly reason: string; readonly call: CallRecord | null }
  | { readonly kind: "overloaded"; readonly reason: string; readonly call: CallRecord | null }
  | { readonly kind: "invalid"; readonly reason: string; readonly call: CallRecord | null }
  | { readonly kind: "disabled"; readonly reason: string };

/** A language model. Never rejects but with what `signal` was aborted for; every other failure is an outcome, within its deadline. */
export interface Reasoner {
  /** For the reader and the ledger: "claude-sonnet-5-5 over the Messages API", "none". */
  readonly name: string;
  complete(request: ReasonerRequest, signal: AbortSignal): Promise<Outcome>;
}

/** The model of a run without one. */
export function noReasoner(reason: string): Reasoner {
  return { name: "none", complete: async () => ({ kind: "disabled", reason }) };
}
