import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveEntities } from "../entities/resolve.ts";
import { noEntityRows } from "../entities/rows.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { gatherExposures } from "./exposure.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-exposure-"));
let store: Store;
beforeAll(async () => {
  store = await openStore(join(folder, "store"));
  await store.migrate();
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const base = { metadata_product_vendor_name: "Example", metadata_product_name: "Example", raw_file_uid: "f", raw_line_number: 1 };

function person(uid: string, day: number, values: Record<string, unknown>): Record<string, unknown> {
  const time = `2026-11-0${day} 08:00:00.000000`;
  return { ...base, metadata_uid: uid, time, version_time: time, record_type: "risk", user_name: uid, ...values };
}

test("those whom an intruder would like best: the newest version of each counts, the gravest reason first", async () => {
  const crowd = Array.from({ length: 10 }, (_, i) => person(`person${i}`, 1, { attack_index: i }));
  await store.insert("user_inventory", [
    ...crowd,
    person("root-admin", 1, { is_privileged: true, click_count: 3 }),
    person("eve", 1, { risk_level: "high", risk_state: "atRisk" }),
    person("frank", 1, { risk_level: "high", risk_state: "atRisk" }),
    person("frank", 2, { risk_level: "high", risk_state: "remediated" }),
    person("grace", 1, { click_count: 2 }),
    person("later", 9, { is_privileged: true }),
  ]);
  const device = { ...base, metadata_uid: "d1", time: "2026-11-01 08:00:00", version_time: "2026-11-01 08:00:00" };
  await store.insert("device_inventory", [
    { ...device, device_hostname: "DC01.corp.example", device_criticality: "High" },
    { ...device, metadata_uid: "d2", device_hostname: "ws-1", device_criticality: "Low" },
  ]);
  const entities = resolveEntities(noEntityRows, { internal: ["10.0.0.0/8"] });
  const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
  const exposures = await gatherExposures(window, entities, { store, signal: new AbortController().signal });
  expect(Object.fromEntries(exposures)).toEqual({
    dc01: { weight: 1, because: "a critical device", marks: ["a critical device"], kind: "device" },
    eve: { weight: 0.9, because: "an account at high risk", marks: ["an account at high risk"], kind: "user" },
    grace: {
      weight: 0.5,
      because: "somebody who clicked on threats before",
      marks: ["somebody who clicked on threats before"],
      kind: "user",
    },
    person9: { weight: 0.7, because: "among the most attacked people", marks: ["among the most attacked people"], kind: "user" },
    "root-admin": {
      weight: 1,
      because: "a privileged account",
      marks: ["a privileged account", "somebody who clicked on threats before"],
      kind: "user",
    },
  });
});
