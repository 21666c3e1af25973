import fc from "fast-check";
import { expect, test } from "vitest";
import { duration, grouped, placeInTime, timeStep, timeTicks } from "./time.ts";

const day = 86_400_000;

test("times of the engine have a place, others have none", () => {
  expect(placeInTime("2026-11-01 10:00:00.500000")).toBe(Date.UTC(2026, 10, 1, 10, 0, 0, 500));
  expect(placeInTime("yesterday")).toBeNull();
});

test("a week is told in days, an hour in minutes", () => {
  expect(timeStep(0, 7 * day, 9)).toBe(day);
  expect(timeStep(0, 3_600_000, 7)).toBe(600_000);
});

test("ticks are round, in order, within the span and not too many, for any span", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 1, max: 3e12 }),
      fc.integer({ min: 2, max: 12 }),
      (from, length, count) => {
        const ticks = timeTicks(from, from + length, count);
        const step = timeStep(from, from + length, count);
        expect(ticks.length).toBeLessThanOrEqual(count + 1);
        for (const tick of ticks) expect(tick % step === 0 && tick >= from && tick <= from + length).toBe(true);
      },
    ),
  );
});

test("lengths of time are told in the unit a reader would use", () => {
  expect([0.4, 60, 300, 7200, 90_000, 400_000].map(duration)).toEqual(["0.4 s", "60 s", "5 min", "2 h", "25 h", "4.63 d"]);
});

test("large numbers are grouped in threes", () => {
  expect([0, 999, 1000, 1_204_332].map(grouped)).toEqual(["0", "999", "1,000", "1,204,332"]);
});
