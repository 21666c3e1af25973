import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type MessagesApi, say, startMessagesApi } from "../../../test/support/messages-api/index.ts";
import { openReasoner } from "../../reasoner/open.ts";
import { claudeSettings } from "../../reasoner/settings.ts";
import { reasonerEffects } from "../claude.ts";
import type { Session } from "../session.ts";
import { terminalOf } from "../terminal.ts";
import { registerAi } from "./ai.ts";

const key = "sk-ant-canary-9876543210";
const folder = mkdtempSync(join(tmpdir(), "spoor-ai-"));
const out = join(folder, "out");
let api: MessagesApi;
let settings = "";

const told = { out: "", err: "" };
const listening = (name: "out" | "err") => ({
  write: (text: string, done?: () => void) => {
    told[name] += text;
    done?.();
  },
});
const session = (): Session => ({
  terminal: terminalOf({ out: listening("out"), err: listening("err") }, false),
  signal: new AbortController().signal,
  environment: { ANTHROPIC_API_KEY: key },
});

async function ai(...words: string[]): Promise<string> {
  told.out = "";
  told.err = "";
  const program = new Command("spoor").exitOverride();
  registerAi(program, session);
  await program.parseAsync(["ai", ...words, "--config", settings], { from: "user" });
  return told.out;
}

beforeAll(async () => {
  api = await startMessagesApi({ brain: () => say("Nothing stands out.") });
  const claude = { baseUrl: api.url, spend: join(folder, "spend") };
  settings = join(folder, "spoor.yaml");
  writeFileSync(settings, JSON.stringify({ out, claude }));
  const { reasoner } = await openReasoner(claudeSettings.parse(claude), reasonerEffects(out, session()));
  const text = "a title with \u001b[2J paint and \u202e turns";
  for (const maxTokens of [100, 200])
    await reasoner.complete(
      {
        purpose: "summary",
        account: null,
        system: ["Sum up."],
        tools: [],
        format: null,
        messages: [{ role: "user", content: [{ type: "text", text }] }],
        maxTokens,
      },
      session().signal,
    );
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = 0;
  api.setFaults([]);
});

test("check tells route, models, prices and caps, and asks the model nothing", async () => {
  const before = api.requests.length;
  const text = await ai("check");
  expect(text).toContain(`route    api, ${api.url}; privacy pseudonymised`);
  expect(text).toContain("model    claude-sonnet-5-5 is there, and can do what is wanted of it");
  expect(text).toContain("prices   of 2026-11-22");
  expect(text).toContain("caps     $0.60 a hunt, $2.00 a run, $5.00 a day");
  expect(api.requests.slice(before).map(({ method }) => method)).toEqual(["GET"]);
  expect(process.exitCode ?? 0).toBe(0);
  expect(text).not.toContain(key);
});

test("check ends with 1 when the key is not taken", async () => {
  api.setFaults([{ fault: { kind: "status", status: 401 }, on: "models" }]);
  expect(await ai("check")).toContain("MODEL    claude-sonnet-5-5 could not be looked up: the key is not accepted");
  expect(process.exitCode).toBe(1);
});

test("sent prints each question as it left, harmless for a terminal", async () => {
  const text = await ai("sent");
  expect(told.err).toContain("2 questions left this machine");
  expect(text).toMatch(/^question 1, 20.*Z, claude-sonnet-5-5, [\d,]+ bytes\n\{/);
  expect(text).not.toContain("\u001b");
  expect(text).toContain("a title with \\u001b[2J paint and \\u202e turns");
  expect((await ai("sent", "--list")).trimEnd().split("\n")).toHaveLength(2);
  const lines = (await ai("sent", "--json")).trimEnd().split("\n");
  const left = api.requests.filter(({ path }) => path === "/v1/messages").map(({ body }) => JSON.parse(body));
  expect(lines.map((line) => JSON.parse(line).body)).toEqual(left);
  expect(text).not.toContain(key);
});

test("spend tells what today's runs cost", async () => {
  expect(await ai("spend")).toMatch(
    /^20\S+Z [0-9a-f]{8} {2}\$0\.000\d for 2 calls\n\d{4}-\d\d-\d\d: \$0\.000\d of \$5\.00, at list prices\n$/,
  );
});

test("where nothing was recorded, that is said", async () => {
  await expect(ai("sent", "--out", join(folder, "nowhere"))).rejects.toThrow(/no language model was asked/);
});
