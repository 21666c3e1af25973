import type { MessageCreateParamsNonStreaming, MessageParam, Tool } from "@anthropic-ai/sdk/resources/messages/messages";
import type { Block, Message, ReasonerRequest } from "./port.ts";
import type { ClaudeSettings } from "./settings.ts";

type Chosen = ClaudeSettings["models"]["hunt"];
type ContentBlock = Exclude<MessageParam["content"], string>[number];

/**
 * A request of ours in the words of the Messages API. What does not change comes first and is marked for the vendor's cache: in a loop
 * of turns tools and system for an hour and the conversation for minutes; what is asked once a run is not marked, since a write costs
 * more than it saves. Never a temperature, a forced tool or switched thinking: current models refuse them.
 */
export function paramsOf(request: ReasonerRequest, { model, effort }: Chosen): MessageCreateParamsNonStreaming {
  const isLoop = request.tools.length > 0;
  const kept = isLoop ? ({ type: "ephemeral", ttl: "1h" } as const) : ({ type: "ephemeral", ttl: "5m" } as const);
  const isCached = request.purpose !== "hypotheses";
  const system = request.system.filter((text) => text !== "");
  // The vendor takes four marks: the last tool, two of the system text, and the conversation.
  const marked = new Set([0, system.length - 1]);
  return {
    model,
    max_tokens: request.maxTokens,
    ...(isLoop ? { tools: request.tools.map((tool, at) => toolOf(tool, at === request.tools.length - 1)) } : {}),
    ...(system.length === 0
      ? {}
      : {
          system: system.map((text, at) => ({
            type: "text" as const,
            text,
            ...(isCached && marked.has(at) ? { cache_control: kept } : {}),
          })),
        }),
    messages: request.messages.map(messageOf),
    output_config: {
      effort,
      ...(request.format === null ? {} : { format: { type: "json_schema" as const, schema: recordOf(request.format) } }),
    },
    ...(isLoop ? { cache_control: { type: "ephemeral", ttl: "5m" } } : {}),
  };
}

function toolOf({ name, description, inputSchema }: ReasonerRequest["tools"][number], isLast: boolean): Tool {
  return {
    name,
    description,
    input_schema: { type: "object", ...recordOf(inputSchema) },
    ...(isLast ? { cache_control: { type: "ephemeral", ttl: "1h" } } : {}),
  };
}

function messageOf({ role, content }: Message): MessageParam {
  return { role, content: content.flatMap(blockOf) };
}

/** Empty text is refused by the vendor, and says nothing. */
function blockOf(block: Block): ContentBlock[] {
  switch (block.type) {
    case "text":
      return block.text === "" ? [] : [{ type: "text", text: block.text }];
    case "tool_use":
      return [{ type: "tool_use", id: block.id, name: block.name, input: block.input }];
    case "tool_result":
      return [
        {
          type: "tool_result",
          tool_use_id: block.toolUseId,
          ...(block.text === "" ? {} : { content: block.text }),
          ...(block.isError ? { is_error: true } : {}),
        },
      ];
    case "opaque":
      return isOpaque(block.value) ? [block.value] : [];
  }
}

// What the vendor gave, given back unread: only that it is a block is known.
function isOpaque(value: unknown): value is ContentBlock {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function recordOf(schema: ReasonerRequest["format"]): Record<string, unknown> {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema) ? { ...schema } : {};
}
