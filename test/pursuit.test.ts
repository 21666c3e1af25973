// A pursuit with the vendor's own SDK over loopback: whatever the other side says or breaks, the library's verdict stands, and only what
// can be checked is kept.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalJson } from "../src/findings/canonical-json.ts";
import { defaultLimits, type PursuitLimits } from "../src/pursuit/limits.ts";
import { pursue } from "../src/pursuit/pursue.ts";
import type { Pursuit } from "../src/pursuit/pursuit.ts";
import { hypothesisOf, memoryLedger, resultOf } from "../src/pursuit/testing.ts";
import { type OpenedReasoner, openReasoner } from "../src/reasoner/open.ts";
import type { Reasoner } from "../src/reasoner/port.ts";
import { claudeSettings } from "../src/reasoner/settings.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { fillOffice, officeContext } from "../src/tools/testing.ts";
import type { ToolContext } from "../src/tools/tool.ts";
import {
  callTool,
  everyFault,
  hostileBrain,
  type MessagesApi,
  ruleBrain,
  say,
  shortPatience,
  startMessagesApi,
} from "./support/messages-api/index.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-pursuit-"));
let api: MessagesApi;
let store: Store;
let context: ToolContext;
let opened = 0;

beforeAll(async () => {
  api = await startMessagesApi({ brain: ruleBrain() });
  store = await openStore(join(folder, "store"));
  await store.migrate();
  await fillOffice(store);
  context = await officeContext(store);
});
afterAll(async () => {
  await store?.close();
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A reasoner over the emulator, with a purse of its own. */
async function overLoopback(settings: Record<string, unknown> = {}): Promise<OpenedReasoner> {
  opened += 1;
  const home = join(folder, String(opened));
  return openReasoner(
    claudeSettings.parse({ baseUrl: api.url, secondsPerCall: 60, idleSeconds: 30, spend: join(home, "spend"), ...settings }),
    {
      secret: async () => "sk-ant-canary-0123456789",
      redact: (text) => text,
      environment: {},
      fetch: globalThis.fetch,
      clock: () => new Date("2026-11-22T10:00:00Z"),
      sleep: async (_, signal) => signal.throwIfAborted(),
      run: `run ${opened}`,
      out: home,
      signal: new AbortController().signal,
    },
  );
}

const library = [resultOf("inconclusive", { summary: "Left open by the library." })];

function pursued(reasoner: Reasoner, limits: Partial<PursuitLimits> = {}): Promise<Pursuit> {
  return pursue({
    hypothesis: hypothesisOf(),
    reasoner,
    context,
    libraryResults: library,
    limits: { ...defaultLimits, ...limits },
    seed: 42,
    ledger: memoryLedger(),
  });
}

test("a hunter by rules comes to checked claims, and its recording replays to the same bytes", async () => {
  api.setBrain(ruleBrain());
  const { reasoner, recording } = await overLoopback();
  const pursuit = await pursued(reasoner);
  expect(pursuit, canonicalJson(pursuit.rejected)).toMatchObject({ ended: "finished", rejected: [] });
  expect(pursuit.claims.length).toBeGreaterThan(0);
  expect(pursuit.usd).toBeGreaterThan(0);

  if (recording === null) throw new Error("nothing was recorded");
  const replayed = await overLoopback({ replay: recording });
  const sentBefore = api.requests.length;
  expect(canonicalJson(await pursued(replayed.reasoner))).toBe(canonicalJson(pursuit));
  expect(api.requests).toHaveLength(sentBefore);
});

test.each(everyFault.map((fault) => [canonicalJson(fault), fault] as const))(
  "the library's verdict stands after %s",
  async (_, fault) => {
    api.setBrain(ruleBrain());
    const { reasoner } = await overLoopback(shortPatience(fault));
    // One that begins well, and one that never does.
    for (const call of [2, undefined]) {
      const from = api.requests.filter(({ path }) => path === "/v1/messages").length;
      const faults =
        call === undefined ? [{ fault }] : [{ fault, call: Array.from({ length: 40 }, (__, at) => from + call + at) }];
      api.setFaults(faults);
      const pursuit = await pursued(reasoner, { seconds: 8 });
      expect(pursuit.ended).not.toBe("finished");
      expect(pursuit).toMatchObject({ status: "inconclusive", claims: [] });
      expect(pursuit.summary).toBe("Large uploads: Left open by the library.");
      expect(canonicalJson(pursuit)).not.toContain("sk-ant");
    }
    api.setFaults([]);
  },
);

test("of all that a hostile model says nothing is kept but what is true of the records", async () => {
  const { brain, attempts } = hostileBrain();
  // Its statements are another test's matter: here it looks once, ends, and lies in every form that it is asked for.
  const look = callTool("run_query", {
    sql: "SELECT metadata_uid, time FROM network_activity ORDER BY time, metadata_uid LIMIT 5",
    purpose: "see",
  });
  const turns = [look, callTool("finish", { verdict: "refuted" })];
  api.setBrain((request, call) => (request.output_config?.format == null ? (turns.shift() ?? say("")) : brain(request, call)));
  const { reasoner } = await overLoopback();
  const pursuit = await pursued(reasoner);
  expect(pursuit.ended).toBe("finished");
  const lies = attempts.filter(({ kind }) => /event|sum|number|technique|entity|token|markup|system/.test(kind));
  expect(lies.length).toBeGreaterThan(15);
  const { claims, counterEvidence, critic, trials, gaps, nextQuestion, summary, rejected } = pursuit;
  const kept = canonicalJson({ claims, counterEvidence, critic, trials, gaps, nextQuestion, summary });
  for (const { text } of lies) expect(kept).not.toContain(JSON.stringify(text).slice(1, -1));
  expect(rejected.length).toBeGreaterThan(lies.length);
  expect(pursuit).toMatchObject({ status: "inconclusive", recommendedActions: [] });
});

test("a model that never ends is stopped, and spends no more than its cap", async () => {
  api.setBrain(hostileBrain({ isEndless: true }).brain);
  const cap = 0.3;
  const { reasoner } = await overLoopback({ usdPerHunt: cap });
  const pursuit = await pursued(reasoner, { turns: 100, queries: 1000 });
  expect(pursuit.ended).not.toBe("finished");
  expect(pursuit.usd).toBeLessThanOrEqual(cap);
  expect(pursuit).toMatchObject({ status: "inconclusive", claims: [] });
});
