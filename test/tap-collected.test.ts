import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { faultRow } from "../simulator/servers/fault-rows.ts";
import { plainRecords } from "../simulator/servers/records.ts";
import { serveVendors } from "../simulator/servers/serve.ts";
import type { VendorData, VendorRecord } from "../simulator/vendor-data.ts";
import { collect } from "../src/collect/collect.ts";
import { configuredCollectors, loadCollectors } from "../src/collect/load.ts";
import { type LoadedSource, loadSources } from "../src/sources/load.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { GapLedger } from "../src/world.ts";

const hour = 3_600_000;
const end = Date.parse("2026-11-10T12:00:00Z");
const secret = "tap-secret-planted";
const data = plainRecords({ seed: 7, from: end - 12 * hour, to: end - hour, count: 60 });

let folder: string;
let store: Store;
let sources: LoadedSource[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-tap-"));
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
  sources = await loadSources();
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the store holds of each list, by the vendor's own ids. */
async function held(): Promise<Record<string, string[]>> {
  const sql = `SELECT JSONExtractString(line, '_container') AS list, arraySort(groupUniqArray(JSONExtractString(line, '_record', 'id'))) AS ids
    FROM raw WHERE list != '' GROUP BY list ORDER BY list`;
  const rows = await store.query(sql, {}, z.object({ list: z.string(), ids: z.array(z.string()) }));
  return Object.fromEntries(rows.map(({ list, ids }) => [list, ids]));
}

const lists = ["clicksBlocked", "clicksPermitted", "messagesBlocked", "messagesDelivered"] as const;
const emitted = Object.fromEntries(lists.map((list) => [list, data.proofpoint[list].map(({ id }) => String(id)).sort()]));

async function counts(): Promise<Record<string, number>> {
  const row = z.object({ name: z.string(), rows: z.coerce.number(), keys: z.coerce.number() });
  const found: Record<string, number> = {};
  for (const table of ["email_activity", "email_url_activity", "user_inventory"]) {
    const [one] = await store.query(
      `SELECT '${table}' AS name, count() AS rows, uniqExact(metadata_uid) AS keys FROM ${table}`,
      {},
      row,
    );
    found[table] = one?.keys ?? 0;
    if (table !== "user_inventory") expect(one?.rows).toBe(one?.keys);
  }
  return found;
}

/** Collects from TAP as it fails in this way, with a clock that waiting moves. */
async function run(fault: string | null, clock: { now: number }, emitting: VendorData = data) {
  const served = await serveVendors({
    data: emitting,
    clock: () => new Date(clock.now),
    credentials: {
      falcon: { clientId: "a", clientSecret: "b" },
      microsoft: { tenantId: "t", clientId: "a", clientSecret: "b" },
      proofpoint: { principal: "principal", secret },
    },
    ...(fault === null ? {} : { faults: faultRow(fault) }),
  });
  const gaps = new GapLedger();
  try {
    const settings = { proofpoint: { principal: "principal", secret: "env:TAP", baseUrl: served.proofpoint.url } };
    const outcome = await collect(
      {
        collectors: configuredCollectors(await loadCollectors(), settings),
        wanted: { from: end - 13 * hour },
        spoolDirectory: join(folder, "spool"),
        importOptions: {
          sources,
          landingDirectory: join(folder, "landing"),
          year: 2026,
          convertParquet: () => Promise.reject(new Error("no Parquet here")),
        },
        outside: {
          fetch: globalThis.fetch,
          sleep: (milliseconds) => {
            clock.now += milliseconds;
            return Promise.resolve();
          },
          random: () => 0.5,
          environment: { TAP: secret },
          httpLimits: { headersMs: 1000, bodyIdleMs: 1000 },
        },
      },
      { store, clock: () => new Date(clock.now), gaps, progress: () => undefined, signal: new AbortController().signal },
    );
    return { outcome, gaps: gaps.list(), strangers: served.stranger.visits() };
  } finally {
    await served.close();
  }
}

async function emptied(): Promise<void> {
  const tables = ["raw", "landing", "repeated_line", "collection", "collection_call", "email_activity", "email_url_activity"];
  for (const table of [...tables, "user_inventory"]) await store.exec(`TRUNCATE TABLE ${table}`);
}

/** Everything that a run leaves behind for people to read. */
async function told(gaps: readonly unknown[]): Promise<string> {
  const texts = ["SELECT * FROM raw", "SELECT * FROM collection", "SELECT * FROM landing", "SELECT * FROM collection_call"];
  return JSON.stringify([gaps, ...(await Promise.all(texts.map((sql) => store.text(sql))))]);
}

test.each(
  ["3-quota", "6", "14", "16", "24"].map((id) => {
    const { name, blind } = faultRow(id);
    return [id, name, blind.some((path) => path.test("/v2/siem/all"))] as const;
  }),
)(
  "row %s (%s): what TAP emits is collected once, or told to be missing; the next run has all of it",
  async (id, _name, isBlind) => {
    await emptied();
    const clock = { now: end };
    const first = await run(id, clock);
    const missing = first.outcome.asked.filter(({ stream, state }) => stream === "siem" && state !== "complete");
    expect(missing.length > 0).toBe(isBlind);
    if (!isBlind) expect(await held()).toEqual(emitted);
    expect(first.strangers).toEqual([]);

    const again = await run(null, clock);
    expect(again.outcome.asked.every(({ state }) => state === "complete")).toBe(true);
    expect(await held()).toEqual(emitted);
    expect(await counts()).toEqual({ email_activity: 120, email_url_activity: 120, user_inventory: 40 });

    const text = await told([first.gaps, again.gaps]);
    expect(text).toContain("Invoice lures");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(`principal:${secret}`).toString("base64"));
  },
);

test("a message condemned days after it came stands on the day it came and is told; its clearing is another row of the same mail", async () => {
  await emptied();
  const day = 24 * hour;
  const came = end - 4 * day;
  const telling = (threatStatus: string, condemned: number): VendorData => {
    const [pattern] = data.proofpoint.messagesDelivered;
    const threat = { threatID: "t-late", threatType: "url", threat: "http://example.org/late", classification: "phish" };
    const record: VendorRecord = {
      ...pattern,
      messageTime: new Date(came).toISOString(),
      threatsInfoMap: [{ ...threat, threatStatus, threatTime: new Date(condemned).toISOString() }],
    };
    const none = { messagesBlocked: [], clicksPermitted: [], clicksBlocked: [] };
    return { ...data, proofpoint: { ...data.proofpoint, ...none, messagesDelivered: [record] } };
  };
  const rows = () =>
    store.query(
      "SELECT toUnixTimestamp64Milli(time) AS time, email_message_uid AS mail, threat_names AS threats FROM email_activity ORDER BY metadata_uid",
      {},
      z.object({ time: z.coerce.number(), mail: z.string(), threats: z.array(z.string()) }),
    );
  const clock = { now: end };
  const { gaps } = await run(null, clock, telling("active", end - 2 * hour));
  expect(await rows()).toMatchObject([{ time: came, threats: ["http://example.org/late"] }]);
  expect(gaps.map(({ reason }) => reason).join()).toContain("hunt again from 2026-11-06");

  clock.now = end + 3 * hour;
  await run(null, clock, telling("falsePositive", end + hour));
  const told = await rows();
  expect(new Set(told.map(({ mail }) => mail)).size).toBe(1);
  expect(told.map(({ time, threats }) => [time, threats.length]).sort(([, a = 0], [, b = 0]) => a - b)).toEqual([
    [came, 0],
    [came, 1],
  ]);
});
