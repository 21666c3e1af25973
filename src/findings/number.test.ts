import fc from "fast-check";
import { expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { findingUid, toFinding } from "./number.ts";
import { balance } from "./reasons.ts";
import { severityOf } from "./severity.ts";
import { attack, detectorNamed, draftOf } from "./testing.ts";

const beaconing = detectorNamed("beaconing");
const sumOf = (reasons: readonly { contribution: number }[]) => reasons.reduce((sum, reason) => sum + reason.contribution, 0);
const reasonOf = (contribution: number) => ({ feature: "f", observed: "o", baseline: null, peers: null, contribution });

test("the uid is the detector and the entity keys, in whatever order they are given, and not the window", () => {
  const uid = findingUid("beaconing", { src: "10.0.0.12", dst: "203.0.113.9", port: 443 });
  expect(uid).toBe(findingUid("beaconing", { port: 443, dst: "203.0.113.9", src: "10.0.0.12" }));
  // printf '{"detector":"beaconing","keys":{"dst":"203.0.113.9","port":443,"src":"10.0.0.12"}}' | sha256sum | cut -c1-20
  expect(uid).toBe("d3a73d02ba3bde4ebf1c");
  expect(findingUid("exfiltration", { src: "10.0.0.12", dst: "203.0.113.9", port: 443 })).not.toBe(uid);
  const later = draftOf({ firstSeen: "2026-12-01 00:00:00.000000", lastSeen: "2026-12-02 00:00:00.000000", score: 20 });
  expect(toFinding(later, beaconing, attack).uid).toBe(toFinding(draftOf(), beaconing, attack).uid);
});

test("severity follows from the score, and each band begins at its number", () => {
  expect([0, 19.999999, 20, 44.999999, 45, 69.999999, 70, 89.999999, 90, 100].map(severityOf)).toEqual([
    "Informational",
    "Informational",
    "Low",
    "Low",
    "Medium",
    "Medium",
    "High",
    "High",
    "Critical",
    "Critical",
  ]);
});

test("a vendor's alert keeps the vendor's severity", () => {
  const finding = toFinding(draftOf({ score: 30, vendorSeverity: "Critical" }), beaconing, attack);
  expect(finding).toMatchObject({ severity: "Critical", isVendorAlert: true, score: 30 });
  expect(toFinding(draftOf({ score: 30 }), beaconing, attack)).toMatchObject({ severity: "Low", isVendorAlert: false });
});

test("contributions add up to the score, whatever a detector hands in", () => {
  const points = fc.double({ min: -200, max: 200, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.array(points, { maxLength: 12 }), (score, contributions) => {
      const finding = toFinding(draftOf({ score, reasons: contributions.map(reasonOf) }), beaconing, attack);
      expect(Math.abs(sumOf(finding.reasons) - finding.score)).toBeLessThan(1e-9);
    }),
    { seed: 42 },
  );
});

test("a score clamped at 100 rescales its parts; a part that nobody explains is named; a rounding difference is not", () => {
  expect(balance([reasonOf(80), reasonOf(45)], 100).map((reason) => reason.contribution)).toEqual([64, 36]);
  expect(balance([reasonOf(10)], 60)).toEqual([
    reasonOf(10),
    { ...reasonOf(50), feature: "remainder", observed: expect.any(String) },
  ]);
  expect(balance([], 60)).toEqual([{ ...reasonOf(60), feature: "remainder", observed: expect.any(String) }]);
  expect(balance([reasonOf(30.0004), reasonOf(-30)], 0)).toHaveLength(2);
  expect(balance([reasonOf(Number.NaN), reasonOf(50)], 50).map((reason) => reason.contribution)).toEqual([0, 50]);
});

test("scores and confidence stay within 0 and 100, with six decimals and in whole points", () => {
  expect(toFinding(draftOf({ score: 130, confidence: -3 }), beaconing, attack)).toMatchObject({ score: 100, confidence: 0 });
  expect(toFinding(draftOf({ score: 69.99999999, confidence: 66.6 }), beaconing, attack)).toMatchObject({
    score: 70,
    confidence: 67,
    severity: "High",
  });
});

test("a draft without a score or with a time that is none is refused with the detector's name", () => {
  expect(() => toFinding(draftOf({ score: Number.NaN }), beaconing, attack)).toThrow(SpoorError);
  expect(() => toFinding(draftOf({ lastSeen: "yesterday" }), beaconing, attack)).toThrow(/beaconing: "yesterday" is not a time/);
});

test("hostile text of a log neither moves the reader's cursor nor fills the report", () => {
  const title = `user \u001b[2Jadmin\u202etxt.exe\r\n${"A".repeat(1_000_000)}`;
  const finding = toFinding(
    draftOf({ title, observables: [{ name: "process.cmd_line", value: "B".repeat(50_000_000) }] }),
    beaconing,
    attack,
  );
  expect(finding.title).toMatch(/^user �\[2Jadmin�txt\.exe A+…$/);
  expect(finding.title).toHaveLength(300);
  expect(finding.observables[0]?.value).toHaveLength(4096);
});
