import Anthropic, {
  APIConnectionError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
} from "@anthropic-ai/sdk";
import type { ContentBlock } from "@anthropic-ai/sdk/resources/messages";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Answer,
  callTool,
  everyFault,
  type Fault,
  type MessagesApi,
  recordingOf,
  replayBrain,
  say,
  scriptedBrain,
  startMessagesApi,
} from "./support/messages-api/index.ts";

// The emulator against the vendor's own client: what it refuses, what it tells, and what breaks on purpose.

const key = "a-key-for-tests";
const model = "claude-sonnet-5-5";
const ask = { model, max_tokens: 512, messages: [{ role: "user" as const, content: "What is odd?" }] };
const tool = {
  name: "look",
  description: "Looks.",
  input_schema: {
    type: "object" as const,
    properties: { at: { type: "string" } },
    required: ["at"],
    additionalProperties: false,
  },
};
const hello: Answer = {
  content: [
    { type: "thinking", thinking: "So." },
    { type: "text", text: "Grüße, nothing is odd. ".repeat(10) },
  ],
};

let now = Date.UTC(2026, 10, 2);
let api: MessagesApi;
let client: Anthropic;

beforeAll(async () => {
  api = await startMessagesApi({ brain: scriptedBrain([]), key, clock: () => new Date(now) });
  client = clientOf(api.url);
});
afterEach(() => {
  api.setFaults([]);
  api.setBrain(() => hello);
});
afterAll(() => api.close());

function clientOf(baseURL: string, apiKey = key): Anthropic {
  return new Anthropic({ apiKey, authToken: null, baseURL, maxRetries: 0, openTelemetry: false, logLevel: "off" });
}

