import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type AskMessages, messagesReasoner } from "./messages.ts";
import type { ReasonerRequest } from "./port.ts";
import { loadPrices } from "./prices.ts";
import { claudeSettings } from "./settings.ts";
import { openSpend } from "./spend.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-messages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request: ReasonerRequest = {
  purpose: "hunt",
  account: "H1",
  system: [],
  tools: [],
  format: null,
  messages: [{ role: "user", content: [{ type: "text", text: "Is there a beacon?" }] }],
  maxTokens: 100,
};
const never = new AbortController().signal;
let runs = 0;

/** A reasoner whose route answers what is given, in place of a vendor. */
async function over(ask: AskMessages, usdPerRun = 100) {
  const clock = (): Date => new Date("2026-11-22T10:00:00Z");
  const run = `run ${++runs}`;
  const spend = openSpend({ run, folder: join(folder, run), clock, usdPerHunt: 100, usdPerRun, usdPerDay: 100 });
  const reasoner = messagesReasoner({
    route: "over a test",
    ask,
    models: claudeSettings.parse({}).models,
    prices: await loadPrices(),
    spend,
    secondsPerCall: 5,
    clock,
    sleep: async () => {},
    redact: (text) => text,
  });
  return { reasoner, spend };
}

const message = (more: Record<string, unknown>) => ({
  content: [{ type: "text", text: "Yes." }],
  stop_reason: "end_turn",
  usage: { input_tokens: 10, output_tokens: 2 },
  ...more,
});

test("whatever a vendor or gateway answers, there is an outcome, and it never costs more than was held", async () => {
  const block = fc.oneof(
    fc.record({
      type: fc.constantFrom("text", "tool_use", "thinking", "image"),
      text: fc.string(),
      id: fc.string(),
      name: fc.string(),
    }),
    fc.jsonValue(),
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({
      content: fc.oneof(fc.array(block, { maxLength: 4 }), fc.jsonValue()),
      stop_reason: fc.oneof(fc.constantFrom("end_turn", "tool_use", "max_tokens", "refusal", "pause_turn", null), fc.string()),
      stop_details: fc.oneof(fc.constant(null), fc.record({ category: fc.jsonValue() })),
      usage: fc.oneof(fc.jsonValue(), fc.record({ input_tokens: fc.nat(200), output_tokens: fc.nat(100) })),
    }),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.option(fc.string()), async (answer, requestId) => {
      const { reasoner, spend } = await over(async () => ({ body: answer, requestId }), 0.01);
      const outcome = await reasoner.complete(request, never);
      expect(["ok", "truncated", "refusal", "invalid", "budget"]).toContain(outcome.kind);
      expect(spend.ofRun()).toBeLessThanOrEqual(0.01);
      if (outcome.kind === "refusal") expect(outcome.category ?? "none").toMatch(/^[a-z_]+$/);
      if ("call" in outcome && outcome.call !== null) expect(outcome.call.requestId ?? "none").toMatch(/^[\w-]+$/);
    }),
    { seed: 7, numRuns: 150 },
  );
});

test("whatever an SDK throws is an outcome of one line", async () => {
  const thrown: readonly unknown[] = [
    new Error("painted \u001b[2J\nand long ".repeat(200)),
    Object.assign(new Error("odd"), { status: 400, apiMessage: "said \u202e\nback", type: "invalid_request_error" }),
    Object.assign(new Error("odd"), { status: "400", headers: "none" }),
    "a string",
    null,
  ];
  for (const one of thrown) {
    const { reasoner } = await over(() => Promise.reject(one));
    const outcome = await reasoner.complete(request, never);
    expect(outcome).toMatchObject({ kind: "invalid", reason: expect.stringMatching(/^[^\p{Cc}\p{Cf}]{1,300}$/u) });
  }
});

test("an answer that does not say what it cost is reckoned at the most that it can have cost", async () => {
  const told = await over(async () => ({ body: message({}), requestId: "r" }));
  const silent = await over(async () => ({ body: message({ usage: {} }), requestId: "r" }));
  const [one, other] = [await told.reasoner.complete(request, never), await silent.reasoner.complete(request, never)];
  if (one.kind !== "ok" || other.kind !== "ok") throw new Error("both are answers");
  expect(one.call.usd).toBe(0.00004);
  expect(other.call.usd).toBeGreaterThan(0.001);
  expect(silent.spend.ofRun()).toBe(other.call.usd);
});

test("a work that does not listen to being stopped is not waited for", async () => {
  const { reasoner } = await over(() => new Promise(() => {}));
  const stop = new AbortController();
  const waiting = reasoner.complete(request, stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 20);
  await expect(waiting).rejects.toThrow("enough");
});
