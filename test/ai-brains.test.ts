import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proposeWithModel } from "../src/hypotheses/model/propose.ts";
import { fewNames, situation } from "../src/hypotheses/model/testing.ts";
import { propose } from "../src/hypotheses/propose.ts";
import { noLedger } from "../src/pursuit/ledger.ts";
import { defaultLimits } from "../src/pursuit/limits.ts";
import { pursue } from "../src/pursuit/pursue.ts";
import type { Pursuit } from "../src/pursuit/pursuit.ts";
import type { Reasoner } from "../src/reasoner/port.ts";
import { claudeSettings } from "../src/reasoner/settings.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import type { Store } from "../src/store/store.ts";
import { fillOffice, officeContext, officeWindow } from "../src/tools/testing.ts";
import type { Hypothesis } from "../src/types.ts";
import {
  type Attempt,
  type Brain,
  hostileBrain,
  type MessagesApi,
  ruleBrain,
  startMessagesApi,
} from "./support/messages-api/index.ts";
import { openedReasoner } from "./support/opened-reasoner.ts";

// The brains behind the emulator, through the real SDK, the real reasoner and a real pursuit: what the rest of the tests stands on.

const folder = mkdtempSync(join(tmpdir(), "spoor-brains-"));
let store: Store;
let api: MessagesApi;
let runs = 0;

beforeAll(async () => {
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  await fillOffice(store);
  api = await startMessagesApi({ brain: ruleBrain() });
});
afterAll(async () => {
  await api.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const hypothesis: Hypothesis = {
  id: "h-upload",
  title: "ws-03 sent files to somebody outside",
  priority: 50,
  priorityTerms: {},
  origin: "knowledge-base",
  generator: "explain",
  mitreTactics: ["Exfiltration"],
  techniques: ["T1041"],
  entities: ["10.0.0.3"],
  findingUids: [],
  description: "ws-03 sent more than ever before.",
  huntingSteps: [],
  expectedIndicators: [],
  supportsIf: "Connections from ws-03 carry far more bytes out than on other days.",
  refutedIf: "The bytes out of ws-03 stay within what the days before show.",
  benignExplanation: "A backup.",
  huntIds: [],
  window: officeWindow,
  testable: true,
  notTestableBecause: null,
};

async function reasonerOver(brain: Brain): Promise<Reasoner> {
  api.setBrain(brain);
  runs += 1;
  const home = join(folder, String(runs));
  const settings = claudeSettings.parse({ baseUrl: api.url, spend: join(home, "spend"), usdPerHunt: 5, usdPerRun: 5 });
  return openedReasoner(settings, home, `run ${runs}`);
}

async function pursuedWith(brain: Brain): Promise<Pursuit> {
  return pursue({
    hypothesis,
    reasoner: await reasonerOver(brain),
    context: await officeContext(store),
    libraryResults: [],
    limits: defaultLimits,
    seed: 42,
    ledger: noLedger,
  });
}

test("the hunter by rules asks, notes and finishes; its claim holds, and its number was counted again", async () => {
  const pursuit = await pursuedWith(ruleBrain());
  expect(pursuit.endedBecause).toBe("the model had no further question");
  expect(pursuit.ended).toBe("finished");
  const called = pursuit.steps.filter(({ kind }) => kind === "tool").map(({ what, outcome }) => `${what}: ${outcome}`);
  expect(called.filter((one) => one.includes("refused"))).toEqual([]);
  expect(called.map((one) => one.split(":")[0])).toEqual(
    expect.arrayContaining(["list_tables", "describe_table", "run_query", "entity_timeline", "note_evidence", "finish"]),
  );
  expect(pursuit.rejected).toEqual([]);
  expect(pursuit.claims).toMatchObject([
    { text: "There are 5 records that show what the hypothesis expects.", checks: [{ value: 5 }] },
  ]);
  // Records that are listed and counted prove nothing, and neither does a critic who agrees.
  expect(pursuit).toMatchObject({ status: "inconclusive", trials: [], confidence: 0 });
});

test("the same hunt twice is the same, word for word", async () => {
  const [first, second] = [await pursuedWith(ruleBrain()), await pursuedWith(ruleBrain())];
  const untimed = (pursuit: Pursuit) => JSON.stringify(pursuit).replace(/req_\d+/g, "req");
  expect(untimed(second)).toBe(untimed(first));
});

test("of what the hostile model says nothing holds but the one sentence that is true", async () => {
  const { brain, attempts } = hostileBrain({ forbidden: ["SELECT * FROM file('/etc/passwd', 'LineAsString')"], ruinous: [] });
  const pursuit = await pursuedWith(brain);
  expect(pursuit.endedBecause).toBe("the model had no further question");
  const kinds: Attempt["kind"][] = [
    "fabricated-event",
    "wrong-sum",
    "number-without-check",
    "invented-technique",
    "unknown-entity",
    "vacuous-test",
  ];
  for (const kind of [...kinds, "imitation-token", "markup", "system-prompt"]) {
    expect(attempts.filter((one) => one.kind === kind).length, kind).toBeGreaterThan(0);
  }
  const said = [...pursuit.claims, ...pursuit.counterEvidence, ...pursuit.critic].map(({ text }) => text);
  expect(said).toEqual(["These records were shown to the hunt."]);
  expect(pursuit.recommendedActions).toEqual([]);
  expect(pursuit.rejected.filter(({ because }) => because.startsWith("only the first")).length).toBeLessThan(8);
  const refused = pursuit.steps.filter(({ outcome }) => outcome.startsWith("refused")).map(({ what }) => what);
  expect(refused).toEqual(expect.arrayContaining(["run_query", "open_url", "note_evidence"]));
});

test("the hunter by rules proposes what holds; of what the hostile model proposes nothing does", async () => {
  const given = { privacy: fewNames(), situation: situation(), known: propose(situation()), past: [], gaps: [], seed: 42 };
  const { signal } = new AbortController();
  const ruled = await proposeWithModel({ ...given, reasoner: await reasonerOver(ruleBrain()) }, signal);
  expect(ruled.dropped).toEqual([]);
  expect(ruled.hypotheses.length).toBeGreaterThan(0);
  const { brain, attempts } = hostileBrain();
  const hostile = await proposeWithModel({ ...given, reasoner: await reasonerOver(brain) }, signal);
  expect(hostile.hypotheses).toEqual([]);
  expect(attempts.filter(({ kind }) => kind === "bad-hypothesis").length).toBeGreaterThan(10);
});
