import { expect, test } from "vitest";
import { reportSettings } from "./settings.ts";
import { zoneOf } from "./zone.ts";

test("UTC is said once; another zone stands beside it, with its day where that is another", () => {
  const utc = zoneOf("UTC");
  const [from, to] = ["2026-11-01 22:30:00.000000", "2026-11-01 23:30:00.000000"];
  expect(utc.span(from, to)).toBe("2026-11-01 22:30:00 to 23:30:00 UTC");
  expect([utc.beside(from), utc.title("When")]).toEqual(["", "When (UTC)"]);
  const berlin = zoneOf("Europe/Berlin");
  expect(berlin.span(from, to, "minutes")).toBe("2026-11-01 22:30 to 23:30 UTC (23:30 to 2026-11-02 00:30 Europe/Berlin)");
  expect(berlin.beside(from, "minutes")).toBe(" (23:30)");
  expect(berlin.beside(to, "minutes")).toBe(" (2026-11-02 00:30)");
  expect(berlin.beside("no time")).toBe("");
});

test("the hour that a clock sets back is still told apart by UTC", () => {
  const berlin = zoneOf("Europe/Berlin");
  expect(berlin.beside("2026-10-25 00:30:00.000000")).toBe(" (02:30:00)");
  expect(berlin.beside("2026-10-25 01:30:00.000000")).toBe(" (02:30:00)");
});

test("a zone or level that is none is refused", () => {
  expect(reportSettings.safeParse({ timeZone: "Mars/Olympus" }).success).toBe(false);
  expect(reportSettings.safeParse({ tlp: "white" }).success).toBe(false);
  expect(reportSettings.parse({})).toEqual({ tlp: "amber", timeZone: "UTC" });
});
