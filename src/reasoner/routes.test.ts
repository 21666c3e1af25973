import { AnthropicVertex } from "@anthropic-ai/vertex-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MessagesApi, say, startMessagesApi } from "../../test/support/messages-api/index.ts";
import { bedrockRoute } from "./bedrock.ts";
import { gate } from "./gate.ts";
import { paramsOf } from "./params.ts";
import type { ReasonerRequest } from "./port.ts";
import { claudeSettings } from "./settings.ts";
import { vertexRoute } from "./vertex.ts";

let api: MessagesApi;
beforeAll(async () => {
  api = await startMessagesApi({ brain: () => say("Nothing stands out.") });
});
afterAll(() => api.close());

const request: ReasonerRequest = {
  purpose: "summary",
  account: null,
  system: ["Sum it up."],
  tools: [],
  format: null,
  messages: [{ role: "user", content: [{ type: "text", text: "What was found?" }] }],
  maxTokens: 500,
};
const params = paramsOf(request, { model: "claude-sonnet-5-5", effort: "low" });
const never = new AbortController().signal;
const bodies: string[] = [];
const client = (base: string) => ({
  baseURL: `${api.url}${base}`,
  timeout: 5000,
  fetch: gate({
    fetch: globalThis.fetch,
    origin: new URL(api.url).origin,
    idleMs: 1000,
    sent: async (body) => void bodies.push(body),
  }),
});
const region = "eu-central-1";

test("Amazon's Messages endpoint takes the same questions under its own key, as a stream too", async () => {
  for (const isStream of [true, false]) {
    const route = await bedrockRoute("messages", { ...client("/anthropic"), region, apiKey: "bedrock-key" }, isStream);
    const { body } = await route.ask(params, never);
    expect(body).toMatchObject({ content: [{ text: "Nothing stands out." }], stop_reason: "end_turn" });
    const asked = api.requests.at(-1);
    expect([asked?.path, asked?.headers.authorization]).toEqual(["/anthropic/v1/messages", "Bearer bedrock-key"]);
    expect(JSON.parse(asked?.body ?? "")).toMatchObject({ model: "anthropic.claude-sonnet-5-5" });
    expect(bodies.at(-1)).toBe(asked?.body);
  }
});

test("Amazon's InvokeModel has the model in its path, and what is recorded is what went over the wire", async () => {
  const route = await bedrockRoute("invoke", { ...client(""), region, apiKey: "bedrock-key" }, true);
  const { body } = await route.ask(params, never);
  expect(body).toMatchObject({ content: [{ text: "Nothing stands out." }] });
  const asked = api.requests.at(-1);
  expect(decodeURIComponent(asked?.path ?? "")).toBe("/model/global.anthropic.claude-sonnet-5-5/invoke");
  expect(bodies.at(-1)).toBe(asked?.body);
});

test("Google's Vertex AI is asked with Google's credentials", async () => {
  const authClient = { projectId: "acme", getRequestHeaders: async () => new Headers({ authorization: "Bearer google" }) };
  class WithCredentials extends AnthropicVertex {
    constructor(options: ConstructorParameters<typeof AnthropicVertex>[0]) {
      super({ ...options, authClient: Object.assign(Object.create(null), authClient) });
    }
  }
  const route = await vertexRoute({ ...client("/v1"), region, project: "acme" }, false, async () => ({
    AnthropicVertex: WithCredentials,
  }));
  const { body } = await route.ask(params, never);
  expect(body).toMatchObject({ content: [{ text: "Nothing stands out." }] });
  const asked = api.requests.at(-1);
  expect(asked?.path).toBe(`/v1/projects/acme/locations/${region}/publishers/anthropic/models/claude-sonnet-5-5:rawPredict`);
  expect(asked?.headers.authorization).toBe("Bearer google");
});

test("a route whose package is not installed says what to install", async () => {
  const missing = async (): Promise<never> => {
    throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  };
  await expect(bedrockRoute("messages", { ...client(""), region, apiKey: null }, true, missing)).rejects.toMatchObject({
    code: "configuration",
    message: expect.stringContaining("@anthropic-ai/bedrock-sdk"),
    hint: expect.stringContaining("npm install"),
  });
});

test("the gate lets nothing out to another host, follows no redirect, and sends nothing that could not be written down", async () => {
  const options = { origin: "https://api.example", idleMs: 1000, sent: async () => {} };
  const never = () => Promise.reject(new Error("this must not be fetched"));
  await expect(gate({ ...options, fetch: never })("https://other.example/v1/messages")).rejects.toThrow(/was stopped/);
  const sent = () => Promise.reject(new Error("disk full"));
  await expect(gate({ ...options, fetch: never, sent })("https://api.example/", { method: "POST", body: "{}" })).rejects.toThrow(
    "disk full",
  );
  let redirect: string | undefined;
  const answered = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    redirect = init?.redirect;
    return new Response("{}");
  };
  await gate({ ...options, fetch: answered })("https://api.example/");
  expect(redirect).toBe("error");
});

test("settings take no key, no address in the clear, and no name in an address", () => {
  const wrong = [
    { key: "sk-ant-api03-this-is-a-key" },
    { baseUrl: "http://gateway.example" },
    { baseUrl: "https://me:secret@gateway.example" },
    { usdPerHunt: 0 },
    { models: { hunt: { effort: "none" } } },
    { modles: {} },
  ];
  for (const settings of wrong) expect(claudeSettings.safeParse(settings).success, JSON.stringify(settings)).toBe(false);
  expect(claudeSettings.parse({ models: { hunt: { model: "claude-opus-5-5" } } }).models).toMatchObject({
    hunt: { model: "claude-opus-5-5", effort: "low" },
    summary: { model: "claude-sonnet-5-5", effort: "medium" },
  });
  expect(claudeSettings.parse({ baseUrl: "http://127.0.0.1:8080" }).privacy).toBe("pseudonymised");
});
