// The evaluation of the model: one case through all arms over loopback, and the arithmetic of its tables.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CaseTruth } from "../eval/answers.ts";
import { type ArmName, type ArmResult, runCase } from "../eval/arms.ts";
import { addedBy, type Judging, measured } from "../eval/measure.ts";
import { optionsOf } from "../eval/options.ts";
import { truthOfSample } from "../eval/planted.ts";
import { finderOf } from "../eval/records.ts";
import { assurancesOf, type EvaluationOfModel } from "../eval/results.ts";
import type { Said } from "../eval/said.ts";
import { stabilityOf } from "../eval/stability.ts";
import { quantile, sumOf, tablesOf } from "../eval/tables.ts";
import { writeSample } from "../simulator/sample.ts";
import { type MessagesApi, ruleBrain, startMessagesApi } from "./support/messages-api/index.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-eval-test-"));
const cassette = join(folder, "cassette");
const mostUsd = 0.3;
let api: MessagesApi;
let results: readonly ArmResult[];

beforeAll(async () => {
  api = await startMessagesApi({ brain: ruleBrain() });
  const logs = join(folder, "logs");
  const truthFile = join(folder, "truth.json");
  writeSmallLogs(logs);
  writeSample({ directory: join(folder, "whole"), truthFile, seed: 42, start: "2026-11-02" });
  const staged = { paths: [logs], internal: ["10.0.0.0/8"], year: 2026, truth: truthOfSample(truthFile) };
  results = await runCase(staged, {
    arms: ["deterministic", "model", "hostile", "replay", "live"],
    seed: 42,
    runs: 1,
    pursue: 1,
    work: join(folder, "work"),
    // Two are enough for hypotheses to pursue, and quicker than all.
    only: ["beaconing", "unusual-sign-in"],
    // The vendor's place is taken by the emulator; all else is as it is with money.
    live: { key: "a-key-for-tests", usd: mostUsd, cassette, baseUrl: api.url },
    now: () => performance.now(),
  });
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

function armOf(name: ArmName): ArmResult {
  const found = results.find(({ arm }) => arm === name);
  if (found === undefined) throw new Error(`the arm ${name} did not run`);
  return found;
}

function evaluationOf(arms: readonly ArmResult[]): EvaluationOfModel {
  return {
    substrate: "emulator",
    made: { date: "2026-11-22T10:00:00Z", spoor: "0", node: "v20", sdk: "1", seed: 42, runs: 1, pursue: 1, known: 1 },
    cases: [{ id: "simulated/small", kind: "simulated", state: "scored", arms }],
  };
}

test("every arm runs over the same case, and says what stood behind it", () => {
  expect(results.map(({ arm, substrate }) => [arm, substrate])).toEqual([
    ["deterministic", "none"],
    ["model", "emulator"],
    ["replay", "recording"],
    ["hostile", "emulator"],
    ["live", "live"],
  ]);
  expect(armOf("deterministic").calls.made).toBe(0);
  expect(armOf("model").calls).toMatchObject({ outcomes: { ok: armOf("model").calls.made } });
  expect(armOf("model").measures.claimPrecision.of).toBeGreaterThan(0);
  expect(armOf("model").ended).toEqual({ finished: 1 });
});

test("nothing is found worse with a model, a hostile one gets nothing through, and a replay is the same to the byte", () => {
  expect(assurancesOf(evaluationOf(results).cases).flatMap(({ broken }) => broken)).toEqual([]);
  expect(armOf("replay").isSameAsRecorded).toBe(true);
  expect(armOf("replay").measures).toEqual(armOf("model").measures);
  const tried = Object.values(armOf("hostile").hostility?.attempts ?? {});
  expect(tried.reduce((sum, one) => sum + one.tried, 0)).toBeGreaterThan(20);
});

test("what is paid for stays below its cap and is kept as a recording", () => {
  const { calls, promptHash } = armOf("live");
  expect(calls.usd).toBeGreaterThan(0);
  expect(calls.usd).toBeLessThanOrEqual(mostUsd);
  expect(promptHash).toMatch(/^[0-9a-f]{16}$/);
  expect(existsSync(cassette) ? readdirSync(join(cassette, "run-1")) : []).toHaveLength(1);
});

test("the tables add up what the arms measured", () => {
  const text = tablesOf(evaluationOf(results));
  const { entityRecall, entityPrecision } = armOf("model").measures;
  const cells = (text.split("\n").find((line) => line.startsWith("| model")) ?? "").split("|").map((cell) => cell.trim());
  expect(cells[2]).toContain(`(${entityRecall.count}/${entityRecall.of})`);
  expect(cells[3]).toContain(`(${entityPrecision.count}/${entityPrecision.of})`);
  const twice = evaluationOf(results);
  const both = tablesOf({ ...twice, cases: [...twice.cases, ...twice.cases] });
  expect(both).toContain(`(${2 * entityRecall.count}/${2 * entityRecall.of})`);
  expect(text).toContain("It says nothing about how well a real model hunts");
  expect(text).not.toContain("NOT KEPT");
  expect(text).toContain("## Which verdicts are wrong");
});

const truth: CaseTruth = {
  entities: [
    { name: "WS-1", names: ["WS-1", "10.0.0.1"] },
    { name: "evil.example", names: ["evil.example", "203.0.113.5"] },
    { name: "ann@corp.example", names: ["ann@corp.example"] },
  ],
  neutral: ["10.0.0.9"],
  decoys: ["backup.example"],
  techniques: ["T1071.001", "T1110"],
  steps: [
    { name: "beacon", keys: ["C1", "C2"] },
    { name: "sign-in", keys: ["dev|t2|logon"] },
    { name: "unseen", keys: [] },
  ],
  isLabelled: (id) => !id.startsWith("windows"),
};
const judging: Judging = {
  truth,
  namesOf: (name) => (name === "ws-1.corp.example" ? [name, "ws-1"] : [name]),
  records: new Map([
    ["zeek:1", { step: "beacon", key: "C1" }],
    ["zeek:2", { step: "beacon", key: "C1" }],
    ["entra:3", { step: "sign-in", key: "dev|t2|logon" }],
  ]),
};
const less: Said = {
  findings: [
    { uid: "f1", score: 90, names: ["other"] },
    { uid: "f2", score: 80, names: ["ws-1.corp.example"] },
  ],
  hypotheses: [
    { id: "h1", title: "true", names: ["ws-1"], techniques: ["T1071"], status: "inconclusive" },
    { id: "h2", title: "false", names: ["other"], techniques: ["T1071"], status: "refuted" },
  ],
  names: ["ws-1.corp.example", "10.0.0.1", "other", "10.0.0.9", "backup.example"],
  eventIds: ["zeek:1", "zeek:2", "zeek:9", "windows:7"],
  claimedEventIds: [],
  techniques: ["T1071.001", "T1048"],
  claims: { held: 3, rejected: 1 },
};

test("names of one entity count once, neutral ones not at all, and rates keep what they are rates of", () => {
  expect(measured(less, judging)).toEqual({
    entityRecall: { count: 1, of: 3 },
    entityPrecision: { count: 1, of: 3 },
    steps: { count: 1, of: 2 },
    eventRecall: { count: 1, of: 3 },
    eventPrecision: { count: 2, of: 3 },
    findingRank: 2,
    hypothesisRank: 1,
    techniqueRecall: { count: 1, of: 2 },
    techniquePrecision: { count: 1, of: 2 },
    verdicts: { count: 1, of: 2 },
    wrongVerdicts: [{ title: "true", status: "inconclusive", isTrue: true }],
    decoysNamed: { count: 1, of: 1 },
    claimPrecision: { count: 3, of: 4 },
  });
});

test("what one arm adds to another is named, and only what is true of it", () => {
  const more: Said = {
    ...less,
    hypotheses: less.hypotheses.map((one) => ({ ...one, status: "supported" as const })),
    names: [...less.names, "cdn.evil.example", "nobody"],
    eventIds: [...less.eventIds, "entra:3", "zeek:10"],
    claimedEventIds: ["entra:3"],
  };
  expect(addedBy(more, less, judging)).toEqual({
    entities: ["evil.example"],
    steps: ["sign-in"],
    events: ["entra:3"],
    claimedEvents: 1,
    verdicts: ["true"],
  });
  expect(addedBy(less, less, judging)).toMatchObject({ entities: [], steps: [], events: [], verdicts: [] });
});

test("a record is a step's when every part of its key stands in its line", () => {
  const find = finderOf(truth.steps ?? []);
  expect(find("1.0\tC2\t10.0.0.1")).toEqual({ step: "beacon", key: "C2" });
  expect(find('{"DeviceName":"dev","Timestamp":"t2","ActionType":"logon"}')).toEqual({ step: "sign-in", key: "dev|t2|logon" });
  expect(find('{"DeviceName":"dev","Timestamp":"t2","ActionType":"other"}')).toBeNull();
  expect(find("1.0\tC22\t10.0.0.1")).toBeNull();
});

test("runs that agree are stable, and those that differ by one are as unstable as that one", () => {
  expect(stabilityOf([less, less])).toEqual({ runs: 2, verdicts: 1, events: 1 });
  const other: Said = {
    ...less,
    hypotheses: less.hypotheses.map((one) => (one.id === "h1" ? { ...one, status: "supported" as const } : one)),
    eventIds: less.eventIds.slice(0, 2),
  };
  expect(stabilityOf([less, other])).toEqual({ runs: 2, verdicts: 0.5, events: 0.5 });
});

test("shares are added, not averaged, and quantiles are values that were measured", () => {
  expect(sumOf([{ count: 1, of: 2 }, null, { count: 0, of: 8 }])).toEqual({ count: 1, of: 10 });
  expect(sumOf([null])).toBeNull();
  expect([quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.95), quantile([], 0.5)]).toEqual([2, 4, 0]);
});

test("money is never spent without a limit, and never by an arm of the emulator", () => {
  expect(() => optionsOf(["--live"])).toThrow("--max-usd");
  expect(() => optionsOf(["--max-usd", "5"])).toThrow("--live");
  expect(() => optionsOf(["--live", "--max-usd", "0"])).toThrow("amount");
  expect(() => optionsOf(["--live", "--max-usd", "1", "--arm", "model"])).toThrow("leave --arm away");
  expect(optionsOf(["--live", "--max-usd", "5"])).toMatchObject({ arms: ["deterministic", "live"], maxUsd: 5 });
  expect(optionsOf(["--arm", "replay"])).toMatchObject({ arms: ["deterministic", "replay"], maxUsd: null, runs: 2 });
  expect(() => optionsOf(["--arm", "magic"])).toThrow("there is no arm magic");
});
