// A vendor over real HTTP that fails in every way: what was collected is what it emitted, by key, and what did not come is told.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type CollectOutcome, collect } from "../src/collect/collect.ts";
import { collectionGaps, coverageOfRun } from "../src/collect/coverage.ts";
import { ledgerRows } from "../src/collect/ledger.ts";
import { configuredCollectors, loadCollectors } from "../src/collect/load.ts";
import type { Wanted } from "../src/collect/plan.ts";
import { type LoadedSource, loadSources } from "../src/sources/load.ts";
import { seededRandom } from "../src/stats/random.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import type { Gap } from "../src/types.ts";
import { GapLedger } from "../src/world.ts";
import { type Running, spoor, startSpoor } from "./support/command-line.ts";
import { askStore } from "./support/store-contents.ts";
import { type Fault, startToyVendor, type ToyOptions, type ToyVendor, toyRecords, toySecret } from "./support/toy-vendor.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const vendors = fileURLToPath(new URL("./support/vendors", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spoor-collect-"));
const mounted: string[] = [];
const started: Running[] = [];
const open: ToyVendor[] = [];
afterEach(async () => {
  for (const vendor of open.splice(0)) await vendor.close();
});
afterAll(async () => {
  for (const running of started) running.signalGroup("SIGKILL");
  await Promise.all(started.map((running) => running.ended));
  for (const place of mounted) spawnSync("umount", ["-l", place]);
  rmSync(folder, { recursive: true, force: true });
});

