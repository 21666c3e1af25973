import type { MessageBlock, MessageBody } from "./message.ts";

/** A message as server-sent events, in the order in which the API sends them; text and tool inputs in pieces. */
export function eventsOf(message: MessageBody, isToolJsonBroken = false): string[] {
  const { usage, content, stop_reason, stop_sequence, stop_details, container } = message;
  const start = { ...message, content: [], stop_reason: null, stop_details: null, usage: { ...usage, output_tokens: 1 } };
  return [
    event("message_start", { message: start }),
    event("ping", {}),
    ...content.flatMap((block, index) => blockEvents(block, index, isToolJsonBroken)),
    event("message_delta", { delta: { stop_reason, stop_sequence, stop_details, container }, usage }),
    event("message_stop", {}),
  ];
}

export function event(type: string, data: Record<string, unknown>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function blockEvents(block: MessageBlock, index: number, isToolJsonBroken: boolean): string[] {
  const delta = (type: string, value: Record<string, unknown>) =>
    event("content_block_delta", { index, delta: { type, ...value } });
  const stop = event("content_block_stop", { index });
  if (block.type === "text") {
    const start = event("content_block_start", { index, content_block: { ...block, text: "" } });
    return [start, ...pieces(block.text).map((text) => delta("text_delta", { text })), stop];
  }
  if (block.type === "thinking") {
    const start = event("content_block_start", { index, content_block: { type: "thinking", thinking: "", signature: "" } });
    const { thinking, signature } = block;
    return [
      start,
      ...pieces(thinking).map((piece) => delta("thinking_delta", { thinking: piece })),
      delta("signature_delta", { signature }),
      stop,
    ];
  }
  const start = event("content_block_start", { index, content_block: { ...block, input: {} } });
  const json = isToolJsonBroken ? '{"sql": }, select' : JSON.stringify(block.input);
  return [start, ...pieces(json).map((partial_json) => delta("input_json_delta", { partial_json })), stop];
}

/** A text in pieces of 40 code points: words are cut, letters are not. */
function pieces(text: string): string[] {
  const points = [...text];
  return Array.from({ length: Math.ceil(points.length / 40) }, (_, index) => points.slice(index * 40, index * 40 + 40).join(""));
}
