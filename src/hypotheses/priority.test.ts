import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evidenceTerm, type PriorityTerms, priorityOf } from "./priority.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const terms: fc.Arbitrary<PriorityTerms> = fc.record({
  observability: share,
  evidence: share,
  prevalence: share,
  impact: share,
  exposure: share,
  gain: share,
});
const finding = fc.record({
  detector: fc.constantFrom("beaconing", "exfiltration", "vendor-alerts"),
  score: fc.double({ min: 0, max: 100, noNaN: true }),
  confidence: fc.double({ min: 0, max: 100, noNaN: true }),
});
const everything = { observability: 1, evidence: 1, prevalence: 1, impact: 1, exposure: 1, gain: 1 };

describe("a priority", () => {
  test("lies between 0 and 100, reaches both, and is 0 for what cannot be seen", () => {
    expect(priorityOf(everything)).toBe(100);
    expect(priorityOf({ ...everything, observability: 0 })).toBe(0);
    fc.assert(
      fc.property(terms, (given) => {
        expect(priorityOf(given)).toBeGreaterThanOrEqual(0);
        expect(priorityOf(given)).toBeLessThanOrEqual(100);
      }),
      { seed: 42 },
    );
  });

  test.each(["observability", "evidence", "prevalence", "impact", "exposure", "gain"] as const)(
    "never falls when %s grows",
    (name) => {
      fc.assert(
        fc.property(terms, share, (given, more) => {
          const raised = { ...given, [name]: Math.min(1, given[name] + more) };
          expect(priorityOf(raised)).toBeGreaterThanOrEqual(priorityOf(given));
        }),
        { seed: 42 },
      );
    },
  );

  test("stands terms outside their range", () => {
    expect(priorityOf({ ...everything, evidence: 7 })).toBe(100);
    expect(priorityOf({ ...everything, evidence: Number.NaN, gain: -3 })).toBe(50);
  });
});

describe("evidence", () => {
  test("of two detectors is a noisy-or, of one detector its strongest finding", () => {
    const one = { detector: "beaconing", score: 80, confidence: 50 };
    expect(evidenceTerm([])).toBe(0);
    expect(evidenceTerm([one])).toBeCloseTo(0.4);
    expect(evidenceTerm([one, { ...one, score: 40 }])).toBeCloseTo(0.4);
    expect(evidenceTerm([one, { ...one, detector: "exfiltration" }])).toBeCloseTo(0.64);
  });

  test("never falls when a finding is added, and does not depend on their order", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), finding, (some, more) => {
        expect(evidenceTerm([...some, more])).toBeGreaterThanOrEqual(evidenceTerm(some) - 1e-12);
        expect(evidenceTerm([...some].reverse())).toBe(evidenceTerm(some));
        expect(evidenceTerm([...some, more])).toBeLessThanOrEqual(1);
      }),
      { seed: 42 },
    );
  });
});
