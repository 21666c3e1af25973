import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { calibrate, calibratedScore, calibration, scoreForBudget, scoreOfProbability, tailProbability } from "./calibration.ts";
import { rescaleContributions } from "./rescale-contributions.ts";

fc.configureGlobal({ seed: 42 });

function exponentialScores(count: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
}

describe("calibration by tail probability", () => {
  test("an exponential tail is recovered: P(score > 6) = e^-6 within a fifth of a decade", () => {
    const spread = calibrate(exponentialScores(20_000, 1));
    expect(Math.log10(tailProbability(spread, 6))).toBeCloseTo(-6 / Math.LN10, 0);
    expect(Math.abs(Math.log10(tailProbability(spread, 6)) + 6 / Math.LN10)).toBeLessThan(0.2);
    expect(tailProbability(spread, Math.log(2))).toBeCloseTo(0.5, 1);
  });

  test("the threshold of an alert budget is kept on a fresh day without attacks", () => {
    const spread = calibrate(exponentialScores(50_000, 2));
    const line = scoreForBudget({ alertsPerDay: 20, scoredPerDay: 50_000 });
    const alerts = exponentialScores(50_000, 3).filter((score) => calibratedScore(spread, score) > line).length;
    expect(alerts).toBeGreaterThan(8);
    expect(alerts).toBeLessThan(40);
  });

  test("attacks among the scores, a twentieth of them, do not hide themselves", () => {
    const scores = exponentialScores(2000, 4);
    const clean = calibratedScore(calibrate(scores), 12);
    scores.fill(50, 0, 80);
    expect(calibratedScore(calibrate(scores), 50)).toBeGreaterThan(33);
    expect(clean).toBeGreaterThan(70);
  });

  test("never grows less remarkable with the score, and stays within 0 and 100", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 400 }),
        fc.double({ min: -10, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (scores, lower, step) => {
          const spread = calibration.parse(JSON.parse(JSON.stringify(calibrate(scores))));
          const [low, high] = [calibratedScore(spread, lower), calibratedScore(spread, lower + step)];
          expect(high).toBeGreaterThanOrEqual(low);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("thirty people cannot show one in a million", () => {
    const spread = calibrate(exponentialScores(30, 5));
    expect(tailProbability(spread, 1e9)).toBeCloseTo(0.01 / 31, 12);
    expect(tailProbability(spread, 1e9, { decadesBeyondCount: 0 })).toBeCloseTo(1 / 31, 12);
  });

  test("scores that all tie, but one: the one stands out, the others do not", () => {
    const spread = calibrate([...new Array<number>(499).fill(0.48), 0.69]);
    expect(calibratedScore(spread, 0.48)).toBe(0);
    expect(calibratedScore(spread, 0.69)).toBeGreaterThan(75);
  });

  test("one in a hundred is 33.3, one in a million 100, a certain event 0", () => {
    expect(scoreOfProbability(0.01)).toBeCloseTo(33.33, 2);
    expect(scoreOfProbability(1e-6)).toBeCloseTo(100, 10);
    expect(scoreOfProbability(1e-12)).toBe(100);
    expect(scoreOfProbability(1)).toBe(0);
    expect(scoreForBudget({ alertsPerDay: 20, scoredPerDay: 3 })).toBe(0);
    expect(() => calibrate([Number.NaN])).toThrow(RangeError);
  });
});

test("contributions drawn to another scale add up to it, with sign and proportion kept", () => {
  const scaled = rescaleContributions([0.3, -0.1, 0.2], 80);
  expect(scaled.reduce((sum, part) => sum + part, 0)).toBeCloseTo(80, 10);
  expect((scaled[0] ?? 0) / (scaled[2] ?? 1)).toBeCloseTo(1.5, 12);
  expect(scaled[1]).toBeLessThan(0);
  expect(rescaleContributions([1, -1], 5)).toEqual(Float64Array.of(0, 0));
});
