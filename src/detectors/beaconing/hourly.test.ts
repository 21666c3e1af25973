import { expect, test } from "vitest";
import { rhythmOfCounts } from "./hourly.ts";

const hours = (counts: readonly number[]) => counts.map((calls, place): [number, number] => [place * 3600, calls]);

test("about the same number of calls every hour is a clock, of which the period is told", () => {
  const rhythm = rhythmOfCounts(hours([15, 15, 14, 15, 15, 16, 15, 15, 15, 14, 15]));
  expect(rhythm?.periodSeconds).toBe(240);
  expect(rhythm?.regularity).toBeGreaterThan(0.9);
});

test("numbers that vary as chance lets them are no clock", () => {
  expect(rhythmOfCounts(hours([12, 7, 16, 9, 14, 5, 11, 17, 8, 13, 6]))?.regularity).toBe(0);
});

test("of fewer than six whole hours nothing is said: the first and the last are cut off", () => {
  expect(rhythmOfCounts(hours([15, 15, 15, 15, 15, 15, 15]))).toBeNull();
});
