import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { together } from "../../../../simulator/occurrences.ts";
import { tellScenario } from "../../../../simulator/scenario.ts";
import { faultRow } from "../../../../simulator/servers/fault-rows.ts";
import type { FaultScript } from "../../../../simulator/servers/faults.ts";
import { type Replicator, type ReplicatorOptions, serveReplicator } from "../../../../simulator/servers/replicator.ts";
import { type ServedVendors, serveVendors } from "../../../../simulator/servers/serve.ts";
import { vendorDataOf } from "../../../../simulator/vendors.ts";
import { collect } from "../../../collect/collect.ts";
import { collectionGaps, coverageOfRun } from "../../../collect/coverage.ts";
import { ledgerRows } from "../../../collect/ledger.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { openEmbeddedStore } from "../../../store/embedded.ts";
import type { Store } from "../../../store/store.ts";
import { eventTables } from "../../../store/tables.ts";
import type { Gap, SourceCount } from "../../../types.ts";
import { GapLedger } from "../../../world.ts";
import { type LoadedSource, loadSources } from "../../load.ts";
import { totals } from "../../testing.ts";
import collector from "../collector.ts";
import { replicatorOf } from "./replicator.ts";
import { settings as parsedSettings } from "./settings.ts";

// Some hours of an estate with hands on a keyboard in it, asked of Falcon's interfaces, searches and Data Replicator with the real
// collector, and stored by the real engine: what is stored is what was emitted, by key, whichever way it came, and nothing twice.

const start = Date.parse("2026-11-10");
const end = start + 86_400_000;
const scenario = tellScenario({ seed: 42, start, days: 1, people: 40, attacks: ["hands-on-keyboard"], busyness: 0.02 });
const told = vendorDataOf(together(scenario.background, scenario.attack), scenario.estate);
// One event in six: enough of every kind, and quick to store.
const falcon = { ...told.falcon, events: told.falcon.events.filter((_, index) => index % 6 === 0) };
const data = { ...told, falcon };
const secrets = { SECRET: "f-s3cret-planted", KEY: "S3RVER", KEY_SECRET: "S3RVER" };

let folder: string;
let store: Store;
let sources: LoadedSource[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-falcon-"));
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  sources = (await loadSources()).filter(({ id }) => id === "crowdstrike");
}, 300_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const tables = [...eventTables, "raw", "landing", "repeated_line", "quarantine", "collection", "collection_call"];
  for (const table of tables) await store.exec(`TRUNCATE TABLE ${table}`);
  rmSync(join(folder, "spool"), { recursive: true, force: true });
});

interface Run {
  readonly counts: readonly SourceCount[];
  readonly gaps: readonly Gap[];
  readonly states: readonly string[];
  readonly served: ServedVendors;
}

async function run(
  clock: { now: number },
  more: Record<string, unknown>,
  faults?: FaultScript,
  only: string[] = [],
): Promise<Run> {
  const credentials = {
    falcon: { clientId: "falcon-client", clientSecret: secrets.SECRET },
    microsoft: { tenantId: "t-1", clientId: "c-1", clientSecret: "m-secret" },
    proofpoint: { principal: "p", secret: "p-secret" },
  };
  const time = () => new Date(clock.now);
  const served = await serveVendors({ data, clock: time, credentials, ...(faults === undefined ? {} : { faults }) });
  const gaps = new GapLedger();
  const settings = {
    clientId: "falcon-client",
    clientSecret: "env:SECRET",
    baseUrl: served.falcon.url,
    sliceHours: 12,
    ...more,
  };
  try {
    const { sources: counts, asked } = await collect(
      {
        collectors: configuredCollectors([collector], { crowdstrike: settings }, only),
        wanted: { from: start, to: end },
        spoolDirectory: join(folder, "spool"),
        importOptions: { sources, landingDirectory: join(folder, "landing"), year: 2026 },
        outside: {
          fetch: globalThis.fetch,
          sleep: (milliseconds, signal) => {
            signal.throwIfAborted();
            clock.now += milliseconds;
            return Promise.resolve();
          },
          random: () => 0.5,
          environment: secrets,
          httpLimits: { headersMs: 1500, bodyIdleMs: 1500 },
        },
      },
      { store, clock: time, gaps, progress: () => undefined, signal: new AbortController().signal },
    );
    for (const gap of collectionGaps(coverageOfRun(asked, await ledgerRows(store)))) gaps.add(gap);
    const states = asked.filter(({ state }) => state !== "complete").map(({ stream, state }) => `${stream} ${state}`);
    return { counts, gaps: gaps.list(), states, served };
  } finally {
    await served.close();
  }
}

