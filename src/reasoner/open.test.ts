import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Answer,
  type Brain,
  callTool,
  everyFault,
  type MessagesApi,
  say,
  sayJson,
  shortPatience,
  startMessagesApi,
} from "../../test/support/messages-api/index.ts";
import { SpoorError } from "../errors.ts";
import { type OpenedReasoner, openReasoner } from "./open.ts";
import type { Outcome, ReasonerRequest } from "./port.ts";
import { claudeSettings } from "./settings.ts";

const key = "sk-ant-canary-0123456789";
const folder = mkdtempSync(join(tmpdir(), "spoor-reasoner-"));
let api: MessagesApi;
let runs = 0;

beforeAll(async () => {
  api = await startMessagesApi({ brain: () => say("Nothing stands out.") });
});
beforeEach(() => {
  api.setFaults([]);
  api.setBrain(() => say("Nothing stands out."));
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});
// The SDK reads these by itself.
const environmentNames = ["ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_LOG"];
afterEach(() => {
  for (const name of environmentNames) delete process.env[name];
});

/** A reasoner over the emulator, with a purse and a recording of its own. */
async function opened(
  settings: Record<string, unknown> = {},
  environment: Record<string, string> = {},
): Promise<OpenedReasoner & { readonly waits: number[]; readonly home: string }> {
  const home = join(folder, String(++runs));
  const waits: number[] = [];
  const parsed = claudeSettings.parse({
    baseUrl: api.url,
    secondsPerCall: 60,
    idleSeconds: 30,
    spend: join(home, "spend"),
    ...settings,
  });
  const reasoner = await openReasoner(parsed, {
    secret: async (reference) => (reference === "env:ANTHROPIC_API_KEY" ? key : `the secret behind ${reference}`),
    redact: (text) => text.replaceAll(key, "[secret]"),
    environment,
    fetch: globalThis.fetch,
    clock: () => new Date("2026-11-22T10:00:00Z"),
    sleep: async (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
    },
    run: `run ${runs}`,
    out: home,
    signal: new AbortController().signal,
  });
  return { ...reasoner, waits, home };
}

const request: ReasonerRequest = {
  purpose: "hunt",
  account: "H1",
  system: ["You look at what tools give you.", "Tables: network_activity."],
  tools: [
    {
      name: "list_tables",
      description: "What tables there are.",
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
    },
    {
      name: "finish",
      description: "Ends the hunt.",
      inputSchema: {
        type: "object",
        properties: { verdict: { type: "string" } },
        required: ["verdict"],
        additionalProperties: false,
      },
    },
  ],
  format: null,
  messages: [{ role: "user", content: [{ type: "text", text: "Is there a beacon?" }] }],
  maxTokens: 1000,
};
const never = new AbortController().signal;
const structured: ReasonerRequest = {
  ...request,
  purpose: "summary",
  tools: [],
  format: { type: "object", properties: { verdict: { type: "string" } }, required: ["verdict"], additionalProperties: false },
};

/** Says these, one after another. */
function inTurn(turns: readonly Answer[]): Brain {
  let next = 0;
  return () => turns[next++] ?? say("Nothing to add.");
}

function bodies(): Record<string, unknown>[] {
  return api.requests.filter(({ path }) => path === "/v1/messages").map(({ body }) => JSON.parse(body));
}

