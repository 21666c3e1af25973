import { createHash } from "node:crypto";
import type { Answer, AnswerBlock, Brain } from "../brain.ts";
import { type MessagesRequest, messagesRequest } from "../request.ts";
import type { LoggedRequest } from "../serve.ts";

/** Answers by the hash of the request that they were given to. */
export type Recording = ReadonlyMap<string, Answer>;

/** A request without what differs from run to run: cache marks, ids of tool calls, signatures, whose request it is. */
export function normalisedHash(request: MessagesRequest): string {
  const ids = new Map<string, string>();
  const text = JSON.stringify(request, (key, value: unknown) => {
    if (["cache_control", "signature", "metadata", "diagnostics", "stream"].includes(key)) return undefined;
    if ((key === "id" || key === "tool_use_id") && typeof value === "string") {
      const known = ids.get(value) ?? `tool-${ids.size + 1}`;
      ids.set(value, known);
      return known;
    }
    return value;
  });
  return createHash("sha256").update(text).digest("hex");
}

/** What an emulator was asked and answered, for a replay. */
export function recordingOf(requests: readonly LoggedRequest[]): Recording {
  return new Map(
    requests.flatMap(({ body, answer }): [string, Answer][] => {
      if (answer === null) return [];
      const content = answer.content.map(({ type, ...block }): AnswerBlock => {
        if (type === "tool_use" && "name" in block) return { type, name: block.name, input: block.input };
        if (type === "thinking" && "thinking" in block) return { type, thinking: block.thinking };
        return { type: "text", text: "text" in block ? block.text : "" };
      });
      const category = answer.stop_details?.category ?? null;
      const given = { content, stopReason: answer.stop_reason, category, usage: { outputTokens: answer.usage.output_tokens } };
      return [[normalisedHash(messagesRequest.parse(JSON.parse(body))), given]];
    }),
  );
}

/** Gives recorded answers; to a question that was not recorded, an error of the server. */
export function replayBrain(recording: Recording): Brain {
  return (request) => {
    const answer = recording.get(normalisedHash(request));
    return answer ?? { content: [], fault: { kind: "status", status: 500, message: "not recorded" } };
  };
}
