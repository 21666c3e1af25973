import fc from "fast-check";
import { expect, test } from "vitest";
import { evidenceConfidence } from "./confidence.ts";

const pieces = fc.array(
  fc.record({ source: fc.constantFrom("a", "b", "c"), strength: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

test("two independent sources of one half are sure to three quarters", () => {
  expect(
    evidenceConfidence([
      { source: "beaconing", strength: 0.5 },
      { source: "threat-intel-match", strength: 0.5 },
    ]),
  ).toBe(75);
});

test("fifty findings of one detector are as sure as its best", () => {
  const many = Array.from({ length: 50 }, (_, position) => ({ source: "beaconing", strength: position / 100 }));
  expect(evidenceConfidence(many)).toBe(49);
});

test("no evidence is 0, the weakest evidence is not, and a broken number counts as weak", () => {
  expect(evidenceConfidence([])).toBe(0);
  expect(evidenceConfidence([{ source: "a", strength: 0 }])).toBe(1);
  expect(evidenceConfidence([{ source: "a", strength: Number.NaN }])).toBe(1);
});

test("it stays within 0 and 100, never falls when evidence is added, and does not depend on the order", () => {
  fc.assert(
    fc.property(pieces, pieces, (some, more) => {
      const before = evidenceConfidence(some);
      const after = evidenceConfidence([...some, ...more]);
      expect(before).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(100);
      expect(after).toBeGreaterThanOrEqual(before);
      expect(evidenceConfidence([...more, ...some].reverse())).toBe(after);
    }),
    { seed: 42 },
  );
});
