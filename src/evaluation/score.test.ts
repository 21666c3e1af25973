import { expect, test } from "vitest";
import { score } from "./score.ts";
import { areaTruthLike, findingLike, labelledLike } from "./testing.ts";
import type { AreaTruth, Truth } from "./truth.ts";

function truthOf(areas: readonly AreaTruth[], spanDays: number | null = null): Truth {
  return { areas, unscored: null, tags: [], spanDays };
}

function between(source: string, target: string): Record<string, string[]> {
  return { "src_endpoint.ip": [source], "dst_endpoint.ip": [target] };
}

const beacon = labelledLike({ text: "beacon", source: ["10.0.0.1"], target: ["198.51.100.7"] });
const second = labelledLike({ text: "second beacon", source: ["10.0.0.2"], target: ["198.51.100.8"] });
const small = labelledLike({ text: "small", source: ["10.0.0.3"], target: ["198.51.100.9"] });
const open = labelledLike({ text: "open", source: ["10.0.0.4"], target: ["198.51.100.10"] });
const updater = labelledLike({ text: "updater", source: ["10.0.0.5"], target: ["203.0.113.1"] });

test("recall, recall above the line, ranks, misses and false alarms of one area", () => {
  const truth = truthOf([
    areaTruthLike({ positives: [beacon, second], accepted: [small], notScored: [open], negatives: [updater] }),
  ]);
  const { areas, findings, findingsAboveLine } = score(truth, [
    findingLike({
      uid: "d",
      score: 60,
      isAboveLine: false,
      severity: "Medium",
      observables: between("10.0.0.1", "198.51.100.7"),
    }),
    findingLike({ uid: "c", score: 75, title: "unknown pair", observables: between("10.0.0.9", "203.0.113.9") }),
    findingLike({ uid: "b", score: 75, title: "updater", observables: between("10.0.0.5", "203.0.113.1") }),
    findingLike({ uid: "a", score: 90, observables: between("10.0.0.3", "198.51.100.9") }),
    findingLike({ uid: "e", score: 71, observables: between("10.0.0.4", "198.51.100.10") }),
  ]);
  expect(areas).toHaveLength(1);
  const [beacons] = areas;
  expect(beacons).toMatchObject({ positives: 2, found: 1, foundAboveLine: 0, recall: 0.5, recallAboveLine: 0, firstTrueRank: 1 });
  expect(beacons).toMatchObject({ findings: 5, findingsAboveLine: 4, falseAboveLine: 2 });
  expect(beacons?.outcomes.map((outcome) => [outcome.labelled, outcome.finding?.rank ?? null])).toEqual([
    ["beacon", 5],
    ["second beacon", null],
  ]);
  expect(beacons?.falseAlarms.map((alarm) => [alarm.rank, alarm.title, alarm.knownBenign])).toEqual([
    [2, "updater", "updater"],
    [3, "unknown pair", null],
  ]);
  expect({ findings, findingsAboveLine }).toEqual({ findings: 5, findingsAboveLine: 4 });
});

test("vendor alerts neither find nor count", () => {
  const truth = truthOf([areaTruthLike({ positives: [beacon] })]);
  const result = score(truth, [findingLike({ isVendorAlert: true, observables: between("10.0.0.1", "198.51.100.7") })]);
  expect(result.areas[0]).toMatchObject({ found: 0, findings: 0, falseAboveLine: 0 });
  expect(result.findingsAboveLine).toBe(0);
});

test("only an area's own detectors answer for it, and ranks count within a detector", () => {
  const truth = truthOf([areaTruthLike({ positives: [beacon] })]);
  const result = score(truth, [
    findingLike({ uid: "x", detector: "exfiltration", score: 99, observables: between("10.0.0.1", "198.51.100.7") }),
    findingLike({ uid: "y", score: 50, isAboveLine: false, observables: between("10.0.0.1", "198.51.100.7") }),
  ]);
  expect(result.areas[0]).toMatchObject({ firstTrueRank: 1, findings: 1, falseAboveLine: 0 });
  expect(result.findingsAboveLine).toBe(1);
});

test("a finding with the right hosts but another port is no find and no false alarm", () => {
  const truth = truthOf([areaTruthLike({ positives: [labelledLike({ ...beacon, port: 443 })] })]);
  const observables = { ...between("10.0.0.1", "198.51.100.7"), "dst_endpoint.port": ["80"] };
  expect(score(truth, [findingLike({ observables })]).areas[0]).toMatchObject({
    found: 0,
    falseAboveLine: 0,
    findingsAboveLine: 1,
  });
});

test("without positives there is no recall, and every finding above the line is false", () => {
  const result = score(truthOf([areaTruthLike({ negatives: [updater] })]), [findingLike({})]);
  expect(result.areas[0]).toMatchObject({ recall: null, recallAboveLine: null, firstTrueRank: null, falseAboveLine: 1 });
});

test("a label counts as above the line when any finding above it names it, whatever its best rank", () => {
  const truth = truthOf([areaTruthLike({ area: "unusual-sign-in", positives: [labelledLike({ user: "ada" })] })]);
  const observables = { "user.name": ["ada"] };
  const result = score(truth, [
    findingLike({ uid: "low", detector: "behavioural-anomaly", score: 40, isAboveLine: false, observables }),
    findingLike({ uid: "first", detector: "unusual-sign-in", score: 95, observables: { "user.name": ["bob"] } }),
    findingLike({ uid: "high", detector: "unusual-sign-in", score: 85, observables }),
  ]);
  expect(result.areas[0]?.outcomes[0]).toMatchObject({ isAboveLine: true, finding: { uid: "low", rank: 1 } });
});

test("alerts a day: a capture of minutes counts as a day, a capture of ten days is divided", () => {
  const findings = [findingLike({ uid: "a" }), findingLike({ uid: "b" })];
  expect(score(truthOf([areaTruthLike({})], 0.01), findings).alertsPerDay).toBe(2);
  expect(score(truthOf([areaTruthLike({})], null), findings).alertsPerDay).toBe(2);
  expect(score(truthOf([areaTruthLike({})], 10), findings).alertsPerDay).toBe(0.2);
});
