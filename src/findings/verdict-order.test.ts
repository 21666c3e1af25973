import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import type { Finding } from "../types.ts";
import { toFinding } from "./number.ts";
import { attack, detectorNamed, draftOf } from "./testing.ts";
import { orderByVerdicts } from "./verdict-order.ts";

/** Findings of two detectors with scores that say nothing. */
function findingsOf(count: number): Finding[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, (_, index) =>
    toFinding(
      draftOf({ keys: { host: `h${index}` }, score: 30 + random.integer(60), rowCount: 1 + random.integer(500) }),
      detectorNamed(index % 2 === 0 ? "beaconing" : "dns-tunnelling"),
      attack,
    ),
  );
}

const findings = findingsOf(120);
const verdictOf = ({ detector }: Finding): string => (detector === "beaconing" ? "benign" : "true_positive");
const judged = (some: readonly Finding[]) => some.map((one) => ({ uid: one.uid, verdict: verdictOf(one) }));

test("what resembles earlier true positives comes first, nothing is left out, and the verdicts tell why", () => {
  const learned = orderByVerdicts(findings, judged(findings.slice(0, 40)), 42);
  if (learned.kind !== "learned") throw new Error("nothing was learned");
  expect(new Set(learned.order.map(({ uid }) => uid))).toEqual(new Set(findings.map(({ uid }) => uid)));
  const unseen = new Map(findings.slice(40).map((one) => [one.uid, one.detector]));
  const order = learned.order.flatMap(({ uid }) => unseen.get(uid) ?? []);
  expect(order.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => "dns-tunnelling"));
  expect(learned.outOfBagError).toBeLessThan(0.1);
  expect(learned.guessError).toBe(0.5);
  expect(
    learned.importance
      .slice(0, 2)
      .map(({ feature }) => feature)
      .sort(),
  ).toEqual(["detector beaconing", "detector dns-tunnelling"]);
  expect(learned.importance.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
});

test("the order does not hang on the order of what is given, and the same seed gives the same", () => {
  const verdicts = judged(findings.slice(0, 40));
  const one = orderByVerdicts(findings, verdicts, 42);
  expect(orderByVerdicts([...findings].reverse(), [...verdicts].reverse(), 42)).toEqual(one);
});

test("too few verdicts, or only of one kind, or undecided ones, teach nothing and say so", () => {
  expect(orderByVerdicts(findings, judged(findings.slice(0, 19)), 42)).toMatchObject({ kind: "too-few", worth: 9, notWorth: 10 });
  const onlyBenign = findings.slice(0, 60).map(({ uid }) => ({ uid, verdict: "benign" }));
  expect(orderByVerdicts(findings, onlyBenign, 42)).toMatchObject({ kind: "too-few", worth: 0, notWorth: 60 });
  const undecided = findings.slice(0, 60).map(({ uid }) => ({ uid, verdict: "insufficient_data" }));
  expect(orderByVerdicts(findings, undecided, 42)).toMatchObject({ kind: "too-few", worth: 0, notWorth: 0 });
  expect(orderByVerdicts([], [], 42).kind).toBe("too-few");
});