const rawRow = z.object({ line: z.string() });
const fields = z.record(z.string(), z.unknown());
async function stored(part: string): Promise<Record<string, unknown>[]> {
  const sql = "SELECT line FROM raw WHERE startsWith(source_file, {part:String})";
  const rows = await store.query(sql, { part: `crowdstrike/${part}` }, rawRow);
  return rows.map(({ line }) => fields.parse(JSON.parse(line)));
}

const keys = (records: readonly Readonly<Record<string, unknown>>[], ...names: string[]): string[] =>
  [...new Set(records.map((record) => names.map((name) => String(record[name])).join("|")))].sort();

async function rowsTwice(): Promise<string[]> {
  const found: string[] = [];
  for (const table of eventTables) {
    const isVersioned = ["detection_finding", "device_inventory", "user_inventory"].includes(table);
    const key = isVersioned ? "(metadata_uid, version_time)" : "metadata_uid";
    const [row] = await store.query(
      `SELECT count() - uniqExact(${key}) AS twice FROM ${table}`,
      {},
      z.object({ twice: z.coerce.number() }),
    );
    if (row?.twice !== 0) found.push(table);
  }
  return found;
}

async function count(sql: string): Promise<number> {
  const [row] = await store.query(`SELECT toFloat64((${sql})) AS number`, {}, z.object({ number: z.coerce.number() }));
  return row?.number ?? Number.NaN;
}

const eventKey = ["cid", "aid", "id"] as const;
const nameOf = (event: Readonly<Record<string, unknown>>): string => String(event.event_simpleName ?? event["#event_simpleName"]);
const isSearched = (event: Readonly<Record<string, unknown>>): boolean =>
  nameOf(event) !== "EndOfProcess" && nameOf(event) !== "SensorHeartbeat";
const isConnection = ({ event_simpleName: name }: Readonly<Record<string, unknown>>): boolean =>
  /^Network(?:Connect|ReceiveAccept)IP[46]$/.test(String(name));

async function expectInterfacesWhole(): Promise<void> {
  expect(keys(await stored("alerts/"), "composite_id")).toEqual(keys(falcon.alerts, "composite_id"));
  expect(keys(await stored("devices/"), "device_id")).toEqual(keys(falcon.devices, "device_id"));
  expect(keys(await stored("cases/"), "id")).toEqual(keys(falcon.cases, "id"));
}

const openReplicators: Replicator[] = [];
afterEach(async () => {
  for (const replicator of openReplicators.splice(0)) await replicator.close();
});
async function replicatorThat(
  clock: { now: number },
  options: Partial<ReplicatorOptions>,
): Promise<[Replicator, Record<string, unknown>]> {
  const directory = mkdtempSync(join(folder, "bucket-"));
  const replicator = await serveReplicator({
    falcon,
    clock: () => new Date(clock.now),
    directory,
    eventsInFile: 400,
    ...options,
  });
  openReplicators.push(replicator);
  const { queueUrl } = replicator.queue;
  return [
    replicator,
    {
      events: "replicator",
      replicator: {
        queueUrl,
        region: replicator.region,
        accessKeyId: "env:KEY",
        secretAccessKey: "env:KEY_SECRET",
        s3Endpoint: replicator.s3Endpoint,
        waitSeconds: 0,
      },
    },
  ];
}

test("all that was emitted is stored, by searches and then again by the replicator: by key, once", async () => {
  const clock = { now: end };
  const first = await run(clock, { events: "queries" });
  await expectInterfacesWhole();
  expect(first.states).toEqual([]);
  expect(totals(first.counts)).toMatchObject({ quarantined: 0, duplicate: 0 });
  const searched = await stored("");
  expect(
    keys(
      searched.filter(isSearched).filter((row) => "#event_simpleName" in row),
      ...eventKey,
    ),
  ).toEqual(keys(falcon.events.filter(isSearched), ...eventKey));
  const connections = await count("SELECT count() FROM network_activity");
  expect(connections).toBe(falcon.events.filter(({ event_simpleName }) => String(event_simpleName).startsWith("Network")).length);
  expect(
    await count("SELECT count() FROM network_activity WHERE traffic_bytes_out IS NOT NULL OR traffic_bytes_in IS NOT NULL"),
  ).toBe(0);

  const [replicator, settings] = await replicatorThat(clock, { toldTwice: [1] });
  const second = await run(clock, settings, undefined, ["crowdstrike/replicator"]);
  expect(second.states).toEqual([]);
  expect(keys(await stored("replicator/"), "event_simpleName", ...eventKey)).toEqual(
    expect.arrayContaining(keys(falcon.events, "event_simpleName", ...eventKey)),
  );
  // Both ways give an event the same uid: what the searches brought was there already.
  expect(await count("SELECT count() FROM network_activity")).toBe(connections);
  expect(await rowsTwice()).toEqual([]);
  expect(replicator.queue.waiting()).toBe(0);
}, 120_000);

