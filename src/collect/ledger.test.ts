// What the ledger tells of months of watching: as much as it ever knew, in few rows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { dayMs, hourMs } from "../time.ts";
import { engineTime } from "../world.ts";
import { collectionCoverage } from "./coverage.ts";
import { type LedgerRow, ledgerRows, recordAttempts } from "./ledger.ts";
import { coveredBy, planEvents } from "./plan.ts";
import { lengthOf, united, without } from "./stretches.ts";

const now = Date.UTC(2026, 10, 22, 12);
const folder = mkdtempSync(join(tmpdir(), "spoor-ledger-"));
let store: Store;
beforeAll(async () => {
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => store.exec("TRUNCATE TABLE collection"));

const list = { retentionMs: null, sliceMs: hourMs, shortestSliceMs: 60_000, overlapMs: 2 * hourMs };

test("of half a year of watching thirty lists nothing is forgotten, and a few thousand rows tell it", async () => {
  const days = 180;
  // Every half hour the last three hours again; what is older than a day was looked at once more.
  await store.exec(`INSERT INTO collection
    SELECT 'vendor', concat('list-', toString(number % 30)), 'events', ['authentication'], reached - INTERVAL 3 HOUR, reached, reached,
      looked, 'complete', 5, 1, 100, '', looked, 'run'
    FROM (SELECT number,
        toDateTime64('${engineTime(new Date(now)).slice(0, 19)}', 3, 'UTC') - INTERVAL 30 * intDiv(number, 30) MINUTE AS reached,
        reached + INTERVAL if(number < 30 * 48, 0, 24) HOUR AS looked
      FROM numbers(${30 * 48 * days}))`);
  const rows = await ledgerRows(store);
  expect(rows.length).toBeLessThan(30 * (11 * 48 + days + 2));
  const ofOne = rows.filter(({ stream }) => stream === "list-7");
  expect(coveredBy(ofOne)).toEqual([{ from: now - days * dayMs - 2.5 * hourMs, to: now }]);
  expect(ofOne.reduce((sum, { records }) => sum + records, 0)).toBe(days * 48 * 5);
  const window = { from: engineTime(new Date(now - 175 * dayMs)), to: engineTime(new Date(now)) };
  expect(collectionCoverage(rows, window).map(({ covered, missing }) => [covered, missing.length])).toEqual(
    Array.from({ length: 30 }, () => [1, 0]),
  );
  expect(planEvents(list, {}, await ledgerRows(store, "vendor", "list-7"), now).slices).toEqual([
    { from: now - 2 * hourMs, to: now - hourMs },
    { from: now - hourMs, to: now },
  ]);
});

test("joined or not, the same is had, missing and asked for next", async () => {
  const attempt = fc.record({
    from: fc.integer({ min: 0, max: 29 * 24 }),
    length: fc.integer({ min: 1, max: 30 }),
    reach: fc.integer({ min: 0, max: 30 }),
    after: fc.constantFrom(0, 1, 30),
    state: fc.constantFrom("complete", "complete", "partial", "refused", "failed", "absent" as const),
    reason: fc.constantFrom("one", "another"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 25 }), async (made) => {
      await store.exec("TRUNCATE TABLE collection");
      const start = now - 40 * dayMs;
      const rows = made.map(({ from, length, reach, after, state, reason }): LedgerRow => {
        const [begins, ends] = [start + from * hourMs, start + (from + length) * hourMs];
        const isAnswered = state === "complete" || state === "partial";
        const coveredTo = isAnswered ? Math.min(ends, begins + reach * hourMs) : begins;
        const about = { source: "vendor", stream: "list", kind: "events", tables: ["authentication"] } as const;
        const counts = { records: length, calls: 1, bytes: 10 };
        return { ...about, ...counts, from: begins, to: ends, coveredTo, askedAt: ends + after * hourMs, state, reason };
      });
      for (const one of rows) await record([one], one.askedAt);
      // A row of today is what makes the others old.
      const today = { ...rows[0], from: now - hourMs, to: now, coveredTo: now, askedAt: now, state: "complete" } as LedgerRow;
      await record([today], now);
      const told = await ledgerRows(store, "vendor", "list");
      const all = [...rows, today];
      expect(coveredBy(told)).toEqual(coveredBy(all));
      for (const state of ["refused", "failed", "absent", "partial"] as const) {
        const of = (some: readonly LedgerRow[]) => united(some.filter((row) => row.state === state));
        expect(of(told), state).toEqual(of(all));
      }
      expect(told.reduce((sum, { records }) => sum + records, 0)).toBe(all.reduce((sum, { records }) => sum + records, 0));
      // What is joined counts as asked for when its last attempt was: nothing is asked for that would not have been.
      const [joined, single] = [told, all].map((some) => planEvents(list, { sinceMs: 45 * dayMs }, some, now).slices);
      expect(lengthOf(without(joined ?? [], single ?? []))).toBeLessThanOrEqual(
        lengthOf(rows.filter(({ state }) => state === "partial")),
      );
    }),
    { seed: 42, numRuns: 12 },
  );
});

test("a list that was answered in part twice is left alone when that is long ago, one that was once is not; of snapshots the last of a day stays", async () => {
  const about = { source: "vendor", tables: ["user_inventory"], records: 3, calls: 1, bytes: 10, reason: "hidden" } as const;
  const partial = { ...about, stream: "list", kind: "events", state: "partial" } as const;
  const slices = [0, 1, 2].map((hour) => ({
    from: now - 15 * dayMs + hour * hourMs,
    to: now - 15 * dayMs + (hour + 1) * hourMs,
  }));
  const asked = (times: number) =>
    Array.from({ length: times }, (_, time) =>
      slices.map((slice) => ({ ...partial, ...slice, coveredTo: slice.to, askedAt: now - (14 - time) * dayMs })),
    ).flat();
  const snapshots = [0, 1, 2].map((hour): LedgerRow => {
    const at = now - 13 * dayMs + hour * hourMs;
    return {
      ...about,
      stream: "whole",
      kind: "snapshot",
      from: at,
      to: at,
      coveredTo: at,
      askedAt: at,
      state: "complete",
      records: 3 + hour,
    };
  });
  const wanted = { from: now - 15 * dayMs, to: now - 15 * dayMs + 3 * hourMs };
  for (const times of [1, 2]) {
    await store.exec("TRUNCATE TABLE collection");
    await record([...asked(times), ...snapshots], now - 11 * dayMs);
    await record([{ ...partial, from: now - hourMs, to: now, coveredTo: now, askedAt: now }], now);
    const rows = await ledgerRows(store, "vendor", "list");
    expect(rows.reduce((sum, { records }) => sum + records, 0)).toBe((3 * times + 1) * 3);
    expect(lengthOf(planEvents(list, wanted, rows, now).slices), `${times} times`).toBe(times === 1 ? 3 * hourMs : 0);
    const whole = await ledgerRows(store, "vendor", "whole");
    expect(whole).toMatchObject([{ askedAt: now - 13 * dayMs + 2 * hourMs, records: 5 }]);
  }
});

function record(rows: readonly LedgerRow[], at: number): Promise<void> {
  return recordAttempts(store, rows, { uid: "run", recordedAt: new Date(at) });
}
