import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareText } from "../order.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { GapLedger } from "../world.ts";
import { gatherEntities, gatherEntityRows } from "./gather.ts";
import type { EntityRows } from "./rows.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-entities-"));
const window = { from: "2026-11-02 00:00:00.000000", to: "2026-11-04 00:00:00.000000" };
const internal = ["10.0.0.0/8", "fc00::/7"];
let store: Store;

let count = 0;
function event(time: string, columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  count += 1;
  return {
    metadata_uid: `event-${count}`,
    time,
    metadata_product_vendor_name: "v",
    metadata_product_name: "p",
    raw_file_uid: "f",
    raw_line_number: count,
    ...columns,
  };
}

function version(columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return event("2026-10-01 00:00:00.000000", { version_time: "2026-10-01 00:00:00.000000", ...columns });
}

beforeAll(async () => {
  store = await openEmbeddedStore({ directory: join(folder, "store"), maxMemoryBytes: 2 ** 31 });
  await store.migrate();
  await store.insert("network_activity", [
    event("2026-11-02 10:00:00.000000", {
      device_hostname: "ws-12.corp.example",
      device_ip: "10.0.0.12",
      device_uid: "aid-12",
      src_endpoint_ip: "10.0.0.12",
      dst_endpoint_ip: "198.51.100.7",
    }),
    event("2026-11-02 18:00:00.000000", {
      device_hostname: "ws-12.corp.example",
      src_endpoint_ip: "10.0.0.12",
      dst_endpoint_ip: "10.0.0.1",
      connection_info_direction: "Outbound",
    }),
    // Before the window, from the common way out, and without a name: none of them says who has which address.
    event("2026-10-02 18:00:00.000000", { device_hostname: "old", device_ip: "10.0.0.12" }),
    event("2026-11-02 18:00:00.000000", { device_hostname: "ws-13", device_ip: "203.0.113.1" }),
    event("2026-11-02 18:00:00.000000", { device_hostname: "", device_ip: "10.0.0.99" }),
    ...Array.from({ length: 7 }, (_, id) =>
      event("2026-11-02 12:00:00.000000", {
        src_endpoint_ip: `10.0.1.${id}`,
        dst_endpoint_ip: "192.0.2.80",
        tls_sni: "www.popular.example",
      }),
    ),
  ]);
  await store.insert("dns_activity", [
    event("2026-11-02 09:00:00.000000", {
      query_hostname: "srv-4.corp.example",
      answers: ["alias.corp.example", "10.0.0.40", "TXT 12 hello", "", "999.1.1.1", "fd00::40"],
    }),
    event("2026-11-02 09:00:00.000000", { query_hostname: "www.popular.example", answers: ["192.0.2.80"] }),
  ]);
  await store.insert("authentication", [
    event("2026-11-02 08:00:00.000000", {
      user_name: "jane",
      user_domain: "CORP",
      user_uid: "S-1-5-21-1-2-3-1105",
      status: "Success",
      src_endpoint_hostname: "WS-12",
      src_endpoint_ip: "10.0.0.12",
      device_hostname: "srv-4.corp.example",
    }),
    event("2026-11-02 08:00:00.000000", {
      user_name: "jane@corp.example",
      user_uid: "9f8b7c6d-1111-2222-3333-444455556666",
      status: "Success",
      src_endpoint_ip: "203.0.113.50",
    }),
    // A failed sign-in can name anyone, from anywhere.
    event("2026-11-02 08:00:00.000000", {
      user_name: "jane",
      user_domain: "EVIL",
      status: "Failure",
      src_endpoint_hostname: "kali",
      src_endpoint_ip: "10.0.0.12",
    }),
  ]);
  await store.insert("process_activity", [
    event("2026-11-02 08:30:00.000000", {
      device_hostname: "ws-12.corp.example",
      device_uid: "aid-12",
      actor_user_name: "jane",
      actor_user_domain: "CORP",
      actor_user_uid: "S-1-5-21-1-2-3-1105",
    }),
  ]);
  await store.insert("device_inventory", [
    version({
      device_uid: "aid-12",
      device_hostname: "WS-12",
      device_domain: "corp.example",
      device_ip: "10.0.0.12",
      last_seen_time: "2026-11-03 07:00:00.000000",
    }),
  ]);
  await store.insert("user_inventory", [
    version({
      record_type: "directory",
      user_name: "jane",
      user_sid: "S-1-5-21-1-2-3-1105",
      user_email_addr: "jane@corp.example",
    }),
  ]);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function gathered(gaps = new GapLedger()): Promise<EntityRows> {
  return gatherEntityRows(window, internal, { store, gaps, signal: new AbortController().signal });
}

test("addresses are known by day and by who says so, inside the estate and the window only", async () => {
  const { addresses } = await gathered();
  const told = addresses.map((row) => [row.device_hostname, row.device_ip, row.origin, row.first_seen, row.last_seen]);
  expect(told.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)))).toEqual([
    ["srv-4.corp.example", "10.0.0.40", 2, "2026-11-02 09:00:00.000000", "2026-11-02 09:00:00.000000"],
    ["srv-4.corp.example", "fd00::40", 2, "2026-11-02 09:00:00.000000", "2026-11-02 09:00:00.000000"],
    ["ws-12", "10.0.0.12", 0, "2026-11-03 07:00:00.000000", "2026-11-03 07:00:00.000000"],
    ["ws-12", "10.0.0.12", 1, "2026-11-02 08:00:00.000000", "2026-11-02 08:00:00.000000"],
    ["ws-12.corp.example", "10.0.0.12", 0, "2026-11-02 10:00:00.000000", "2026-11-02 18:00:00.000000"],
  ]);
});

test("what so many share is counted, from five on", async () => {
  const { shared } = await gathered();
  expect(shared).toEqual([
    { kind: "domain", value: "www.popular.example", sharers: 7 },
    { kind: "ip", value: "192.0.2.80", sharers: 7 },
  ]);
});

test("the rows of the store resolve one person and one device behind all their names", async () => {
  const entities = await gatherEntities(window, internal, { store, gaps: new GapLedger(), signal: new AbortController().signal });
  for (const name of ["CORP\\jane", "jane@corp.example", "S-1-5-21-1-2-3-1105"])
    expect(entities.user(name)).toEqual({ kind: "user", value: "jane@corp.example" });
  expect(entities.user("EVIL\\jane")).toEqual({ kind: "user", value: "evil\\jane" });
  expect(entities.address("10.0.0.12", "2026-11-02 11:00:00.000000")).toEqual({ kind: "device", value: "ws-12" });
  expect(entities.deviceOfUid("aid-12")).toEqual({ kind: "device", value: "ws-12" });
  expect(entities.address("10.0.0.40", "2026-11-02 09:30:00.000000")).toEqual({ kind: "device", value: "srv-4" });
  expect(entities.device("kali")).toEqual({ kind: "device", value: "kali" });
});

test("asking twice gives the same rows, and an estate without any of it gives none and no gap", async () => {
  expect(await gathered()).toEqual(await gathered());
  const gaps = new GapLedger();
  const later = { from: "2027-01-01 00:00:00.000000", to: "2027-01-02 00:00:00.000000" };
  const rows = await gatherEntityRows(later, internal, { store, gaps, signal: new AbortController().signal });
  expect([rows.shared, gaps.list()]).toEqual([[], []]);
});
