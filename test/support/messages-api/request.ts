import { z } from "zod";

// The body of POST /v1/messages as version 2026-10-21 takes it: whatever is not named here is refused, sampling parameters included.

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() });
const cached = { cache_control: cacheControl.nullish() };

const textBlock = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  citations: z.array(z.unknown()).nullish(),
  ...cached,
});
const toolUseBlock = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[A-Za-z0-9_-]+$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  caller: z.unknown().optional(),
  ...cached,
});
const toolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  is_error: z.boolean().optional(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  ...cached,
});
const thinkingBlock = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const redactedThinkingBlock = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() });
const block = z.discriminatedUnion("type", [textBlock, toolUseBlock, toolResultBlock, thinkingBlock, redactedThinkingBlock]);
export type RequestBlock = z.infer<typeof block>;

const message = z.strictObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z.union([z.string(), z.array(block)]),
});
export type RequestMessage = z.infer<typeof message>;

const tool = z.strictObject({
  type: z.literal("custom").optional(),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().optional(),
  input_examples: z.array(z.unknown()).optional(),
  defer_loading: z.boolean().optional(),
  ...cached,
});
export type RequestTool = z.infer<typeof tool>;

const isParallel = { disable_parallel_tool_use: z.boolean().optional() };
const parts = {
  model: z.string().min(1),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), ...isParallel }),
      z.strictObject({ type: z.literal("any"), ...isParallel }),
      z.strictObject({ type: z.literal("tool"), name: z.string(), ...isParallel }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("adaptive"), display: z.enum(["summarized", "omitted"]).nullish() }),
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024), display: z.string().nullish() }),
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("between_tools") }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) }).nullish(),
    })
    .optional(),
  cache_control: cacheControl.nullish(),
};

/** What POST /v1/messages/count_tokens takes. */
export const countedRequest = z.strictObject(parts);

export const messagesRequest = z.strictObject({
  ...parts,
  max_tokens: z.int().min(0),
  container: z.unknown().optional(),
  diagnostics: z.strictObject({ previous_message_id: z.string().nullish() }).nullish(),
  inference_geo: z.string().nullish(),
  metadata: z.strictObject({ user_id: z.string().max(512).nullish() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  speed: z.enum(["standard", "fast"]).nullish(),
  stop_sequences: z.array(z.string().min(1)).optional(),
  stream: z.boolean().optional(),
});

/** A request that the emulator took for valid: what a brain is asked. */
export type MessagesRequest = z.infer<typeof messagesRequest>;
export type CountedRequest = z.infer<typeof countedRequest>;

export function blocksOf(content: string | readonly RequestBlock[]): readonly RequestBlock[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
