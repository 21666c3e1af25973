import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averagePrecision } from "./average-precision.ts";
import { averageRanks } from "./average-ranks.ts";
import { bowleySkewness } from "./bowley-skewness.ts";
import { characterEntropy } from "./character-entropy.ts";
import { coefficientOfVariation } from "./coefficient-of-variation.ts";
import { empiricalTailProbability } from "./empirical-tail-probability.ts";
import { greatCircleKilometres } from "./great-circle-kilometres.ts";
import { median } from "./median.ts";
import { medianAbsoluteDeviation } from "./median-absolute-deviation.ts";
import { quantile } from "./quantile.ts";
import { robustZ } from "./robust-z.ts";
import { rocAuc } from "./roc-auc.ts";
import { shannonEntropy } from "./shannon-entropy.ts";
import { spearmanCorrelation } from "./spearman-correlation.ts";

fc.configureGlobal({ seed: 42 });

const numbers = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 60 });

describe("quantile", () => {
  test("R-7: quantile(c(3, 6, 7, 8, 8, 10, 13, 15, 16, 20)) in R gives 3, 7.25, 9, 14.5, 20", () => {
    const values = [13, 3, 6, 8, 7, 8, 10, 20, 15, 16];
    expect([0, 0.25, 0.5, 0.75, 1].map((probability) => quantile(values, probability))).toEqual([3, 7.25, 9, 14.5, 20]);
  });

  test("NaN is left out, nothing gives NaN, an infinite neighbour does not spoil a whole place", () => {
    expect(quantile([Number.NaN, 1, 3], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([1, 2, Number.POSITIVE_INFINITY], 0.5)).toBe(2);
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
  });

  test("grows with the probability and stays inside the values", () => {
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p, q) => {
          expect(quantile(values, Math.min(p, q))).toBeLessThanOrEqual(quantile(values, Math.max(p, q)) + 1e-6);
          expect(quantile(values, p)).toBeGreaterThanOrEqual(Math.min(...values));
          expect(quantile(values, p)).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
    );
  });
});

describe("median and its deviation", () => {
  test("the median by selection is the R-7 quantile at one half", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(median(values)).toBeCloseTo(quantile(values, 0.5), 6);
      }),
    );
    expect(median([Number.NaN, 4, 1, Number.NaN, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test("R: mad(c(1, 1, 2, 2, 4, 6, 9), constant = 1) is 1", () => {
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(medianAbsoluteDeviation([5, 5, 5])).toBe(0);
    expect(medianAbsoluteDeviation([])).toBeNaN();
  });

  test("moving the values leaves the deviation, doubling them doubles it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        (values, shift) => {
          expect(medianAbsoluteDeviation(values.map((value) => 2 * value + shift))).toBe(2 * medianAbsoluteDeviation(values));
        },
      ),
    );
  });
});

describe("shape and spread", () => {
  test("Bowley's skewness: symmetric 0, all the spread on one side 1, no spread 0, nothing NaN", () => {
    expect(bowleySkewness([1, 2, 3, 4, 5])).toBe(0);
    expect(bowleySkewness([1, 1, 1, 5, 9])).toBe(1);
    expect(bowleySkewness([60, 60, 60, 60, 900])).toBe(0);
    expect(bowleySkewness([])).toBeNaN();
  });

  test("R: sd(x) / mean(x) of 2, 4, 4, 4, 5, 5, 7, 9 is 0.4276180", () => {
    expect(coefficientOfVariation([2, 4, 4, 4, 5, 5, 7, 9, Number.NaN])).toBeCloseTo(0.427618, 6);
    expect(coefficientOfVariation([60])).toBeNaN();
    expect(coefficientOfVariation([-1, 1])).toBeNaN();
  });

  test("doubling all intervals leaves the coefficient of variation unchanged", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2 }), (values) => {
        expect(coefficientOfVariation(values.map((value) => 2 * value))).toBeCloseTo(coefficientOfVariation(values), 10);
      }),
    );
  });
});

