import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { GapLedger, type World } from "../world.ts";
import { enrichOwners } from "./owners.ts";

const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
const internal = ["10.0.0.0/8", "fc00::/7"];
let folder: string;
let store: Store;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-owners-"));
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  const base = {
    metadata_product_vendor_name: "Example",
    metadata_product_name: "Example",
    raw_file_uid: "f",
    raw_line_number: 1,
  };
  const time = "2026-11-02 10:00:00.000000";
  await store.insert("network_activity", [
    { ...base, metadata_uid: "1", time, dst_endpoint_ip: "8.8.8.8" },
    { ...base, metadata_uid: "2", time, dst_endpoint_ip: "10.1.2.3" },
    { ...base, metadata_uid: "3", time, dst_endpoint_ip: "2606:4700:4700::1111" },
    { ...base, metadata_uid: "4", time: "2026-12-02 10:00:00.000000", dst_endpoint_ip: "9.9.9.9" },
    { ...base, metadata_uid: "5", time, dst_endpoint_ip: null },
  ]);
  await store.insert("authentication", [
    { ...base, metadata_uid: "6", time, src_endpoint_ip: "8.8.8.8" },
    { ...base, metadata_uid: "7", time, src_endpoint_ip: "fd00::5" },
  ]);
}, 120_000);

afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

function worldWith(gaps: GapLedger): World {
  return { store, clock: () => new Date(0), gaps, progress: () => {}, signal: new AbortController().signal };
}

const owners = () =>
  store.query(
    "SELECT ip, autonomous_system_number, location_country FROM network_owner ORDER BY ip",
    {},
    z.object({ ip: z.string(), autonomous_system_number: z.coerce.number().nullable(), location_country: z.string().nullable() }),
  );

test("outside addresses of the window get their owner, once; the estate's own get none", async () => {
  const gaps = new GapLedger();
  const names = await enrichOwners(window, internal, [], worldWith(gaps));
  expect(names.length).toBeGreaterThan(0);
  const found = await owners();
  expect(found.map(({ ip }) => ip)).toEqual(["2606:4700:4700::1111", "8.8.8.8"]);
  expect(found[1]).toEqual({ ip: "8.8.8.8", autonomous_system_number: 15169, location_country: "US" });
  expect(gaps.list()).toEqual([]);
  await enrichOwners(window, internal, [], worldWith(gaps));
  expect(await owners()).toEqual(found);
});

test("a database that cannot be read is a gap, and the run goes on", async () => {
  const gaps = new GapLedger();
  const later = { from: "2026-12-01 00:00:00.000000", to: "2026-12-08 00:00:00.000000" };
  expect(await enrichOwners(later, internal, [join(folder, "absent.mmdb")], worldWith(gaps))).toEqual([]);
  expect(gaps.list()).toMatchObject([{ stage: "enrich", part: "network owners", kind: "failed" }]);
  expect((await owners()).map(({ ip }) => ip)).not.toContain("9.9.9.9");
});
