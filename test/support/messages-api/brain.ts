import type { Fault } from "./faults.ts";
import { blocksOf, type MessagesRequest, type RequestBlock } from "./request.ts";

/** A piece of an answer. A tool call without an id is given one. */
export type AnswerBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string }
  | { readonly type: "tool_use"; readonly id?: string; readonly name: string; readonly input: unknown };

export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded";

/** What a brain says to a request; `stopReason` follows from the content where it is absent, `outputTokens` from its length. */
export interface Answer {
  readonly content: readonly AnswerBlock[];
  readonly stopReason?: StopReason;
  /** Of a refusal. */
  readonly category?: string | null;
  readonly usage?: { readonly outputTokens?: number };
  /** Something that goes wrong on the way back. */
  readonly fault?: Fault;
}

/** What stands behind the emulator in place of a model. `call` counts the requests that were valid, from 0. */
export type Brain = (request: MessagesRequest, call: number) => Answer | Promise<Answer>;

export function say(text: string): Answer {
  return { content: [{ type: "text", text }] };
}

export function sayJson(value: unknown): Answer {
  return say(JSON.stringify(value));
}

export function callTool(name: string, input: unknown): Answer {
  return { content: [{ type: "tool_use", name, input }] };
}

/** The text of everything that people or tools said in a request, oldest first: what a model reads that is not its instructions. */
export function heard(request: MessagesRequest): string[] {
  return request.messages.filter(({ role }) => role === "user").flatMap(({ content }) => blocksOf(content).flatMap(textOf));
}

/** The text of tool results alone. */
export function toolResults(
  request: MessagesRequest,
): { readonly id: string; readonly text: string; readonly isError: boolean }[] {
  return request.messages.flatMap(({ content }) =>
    blocksOf(content).flatMap((block) =>
      block.type === "tool_result"
        ? [{ id: block.tool_use_id, text: textOf(block).join(""), isError: block.is_error === true }]
        : [],
    ),
  );
}

/** The tool calls that a conversation holds, oldest first. */
export function toolCalls(request: MessagesRequest): { readonly id: string; readonly name: string; readonly input: unknown }[] {
  return request.messages.flatMap(({ content }) =>
    blocksOf(content).flatMap((block) => (block.type === "tool_use" ? [block] : [])),
  );
}

function textOf(block: RequestBlock): string[] {
  if (block.type === "text") return [block.text];
  if (block.type !== "tool_result") return [];
  return typeof block.content === "string" ? [block.content] : (block.content ?? []).map(({ text }) => text);
}