test("a file that is missing or damaged leaves its message on the queue, and comes when it is there", async () => {
  const clock = { now: end };
  const [replicator, settings] = await replicatorThat(clock, { withMissingFile: [1], withDamagedFile: [2] });
  const given = parsedSettings.parse({ clientId: "c", clientSecret: "env:SECRET", ...settings }).replicator;
  const key = { accessKeyId: replicator.accessKeyId, secretAccessKey: replicator.secretAccessKey };
  const signal = new AbortController().signal;
  const asked = given === undefined ? null : replicatorOf(given, key, { signal, downloads: folder });
  // The doctor takes nothing off the queue, and hides nothing.
  expect(await asked?.check()).toEqual({ waits: true });
  asked?.close();
  const first = await run(clock, settings, undefined, ["crowdstrike/replicator"]);
  expect(first.states).toEqual(["replicator partial"]);
  expect(replicator.queue.waiting()).toBe(2);
  const told = first.gaps.filter(({ part }) => part === "crowdstrike/replicator").map(({ reason }) => reason);
  expect(told.join()).toMatch(/part-00000\.gz: it is not there/);
  expect(told.join()).toMatch(/part-00000\.gz: it has \d+ bytes, not the \d+ that were announced/);
  await replicator.mend();
  clock.now += 301_000;
  const second = await run(clock, settings, undefined, ["crowdstrike/replicator"]);
  expect(second.states).toEqual([]);
  expect(replicator.queue.waiting()).toBe(0);
  const machines = "SELECT count() FROM device_inventory WHERE startsWith(metadata_uid, 'falcon-sensor:')";
  expect(await count(machines)).toBe(falcon.aidmaster.length);
  expect(await count("SELECT uniqExact(metadata_uid) FROM user_inventory")).toBe(falcon.userinfo.length);
  expect(keys(await stored("replicator/"), ...eventKey)).toEqual(expect.arrayContaining(keys(falcon.events, ...eventKey)));
  expect(await rowsTwice()).toEqual([]);
}, 120_000);

test("connections counted by the hour stand for all there were, asked twice or once; the running hour is left to the next run", async () => {
  const clock = { now: end - 5 * 3_600_000 };
  await run(clock, { events: "queries", networkEvents: "hourly" }, undefined, ["crowdstrike/connections"]);
  const early = await count("SELECT sum(count) FROM network_activity");
  const over = falcon.events.filter(isConnection).filter(({ timestamp }) => Number(timestamp) < end - 6 * 3_600_000);
  expect(early).toBe(over.length);
  clock.now = end + 3_600_000;
  const second = await run(clock, { events: "queries", networkEvents: "hourly" }, undefined, ["crowdstrike/connections"]);
  expect(second.states).toEqual([]);
  expect(await count("SELECT sum(count) FROM network_activity WHERE activity_name = 'Traffic'")).toBe(
    falcon.events.filter(isConnection).length,
  );
  expect(
    await count("SELECT count() FROM network_activity WHERE end_time IS NULL OR end_time < time OR dst_endpoint_ip IS NULL"),
  ).toBe(0);
  expect(await rowsTwice()).toEqual([]);
}, 120_000);

test("searches that are cut off, lost, partial or refused for a while bring everything all the same", async () => {
  const clock = { now: end };
  const [lost, expired, ...others] = [25, 1, 3, 4, 15].map((row) => faultRow(String(row)));
  const rules = [lost, expired, ...others].flatMap((script) => script?.rules ?? []).filter(({ vendor }) => vendor === "falcon");
  const script: FaultScript = {
    ...faultRow("25"),
    rules,
    limits: { ...lost?.limits, ...expired?.limits, tailRows: 10_000 },
    quirks: { errorsAreNull: true },
  };
  const { states } = await run(clock, { events: "queries" }, script, [
    "crowdstrike/names",
    "crowdstrike/alerts",
    "crowdstrike/cases",
  ]);
  expect(states).toEqual([]);
  expect(keys(await stored("names/"), ...eventKey)).toEqual(
    keys(
      falcon.events.filter(({ event_simpleName }) => event_simpleName === "DnsRequest"),
      ...eventKey,
    ),
  );
  expect(keys(await stored("alerts/"), "composite_id")).toEqual(keys(falcon.alerts, "composite_id"));
  expect(await rowsTwice()).toEqual([]);
}, 120_000);