test("a turn ends for tools with its thinking kept, the tool's result goes back, and the next turn ends for good", async () => {
  api.setBrain(
    inTurn([
      {
        content: [
          { type: "thinking", thinking: "Tables first." },
          { type: "text", text: "I look." },
          { type: "tool_use", name: "list_tables", input: {} },
        ],
      },
      say("There is none."),
    ]),
  );
  const { reasoner, spend } = await opened();
  expect(reasoner.name).toBe("claude-sonnet-5-5 over the Messages API");
  const first = await reasoner.complete(request, never);
  if (first.kind !== "ok") throw new Error(`the first turn came to ${JSON.stringify(first)}`);
  expect(first.content.map(({ type }) => type)).toEqual(["opaque", "text", "tool_use"]);
  expect(first.endsFor).toBe("tools");
  const asked = first.content.find((block) => block.type === "tool_use");
  const second = await reasoner.complete(
    {
      ...request,
      messages: [
        ...request.messages,
        { role: "assistant", content: first.content },
        { role: "user", content: [{ type: "tool_result", toolUseId: asked?.id ?? "", text: "[]", isError: false }] },
      ],
    },
    never,
  );
  expect(second).toMatchObject({ kind: "ok", endsFor: "end", content: [{ type: "text", text: "There is none." }] });
  if (second.kind !== "ok") throw new Error("unreachable");
  expect(second.call.model).toBe("claude-sonnet-5-5");
  expect(second.call.requestId).toMatch(/^req_/);
  expect(second.call.usage.inputTokens).toBeGreaterThan(0);
  expect(spend?.ofAccount("H1")).toBeCloseTo(first.call.usd + second.call.usd, 6);
  const [body] = bodies();
  expect(body).toMatchObject({
    model: "claude-sonnet-5-5",
    output_config: { effort: "low" },
    cache_control: { type: "ephemeral", ttl: "5m" },
    system: [{ cache_control: { ttl: "1h" } }, { cache_control: { ttl: "1h" } }],
    tools: [{ name: "list_tables" }, { name: "finish", cache_control: { type: "ephemeral", ttl: "1h" } }],
  });
  expect(body).not.toHaveProperty("tool_choice");
  expect(body).not.toHaveProperty("thinking");
  expect(body).not.toHaveProperty("temperature");
});

test("structure is asked for by schema in a call of its own, never with tools", async () => {
  api.setBrain(() => sayJson({ verdict: "refuted" }));
  const { reasoner } = await opened({ stream: false });
  const before = bodies().length;
  expect(await reasoner.complete(structured, never)).toMatchObject({
    kind: "ok",
    content: [{ type: "text", text: '{"verdict":"refuted"}' }],
  });
  expect(bodies().at(-1)).toMatchObject({ output_config: { effort: "medium", format: { type: "json_schema" } } });
  expect(await reasoner.complete({ ...structured, tools: request.tools }, never)).toMatchObject({ kind: "invalid", call: null });
  expect(bodies().length).toBe(before + 1);
});

const expected: Readonly<Record<string, Outcome["kind"]>> = {
  reset: "overloaded",
  silence: "timeout",
  stall: "timeout",
  cut: "overloaded",
  drop: "overloaded",
  trickle: "timeout",
  "error-event": "overloaded",
  "broken-tool-json": "invalid",
  "broken-body": "invalid",
  "not-a-message": "invalid",
  refusal: "refusal",
  "max-tokens": "truncated",
  "context-window": "truncated",
};

for (const stream of [true, false])
  test(`each thing that can go wrong is an outcome within the deadline, and nothing of it shows the key (${stream ? "stream" : "plain"})`, async () => {
    for (const fault of everyFault) {
      api.setFaults([{ fault }]);
      api.setBrain(() => callTool("list_tables", {}));
      const { reasoner, waits } = await opened({
        stream,
        ...shortPatience(fault),
        usdPerHunt: 100,
        usdPerRun: 100,
        usdPerDay: 100,
      });
      const outcome = await reasoner.complete(request, never);
      const told = JSON.stringify({ fault, outcome });
      expect(told).not.toContain(key);
      if (fault.kind === "status") {
        const { status } = fault;
        const isPassing = status >= 500 || [408, 409, 429].includes(status);
        expect(outcome.kind, told).toBe(isPassing ? "overloaded" : "invalid");
        // An hour is not waited for, milliseconds are; what cannot help is not asked again.
        const isLong = fault.headers?.["retry-after"] !== undefined;
        expect(waits, told).toEqual(isPassing && !isLong ? [fault.headers === undefined ? 1000 : 5] : []);
      } else if (fault.kind === "pause-turn") {
        expect(["ok", "truncated"], told).toContain(outcome.kind);
      } else if (!stream && (fault.kind === "cut" || fault.kind === "error-event")) {
        // Without a stream half a body is not JSON, and an error event is a status.
        expect(["overloaded", "invalid"], told).toContain(outcome.kind);
      } else expect(outcome.kind, told).toBe(expected[fault.kind]);
    }
  }, 60_000);

test("a passing fault is tried once more, and the outcome is that of the second try", async () => {
  const before = bodies().length;
  const { reasoner, waits, spend } = await opened();
  api.setFaults([{ fault: { kind: "status", status: 529 }, call: bodies().length + 1 }]);
  const outcome = await reasoner.complete(request, never);
  expect(waits).toEqual([1000]);
  expect(bodies().length).toBe(before + 2);
  expect(outcome.kind).toBe("ok");
  if (outcome.kind === "ok") expect(spend?.ofRun()).toBe(outcome.call.usd);
});

