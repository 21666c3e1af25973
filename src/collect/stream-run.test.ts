// One stream over a vendor in memory that fails in every way, and a run that is killed at any moment: nothing lost, nothing doubled.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { CursorLost, type Page, type Slice, SliceTooLarge, type Stream } from "./collector.ts";
import { VendorError } from "./http.ts";
import type { LedgerRow } from "./ledger.ts";
import { coveredBy, type Wanted } from "./plan.ts";
import { Spool } from "./spool.ts";
import { StreamRun } from "./stream-run.ts";
import { without } from "./stretches.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-stream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 22, 12);

type Fault = "lost" | "large" | "repeat" | "same" | "empty" | "unavailable" | "refused" | "cut" | "killed" | null;

interface Given {
  readonly records: readonly { readonly id: string; readonly time: number }[];
  readonly pageSize: number;
  /** Taken one for each page. */
  readonly faults: Fault[];
  /** More records in a slice than this are cut off. */
  readonly cap?: number;
  readonly kind?: Stream["kind"];
  readonly retentionMs?: number | null;
  readonly concurrency?: number;
  /** How far the vendor's clock is ahead. */
  readonly skewMs?: number;
}

/** What the store holds, and the stream's runs over it. */
function estate(given: Given) {
  const { records, pageSize, faults, cap = Number.POSITIVE_INFINITY, kind = "events", skewMs = 0 } = given;
  const stored = new Set<string>();
  const ledger: LedgerRow[] = [];
  const asked: Slice[] = [];
  const acknowledged: string[] = [];
  const warnings: string[] = [];
  let skew = 0;
  const directory = mkdtempSync(join(folder, "run-"));

  const stream: Stream = {
    id: "events",
    name: "Events",
    tables: ["authentication"],
    permission: "Events.Read",
    kind,
    retentionMs: given.retentionMs ?? null,
    sliceMs: 6 * hourMs,
    shortestSliceMs: 60_000,
    overlapMs: hourMs,
    concurrency: given.concurrency ?? 1,
    async *pages(slice, cursor): AsyncIterable<Page> {
      asked.push(slice);
      const inSlice = records.filter(({ time }) => time >= slice.from && time < slice.to && time <= now + skewMs);
      let last: readonly unknown[] = [];
      for (let at = Number(cursor?.split("#")[0] ?? 0), steps = 0; ; steps += 1) {
        const fault = faults.shift() ?? null;
        skew = skewMs;
        if (fault === "killed") throw new SpoorError("internal", "killed");
        if (fault === "lost" && (cursor !== null || steps > 0)) throw new CursorLost("forgotten");
        if (fault === "large" || inSlice.length > cap) throw new SliceTooLarge("too many");
        if (fault === "unavailable") throw new VendorError("unavailable", "not now");
        if (fault === "cut") throw new VendorError("bad-answer", "cut short");
        if (fault === "refused") throw new VendorError("refused", "what is this", { status: 400, body: { error: "odd" } });
        const items = inSlice.slice(at, at + pageSize);
        const isLast = at + pageSize >= inSlice.length;
        if (fault === "repeat") yield { records: last, cursor: `${at}#${steps}` };
        if (fault === "empty") yield { records: [], cursor: `${at}#${steps}` };
        if (fault === "same") {
          yield { records: items, cursor: `${at}` };
          yield { records: items, cursor: `${at}` };
        }
        yield {
          records: items,
          cursor: isLast ? null : `${at + pageSize}`,
          ...(kind === "queue" ? { receipts: [`r${at}`] } : {}),
        };
        if (isLast) return;
        last = items;
        at += pageSize;
      }
    },
    acknowledge: (receipts) => {
      acknowledged.push(...receipts);
      return Promise.resolve();
    },
  };

  async function run(wanted: Wanted = {}, dies: { readonly before?: number; readonly after?: number } = {}): Promise<boolean> {
    const spool = await Spool.open(directory);
    let batches = 0;
    try {
      await new StreamRun({
        source: "toy",
        stream,
        wanted,
        spool,
        attempts: [...ledger],
        tools: {
          now: () => now,
          skewMs: () => skew,
          signal: new AbortController().signal,
          spent: () => ({ calls: 1, bytes: 10 }),
          strike: (text) => text,
        },
        store: (batch, rowsOf) => {
          batches += 1;
          if (batches === dies.before) throw new SpoorError("internal", "killed before it is stored");
          const text = batch.pages === null ? "" : readFileSync(batch.pages, "utf8");
          for (const line of text.split("\n").slice(0, -1)) stored.add(JSON.parse(line).id);
          if (batches === dies.after) throw new SpoorError("internal", "killed before it is on record");
          ledger.push(...rowsOf(0));
          return Promise.resolve();
        },
        sourceIsOut: () => null,
        putSourceOut: () => undefined,
        warn: (reason) => warnings.push(reason),
        tell: () => undefined,
      }).run();
      return true;
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(SpoorError);
      return false;
    } finally {
      await spool.close();
    }
  }
  return { run, stored, ledger, asked, acknowledged, warnings };
}

const ids = (records: Given["records"]): string[] => records.map(({ id }) => id).sort();
const spread = (count: number, hours: number): Given["records"] =>
  Array.from({ length: count }, (_, at) => ({
    id: `event-${at}`,
    time: now - hours * hourMs + Math.floor((hours * hourMs * at) / count),
  }));
const states = (ledger: readonly LedgerRow[]): string[] => [...new Set(ledger.map(({ state }) => state))].sort();

const faults: readonly Fault[] = ["lost", "large", "repeat", "same", "empty", "unavailable", "refused", "cut", "killed"];

