import fc from "fast-check";
import { expect, test } from "vitest";
import type { HuntStatus } from "../types.ts";
import { statusTogether } from "./together.ts";

const statuses = ["supported", "refuted", "inconclusive", "not-testable"] as const satisfies readonly HuntStatus[];
const together = (said: readonly HuntStatus[], testable = true): HuntStatus =>
  statusTogether(
    said.map((status) => ({ status })),
    { testable },
  );

test.each([
  [["refuted", "supported", "inconclusive"], "supported"],
  [["refuted", "refuted"], "refuted"],
  [["refuted", "not-testable"], "inconclusive"],
  [["refuted", "inconclusive"], "inconclusive"],
  [["inconclusive", "not-testable"], "inconclusive"],
  [["not-testable", "not-testable"], "not-testable"],
] as const)("%j make %s", (said, expected) => {
  expect(together(said)).toBe(expected);
});

test("where no hunt tests a hypothesis it is open, unless nothing could test it", () => {
  expect(together([])).toBe("inconclusive");
  expect(together([], false)).toBe("not-testable");
});

test("the order of hunts says nothing, nor does saying the same twice", () => {
  const some = fc.array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(some, (said) => {
      expect(together([...said].reverse())).toBe(together(said));
      expect(together([...said, ...said])).toBe(together(said));
    }),
    { seed: 42 },
  );
});