test("a turn that the vendor interrupted goes on, and its parts are one answer", async () => {
  const { reasoner } = await opened();
  api.setBrain(inTurn([{ content: [{ type: "text", text: "First half," }], stopReason: "pause_turn" }, say(" second half.")]));
  const outcome = await reasoner.complete({ ...request, tools: [] }, never);
  expect(outcome).toMatchObject({ kind: "ok", content: [{ text: "First half," }, { text: " second half." }] });
});

test("stopping the run ends a call at once, with the reason of the one who stopped it", async () => {
  const { reasoner } = await opened({ secondsPerCall: 60 });
  api.setFaults([{ fault: { kind: "silence" } }]);
  const stop = new AbortController();
  const waiting = reasoner.complete(request, stop.signal);
  setTimeout(() => stop.abort(new SpoorError("cancelled", "stopped by Ctrl-C")), 50);
  await expect(waiting).rejects.toThrow("stopped by Ctrl-C");
});

test("three failures in a row end the asking for this run", async () => {
  const { reasoner } = await opened();
  api.setFaults([{ fault: { kind: "status", status: 401 } }]);
  for (let call = 0; call < 3; call++) expect((await reasoner.complete(request, never)).kind).toBe("invalid");
  const before = bodies().length;
  expect(await reasoner.complete(request, never)).toMatchObject({ kind: "overloaded", reason: /3 calls in a row failed/ });
  expect(bodies().length).toBe(before);
});

test("a model that asks for ever stops at the cap of its hunt, of the run and of the day, and no call passes it", async () => {
  api.setBrain(() => ({ ...callTool("list_tables", {}), usage: { outputTokens: 1000 } }));
  for (const cap of ["usdPerHunt", "usdPerRun", "usdPerDay"]) {
    const { reasoner, spend } = await opened({ [cap]: 0.05 });
    let outcome: Outcome = { kind: "disabled", reason: "" };
    let calls = 0;
    do {
      outcome = await reasoner.complete(request, never);
      calls += 1;
      expect(spend?.ofRun()).toBeLessThanOrEqual(0.05);
    } while (outcome.kind === "ok" && calls < 50);
    expect(outcome, cap).toMatchObject({ kind: "budget", reason: /\$0\.0500|\$0\.05/ });
    expect(calls).toBeGreaterThan(2);
  }
});

test("the environment moves neither the address nor the headers, unless the settings say so", async () => {
  process.env.ANTHROPIC_CUSTOM_HEADERS = "X-Telltale: elsewhere";
  process.env.ANTHROPIC_BASE_URL = "https://elsewhere.example";
  process.env.ANTHROPIC_LOG = "debug";
  const { reasoner } = await opened(
    {},
    { ANTHROPIC_CUSTOM_HEADERS: "Cookie2: elsewhere", ANTHROPIC_BASE_URL: "https://elsewhere.example" },
  );
  expect((await reasoner.complete(request, never)).kind).toBe("ok");
  expect(api.requests.at(-1)?.headers).not.toHaveProperty("x-telltale");
  await expect(opened({}, { ANTHROPIC_CUSTOM_HEADERS: "Authorization: Bearer other" })).rejects.toThrow(
    /would replace the header authorization/,
  );
  await expect(
    opened({ baseUrl: undefined, honourEnvironment: true }, { ANTHROPIC_BASE_URL: "http://elsewhere.example" }),
  ).rejects.toThrow(/not an https address/);
  delete process.env.ANTHROPIC_CUSTOM_HEADERS;
  const trusting = await opened(
    { baseUrl: undefined, honourEnvironment: true },
    { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_AUTH_TOKEN: "t" },
  );
  expect((await trusting.reasoner.complete(request, never)).kind).toBe("ok");
  expect(api.requests.at(-1)?.headers.authorization).toBe("Bearer the secret behind env:ANTHROPIC_AUTH_TOKEN");
});

test("a gateway gets the key under the header that it reads, and nowhere else", async () => {
  const { reasoner } = await opened({ gatewayKeyHeader: "X-Api-Key" });
  expect((await reasoner.complete(request, never)).kind).toBe("ok");
  const headers = api.requests.at(-1)?.headers ?? {};
  expect(headers["x-api-key"]).toBe(key);
  expect(headers).not.toHaveProperty("authorization");
});

