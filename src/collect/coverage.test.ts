import { describe, expect, test } from "vitest";
import { engineTime } from "../world.ts";
import { collectionCoverage, collectionGaps, coverageOfRun } from "./coverage.ts";
import type { LedgerRow } from "./ledger.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 1);
const at = (hours: number): number => start + hours * hourMs;
const window = { from: engineTime(new Date(at(0))), to: engineTime(new Date(at(100))) };

function row(from: number, to: number, more: Partial<LedgerRow> = {}): LedgerRow {
  return {
    source: "toy",
    stream: "events",
    kind: "events",
    tables: ["authentication"],
    from: at(from),
    to: at(to),
    coveredTo: more.state === undefined || more.state === "complete" ? at(to) : at(from),
    askedAt: at(200),
    state: "complete",
    records: 10,
    calls: 1,
    bytes: 100,
    reason: "",
    ...more,
  };
}
const hours = (time: string): number => (Date.parse(`${time.slice(0, 19).replace(" ", "T")}Z`) - start) / hourMs;
const missing = (rows: readonly LedgerRow[]): unknown[] =>
  collectionCoverage(rows, window).flatMap((one) =>
    one.missing.map(({ from, to, state, reason }) => [one.stream, hours(from), hours(to), state, reason]),
  );

describe("what is missing of a window", () => {
  test("nothing, where it was answered in full, whatever failed before", () => {
    const rows = [row(0, 60), row(40, 100), row(20, 50, { state: "failed", reason: "503", askedAt: at(150) })];
    expect(missing(rows)).toEqual([]);
    expect(collectionCoverage(rows, window)).toMatchObject([{ covered: 1, records: 30, asked: window }]);
    expect(collectionGaps(collectionCoverage(rows, window))).toEqual([]);
  });

  test("each stretch with the reason of the last attempt at it", () => {
    const rows = [
      row(0, 30),
      row(30, 60, { state: "failed", reason: "503" }),
      row(50, 60, { state: "refused", reason: "403", askedAt: at(201) }),
      row(60, 80, { coveredTo: at(70) }),
    ];
    expect(missing(rows)).toEqual([
      ["events", 30, 50, "failed", "503"],
      ["events", 50, 60, "refused", "403"],
      ["events", 70, 80, "not reached", "the answer did not reach this far"],
      ["events", 80, 100, "never asked", "it was never asked for"],
    ]);
    const [coverage] = collectionCoverage(rows, window);
    expect(coverage?.covered).toBeCloseTo(0.4);
    expect(collectionGaps(collectionCoverage(rows, window)).map(({ kind, reason }) => [kind, reason])).toEqual([
      ["failed", "2026-11-02 06:00 to 2026-11-03 02:00 UTC: 503; without it nothing is known there from it in authentication"],
      ["no-data", "2026-11-03 02:00 to 2026-11-03 12:00 UTC: 403; without it nothing is known there from it in authentication"],
      [
        "no-data",
        "2026-11-03 22:00 to 2026-11-04 08:00 UTC: the answer did not reach this far; without it nothing is known there from it in authentication",
      ],
      [
        "no-data",
        "2026-11-04 08:00 to 2026-11-05 04:00 UTC: it was never asked for; without it nothing is known there from it in authentication",
      ],
    ]);
  });

  test("not the seconds that a run takes to begin", () => {
    expect(missing([row(0, 100 - 1 / 60)])).toEqual([]);
  });

  test("all of it, where nothing of the window was asked for", () => {
    expect(collectionCoverage([row(150, 160)], window)).toMatchObject([{ asked: null, covered: 0, records: 0 }]);
    expect(missing([row(150, 160)])).toEqual([["events", 0, 100, "never asked", "it was never asked for"]]);
  });
});

test("of a snapshot the newest that is whole counts, and a later failure is told", () => {
  const snapshot = (askedAt: number, more: Partial<LedgerRow> = {}): LedgerRow =>
    row(askedAt, askedAt, { kind: "snapshot", stream: "devices", tables: ["device_inventory"], askedAt: at(askedAt), ...more });
  expect(collectionCoverage([snapshot(90, { records: 7 }), snapshot(80)], window)).toMatchObject([
    { covered: 1, records: 7, missing: [] },
  ]);
  const later = [snapshot(90, { records: 7 }), snapshot(95, { state: "refused", reason: "403" })];
  expect(collectionGaps(collectionCoverage(later, window))).toMatchObject([
    { part: "toy/devices", kind: "no-data", reason: expect.stringContaining("as it was at 2026-11-04 23:00 UTC: 403") },
  ]);
});

test("what no list of a source was asked for is one gap, not one for each list", () => {
  const rows = [row(50, 100), row(50, 100, { stream: "logons", tables: ["authentication", "api_activity"] })];
  expect(collectionGaps(collectionCoverage(rows, window))).toEqual([
    {
      stage: "collect",
      part: "toy",
      kind: "no-data",
      reason:
        "2026-11-01 00:00 to 2026-11-03 02:00 UTC: it was never asked for; without it nothing is known there from it in api_activity, authentication (events, logons)",
      count: 1,
    },
  ]);
});

test("a run tells of the stretch that it asked for, with the records that it got", () => {
  const before = row(0, 50, { records: 100 });
  const own = row(49, 60, { records: 3 });
  expect(coverageOfRun([own], [own, before])).toMatchObject([{ covered: 1, records: 3, missing: [] }]);
});
