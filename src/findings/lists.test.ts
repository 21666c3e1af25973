import fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "../types.ts";
import { applyBudget } from "./budget.ts";
import { merge } from "./merge.ts";
import { toFinding } from "./number.ts";
import { byRank, rank } from "./rank.ts";
import { attack, detectorNamed, draftOf, findingOf, shuffled } from "./testing.ts";

const day = { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" };
const uids = (findings: readonly Finding[]) => findings.map((finding) => finding.uid);

test("one entity described twice becomes one finding with the higher score, the wider span and the evidence of both", () => {
  const of = (given: Parameters<typeof draftOf>[0]) => toFinding(draftOf(given), detectorNamed("beaconing"), attack);
  const smb = of({
    score: 60,
    title: "over SMB",
    firstSeen: "2026-11-02 08:00:00.000000",
    observables: [{ name: "share", value: "C$" }],
    rowCount: 9,
  });
  const rdp = of({
    score: 80,
    title: "over RDP",
    lastSeen: "2026-11-02 20:00:00.000000",
    techniques: ["T1021.001"],
    rowCount: 4,
  });
  const [merged, ...rest] = merge([smb, rdp]);
  expect(rest).toEqual([]);
  expect(merged).toMatchObject({
    title: "over RDP",
    score: 80,
    firstSeen: "2026-11-02 08:00:00.000000",
    lastSeen: "2026-11-02 20:00:00.000000",
    rowCount: 9,
    reasons: rdp.reasons,
  });
  expect(merged?.attacks.map((tag) => tag.subTechnique?.uid)).toEqual(["T1021.001", "T1071.001"]);
  expect(merged?.observables).toEqual([...rdp.observables, ...smb.observables]);
});

const someFindings = fc
  .array(
    fc.record({
      detector: fc.constantFrom("a", "b", "c"),
      score: fc.constantFrom(10, 50, 90, 100),
      entity: fc.nat(5),
      hour: fc.nat(20),
    }),
    { maxLength: 30 },
  )
  .map((list) => list.map(({ detector, score, entity, hour }) => findingOf(detector, score, hour, [], { keys: { entity } })));

test("merge, rank and budget give the same list whatever order the findings come in, and doing it again changes nothing", () => {
  const pipeline = (findings: readonly Finding[]) =>
    applyBudget(rank(merge(findings), { perDetector: 3 }).findings, { perDay: 4, window: day });
  fc.assert(
    fc.property(someFindings, fc.nat(), (findings, seed) => {
      const once = pipeline(findings);
      expect(pipeline(shuffled(findings, seed))).toEqual(once);
      expect(pipeline(once)).toEqual(once);
    }),
    { seed: 42 },
  );
});

test("rank orders by score and then uid, keeps the best thousand of a detector and says what it cut", () => {
  const many = Array.from({ length: 1005 }, (_, entity) => findingOf("dns-tunnelling", entity % 50, 3, [], { keys: { entity } }));
  const { findings, gaps } = rank([...many, findingOf("beaconing", 1, 3, [])]);
  expect(findings).toHaveLength(1001);
  expect(findings).toEqual([...findings].sort(byRank));
  expect(gaps).toEqual([
    {
      stage: "detect",
      part: "dns-tunnelling",
      kind: "limit",
      reason: "1005 findings; the 1000 with the highest scores are kept",
      count: 5,
    },
  ]);
  expect(findings.filter((finding) => finding.detector === "dns-tunnelling" && finding.score === 0)).toHaveLength(16);
});

test("the budget is the highest scores of all detectors, per day, at least one day, vendor alerts aside", () => {
  const vendor = toFinding(
    draftOf({ score: 99, keys: { id: 1 }, vendorSeverity: "High" }),
    detectorNamed("vendor-alerts"),
    attack,
  );
  const own = [95, 90, 85, 80, 75].map((score) => findingOf(score > 80 ? "a" : "b", score, 1, [], { keys: { score } }));
  const within = (perDay: number, window = day) =>
    applyBudget([vendor, ...own], { perDay, window })
      .filter((finding) => finding.isWithinBudget)
      .map((finding) => finding.score);
  expect(within(2)).toEqual([95, 90]);
  expect(within(2, { from: day.from, to: "2026-11-02 00:10:00.000000" })).toEqual([95, 90]);
  expect(within(2, { from: day.from, to: "2026-11-04 12:00:00.000000" })).toEqual([95, 90, 85, 80, 75]);
  expect(within(0)).toEqual([]);
});

test("at equal scores no detector takes every place", () => {
  const saturated = Array.from({ length: 50 }, (_, entity) => findingOf("noisy", 100, 1, [], { keys: { entity } }));
  const quiet = [1, 2].map((entity) => findingOf("quiet", 100, 1, [], { keys: { entity } }));
  const within = applyBudget([...saturated, ...quiet], { perDay: 4, window: day }).filter((finding) => finding.isWithinBudget);
  expect(within.map((finding) => finding.detector).sort()).toEqual(["noisy", "noisy", "quiet", "quiet"]);
  expect(new Set(uids(within)).size).toBe(4);
});