test("what was sent is written down before it leaves, byte for byte what the vendor got, without headers or key", async () => {
  const { reasoner, recording } = await opened();
  await reasoner.complete(request, never);
  const text = readFileSync(recording ?? "", "utf8");
  expect(text).not.toContain(key);
  const lines: { line: string; key?: string; body?: unknown }[] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ line }) => line)).toEqual(["recording", "sent", "outcome"]);
  expect(lines[1]?.body).toEqual(bodies().at(-1));
  expect(lines[1]?.key).toBe(lines[2]?.key);
});

test("what cannot be written down is not sent, and costs nothing", async () => {
  const { reasoner, spend, recording } = await opened();
  const before = api.requests.length;
  rmSync(dirname(recording ?? ""), { recursive: true });
  writeFileSync(dirname(recording ?? ""), "a file in the way");
  expect(await reasoner.complete(request, never)).toMatchObject({
    kind: "invalid",
    reason: expect.stringContaining("cannot be written down"),
    call: null,
  });
  expect([api.requests.length, spend?.ofRun()]).toEqual([before, 0]);
  await expect(opened({ record: "/dev/null/nowhere" })).rejects.toMatchObject({ code: "configuration" });
});

test("a replay gives the same outcomes for the same questions, sends nothing, and knows no others", async () => {
  api.setBrain(inTurn([callTool("list_tables", {}), say("Twice asked."), say("And again.")]));
  const live = await opened();
  const other = { ...request, messages: [{ role: "user" as const, content: [{ type: "text" as const, text: "Who spoke?" }] }] };
  const came = [
    await live.reasoner.complete(request, never),
    await live.reasoner.complete(other, never),
    await live.reasoner.complete(other, never),
  ];
  const sent = api.requests.length;
  const replay = await opened({ replay: join(live.home, "claude") });
  expect(replay.reasoner.name).toBe(live.reasoner.name);
  const again = [
    await replay.reasoner.complete({ ...request, account: "H2" }, never),
    await replay.reasoner.complete(other, never),
    await replay.reasoner.complete(other, never),
  ];
  expect(JSON.stringify(again)).toBe(JSON.stringify(came));
  expect(await replay.reasoner.complete({ ...request, maxTokens: 7 }, never)).toMatchObject({
    kind: "invalid",
    reason: /not in the recording/,
    call: null,
  });
  expect(api.requests.length).toBe(sent);
});

test("models are looked at before the first question: missing, retired and unable ones are refused, the end of one is told", async () => {
  const models = { hunt: { model: "claude-sonnet-4-5-20250929" } };
  const prices = join(folder, "prices.yaml");
  const rates = "{ input: 3, output: 15, cacheWrite5m: 3.75, cacheWrite1h: 6, cacheRead: 0.3 }";
  writeFileSync(
    prices,
    `date: 2026-11-01\nmodels:\n${["claude-sonnet-5-5", "claude-sonnet-4-5", "claude-3-haiku", "claude-nobody-1"].map((model) => `  ${model}: ${rates}\n`).join("")}`,
  );
  expect((await opened({ models, prices })).notes).toContainEqual({
    model: "claude-sonnet-4-5-20250929",
    isWell: true,
    note: "is on its way out, to be retired on 2026-11-30",
  });
  await expect(opened({ models: { hunt: { model: "claude-3-haiku-20240307" } }, prices })).rejects.toThrow(/is retired/);
  await expect(opened({ models })).rejects.toThrow(/the price of the model claude-sonnet-4-5-20250929 is not known/);
  // A gateway that knows nothing of models is no reason to stop.
  expect((await opened({ models: { hunt: { model: "claude-nobody-1" } }, prices })).notes).toContainEqual(
    expect.objectContaining({ model: "claude-nobody-1", isWell: false }),
  );
  api.setFaults([{ fault: { kind: "status", status: 401 }, on: "models" }]);
  expect((await opened()).notes).toEqual([
    expect.objectContaining({ isWell: false, note: expect.stringContaining("the key is not accepted") }),
  ]);
});

test("privacy off asks nobody", async () => {
  const before = api.requests.length;
  const { reasoner } = await opened({ privacy: "off" });
  expect(await reasoner.complete(request, never)).toMatchObject({ kind: "disabled" });
  expect(api.requests.length).toBe(before);
});
