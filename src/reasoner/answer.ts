import { z } from "zod";
import type { Block } from "./port.ts";
import type { MeteredUsage } from "./prices.ts";

const tokens = z.number().int().nonnegative().nullish();

const usage = z.object({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
  cache_creation: z.object({ ephemeral_1h_input_tokens: tokens }).nullish(),
});

/** As much of an answer of the Messages API as we rely on; the SDK itself checks nothing of it. */
const message = z.object({
  content: z.array(z.unknown()),
  stop_reason: z.string().nullable(),
  // A word for the reader; anything else that stands there is none.
  stop_details: z
    .object({
      category: z
        .string()
        .regex(/^[a-z_]{1,40}$/)
        .nullish()
        .catch(null),
    })
    .nullish(),
  usage,
});

const text = z.object({ type: z.literal("text"), text: z.string() });
const toolUse = z.object({ type: z.literal("tool_use"), id: z.string().min(1), name: z.string().min(1), input: z.unknown() });

/** Why a model stopped, as far as we tell it apart. */
export type Stop = "end" | "tools" | "limit" | "pause" | "refusal";

export interface Answer {
  readonly content: readonly Block[];
  /** The same as the vendor wrote it, to give back where it wants to go on. */
  readonly asWritten: readonly Block[];
  readonly stop: Stop;
  /** The vendor's category of a refusal. */
  readonly category: string | null;
  readonly usage: MeteredUsage;
}

const stops: Readonly<Record<string, Stop>> = {
  end_turn: "end",
  stop_sequence: "end",
  tool_use: "tools",
  max_tokens: "limit",
  model_context_window_exceeded: "limit",
  pause_turn: "pause",
  refusal: "refusal",
};

/** What came back, read by its types and never by position; null when it is no answer that we understand. */
export function readAnswer(body: unknown): Answer | null {
  const parsed = message.safeParse(body);
  if (!parsed.success) return null;
  const { content, stop_reason, stop_details } = parsed.data;
  const stop = stops[stop_reason ?? ""];
  const blocks = z.array(z.looseObject({ type: z.string() })).safeParse(content);
  if (stop === undefined || !blocks.success) return null;
  return {
    content: blocks.data.map(blockOf),
    asWritten: content.map((value) => ({ type: "opaque", value })),
    stop,
    category: stop_details?.category ?? null,
    usage: usageOf(parsed.data.usage),
  };
}

/** Tokens of an answer, or of the part of one that came. */
export function usageOf(reported: unknown): MeteredUsage {
  const parsed = usage.safeParse(reported);
  const known = parsed.success ? parsed.data : undefined;
  return {
    inputTokens: known?.input_tokens ?? 0,
    outputTokens: known?.output_tokens ?? 0,
    cacheWriteTokens: known?.cache_creation_input_tokens ?? 0,
    cacheReadTokens: known?.cache_read_input_tokens ?? 0,
    cacheWriteHourTokens: known?.cache_creation?.ephemeral_1h_input_tokens ?? 0,
  };
}

function blockOf(block: Readonly<Record<string, unknown>>): Block {
  const spoken = text.safeParse(block);
  if (spoken.success) return { type: "text", text: spoken.data.text };
  const asked = toolUse.safeParse(block);
  if (asked.success) return { type: "tool_use", id: asked.data.id, name: asked.data.name, input: asked.data.input };
  return { type: "opaque", value: block };
}
