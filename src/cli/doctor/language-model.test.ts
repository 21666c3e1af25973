import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MessagesApi, say, startMessagesApi } from "../../../test/support/messages-api/index.ts";
import type { ReasonerEffects } from "../../reasoner/open.ts";
import { claudeSettings } from "../../reasoner/settings.ts";
import { openSpend } from "../../reasoner/spend.ts";
import { languageModelLines } from "./language-model.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-doctor-model-"));
let api: MessagesApi;
beforeAll(async () => {
  api = await startMessagesApi({ brain: () => say("Nothing stands out."), key: "right-key" });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const clock = (): Date => new Date("2026-11-22T10:00:00Z");
const effects = (key: string): ReasonerEffects => ({
  secret: async () => key,
  redact: (text) => text.replaceAll(key, "[secret]"),
  environment: {},
  fetch: globalThis.fetch,
  clock,
  sleep: async () => {},
  run: "doctor",
  out: folder,
  signal: new AbortController().signal,
});
const lines = async (settings: Record<string, unknown>, key = "right-key"): Promise<string[]> => {
  const claude = claudeSettings.parse({ baseUrl: api.url, spend: join(folder, "spend"), ...settings });
  const told = await languageModelLines({ ai: "claude", claude }, effects(key));
  return told.map(({ state, what, detail }) => `${state} ${what}: ${detail}`);
};

test("a model that is not asked for has no line", async () => {
  expect(await languageModelLines({ ai: "off", claude: claudeSettings.parse({}) }, effects("right-key"))).toEqual([]);
});

test("key, models, prices and money are looked at, and what is wrong says what stays without", async () => {
  expect(await lines({})).toEqual([
    `ok settings: api, ${api.url}, pseudonymised; prices of 2026-11-22`,
    "ok model: claude-sonnet-5-5 is there, and can do what is wanted of it",
    "ok money: $0.00 of $5.00 are spent today (UTC)",
  ]);
  expect(await lines({}, "wrong-key")).toContainEqual(expect.stringMatching(/^warning model: .*the key is not accepted/));
  expect(await lines({ models: { hunt: { model: "claude-next-9" } } })).toEqual([
    expect.stringMatching(/^missing settings: the price of the model claude-next-9 is not known/),
  ]);
  const spend = openSpend({ run: "one", folder: join(folder, "spend"), clock, usdPerHunt: 9, usdPerRun: 9, usdPerDay: 5 });
  await spend.reserve(null, 4.95);
  expect(await lines({})).toContainEqual("warning money: $4.95 of $5.00 are spent today (UTC); hardly a call fits");
});
