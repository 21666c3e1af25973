import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinHypotheses } from "../src/hypotheses/join.ts";
import { proposeWithModel } from "../src/hypotheses/model/propose.ts";
import { fewNames, proposalOf, situation } from "../src/hypotheses/model/testing.ts";
import { propose } from "../src/hypotheses/propose.ts";
import { claudeSettings } from "../src/reasoner/settings.ts";
import {
  type Brain,
  everyFault,
  type Fault,
  hostileBrain,
  type MessagesApi,
  say,
  sayJson,
  shortPatience,
  startMessagesApi,
} from "./support/messages-api/index.ts";
import { openedReasoner } from "./support/opened-reasoner.ts";

// Hypotheses asked of the Messages API through the vendor's own SDK: what it may answer, and all that can go wrong on the way.

const folder = mkdtempSync(join(tmpdir(), "spoor-model-hypotheses-"));
const known = propose(situation());
let api: MessagesApi;
let runs = 0;

beforeAll(async () => {
  api = await startMessagesApi({ brain: () => say(" ") });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function proposedBy(brain: Brain, faults: readonly Fault[] = [], settings: object = {}) {
  runs += 1;
  api.setBrain(brain);
  api.setFaults(faults.map((fault) => ({ fault, on: "messages" })));
  const home = join(folder, String(runs));
  const parsed = claudeSettings.parse({
    baseUrl: api.url,
    spend: join(home, "spend"),
    secondsPerCall: 60,
    idleSeconds: 30,
    ...settings,
  });
  const reasoner = await openedReasoner(parsed, home, `run ${runs}`);
  const options = { reasoner, privacy: fewNames(), situation: situation(), known, past: [], gaps: [], seed: 42 };
  return proposeWithModel(options, new AbortController().signal);
}

const good: Brain = () => sayJson({ hypotheses: [proposalOf()] });

test("a good answer is taken, and what was sent is one call without tools, names or sampling", async () => {
  const before = api.requests.length;
  const { hypotheses, gaps, call } = await proposedBy(good);
  expect([hypotheses.length, gaps]).toEqual([1, []]);
  expect(call?.usd).toBeGreaterThan(0);
  const sent = api.requests.slice(before).filter(({ path }) => path.endsWith("/messages"));
  expect(sent).toHaveLength(1);
  const body = sent[0]?.body ?? "";
  expect(body).toContain('"output_config"');
  expect(body).not.toMatch(/ws-12|srv-1|alice|"tools":\[\{|"temperature"|"tool_choice"/);
});

test.each(everyFault.map((fault, index) => [`${index} ${JSON.stringify(fault).slice(0, 60)}`, fault] as const))(
  "fault %s leaves the knowledge base's list whole, and is told",
  async (_, fault) => {
    const { hypotheses, gaps, outcome } = await proposedBy(good, [fault], shortPatience(fault));
    const joined = joinHypotheses(known, hypotheses).hypotheses;
    expect(joined.filter(({ origin }) => origin === "knowledge-base")).toEqual(known);
    // What a second try mends is no failure.
    if (outcome === "ok") expect(hypotheses).toHaveLength(1);
    else expect(gaps).toEqual([expect.objectContaining({ reason: expect.stringContaining("knowledge base alone") })]);
    expect(JSON.stringify(gaps)).not.toContain("a-key-for-tests");
  },
);

test("what may not be spent is not sent", async () => {
  const before = api.requests.filter(({ path }) => path.endsWith("/messages")).length;
  const { outcome, gaps } = await proposedBy(good, [], { usdPerRun: 0.001 });
  expect(outcome).toBe("budget");
  expect(gaps[0]?.reason).toContain("may be spent");
  expect(api.requests.filter(({ path }) => path.endsWith("/messages"))).toHaveLength(before);
});

test("of what a hostile model proposes nothing is taken, and nothing that it says gets to the reader", async () => {
  const { brain } = hostileBrain();
  const { hypotheses, dropped, gaps } = await proposedBy(brain);
  expect(hypotheses).toEqual([]);
  expect(dropped.length).toBeGreaterThan(5);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]?.count).toBe(dropped.length);
  for (const { title } of dropped) if (title.length > 12) expect(gaps[0]?.reason).not.toContain(title);
});

test("an answer with prose around it, two answers in one, or none at all is told", async () => {
  for (const brain of [() => say(`Here you are: ${JSON.stringify({ hypotheses: [] })}`), () => say("{}{}"), () => say(" ")]) {
    const { hypotheses, outcome, gaps } = await proposedBy(brain);
    expect([hypotheses, outcome]).toEqual([[], "invalid"]);
    expect(gaps[0]?.reason).toContain("knowledge base alone");
  }
});
