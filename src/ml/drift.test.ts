import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { isDrift, spreadOf, stabilityIndex } from "./drift.ts";

const random = seededRandom(11);
const normal = (count: number, shift = 0) => Float64Array.from({ length: count }, () => shift + random.normal());

test("the same population does not drift, at any size; one that moved does, where there are enough to tell", () => {
  for (const count of [20, 100, 1000]) {
    const then = spreadOf(normal(count));
    let alarms = 0;
    for (let round = 0; round < 200; round++) {
      const now = normal(count);
      if (isDrift(stabilityIndex(then, now), then, now.length)) alarms++;
    }
    expect(alarms, `${count} values`).toBeLessThanOrEqual(4);
    const moved = normal(count, 2);
    expect(isDrift(stabilityIndex(then, moved), then, count), `${count} values`).toBe(count >= 100);
  }
});

test("the index is the sum over the bins, worked out by hand", () => {
  const then = { edges: [1], shares: [0.5, 0.5], count: 100 };
  const now = [0, 0, 0, 2].flatMap((value) => Array.from({ length: 25 }, () => value));
  expect(stabilityIndex(then, now)).toBeCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), 12);
});

test("ties, constants, gaps and nothing at all", () => {
  const constant = spreadOf([3, 3, 3, Number.NaN]);
  expect(constant).toEqual({ edges: [3], shares: [1, 0], count: 3 });
  expect(stabilityIndex(constant, [3, 3])).toBe(0);
  expect(stabilityIndex(constant, [4, 4, 4, 4])).toBeGreaterThan(0.25);
  expect(stabilityIndex(constant, [])).toBe(0);
  expect(stabilityIndex(spreadOf([]), [1])).toBe(0);
});
