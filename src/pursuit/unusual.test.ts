import { expect, test } from "vitest";
import { isUnusual } from "./unusual.ts";

const ordinary = [...Array(60).keys()].map((at) => 1000 + 10 * (at % 11));
const places = [...Array(60).keys()].map((at) => `place-${at % 3}`);

test.each([
  ["sum", [2e9, 2e9, 2e9]],
  ["avg", [2e9]],
  ["min", [2e9, 3e9]],
  ["max", [2e9, 1000, 1010]],
  ["sum", [1, 2, 3]],
] as const)("a %s over %j is none that other records give", (aggregate, own) => {
  expect(isUnusual(aggregate, own, ordinary)).toBe(true);
});

test("nor is a count of places where others have few", () => {
  const many = [...Array(12).keys()].map((at) => `far-${at}`);
  expect(isUnusual("uniqexact", many, places)).toBe(true);
  expect(isUnusual("uniqexact", places.slice(0, 12), places)).toBe(false);
});

test.each([
  ["sum", ordinary.slice(0, 5), ordinary],
  ["count", [2e9, 2e9], ordinary],
  ["sum", [2e9], ordinary.slice(0, 10)],
  ["sum", ["a"], ordinary],
  ["sum", [null, null], ordinary],
  ["sum", [], ordinary],
] as const)("a %s over %j is not told from what others give", (aggregate, own, others) => {
  expect(isUnusual(aggregate, own, others)).toBe(false);
});

test("what is one and the same for all is never unusual, however many there are", () => {
  expect(isUnusual("sum", [443, 443, 443], Array(150).fill(443))).toBe(false);
  expect(isUnusual("uniqexact", ["a", "a"], Array(150).fill("a"))).toBe(false);
});