async function vendorWith(options: ToyOptions): Promise<ToyVendor> {
  const vendor = await startToyVendor(options);
  open.push(vendor);
  return vendor;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe("in one process, with a clock that waits for nobody", () => {
  const start = Date.UTC(2026, 10, 22, 12);
  let now = start;
  let store: Store;
  let sources: readonly LoadedSource[];
  beforeAll(async () => {
    store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
    await store.migrate();
    sources = (await loadSources(vendors)).filter(({ id }) => id === "toy");
  });
  afterAll(() => store?.close());
  afterEach(async () => {
    for (const table of ["authentication", "device_inventory", "raw", "landing", "collection", "collection_call"])
      await store.exec(`TRUNCATE TABLE ${table}`);
    now = start;
  });

  async function run(
    vendor: ToyVendor,
    wanted: Wanted = {},
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<CollectOutcome & { readonly gaps: readonly Gap[] }> {
    const collectors = configuredCollectors(await loadCollectors(vendors), {
      toy: { baseUrl: vendor.url, secret: "env:TOY_SECRET", ...settings },
    });
    const gaps = new GapLedger();
    const signal = new AbortController().signal;
    const world = { store, gaps, signal, clock: () => new Date(now), progress: () => undefined };
    const sleep = (milliseconds: number): Promise<void> => {
      now += milliseconds;
      return Promise.resolve();
    };
    const { uniform: random } = seededRandom(42);
    const outcome = await collect(
      {
        collectors,
        wanted,
        spoolDirectory: join(folder, "spool"),
        importOptions: { sources, landingDirectory: join(folder, "landing"), year: 2026 },
        outside: { fetch: globalThis.fetch, sleep, random, environment: { TOY_SECRET: toySecret } },
      },
      world,
    );
    for (const gap of collectionGaps(coverageOfRun(outcome.asked, await ledgerRows(store)))) gaps.add(gap);
    return { ...outcome, gaps: gaps.list() };
  }

  const uids = async (table = "authentication"): Promise<string[]> =>
    (await store.query(`SELECT metadata_uid FROM ${table} ORDER BY 1`, {}, z.object({ metadata_uid: z.string() }))).map(
      (row) => row.metadata_uid,
    );
  const expected = (...lists: readonly (readonly { toy_id: string }[])[]): string[] =>
    lists
      .flat()
      .map((record) => `toy:${record.toy_id}`)
      .sort();

  test("under every failure at once, collected is emitted; nothing is there twice; asking again stores nothing", async () => {
    const records = toyRecords(600, start - 7 * dayMs + hourMs, start - 1000);
    const files = { "one.gz": toyRecords(20, start - dayMs, start, "one"), "two.gz": toyRecords(5, start - dayMs, start, "two") };
    const devices = [{ toy_device: "d-1", toy_seen: new Date(start - hourMs).toISOString() }];
    const vendor = await vendorWith({ records, files, devices, pageSize: 5, now: () => now });
    const script: readonly Fault[] = [
      ...(["same-cursor", "too-many", "broken", "page-of-html", "cut-short", "reset", "expired-token"] as const),
      ...(["repeated-page", "empty-page", "lost-cursor", "repeated-page", "lost-cursor", "foreign-link"] as const),
    ];
    // Two that lead astray in one slice would end it: they come far from each other.
    vendor.faults.push(...script.flatMap((fault): (Fault | null)[] => [fault, null, null, null, null, null, null, null]));
    const { gaps, sources: counts } = await run(vendor, {}, { concurrency: 2 });
    expect(vendor.faults).toEqual([]);
    expect(await uids()).toEqual(expected(records, files["one.gz"], files["two.gz"]));
    expect(await uids("device_inventory")).toEqual(["toy-device:d-1"]);
    expect(vendor.waiting.size).toBe(0);
    expect(gaps).toEqual([]);
    for (const { read, stored, duplicate, quarantined } of counts) expect(stored + duplicate + quarantined).toBe(read);
    const again = await run(vendor);
    expect(again.sources.reduce((sum, { stored }) => sum + stored, 0)).toBe(0);
    expect((await uids()).length).toBe(625);
    expect(existsSync(join(folder, "spool"))).toBe(false);
  });

  test("a record that comes late is found by the overlap, one that comes a day late by the second look", async () => {
    const records = toyRecords(50, start - 2 * dayMs, start - hourMs);
    const vendor = await vendorWith({ records, now: () => now });
    await run(vendor, { sinceMs: 3 * dayMs });
    const late = { toy_id: "late", toy_time: new Date(start - 5 * 60_000).toISOString(), user: "anna" };
    const veryLate = { toy_id: "very-late", toy_time: new Date(start - 20 * hourMs).toISOString(), user: "anna" };
    vendor.records = [...records, late, veryLate];
    now = start + hourMs;
    await run(vendor);
    expect(await uids()).toEqual(expected(records, [late]));
    now = start + 25 * hourMs;
    const asked = vendor.asked.length;
    await run(vendor);
    expect(await uids()).toEqual(expected(records, [late, veryLate]));
    now += hourMs;
    // And once only: the third look is as short as any.
    await run(vendor);
    const questions = vendor.asked.slice(asked).filter((question) => question.startsWith("/events"));
    expect(questions.length).toBeLessThan(12);
  });

  test("a missing permission blinds its stream alone, and the gap names both and the table", async () => {
    const records = toyRecords(10, start - dayMs, start - hourMs);
    const vendor = await vendorWith({ records, now: () => now });
    vendor.forbidden.add("/devices");
    const { gaps, asked } = await run(vendor, { sinceMs: 2 * dayMs });
    expect(await uids()).toEqual(expected(records));
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ stage: "collect", part: "toy/devices", kind: "no-data" });
    expect(gaps[0]?.reason).toMatch(/permission is missing; it needs the permission Devices\.Read.*device_inventory/);
    expect(new Map(asked.map(({ stream, state }) => [stream, state])).get("devices")).toBe("refused");
  });

  test("credentials that are not accepted end the asking, and every stream says so", async () => {
    const vendor = await vendorWith({ records: [], now: () => now });
    vendor.isLockedOut = true;
    const { gaps, asked } = await run(vendor, { sinceMs: 2 * dayMs });
    expect(new Set(asked.map(({ state }) => state))).toEqual(new Set(["refused"]));
    expect(gaps.map(({ part }) => part)).toEqual(["toy/deliveries", "toy/devices", "toy/events"]);
    expect(vendor.asked.length).toBeLessThan(8);
  });

  test("a vendor that does not answer is given up after some patience, and every stream says so", async () => {
    const vendor = await vendorWith({ records: [], now: () => now });
    vendor.isDown = true;
    const { gaps, asked } = await run(vendor, { sinceMs: 7 * dayMs });
    expect(new Set(gaps.map(({ part }) => part))).toEqual(new Set(["toy/deliveries", "toy/devices", "toy/events"]));
    expect(asked.every(({ state }) => state === "failed" || state === "refused")).toBe(true);
  });

  test("a link to another host is never followed, and what lies behind it is told as missing", async () => {
    const records = toyRecords(100, start - 5 * hourMs, start - hourMs);
    const vendor = await vendorWith({ records, pageSize: 10, now: () => now });
    vendor.faults.push(...Array.from({ length: 40 }, (): Fault => "foreign-link"));
    const { gaps } = await run(vendor, { sinceMs: 5 * hourMs });
    expect(gaps.map(({ part, kind }) => [part, kind])).toContainEqual(["toy/events", "failed"]);
    expect(gaps.map(({ reason }) => reason).join()).toContain("was not followed");
    vendor.faults.length = 0;
    await run(vendor, { sinceMs: 5 * hourMs });
    expect(await uids()).toEqual(expected(records));
  });

  test("a vendor whose clock is half an hour behind is asked by its own, and said to be", async () => {
    const records = toyRecords(40, start - 10 * hourMs, start - 30 * 60_000);
    const vendor = await vendorWith({ records, now: () => now - 30 * 60_000 });
    const { gaps } = await run(vendor, { sinceMs: 10 * hourMs });
    expect(gaps.map(({ reason }) => reason).join()).toContain("s behind ours: what is asked for ends by the vendor's");
    expect(await uids()).toEqual(expected(records));
    const claimed = (await ledgerRows(store)).map(({ to }) => to);
    expect(Math.max(...claimed)).toBeLessThanOrEqual(now - 30 * 60_000 + 1000);
  });

  test("a queue hands out again what was not acknowledged: stored once all the same", async () => {
    const files = { "one.gz": toyRecords(20, start - dayMs, start, "one") };
    const vendor = await vendorWith({ records: [], files, now: () => now });
    vendor.forbidden.add("/queue/acknowledge");
    const { gaps } = await run(vendor, { sinceMs: dayMs });
    expect(gaps.map(({ reason }) => reason).join()).toContain("could not be taken off the queue");
    vendor.forbidden.clear();
    vendor.redeliver();
    await run(vendor);
    expect([vendor.waiting.size, await uids()]).toEqual([0, expected(files["one.gz"])]);
  });

  test("no secret and no token is in the ledger, in gaps, or in what was stored", async () => {
    const vendor = await vendorWith({ records: toyRecords(10, start - dayMs, start - hourMs), now: () => now });
    vendor.faults.push("broken", "cut-short", "foreign-link", "lost-cursor");
    vendor.forbidden.add("/devices");
    const { gaps } = await run(vendor);
    const told = JSON.stringify([
      gaps,
      await ledgerRows(store),
      await store.text("SELECT line FROM raw"),
      await store.text("SELECT * FROM landing"),
    ]);
    expect(told).not.toMatch(/s3cret|t0ken/);
  });
});

