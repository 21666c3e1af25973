import { createHash } from "node:crypto";
import type { Answer, AnswerBlock, StopReason } from "./brain.ts";
import { type InputUsage, tokensOf } from "./cache.ts";
import type { Fault } from "./faults.ts";
import type { MessagesRequest } from "./request.ts";

export type MessageBlock =
  | { readonly type: "text"; readonly text: string; readonly citations: null }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly caller: { readonly type: "direct" };
    };

/** A message as the API gives it. */
export interface MessageBody {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly MessageBlock[];
  readonly stop_reason: StopReason;
  readonly stop_sequence: null;
  readonly stop_details: {
    readonly type: "refusal";
    readonly category: string | null;
    readonly explanation: string | null;
  } | null;
  readonly container: null;
  readonly diagnostics: null;
  readonly usage: InputUsage & {
    readonly output_tokens: number;
    readonly output_tokens_details: { readonly thinking_tokens: number };
    readonly server_tool_use: null;
    readonly service_tier: "standard";
    readonly speed: "standard";
    readonly inference_geo: null;
  };
}

/** An answer of a brain as the API would tell it: with ids, signatures and usage, and never longer than was asked for. */
export function messageOf(answer: Answer, request: MessagesRequest, input: InputUsage, serial: number): MessageBody {
  // The same conversation gets the same ids: what hangs on them can be compared from run to run.
  const seed = idOf(JSON.stringify(request));
  const blocks = answer.content.map((block, index) => dressed(block, seed, index));
  const kept = within(blocks, answer.fault?.kind === "max-tokens" ? half(blocks) : request.max_tokens);
  const isRefused = answer.fault?.kind === "refusal" || answer.stopReason === "refusal";
  const content = isRefused ? [] : kept.blocks;
  const category = answer.fault?.kind === "refusal" ? answer.fault.category : answer.category;
  return {
    id: `msg_${idOf("message", seed, serial)}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content,
    stop_reason: isRefused ? "refusal" : kept.isCut ? "max_tokens" : stopOf(answer.fault, answer.stopReason, content),
    stop_sequence: null,
    stop_details: isRefused ? { type: "refusal", category: category ?? null, explanation: null } : null,
    container: null,
    diagnostics: null,
    usage: {
      ...input,
      output_tokens: Math.min(request.max_tokens, answer.usage?.outputTokens ?? Math.max(1, sizeOf(content))),
      output_tokens_details: { thinking_tokens: sizeOf(content.filter(({ type }) => type === "thinking")) },
      server_tool_use: null,
      service_tier: "standard",
      speed: "standard",
      inference_geo: null,
    },
  };
}

function stopOf(fault: Fault | undefined, wanted: StopReason | undefined, content: readonly MessageBlock[]): StopReason {
  if (fault?.kind === "pause-turn") return "pause_turn";
  if (fault?.kind === "context-window") return "model_context_window_exceeded";
  return wanted ?? (content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn");
}

function dressed(block: AnswerBlock, seed: string, index: number): MessageBlock {
  if (block.type === "text") return { type: "text", text: block.text, citations: null };
  if (block.type === "thinking") return { type: "thinking", thinking: block.thinking, signature: idOf("signature", seed, index) };
  const id = block.id ?? `toolu_${idOf("tool", seed, index)}`;
  return { type: "tool_use", id, name: block.name, input: block.input, caller: { type: "direct" } };
}

/** What fits into a number of tokens: text is cut in its middle, a tool call that does not fit is lost. */
function within(blocks: readonly MessageBlock[], tokens: number): { blocks: readonly MessageBlock[]; isCut: boolean } {
  const kept: MessageBlock[] = [];
  let left = tokens;
  for (const block of blocks) {
    const size = sizeOf([block]);
    if (size <= left) {
      kept.push(block);
      left -= size;
      continue;
    }
    const text = block.type === "text" ? block.text.slice(0, Math.floor(left * 3)) : "";
    return { blocks: text === "" ? kept : [...kept, { type: "text", text, citations: null }], isCut: true };
  }
  return { blocks: kept, isCut: false };
}

function half(blocks: readonly MessageBlock[]): number {
  return Math.floor(sizeOf(blocks) / 2);
}

function sizeOf(blocks: readonly MessageBlock[]): number {
  return blocks.reduce((sum, block) => sum + tokensOf(told(block)), 0);
}

function told(block: MessageBlock): string {
  if (block.type === "text") return block.text;
  return block.type === "thinking" ? block.thinking : `${block.name}${JSON.stringify(block.input)}`;
}

function idOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}
