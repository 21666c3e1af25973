import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { days, list, partOf, positive, time, whole } from "./options.ts";

test.each([
  ["2026-11-01", "2026-11-01 00:00:00.000000"],
  ["2026-11-01 08:30:00", "2026-11-01 08:30:00.000000"],
  ["2026-11-01T08:30:00.25Z", "2026-11-01 08:30:00.250000"],
  ["2026-11-01T08:30:00.123456Z", "2026-11-01 08:30:00.123456"],
  ["2026-11-01T08:30:00+02:00", "2026-11-01 06:30:00.000000"],
])("the time %s is %s", (text, moment) => {
  expect(time(text)).toBe(moment);
});

test.each(["", "yesterday", "2026-02-30", "2026-13-01", "1601-01-01", "9999-12-31", "2026-11-01T25:00:00Z", "1793577600"])(
  "%j is not a time",
  (text) => {
    expect(() => time(text)).toThrow(InvalidArgumentError);
  },
);

test("the last part of what there is, up to an end that is named; a part without anything in it is refused", () => {
  const span = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 12:00:00.000000" };
  expect(partOf(span, {})).toEqual(span);
  expect(partOf(span, { since: 7 }).from).toBe("2026-11-01 12:00:00.000000");
  const to = "2026-11-05 00:00:00.000000";
  expect(partOf(span, { since: 1, to })).toEqual({ from: "2026-11-04 00:00:00.000000", to });
  expect(() => partOf(span, { from: to, to })).toThrow("before it begins");
});

test("spans, numbers and lists are read, and what is none is refused", () => {
  expect([days("7d"), days("36h"), days("2w"), days("0.5d")]).toEqual([7, 1.5, 14, 0.5]);
  for (const text of ["7", "d", "-7d", "7 days", "1e3d"]) expect(() => days(text)).toThrow(InvalidArgumentError);
  expect([whole("0"), whole("42")]).toEqual([0, 42]);
  for (const text of ["-1", "1.5", "1e3", " 1", ""]) expect(() => whole(text)).toThrow(InvalidArgumentError);
  expect(positive("0.5")).toBe(0.5);
  for (const text of ["0", "-1", "NaN", "Infinity", ""]) expect(() => positive(text)).toThrow(InvalidArgumentError);
  expect(list("a, b,,c")).toEqual(["a", "b", "c"]);
  expect(list("c", list("a,b"))).toEqual(["a", "b", "c"]);
});