test("whatever fails and whenever it is killed: in the end all is stored, and the ledger never claims what is not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 48 * 60 - 1 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(...faults)), { maxLength: 40 }),
      fc.record({ before: fc.integer({ min: 1, max: 4 }), after: fc.integer({ min: 1, max: 4 }) }),
      fc.constantFrom(1, 3),
      async (minutes, pageSize, script, dies, concurrency) => {
        const records = minutes.map((minute, at) => ({ id: `event-${at}`, time: now - 48 * hourMs + minute * 60_000 }));
        const left = [...script];
        const { run, stored, ledger } = estate({ records, pageSize, faults: left, concurrency });
        const wanted = { from: now - 48 * hourMs, to: now };
        const check = (): void => {
          const covered = coveredBy(ledger);
          for (const { id, time } of records)
            if (without([{ from: time, to: time + 1 }], covered).length === 0) expect(stored.has(id), id).toBe(true);
        };
        await run(wanted, { before: dies.before });
        check();
        await run(wanted, { after: dies.after });
        check();
        // Runs until nothing is left to fail; each takes at least one fault.
        for (let runs = 0; runs <= script.length + 1; runs += 1) {
          await run(wanted);
          check();
        }
        expect([...stored].sort()).toEqual(ids(records));
        expect(without([{ from: wanted.from, to: wanted.to - hourMs }], coveredBy(ledger))).toEqual([]);
      },
    ),
    { seed: 42, numRuns: 40 },
  );
});

test("a slice that is cut off is asked for in halves, down to the shortest worth asking for", async () => {
  const records = spread(500, 12);
  const dense = Array.from({ length: 30 }, (_, at) => ({ id: `dense-${at}`, time: now - 3 * hourMs + at }));
  const { run, stored, ledger, asked } = estate({ records: [...records, ...dense], pageSize: 10, faults: [], cap: 20 });
  await run({ sinceMs: 12 * hourMs });
  expect([...stored].filter((id) => id.startsWith("event")).length).toBeGreaterThan(490);
  const [partial, ...others] = ledger.filter(({ state }) => state === "partial");
  expect(others).toEqual([]);
  expect((partial?.to ?? 0) - (partial?.from ?? 0)).toBeLessThan(2 * 60_000);
  expect(partial).toMatchObject({ reason: "too many", tables: ["authentication"] });
  expect(Math.min(...asked.map(({ from, to }) => to - from))).toBeGreaterThanOrEqual(60_000);
});

test("a page that is given twice is kept once; a walk in circles is begun again once, and then told", async () => {
  const records = spread(50, 6);
  const once = estate({ records, pageSize: 10, faults: [null, "repeat", null, "same"] });
  await once.run({ sinceMs: 6 * hourMs });
  expect([...once.stored].sort()).toEqual(ids(records));
  expect(states(once.ledger)).toEqual(["complete"]);
  expect(once.ledger.reduce((sum, row) => sum + row.records, 0)).toBe(50);
  const always = estate({ records, pageSize: 10, faults: Array.from({ length: 9 }, () => "same") });
  await always.run({ sinceMs: 6 * hourMs });
  expect(always.ledger).toMatchObject([{ state: "failed", reason: "the vendor's pages go round in a circle" }]);
});

test("after some slices in a row have failed the rest is not asked for, and the ledger says so", async () => {
  const { run, ledger, asked } = estate({
    records: spread(100, 72),
    pageSize: 10,
    faults: Array.from({ length: 50 }, () => "refused"),
  });
  await run({ sinceMs: 72 * hourMs });
  expect(asked).toHaveLength(4);
  expect(states(ledger)).toEqual(["refused"]);
  expect(without([{ from: now - 72 * hourMs, to: now }], ledger)).toEqual([]);
  expect(ledger[0]?.reason).toContain('("{"error":"odd"}")');
});

test("a vendor whose clock is ten days behind is asked by its clock, and nothing of its future is claimed", async () => {
  const skewMs = -10 * 24 * hourMs;
  const records = spread(40, 24).map(({ id, time }) => ({ id, time: time + skewMs }));
  const { run, stored, ledger } = estate({ records, pageSize: 10, faults: [], skewMs });
  await run({ sinceMs: 24 * hourMs });
  expect([...stored].sort()).toEqual(ids(records));
  expect(without([{ from: now - 24 * hourMs + skewMs, to: now + skewMs }], coveredBy(ledger))).toEqual([]);
  expect(Math.max(...ledger.map(({ to }) => to))).toBeLessThanOrEqual(now + skewMs);
});

test("what lies behind the vendor's memory is on record as refused", async () => {
  const { run, ledger } = estate({ records: spread(20, 24), pageSize: 10, faults: [], retentionMs: 24 * hourMs });
  await run({ sinceMs: 48 * hourMs });
  expect(ledger.filter(({ state }) => state === "refused")).toMatchObject([
    { from: now - 48 * hourMs, to: now - 24 * hourMs + 60_000, reason: "it lies behind what the vendor keeps (1 day)" },
  ]);
});

test("a queue is acknowledged only once what it gave is stored", async () => {
  const { run, acknowledged, stored } = estate({ records: spread(30, 6), pageSize: 10, faults: [], kind: "queue" });
  expect(await run({ sinceMs: 6 * hourMs }, { before: 1 })).toBe(false);
  expect(acknowledged).toEqual([]);
  expect(await run({ sinceMs: 6 * hourMs })).toBe(true);
  expect(stored.size).toBe(30);
  expect(new Set(acknowledged)).toEqual(new Set(["r0", "r10", "r20"]));
});
