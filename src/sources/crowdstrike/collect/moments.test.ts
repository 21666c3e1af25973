import { expect, test } from "vitest";
import { wholeMoment } from "./moments.ts";

test("times are compared with all their digits", () => {
  expect(wholeMoment("2026-11-10T01:00:00.5Z")).toBe("2026-11-10T01:00:00.500000000Z");
  expect(["2026", "2026-11-10T01:00:00'+x", 5, null].map(wholeMoment)).toEqual([null, null, null, null]);
});
