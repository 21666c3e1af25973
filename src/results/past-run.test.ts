import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Pursuit } from "../pursuit/pursuit.ts";
import type { Hypothesis, Story } from "../types.ts";
import { markOf, readPastRun } from "./past-run.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-past-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };

const story: Story = {
  uid: "story-1",
  title: "From access to theft",
  summary: "In short",
  score: 90,
  severity: "High",
  firstSeen: window.from,
  lastSeen: window.to,
  entities: [{ kind: "device", value: "ws-1" }],
  steps: [],
  tactics: ["Execution"],
  techniques: ["T1059"],
  benign: "An administrator",
  nextChecks: [],
  actions: [],
  stillActive: [],
};

const hypothesis: Hypothesis = {
  id: "hypothesis-1",
  title: "It spread",
  priority: 50,
  priorityTerms: { evidence: 1 },
  origin: "model",
  generator: "model",
  mitreTactics: ["Lateral Movement"],
  techniques: ["T1021"],
  entities: ["ws-1"],
  findingUids: [],
  description: "It may have spread",
  huntingSteps: [],
  expectedIndicators: [],
  supportsIf: "rows",
  refutedIf: "no rows",
  benignExplanation: "support",
  huntIds: [],
  window,
  testable: true,
  notTestableBecause: null,
};

const pursuit: Pursuit = {
  hypothesisId: "hypothesis-1",
  reasoner: "scripted",
  ended: "finished",
  endedBecause: "it was done",
  status: "supported",
  because: "two claims hold",
  confidence: 70,
  summary: "It spread to one device.",
  claims: [{ id: "c1", kind: "inference", text: "It did", eventIds: ["net-1"], techniques: ["T1021"], checks: [] }],
  counterEvidence: [],
  critic: [],
  trials: [],
  rejected: [{ text: "It was a ghost", because: "no event shows it" }],
  gaps: [],
  nextQuestion: null,
  recommendedActions: [],
  instructionLikeEventIds: [],
  usd: 0.1,
  usage: { inputTokens: 1, outputTokens: 1, cacheWriteTokens: 0, cacheReadTokens: 0 },
  steps: [],
};

async function write(files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, value] of Object.entries(files))
    await writeFile(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
}

const whole = {
  "findings.ndjson": "",
  "stories.json": [story],
  "hypotheses.json": [hypothesis],
  "hunts.json": [],
  "gaps.json": [],
  "attack-layer.json": {
    techniques: [
      {
        techniqueID: "T1059",
        tactic: "execution",
        score: 90,
        comment: "Seen.",
        metadata: [{ name: "state", value: "looked and clean" }],
      },
    ],
  },
  "run.json": { run_uid: "run-1", recorded_time: window.to, window, internal: ["10.0.0.0/8"], counts: { findings: 0 } },
};

test("what a run writes is read back, with and without a language model", async () => {
  await write(whole);
  const plain = await readPastRun(folder);
  expect(plain).toMatchObject({ stories: [story], hypotheses: [hypothesis], pursuits: [] });
  expect(plain.techniques).toEqual([
    { uid: "T1059", tactic: "execution", state: "looked-and-clean", confidence: 90, comment: "Seen." },
  ]);
  await write({ "pursuits.json": [pursuit] });
  expect((await readPastRun(folder)).pursuits).toMatchObject([{ status: "supported", claims: [{ eventIds: ["net-1"] }] }]);
});

test("results that are damaged are told by their file, and new ones are noticed", async () => {
  expect(await markOf(folder)).toBeNull();
  await write(whole);
  const mark = await markOf(folder);
  expect(mark).not.toBeNull();
  await write({ "stories.json": "[{" });
  await expect(readPastRun(folder)).rejects.toMatchObject({
    code: "damaged-file",
    message: expect.stringMatching(/stories\.json is not what a run writes/),
  });
  await write({ "stories.json": [{ ...story, score: "ninety" }] });
  await expect(readPastRun(folder)).rejects.toThrow(/stories\.json is not what a run writes \(0\.score: .*expected number/);
  await write({ "stories.json": [], "findings.ndjson": "{}\n" });
  await expect(readPastRun(folder)).rejects.toMatchObject({
    code: "damaged-file",
    message: expect.stringMatching(/findings\.ndjson: line 1 is not a finding of Spoor/),
  });
  await rm(join(folder, "hunts.json"));
  await write({ "findings.ndjson": "", "run.json": { ...whole["run.json"], run_uid: "run-22" } });
  expect(await markOf(folder)).not.toBe(mark);
  await expect(readPastRun(folder)).rejects.toMatchObject({
    code: "path-missing",
    message: expect.stringMatching(/there is no .*hunts\.json/),
  });
});
