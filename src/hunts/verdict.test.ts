import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HuntRow } from "./hunt.ts";
import { type Look, verdictOf } from "./verdict.ts";

const row = (score: number): HuntRow => ({
  entity: "ws-12",
  score,
  n: 3,
  first_time: "2026-11-02 08:00:00.000000",
  last_time: "2026-11-02 09:00:00.000000",
  event_ids: ["a"],
  description: "ws-12 did it",
  indicators: [],
});
const well: Look = {
  table: "dns_activity",
  rows: 5000,
  estateRows: 9000,
  days: 7,
  windowDays: 7,
  filled: { query_hostname: 1, rcode: 0.95 },
};
const everybody = { supportedFrom: 60, isNamed: false };
const named = { supportedFrom: 60, isNamed: true };

describe("a hunt's verdict", () => {
  test("is supported by one row at its line, whatever else there is", () => {
    expect(verdictOf([row(80), row(20)], [[{ ...well, rows: 1 }]], everybody)).toEqual({
      status: "supported",
      because: "1 of 2 rows at or above 60 points",
    });
    expect(verdictOf([row(60)], [], everybody).status).toBe("supported");
  });

  test("stays open when all rows are weaker than the line", () => {
    expect(verdictOf([row(59.9)], [[well]], everybody)).toEqual({
      status: "inconclusive",
      because: "1 row, none at or above 60 points",
    });
  });

  test("is refuted by silence only where the silence was well recorded", () => {
    expect(verdictOf([], [[well]], everybody).status).toBe("refuted");
    expect(verdictOf([], [[{ ...well, rows: 20 }]], named).status).toBe("refuted");
  });

  test.each([
    ["too few rows", { ...well, rows: 99 }, "dns_activity has only 99 rows"],
    ["no rows", { ...well, rows: 0 }, "dns_activity has no rows"],
    ["too few days", { ...well, days: 5 }, "dns_activity has events on 5 of 7 days"],
    ["empty columns", { ...well, filled: { query_hostname: 1, rcode: 0.5 } }, "dns_activity lacks rcode in 50 % of its rows"],
  ])("is open, and says why, with %s", (_, look, why) => {
    expect(verdictOf([], [[look]], everybody)).toEqual({
      status: "inconclusive",
      because: `nothing was found, but that says little: ${why}`,
    });
  });

  test("asks for fewer rows about named entities than about everybody, and says whose", () => {
    expect(verdictOf([], [[{ ...well, rows: 19 }]], named).because).toContain("has only 19 rows about them");
    expect(verdictOf([], [[{ ...well, rows: 20 }]], everybody).status).toBe("inconclusive");
  });

  test("needs one well-covered table for each need, of the alternatives of one need any", () => {
    const thin = { ...well, table: "script_activity", rows: 0 };
    expect(verdictOf([], [[well, thin]], everybody).status).toBe("refuted");
    expect(verdictOf([], [[well], [thin]], everybody).status).toBe("inconclusive");
  });

  test("never becomes weaker by a further row, and is never refuted while there is one", () => {
    const strength = { refuted: 0, "not-testable": 0, inconclusive: 1, supported: 2 };
    const scores = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 100, noNaN: true }), fc.boolean(), (some, more, isNamed) => {
        const before = verdictOf(some.map(row), [[well]], { supportedFrom: 60, isNamed });
        const after = verdictOf([...some, more].map(row), [[well]], { supportedFrom: 60, isNamed });
        expect(strength[after.status]).toBeGreaterThanOrEqual(strength[before.status]);
        expect(after.status).not.toBe("refuted");
      }),
      { seed: 42 },
    );
  });
});
