// Collecting again and again for weeks, into one store: what is asked when, what a silent vault stops, and what the ledger becomes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { hourMs } from "../time.ts";
import { GapLedger } from "../world.ts";
import { type CollectPlan, collect } from "./collect.ts";
import { type Collector, collector, type Stream } from "./collector.ts";
import { type Answering, json, type TestVendor, testVendor } from "./testing.ts";

const start = Date.UTC(2026, 10, 22, 12);
const folder = mkdtempSync(join(tmpdir(), "spoor-ongoing-"));
let store: Store;
beforeAll(async () => {
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});
const vaults: TestVendor[] = [];
afterEach(async () => {
  for (const vault of vaults.splice(0)) await vault.close();
  await store.exec("TRUNCATE TABLE collection");
});

/** A vendor in memory with one empty list, whose secret is behind a reference. */
function vendorNamed(id: string, list: Partial<Stream>) {
  const asked: string[] = [];
  const made: Collector = collector({
    id,
    name: id,
    settings: z.object({ secret: z.string() }),
    connect: async ({ secret }, context) => {
      const value = await context.secret(secret);
      const stream: Stream = {
        id: "list",
        name: "List",
        tables: ["device_inventory"],
        permission: "List.Read",
        kind: "snapshot",
        retentionMs: null,
        sliceMs: 24 * hourMs,
        shortestSliceMs: hourMs,
        overlapMs: 0,
        concurrency: 1,
        async *pages() {
          asked.push(value);
          yield await Promise.resolve({ records: [], cursor: null });
        },
        ...list,
      };
      return { streams: [stream], check: () => Promise.resolve([]) };
    },
  });
  return { made, asked };
}

/** One run at a moment, as a process that knows `knownSecrets` from before makes it. */
async function run(
  vendors: readonly { readonly made: Collector; readonly secret: string }[],
  at: number,
  how: Partial<Pick<CollectPlan, "isPaced" | "mayMissVendors">> & { readonly knownSecrets?: Map<string, string> } = {},
) {
  const { knownSecrets = new Map(), ...flags } = how;
  const gaps = new GapLedger();
  let now = at;
  const azure = { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "app-secret" };
  const { asked } = await collect(
    {
      collectors: vendors.map(({ made, secret }) => ({ collector: made, settings: { secret }, streams: null })),
      wanted: {},
      spoolDirectory: join(folder, "spool"),
      importOptions: { sources: [], landingDirectory: join(folder, "landing"), year: 2026 },
      outside: {
        fetch: globalThis.fetch,
        sleep: (milliseconds) => {
          now += milliseconds;
          return Promise.resolve();
        },
        random: () => 0.5,
        environment: { ...azure, AZURE_AUTHORITY_HOST: vaults[0]?.origin, OTHER: "other-secret" },
        knownSecrets,
      },
      ...flags,
    },
    { store, gaps, clock: () => new Date(now), signal: new AbortController().signal, progress: () => undefined },
  );
  return { asked, gaps: gaps.list() };
}

test.each(["snapshot", "events"] as const)(
  "a list of %s waits for its time in a watch, over restarts, and for nobody else",
  async (kind) => {
    const vendor = vendorNamed("inventory", { kind, everyMs: 12 * hourMs });
    const vendors = [{ ...vendor, secret: "env:OTHER" }];
    const askedAt = async (hours: number, isPaced = true): Promise<number> => {
      const before = vendor.asked.length;
      await run(vendors, start + hours * hourMs, { isPaced });
      return vendor.asked.length - before;
    };
    expect(await askedAt(0)).toBeGreaterThan(0);
    // Nothing but the store is left of the runs before.
    for (const hours of [0.5, 1, 6, 11.9]) expect(await askedAt(hours), `${hours} h`).toBe(0);
    expect(await askedAt(12)).toBeGreaterThan(0);
    expect(await askedAt(12.5, false)).toBeGreaterThan(0);
    expect(await askedAt(13)).toBe(0);
  },
);

test("a list that failed, or whose answer bears a date of the future, is asked again before its time", async () => {
  const failing = vendorNamed("inventory", {
    everyMs: 12 * hourMs,
    async *pages() {
      failing.asked.push("");
      yield await Promise.reject(new Error("broken"));
    },
  });
  const vendors = [{ ...failing, secret: "env:OTHER" }];
  await run(vendors, start, { isPaced: true });
  await run(vendors, start + hourMs, { isPaced: true });
  expect(failing.asked).toHaveLength(2);
  const dated = vendorNamed("dated", { everyMs: 12 * hourMs });
  await run([{ ...dated, secret: "env:OTHER" }], start + 10_000 * hourMs);
  await run([{ ...dated, secret: "env:OTHER" }], start, { isPaced: true });
  expect(dated.asked).toHaveLength(2);
});

test("a vault that is silent ends nothing: the secret it gave is used, and told to be; a vault that refuses is obeyed", async () => {
  let answer: Answering = json({ value: "first-secret" });
  const vault = await testVendor((request, response, ordinal) =>
    (request.url?.startsWith("/secrets/") === true ? answer : json({ access_token: "token" }))(request, response, ordinal),
  );
  vaults.push(vault);
  const kept = vendorNamed("kept", {});
  const other = vendorNamed("other", {});
  const vendors = [
    { ...kept, secret: `azure-key-vault:${vault.origin}/secrets/tap` },
    { ...other, secret: "env:OTHER" },
  ];
  const knownSecrets = new Map<string, string>();
  const goingOn = { knownSecrets, mayMissVendors: true };
  await run(vendors, start, { knownSecrets });
  answer = json({ error: "first-secret is not here now" }, 503);
  const silent = await run(vendors, start + hourMs, goingOn);
  expect(kept.asked).toEqual(["first-secret", "first-secret"]);
  expect(silent.gaps).toMatchObject([
    { part: "kept", kind: "failed", reason: expect.stringMatching(/key-vault.*; the secret that it gave last is used/) },
  ]);
  expect(JSON.stringify(silent)).not.toContain("first-secret");
  answer = json({ value: "second-secret" });
  expect((await run(vendors, start + 2 * hourMs, goingOn)).gaps).toEqual([]);
  expect(kept.asked.at(-1)).toBe("second-secret");

  // Refused, and silent to one who never heard it: a gap for this vendor, and the others are asked.
  for (const [status, known] of [
    [403, knownSecrets],
    [503, new Map<string, string>()],
  ] as const) {
    answer = json({ error: "no" }, status);
    const before = [kept.asked.length, other.asked.length] as const;
    const { gaps } = await run(vendors, start + 3 * hourMs, { knownSecrets: known, mayMissVendors: true });
    expect(gaps).toMatchObject([{ part: "kept", kind: "failed", reason: expect.stringContaining("could not be made ready") }]);
    expect([kept.asked.length, other.asked.length]).toEqual([before[0], before[1] + 1]);
    await expect(run(vendors, start + 3 * hourMs, { knownSecrets: known })).rejects.toMatchObject({ code: "configuration" });
  }
});
