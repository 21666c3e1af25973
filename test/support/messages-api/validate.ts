import { breakpointsOf, inputTokensOf } from "./cache.ts";
import { contextTokens, modelOf } from "./models.ts";
import { blocksOf, type CountedRequest, type MessagesRequest, type RequestMessage } from "./request.ts";
import { outsideSubset } from "./schema-subset.ts";

/** An error as the API tells it. */
export interface Complaint {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** What the emulator remembers of its own answers, to know them when they come back. */
export interface Memory {
  /** Signatures of thinking that came with a tool call, by the call's id. */
  readonly thinkingOf: ReadonlyMap<string, readonly string[]>;
  /** Signatures it gave, with the model that they are bound to. */
  readonly signatures: ReadonlyMap<string, string>;
  /** Answers that paused, as JSON of their content. */
  readonly paused: ReadonlySet<string>;
}

/** Why a well-formed request is refused all the same; null when it is valid. */
export function complaintOf(request: MessagesRequest | CountedRequest, memory: Memory): Complaint | null {
  const model = modelOf(request.model);
  if (model === undefined || model.isRetired) return { status: 404, type: "not_found_error", message: `model: ${request.model}` };
  const why =
    toolsComplaint(request) ??
    choiceComplaint(request) ??
    formatComplaint(request) ??
    cacheComplaint(request) ??
    conversationComplaint(request.messages, memory) ??
    thinkingComplaint(request, memory);
  if (why !== undefined) return { status: 400, type: "invalid_request_error", message: why };
  const tokens = inputTokensOf(request);
  if (tokens <= contextTokens) return null;
  return {
    status: 400,
    type: "invalid_request_error",
    message: `prompt is too long: ${tokens} tokens > ${contextTokens} maximum`,
  };
}

function toolsComplaint({ tools = [] }: CountedRequest): string | undefined {
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) return "tools: Tool names must be unique.";
  for (const [index, { input_schema: schema, strict }] of tools.entries()) {
    if (schema.type !== "object") return `tools.${index}.custom.input_schema.type: Field required`;
    if (strict) {
      const [outside] = outsideSubset(schema);
      if (outside !== undefined) return `tools.${index}.custom: ${outside}`;
    }
  }
  return undefined;
}

function choiceComplaint(request: CountedRequest): string | undefined {
  const { tool_choice: choice, tools = [] } = request;
  if (choice === undefined) return undefined;
  if (tools.length === 0) return "tool_choice may only be specified while providing tools.";
  if (choice.type === "tool" && !tools.some(({ name }) => name === choice.name))
    return `Tool '${choice.name}' not found in provided tools`;
  const isForced = choice.type === "any" || choice.type === "tool";
  if (isForced && !modelOf(request.model)?.takesForcedTools)
    return `tool_choice: '${choice.type}' is not supported by this model.`;
  return undefined;
}

function formatComplaint(request: CountedRequest): string | undefined {
  const format = request.output_config?.format;
  if (format == null) return undefined;
  if (!modelOf(request.model)?.hasStructuredOutputs) return "output_config.format: not supported by this model.";
  const [outside] = outsideSubset(format.schema, "output_config.format.schema");
  return outside;
}

function cacheComplaint(request: CountedRequest): string | undefined {
  const marks = breakpointsOf(request);
  if (marks.length > 4) return `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`;
  const firstShort = marks.indexOf("5m");
  if (firstShort >= 0 && marks.lastIndexOf("1h") > firstShort)
    return "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.";
  return undefined;
}

function conversationComplaint(messages: readonly RequestMessage[], memory: Memory): string | undefined {
  if (messages[0]?.role === "assistant") return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of messages.entries()) {
    const blocks = blocksOf(content);
    if (blocks.length === 0) return `messages.${index}: all messages must have non-empty content`;
    const isEmpty = blocks.some((block) => block.type === "text" && block.text.trim() === "");
    if (isEmpty) return `messages.${index}: text content blocks must contain non-whitespace text`;
    const foreign = role === "assistant" ? ["tool_result"] : ["tool_use", "thinking", "redacted_thinking"];
    const stray = blocks.find(({ type }) => foreign.includes(type));
    if (stray !== undefined) return `messages.${index}: \`${stray.type}\` blocks are not allowed in ${role} messages`;
    const unmet = toolsUnmet(messages, index);
    if (unmet !== undefined) return unmet;
  }
  const last = messages.at(-1);
  if (last?.role === "assistant" && !memory.paused.has(JSON.stringify(last.content)))
    return "This model does not support assistant message prefill. The conversation must end with a user message.";
  return undefined;
}

function toolsUnmet(messages: readonly RequestMessage[], index: number): string | undefined {
  const called = idsOf(messages[index], "tool_use");
  const answered = idsOf(messages[index], "tool_result");
  if (new Set(called).size < called.length) return `messages.${index}: \`tool_use\` ids must be unique`;
  if (new Set(answered).size < answered.length) return `messages.${index}: each tool_use must have a single result`;
  const missing = called.find((id) => !idsOf(messages[index + 1], "tool_result").includes(id));
  if (missing !== undefined)
    return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing}`;
  const orphan = answered.find((id) => !idsOf(messages[index - 1], "tool_use").includes(id));
  if (orphan !== undefined) return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}`;
  const blocks = blocksOf(messages[index]?.content ?? []);
  const firstOther = blocks.findIndex(({ type }) => type !== "tool_result");
  if (firstOther >= 0 && blocks.slice(firstOther).some(({ type }) => type === "tool_result"))
    return `messages.${index}: \`tool_result\` blocks must come first`;
  return undefined;
}

function idsOf(message: RequestMessage | undefined, type: "tool_use" | "tool_result"): string[] {
  return blocksOf(message?.content ?? []).flatMap((block) => {
    if (block.type !== type) return [];
    return [block.type === "tool_use" ? block.id : block.tool_use_id];
  });
}

function thinkingComplaint(request: CountedRequest, memory: Memory): string | undefined {
  const wanted = request.thinking?.type;
  if (wanted !== undefined && !modelOf(request.model)?.thinking.includes(wanted))
    return `thinking.type: '${wanted}' is not supported by this model.`;
  for (const [index, { content }] of request.messages.entries()) {
    const given = blocksOf(content).flatMap((block) => (block.type === "thinking" ? [block.signature] : []));
    const stranger = given.find((signature) => memory.signatures.get(signature) !== request.model);
    if (stranger !== undefined) return `messages.${index}: Invalid \`signature\` in \`thinking\` block`;
    const due = idsOf(request.messages[index], "tool_use").flatMap((id) => memory.thinkingOf.get(id) ?? []);
    if (due.some((signature) => !given.includes(signature)))
      return `messages.${index}: \`thinking\` blocks in an assistant message with tool calls cannot be left out or modified`;
  }
  return undefined;
}