describe("as a command", () => {
  const environment = { TOY_SECRET: toySecret };
  let serial = 0;

  /** A place with settings for a vendor. */
  function place(vendor: ToyVendor, more = ""): string {
    serial += 1;
    const here = join(folder, `place-${serial}`);
    mkdirSync(here);
    writeFileSync(
      join(here, "spoor.yaml"),
      `sources: ${vendors}\ncollect:\n  toy: { baseUrl: "${vendor.url}", secret: "env:TOY_SECRET"${more} }\n`,
    );
    return here;
  }
  const words = (...more: string[]): string[] => ["collect", "--config", "spoor.yaml", "--store", "store", ...more];
  function begin(here: string, given = words()): Running {
    const running = startSpoor(given, { cwd: here, env: environment });
    started.push(running);
    return running;
  }
  const collected = async (here: string): Promise<unknown> =>
    JSON.parse(
      await askStore(join(here, "store"), "SELECT toUInt32(count()), toUInt32(uniqExact(metadata_uid)) FROM authentication"),
    );

  test("killed at twenty moments, then let be: nothing lost, nothing doubled", async () => {
    const now = Date.now();
    const records = toyRecords(1800, now - 2 * dayMs, now - hourMs);
    const files = Object.fromEntries([1, 2, 3].map((at) => [`${at}.gz`, toyRecords(30, now - dayMs, now, `file-${at}`)]));
    const vendor = await vendorWith({ records, files, pageSize: 10, slowness: 4 });
    const here = place(vendor, ", concurrency: 2");
    const { uniform } = seededRandom(42);
    let deaths = 0;
    // A run that was through before its moment came was not killed: it does not count, and another is begun.
    for (let kill = 0; deaths < 20 && kill < 80; kill += 1) {
      const running = begin(here);
      // At some answer of the vendor's, or some time after what is likely to be the last of them: while it is stored.
      const asked = vendor.asked.length + Math.floor(uniform() * 16);
      const isOver = (): boolean => running.child.exitCode !== null;
      while (vendor.asked.length < asked && !isOver()) await new Promise((go) => setTimeout(go, 2));
      await new Promise((go) => setTimeout(go, kill % 3 === 0 ? uniform() * 600 : 0));
      running.signalGroup("SIGKILL");
      if ((await running.ended).signal === "SIGKILL") deaths += 1;
      vendor.redeliver();
    }
    expect(deaths).toBeGreaterThan(15);
    const told = await begin(here).ended;
    expect(told.code, told.err).toBe(0);
    expect(await collected(here)).toEqual([1890, 1890]);
    expect(vendor.waiting.size).toBe(0);
    const states = await askStore(join(here, "store"), "SELECT DISTINCT state FROM collection WHERE stream = 'events'");
    expect(states).toBe('["complete"]\n');
  });

  test("Ctrl-C ends it with 130, stores what came, and the next run goes on from there", async () => {
    const now = Date.now();
    const records = toyRecords(600, now - dayMs, now - hourMs);
    const vendor = await vendorWith({ records, pageSize: 5, slowness: 20 });
    const here = place(vendor);
    const running = begin(here);
    while (vendor.asked.length < 40) await new Promise((go) => setTimeout(go, 5));
    running.signalGroup("SIGINT");
    const told = await running.ended;
    expect([told.code, told.out], told.err).toEqual([130, ""]);
    const [before] = z.tuple([z.number(), z.number()]).parse(await collected(here));
    expect(before).toBeGreaterThan(50);
    expect(before).toBeLessThan(600);
    const asked = vendor.asked.length;
    const again = await begin(here).ended;
    expect(again.code, again.err).toBe(0);
    expect(await collected(here)).toEqual([600, 600]);
    // The slice that was stopped goes on from its cursor.
    const [first] = vendor.asked.slice(asked).filter((question) => question.startsWith("/events"));
    expect(first).toContain("offset=");
  });

  test("a hunt collects first, and tells in report, run.json and gaps.json what did not come; also when it does not collect", async () => {
    const now = Date.now();
    const vendor = await vendorWith({ records: toyRecords(200, now - 2 * dayMs, now - hourMs) });
    vendor.forbidden.add("/devices");
    const here = place(vendor);
    const hunt = (...more: string[]) =>
      spoor(["hunt", "--config", "spoor.yaml", "--store", "store", ...more], { cwd: here, env: environment });
    const read = (name: string): string => readFileSync(join(here, "spoor-out", name), "utf8");
    const check = (): void => {
      expect(read("gaps.json")).toContain("it needs the permission Devices.Read");
      expect(read("report.md")).toContain("What vendors gave");
      const { collection, stages } = z
        .looseObject({
          collection: z.array(z.looseObject({ stream: z.string(), covered: z.number(), records: z.number() })),
          stages: z.array(z.looseObject({ stage: z.string() })),
        })
        .parse(JSON.parse(read("run.json")));
      expect(collection.map(({ stream, covered, records }) => [stream, covered, records])).toEqual([
        ["deliveries", 1, 0],
        ["devices", 0, 0],
        ["events", 1, 200],
      ]);
      expect(stages.some(({ stage }) => stage === "collect")).toBe(vendor.asked.length > 0);
    };
    const told = await hunt();
    expect(told.code, told.err).toBe(0);
    check();
    vendor.asked.length = 0;
    const later = await hunt("--no-collect");
    expect(later.code, later.err).toBe(0);
    expect(vendor.asked).toEqual([]);
    check();
    const texts = readdirSync(join(here, "spoor-out"), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => read(name));
    expect([told.out, told.err, later.out, ...texts].join()).not.toMatch(/s3cret|t0ken/);
  });

  test("wrong settings are named before anything is touched; when nobody answers, that is a failure", async () => {
    const vendor = await vendorWith({ records: [] });
    const here = place(vendor, ", colour: blue");
    const wrong = await spoor(words(), { cwd: here, env: environment });
    expect([wrong.code, wrong.err.split("\n")[0]]).toEqual([2, "spoor: collect.toy.colour: there is no such setting"]);
    expect(readdirSync(here)).toEqual(["spoor.yaml"]);
    const unknown = await spoor(words("--source", "other"), { cwd: here, env: environment });
    expect([unknown.code, unknown.err.split("\n")[0]]).toEqual([2, "spoor: other is not set up to be collected"]);
    vendor.isLockedOut = true;
    const refused = await spoor(words(), { cwd: place(vendor), env: environment });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("nothing could be collected");
    expect(refused.err).not.toMatch(/s3cret|t0ken/);
  });

  const probe = join(folder, "probe");
  mkdirSync(probe);
  const canMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", probe]).status === 0;
  if (canMount) spawnSync("umount", [probe]);
  test.skipIf(!canMount)(
    `a full disk below the spool says so and loses nothing${canMount ? "" : " (skipped: mounting a small file system is not permitted)"}`,
    async () => {
      const now = Date.now();
      const vendor = await vendorWith({ records: toyRecords(3000, now - dayMs, now - hourMs), pageSize: 500 });
      const here = place(vendor);
      const disk = join(here, "store", "landing");
      mkdirSync(disk, { recursive: true });
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status).toBe(0);
      mounted.push(disk);
      const full = await begin(here).ended;
      expect([full.code, full.out]).toEqual([1, ""]);
      expect(full.err).toMatch(/^spoor: the disk is full: .*\n {2}Free some space and repeat the command/);
      expect(spawnSync("mount", ["-o", "remount,size=100m", disk]).status).toBe(0);
      const again = await begin(here).ended;
      expect(again.code, again.err).toBe(0);
      expect(await collected(here)).toEqual([3000, 3000]);
    },
  );
});