describe("entropy", () => {
  test("a fair coin has 1 bit, eight equal sides 3, one value 0, Shannon's example (1/2, 1/4, 1/8, 1/8) 1.75", () => {
    expect(shannonEntropy([5, 5])).toBe(1);
    expect(shannonEntropy(new Array<number>(8).fill(3))).toBeCloseTo(3, 12);
    expect(shannonEntropy([7, 0])).toBe(0);
    expect(shannonEntropy([4, 2, 1, 1])).toBe(1.75);
    expect(shannonEntropy([])).toBe(0);
  });

  test("characters are code points", () => {
    expect(characterEntropy("aabb")).toBe(1);
    expect(characterEntropy("😀😀")).toBe(0);
    expect(characterEntropy("")).toBe(0);
  });
});

test("Nashville to Los Angeles is 2886.44 km on a sphere of 6371 km (Rosetta Code, Haversine formula)", () => {
  const nashville = { latitude: 36.12, longitude: -86.67 };
  const losAngeles = { latitude: 33.94, longitude: -118.4 };
  expect((greatCircleKilometres(nashville, losAngeles) * 6371) / 6371.0088).toBeCloseTo(2886.44, 2);
  expect(greatCircleKilometres(nashville, nashville)).toBe(0);
  expect(greatCircleKilometres({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(20015.1, 1);
  expect(greatCircleKilometres({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.195, 2);
  expect(greatCircleKilometres(nashville, { latitude: Number.NaN, longitude: 0 })).toBeNaN();
});

test("a tail probability is never 0 and counts ties as large", () => {
  const history = [1, 2, 2, 3];
  expect(empiricalTailProbability(history, 9)).toBe(1 / 5);
  expect(empiricalTailProbability(history, 2)).toBe(4 / 5);
  expect(empiricalTailProbability(history, 0)).toBe(1);
  expect(empiricalTailProbability([], 3)).toBe(1);
  expect(empiricalTailProbability(history, Number.NaN)).toBeNaN();
});

describe("robust z", () => {
  test("(value - median) / (1.4826 MAD)", () => {
    expect(robustZ(11, [1, 2, 3, 4, 5])).toBeCloseTo(8 / 1.4826, 10);
    expect(robustZ(3, [1, 2, 3, 4, 1e9])).toBe(0);
  });

  test("a constant history: 0 at its value, infinite elsewhere, and a floor in the values' unit", () => {
    expect(robustZ(5, [5, 5, 5])).toBe(0);
    expect(robustZ(4, [5, 5, 5])).toBe(Number.NEGATIVE_INFINITY);
    expect(robustZ(7, [5, 5, 5], { floor: 1 })).toBe(2);
  });

  test("where most of the history is one value, the mean absolute deviation stands in", () => {
    expect(robustZ(10, [0, 0, 0, 0, 5])).toBeCloseTo(10 / 1.2533, 10);
    expect(robustZ(1, [])).toBeNaN();
    expect(robustZ(Number.NaN, [1, 2])).toBeNaN();
  });
});

describe("ranks and ranking quality", () => {
  test("ties share the mean of their ranks", () => {
    expect(Array.from(averageRanks([0, 2, 3, 2]))).toEqual([1, 2.5, 4, 2.5]);
    expect(() => averageRanks([Number.NaN])).toThrow(RangeError);
  });

  test("Spearman is 1 along any rising curve, -1 along a falling one, NaN without variation", () => {
    expect(spearmanCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12);
    expect(spearmanCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearmanCorrelation([1, 2], [3, 3])).toBeNaN();
    expect(() => spearmanCorrelation([1], [1, 2])).toThrow(RangeError);
  });

  test("scikit-learn's documented example: labels 0, 0, 1, 1 and scores .1, .4, .35, .8 give AUC 0.75 and AP 0.8333", () => {
    expect(rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBe(0.75);
    expect(averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBeCloseTo(0.83333, 5);
    expect(rocAuc([1, 1], [0.5, 0.7])).toBeNaN();
    expect(averagePrecision([0, 0], [0.5, 0.7])).toBeNaN();
  });
});
