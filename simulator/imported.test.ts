import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { importPaths } from "../src/sources/import.ts";
import { loadSources } from "../src/sources/load.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import type { Store } from "../src/store/store.ts";
import type { SourceCount } from "../src/types.ts";
import { GapLedger } from "../src/world.ts";
import { simulate } from "./simulate.ts";

// What the simulator writes is read by the same sources as anyone's logs.

const gaps = new GapLedger();
let folder = "";
let store: Store | null = null;
let counts: SourceCount[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-simulated-"));
  const directory = join(folder, "logs");
  const attacks = ["hands-on-keyboard", "mailbox-takeover", "oauth-consent-phish"];
  await simulate({ directory, truthFile: null, events: 16_000, seed: 42, start: "2026-11-10", people: 40, days: 1, attacks });
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  const world = { store, clock: () => new Date(0), gaps, progress: () => undefined, signal: new AbortController().signal };
  const options = { sources: await loadSources(), landingDirectory: join(folder, "landing"), year: 2026 };
  counts = await importPaths([directory], options, world);
}, 120_000);
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

function query<Row>(sql: string, row: z.ZodType<Row>): Promise<Row[]> {
  if (store === null) throw new Error("the store did not open");
  return store.query(sql, {}, row);
}

test("nothing that the simulator writes is unreadable, and nothing but sign-ins told by two interfaces is told twice", () => {
  expect(counts.filter(({ quarantined }) => quarantined > 0)).toEqual([]);
  const twice = counts.filter(({ duplicate }) => duplicate > 0).map(({ format }) => format);
  expect([...new Set(twice)]).toEqual(["entra-sign-in"]);
});

test("what no table takes is named, and is no more than what is known to have none", () => {
  const reasons = gaps.list().map(({ reason }) => reason.replace(/ \(\d+\)$/, ""));
  const known =
    /^(?:EndOfProcess|SensorHeartbeat|(?:DeviceEvents )?DriverLoad|case|incident|named location|a campaign with its actors, families and techniques|a forensic report on a threat): understood, but no table takes it/;
  expect(reasons.filter((reason) => !known.test(reason))).toEqual([]);
});

test("every product fills the tables that are its own", async () => {
  const tables = {
    network_activity: ["Falcon", "Defender", "Zeek", "Sysmon"],
    dns_activity: ["Falcon", "Defender", "Zeek"],
    authentication: ["Falcon", "Defender", "Entra", "Windows"],
    process_activity: ["Falcon", "Defender", "Windows", "Sysmon"],
    script_activity: ["Falcon", "Windows"],
    file_activity: ["Falcon", "Defender"],
    registry_activity: ["Falcon", "Defender", "Sysmon"],
    service_activity: ["Falcon", "Defender", "Windows"],
    scheduled_job_activity: ["Falcon", "Defender"],
    email_activity: ["TAP", "Defender"],
    email_url_activity: ["Defender"],
    api_activity: ["Entra", "Cloud", "Graph"],
    detection_finding: ["Falcon"],
    device_inventory: ["Falcon", "Defender"],
    user_inventory: ["Entra", "TAP"],
  };
  const row = z.object({ product: z.string() });
  for (const [table, products] of Object.entries(tables)) {
    const found = await query(
      `SELECT DISTINCT concat(metadata_product_vendor_name, ' ', metadata_product_name) AS product FROM ${table} ORDER BY product LIMIT 50`,
      row,
    );
    const names = found.map(({ product }) => product).join(", ");
    for (const product of products) expect(`${table}: ${names}`).toContain(product);
  }
});

test("identities that no person stands behind are told as such", async () => {
  const row = z.object({ kinds: z.array(z.string()) });
  const [found] = await query(
    "SELECT arraySort(groupUniqArray(assumeNotNull(user_type))) AS kinds FROM authentication WHERE metadata_product_name = 'Entra ID' AND isNotNull(user_type)",
    row,
  );
  expect(found?.kinds).toContain("Service Principal");
});

test("a sign-in carries its session, its second factor and the person whose mail it is", async () => {
  const row = z.object({
    people: z.coerce.number(),
    sessions: z.coerce.number(),
    factors: z.coerce.number(),
    unknown: z.coerce.number(),
  });
  const [found] = await query(
    `SELECT uniqExact(user_email_addr) AS people, uniqExact(session_uid) AS sessions, countIf(is_mfa) AS factors,
       countIf(user_email_addr NOT IN (SELECT user_email_addr FROM user_inventory WHERE isNotNull(user_email_addr))) AS unknown
     FROM authentication WHERE metadata_product_name = 'Entra ID'`,
    row,
  );
  expect(found?.people).toBeGreaterThan(20);
  expect(found?.sessions).toBeGreaterThan(20);
  expect(found?.factors).toBeGreaterThan(100);
  expect(found?.unknown).toBe(0);
});
