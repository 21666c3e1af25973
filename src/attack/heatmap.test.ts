import { expect, test } from "vitest";
import { mapToAttack } from "./coverage.ts";
import { attack, finding, look, table } from "./fixtures/run.ts";
import { heatMap, tacticSummaries } from "./heatmap.ts";

const findings = [finding("f1", ["T1071.001"]), finding("f2", ["T1071.001", "T1046"]), finding("f3", ["T1078", "T9999"])];
const coverage = mapToAttack({
  findings,
  hunts: [],
  detectors: [look("scan", ["T1046", "T1018"])],
  tables: new Map([table("network_activity", 10, { src_endpoint_ip: 1 })]),
  attack,
});

test("tactics by techniques with evidence counts, along the diagonal", () => {
  const map = heatMap(coverage.byTactic);
  expect(map.tactics).toEqual([
    "Initial Access",
    "Persistence",
    "Privilege Escalation",
    "Stealth",
    "Discovery",
    "Command and Control",
    "Unknown",
  ]);
  expect(map.techniques.map((each) => each.id)).toEqual(["T1078", "T1046", "T1071.001", "T9999"]);
  expect(map.counts).toEqual([
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 1],
  ]);
  expect(map.confidences[5]).toEqual([0, 0, 40, 0]);
  expect(map.omitted).toBe(0);
});

test("bounded: the techniques with most evidence stay, the others are counted, empty rows go", () => {
  const map = heatMap(coverage.byTactic, { maxTechniques: 1 });
  expect(map).toEqual({
    tactics: ["Command and Control"],
    techniques: [{ id: "T1071.001", name: "Web Protocols" }],
    counts: [[2]],
    confidences: [[40]],
    omitted: 3,
  });
});

test("nothing observed is an empty map", () => {
  expect(heatMap({})).toEqual({ tactics: [], techniques: [], counts: [], confidences: [], omitted: 0 });
});

test("a tactic's four states add up to its techniques", () => {
  const summaries = tacticSummaries(coverage.techniques, attack);
  expect(summaries.map((each) => each.tactic.shortname)).toEqual(attack.tactics.map((each) => each.shortname));
  const discovery = summaries.find((each) => each.tactic.shortname === "discovery")?.states;
  expect(discovery).toMatchObject({ seen: 1, "looked-and-clean": 1, "no-data": 0 });
  for (const { tactic, states } of summaries) {
    const all = attack.techniques.filter((technique) => technique.tactics.includes(tactic)).length;
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(all);
  }
});