/** What a question of any shape comes to: the compiler would not let the SDK ask most of what is refused here. */
async function refusalOf(body: unknown, path = "/v1/messages"): Promise<string> {
  const headers = { "content-type": "application/json", "x-api-key": key, "anthropic-version": "2026-10-21" };
  const response = await fetch(`${api.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  return response.ok ? "taken" : `${response.status} ${text}`;
}

describe("answers", () => {
  test("whole and as a stream, the same message", async () => {
    api.setBrain(() => hello);
    const whole = await client.messages.create(ask);
    const streamed = await client.messages.stream(ask).finalMessage();
    const kinds = [whole, streamed].map((message) => message.content.map((block) => block.type));
    expect(kinds).toEqual([
      ["thinking", "text"],
      ["thinking", "text"],
    ]);
    const texts = [whole, streamed].map((message) =>
      message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])),
    );
    expect(texts[0]).toEqual(texts[1]);
    expect(whole.stop_reason).toBe("end_turn");
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(whole._request_id).toMatch(/^req_/);
  });

  test("a tool is called, answered, and the conversation goes on; the log holds every word of it", async () => {
    const turns = [
      (): Answer => ({ content: [{ type: "thinking", thinking: "Look first." }, ...callTool("look", { at: "dns" }).content] }),
      (): Answer => say("It is quiet."),
    ];
    let turn = 0;
    api.setBrain(() => turns[turn++]?.() ?? say(""));
    const first = await client.messages.stream({ ...ask, tools: [tool] }).finalMessage();
    const call = first.content.find((block) => block.type === "tool_use");
    expect(first.stop_reason).toBe("tool_use");
    expect(call?.input).toEqual({ at: "dns" });
    const result = { type: "tool_result" as const, tool_use_id: call?.id ?? "", content: "3 rows" };
    const conversation = (content: ContentBlock[]) => [
      ...ask.messages,
      { role: "assistant" as const, content },
      { role: "user" as const, content: [result] },
    ];
    const messages = conversation(first.content);
    const second = await client.messages.create({ ...ask, tools: [tool], messages });
    expect(second.stop_reason).toBe("end_turn");
    const logged = api.requests.at(-1);
    expect(logged?.body).toContain("3 rows");
    expect(logged?.headers.authorization ?? logged?.headers["x-api-key"]).toContain(key);

    // Thinking belongs to the call that it came with.
    const withoutThinking = conversation(first.content.filter((block) => block.type !== "thinking"));
    expect(await refusalOf({ ...ask, tools: [tool], messages: withoutThinking })).toContain("cannot be left out");
    expect(await refusalOf({ ...ask, model: "claude-opus-5-5", tools: [tool], messages })).toContain("Invalid `signature`");
  });

  test("never longer than max_tokens", async () => {
    api.setBrain(() => say("far too long ".repeat(1000)));
    const message = await client.messages.create({ ...ask, max_tokens: 50 });
    expect(message.stop_reason).toBe("max_tokens");
    expect(message.usage.output_tokens).toBeLessThanOrEqual(50);
  });

  test("a refusal is an answer with no content and a category", async () => {
    api.setFaults([{ fault: { kind: "refusal", category: "cyber" } }]);
    const message = await client.messages.create(ask);
    expect(message).toMatchObject({ content: [], stop_reason: "refusal", stop_details: { category: "cyber" } });
  });

  test("a paused turn goes on when it is sent back as it was; any other prefill is refused", async () => {
    api.setFaults([{ fault: { kind: "pause-turn" } }]);
    const paused = await client.messages.create(ask);
    api.setFaults([]);
    expect(paused.stop_reason).toBe("pause_turn");
    const messages = [...ask.messages, { role: "assistant" as const, content: paused.content }];
    expect((await client.messages.create({ ...ask, messages })).stop_reason).toBe("end_turn");
    const prefill = [...ask.messages, { role: "assistant", content: "It is" }];
    expect(await refusalOf({ ...ask, messages: prefill })).toContain("prefill");
  });

  test("tokens are counted, models are listed with what they can", async () => {
    expect((await client.messages.countTokens({ model, messages: ask.messages })).input_tokens).toBeGreaterThan(5);
    const known = await client.models.retrieve(model);
    expect(known.capabilities?.structured_outputs.supported).toBe(true);
    const ids: string[] = [];
    for await (const info of client.models.list()) ids.push(info.id);
    expect(ids).toContain("claude-opus-5-5");
    await expect(client.models.retrieve("claude-none")).rejects.toMatchObject({ status: 404 });
    expect((await client.models.retrieve("claude-3-haiku-20240307")).lifecycle).toBe("retired");
  });

  test("recorded answers come again to the same questions, and to no other", async () => {
    const record = await startMessagesApi({ brain: scriptedBrain([callTool("look", { at: "dns" }), say("Quiet.")]) });
    await clientOf(record.url).messages.create({ ...ask, tools: [tool] });
    const replay = await startMessagesApi({ brain: replayBrain(recordingOf(record.requests)) });
    const again = await clientOf(replay.url).messages.create({
      ...ask,
      tools: [{ ...tool, cache_control: { type: "ephemeral" } }],
    });
    expect(again.content).toMatchObject([{ type: "tool_use", name: "look", input: { at: "dns" } }]);
    await expect(clientOf(replay.url).messages.create(ask)).rejects.toMatchObject({ status: 500 });
    await Promise.all([record.close(), replay.close()]);
  });
});

describe("the prompt cache", () => {
  const system = [{ type: "text" as const, text: "Rules. ".repeat(1000), cache_control: { type: "ephemeral" as const } }];

  test("a prefix is written once, read until its five minutes are over, and read again from each use", async () => {
    const usages = [];
    for (const minutes of [0, 4, 4, 6]) {
      now += minutes * 60_000;
      usages.push((await client.messages.create({ ...ask, system })).usage);
    }
    const written = usages.map((usage) => usage.cache_creation_input_tokens ?? 0);
    const read = usages.map((usage) => usage.cache_read_input_tokens ?? 0);
    expect(written[0]).toBeGreaterThan(2000);
    expect(written).toEqual([written[0], 0, 0, written[0]]);
    expect(read).toEqual([0, written[0], written[0], 0]);
  });

  test("a mark on the whole request caches a growing conversation turn by turn; what changes before it is written anew", async () => {
    now += 3_600_000;
    const grown = [
      ...ask.messages,
      { role: "assistant" as const, content: "Hm." },
      { role: "user" as const, content: "And now?" },
    ];
    const whole = { ...ask, system, cache_control: { type: "ephemeral" as const } };
    const first = (await client.messages.create(whole)).usage;
    const second = (await client.messages.create({ ...whole, messages: grown })).usage;
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBeGreaterThan(0);
    const other = (await client.messages.create({ ...whole, tools: [tool] })).usage;
    expect(other.cache_read_input_tokens).toBe(0);
  });

  test("too little is not cached; an hour is told apart from five minutes", async () => {
    now += 3_600_000;
    const small = (await client.messages.create({ ...ask, cache_control: { type: "ephemeral" } })).usage;
    expect(small.cache_creation_input_tokens).toBe(0);
    const long = [
      {
        ...system[0],
        type: "text" as const,
        text: "Long rules. ".repeat(900),
        cache_control: { type: "ephemeral" as const, ttl: "1h" as const },
      },
    ];
    const first = (await client.messages.create({ ...ask, system: long })).usage;
    expect(first.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(2000);
    now += 59 * 60_000;
    expect((await client.messages.create({ ...ask, system: long })).usage.cache_read_input_tokens).toBeGreaterThan(2000);
  });
});

describe("what is refused", () => {
  const user = (content: unknown) => ({ role: "user", content });
  const use = (id: string, name = "look") => ({ role: "assistant", content: [{ type: "tool_use", id, name, input: {} }] });
  const result = (id: string) => user([{ type: "tool_result", tool_use_id: id, content: "x" }]);
  const format = (schema: unknown) => ({ output_config: { format: { type: "json_schema", schema } } });
  const marked = { type: "text", text: "x", cache_control: { type: "ephemeral" } };

  test.each<[string, Record<string, unknown>, string]>([
    ["temperature", { temperature: 0 }, "temperature: Extra inputs are not permitted"],
    ["top_p", { top_p: 1 }, "top_p: Extra inputs are not permitted"],
    ["an unknown field in a message", { messages: [{ ...user("x"), name: "n" }] }, "messages.0.name: Extra inputs"],
    ["an unknown model", { model: "claude-0" }, "404"],
    ["a retired model", { model: "claude-3-haiku-20240307" }, "404"],
    ["a forced tool", { tools: [tool], tool_choice: { type: "any" } }, "not supported by this model"],
    ["a tool that is not there", { tools: [tool], tool_choice: { type: "tool", name: "x" } }, "not found in provided tools"],
    [
      "thinking switched off where it is always on",
      { model: "claude-opus-5-5", thinking: { type: "disabled" } },
      "thinking.type",
    ],
    ["a thinking budget", { thinking: { type: "enabled", budget_tokens: 2000 } }, "thinking.type"],
    ["two tools of one name", { tools: [tool, tool] }, "must be unique"],
    ["a name of a tool with spaces", { tools: [{ ...tool, name: "look there" }] }, "tools.0.name"],
    ["a call without an answer", { messages: [user("x"), use("a"), user("y")] }, "without `tool_result`"],
    ["an answer without a call", { messages: [result("a")] }, "unexpected `tool_use_id`"],
    ["an empty text", { messages: [user(" ")] }, "non-whitespace"],
    ["no message", { messages: [] }, "messages"],
    ["a first word of the assistant", { messages: [use("a"), result("a")] }, "first message"],
    ["five cache marks", { system: [marked, marked, marked, marked, marked] }, "maximum of 4 blocks"],
    [
      "an hour after five minutes",
      { system: [marked, { ...marked, cache_control: { type: "ephemeral", ttl: "1h" } }] },
      "must not come after",
    ],
    ["an open object", format({ type: "object", properties: {} }), "additionalProperties"],
    [
      "a limit on a number",
      format({ type: "object", properties: { n: { type: "number", minimum: 0 } }, additionalProperties: false }),
      "'minimum'",
    ],
    [
      "a pattern",
      format({ type: "object", properties: { s: { type: "string", pattern: "a" } }, additionalProperties: false }),
      "'pattern'",
    ],
    ["many at least", format({ type: "array", items: { type: "string" }, minItems: 3 }), "'minItems'"],
    [
      "a strict tool outside the subset",
      { tools: [{ ...tool, strict: true, input_schema: { type: "object" } }] },
      "additionalProperties",
    ],
    ["no max_tokens", { max_tokens: undefined }, "max_tokens"],
    ["what does not fit into the context", { messages: [user("word ".repeat(700_000))] }, "prompt is too long"],
  ])("%s", async (_, change, expected) => {
    expect(await refusalOf({ ...ask, ...change })).toContain(expected);
  });

  test("a schema of the subset is taken, nested and nullable", async () => {
    const schema = {
      type: "object",
      properties: {
        kind: { type: "string", enum: ["a", "b"] },
        next: { anyOf: [{ type: "string" }, { type: "null" }] },
        list: { type: "array", items: { $ref: "#/$defs/part" } },
      },
      required: ["kind", "next", "list"],
      additionalProperties: false,
      $defs: {
        part: { type: "object", properties: { at: { type: "string", format: "date-time" } }, additionalProperties: false },
      },
    };
    expect(await refusalOf({ ...ask, ...format(schema) })).toBe("taken");
  });

  test("a wrong key, no version, another path, too many bytes", async () => {
    await expect(clientOf(api.url, "another").messages.create(ask)).rejects.toBeInstanceOf(AuthenticationError);
    const bare = await fetch(`${api.url}/v1/messages`, { method: "POST", headers: { "x-api-key": key }, body: "{}" });
    expect(await bare.text()).toContain("anthropic-version");
    expect(await refusalOf({}, "/v1/complete")).toContain("404");
    const small = await startMessagesApi({ brain: () => hello, mostBytes: 1000 });
    const long = { ...ask, messages: [{ role: "user" as const, content: "x".repeat(2000) }] };
    await expect(clientOf(small.url).messages.create(long)).rejects.toMatchObject({ status: 413 });
    await small.close();
    // The SDK knows what a refusal of its own question is.
    await expect(
      client.messages.create({ ...ask, model: "claude-opus-5-5", thinking: { type: "disabled" } }),
    ).rejects.toBeInstanceOf(BadRequestError);
  });
});

describe("what breaks", () => {
  /** How a question ends for who gives it 300 ms. */
  async function endOf(fault: Fault, isStream: boolean): Promise<unknown> {
    api.setBrain(() => ({ content: [...hello.content, ...callTool("look", { at: "dns ".repeat(30) }).content] }));
    api.setFaults([{ fault }]);
    const options = { signal: AbortSignal.timeout(300) };
    const asked = { ...ask, tools: [tool] };
    try {
      return isStream
        ? await client.messages.stream(asked, options).finalMessage()
        : await client.messages.create(asked, options);
    } catch (error) {
      return error;
    }
  }

  test.each(everyFault.map((fault) => [JSON.stringify(fault), fault] as const))(
    "%s ends as the SDK tells it",
    async (_, fault) => {
      for (const isStream of [false, true]) {
        const end = await endOf(fault, isStream);
        switch (fault.kind) {
          case "status":
            expect(end).toBeInstanceOf(APIError);
            expect(end).toMatchObject({ status: fault.status });
            break;
          case "reset":
            expect(end).toBeInstanceOf(APIConnectionError);
            break;
          case "silence":
          case "stall":
          case "trickle":
            expect(end instanceof APIUserAbortError || (end instanceof Error && end.name.includes("Abort"))).toBe(true);
            break;
          case "error-event":
            expect(end).toBeInstanceOf(APIError);
            expect(end).toMatchObject({ type: "overloaded_error" });
            break;
          case "refusal":
            expect(end).toMatchObject({ stop_reason: "refusal", content: [] });
            break;
          case "max-tokens":
            expect(end).toMatchObject({ stop_reason: "max_tokens" });
            break;
          case "pause-turn":
            expect(end).toMatchObject({ stop_reason: "pause_turn" });
            break;
          case "context-window":
            expect(end).toMatchObject({ stop_reason: "model_context_window_exceeded" });
            break;
          case "not-a-message":
            // The SDK hands out what it got: who reads it must look.
            if (!isStream) expect(end).toEqual(expect.objectContaining({ hello: "world" }));
            break;
          case "late":
          case "cut":
          case "drop":
          case "broken-body":
          case "broken-tool-json":
            expect(end).toBeInstanceOf(Error);
            break;
        }
      }
    },
  );

  test("the call that a rule names, and no other", async () => {
    const counted = await startMessagesApi({
      brain: () => hello,
      faults: [{ fault: { kind: "status", status: 529 }, call: [2] }],
    });
    const other = clientOf(counted.url);
    await other.messages.create(ask);
    await expect(other.messages.create(ask)).rejects.toMatchObject({ status: 529 });
    await other.messages.create(ask);
    expect(counted.requests.map(({ status }) => status)).toEqual([200, 529, 200]);
    await counted.close();
  });
});
