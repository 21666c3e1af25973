import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tellDay } from "../simulator/background/days.ts";
import { day } from "../simulator/calendar.ts";
import { estateOf } from "../simulator/estate.ts";
import { eventsOf } from "../simulator/vendors.ts";
import { type DetectorRun, detect } from "../src/detectors/detect.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { importPaths } from "../src/sources/import.ts";
import { loadSources } from "../src/sources/load.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import { coverTables, spanOfEvents } from "../src/store/tables.ts";
import { GapLedger } from "../src/world.ts";

const seed = 3;
const monday = Date.UTC(2026, 10, 2);
const wanted = ["impossible-travel", "password-attack"];

let folder = "";
let addresses = new Map<string, Set<string>>();
let signIns = 0;
let runs: DetectorRun[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-one-egress-"));
  const estate = estateOf(seed, { people: 500, offices: 1 });
  const told = [0, 1, 2].flatMap(
    (index) => tellDay(estate, estate.workstations, monday + index * day, { seed, busyness: 0.05 }).signIns,
  );
  const { microsoft } = eventsOf({ signIns: told }, estate);
  for (const [name, records] of Object.entries({ v1: microsoft.signIns, hunting: microsoft.hunting.EntraIdSignInEvents }))
    writeFileSync(join(folder, `${name}.ndjson`), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  signIns = told.length;
  addresses = new Map();
  for (const { address, person } of told) addresses.set(address, (addresses.get(address) ?? new Set()).add(person.account));

  const store = await openEmbeddedStore({ directory: join(folder, "store") });
  try {
    await store.migrate();
    const world = {
      store,
      clock: () => new Date(0),
      gaps: new GapLedger(),
      progress: () => {},
      signal: new AbortController().signal,
    };
    const files = ["v1", "hunting"].map((name) => join(folder, `${name}.ndjson`));
    await importPaths(files, { sources: await loadSources(), landingDirectory: join(folder, "landing"), year: 2026 }, world);
    const window = await spanOfEvents(store);
    if (window === null) throw new Error("there are no events");
    const detectors = (await loadDetectors()).filter(({ id }) => wanted.includes(id));
    const options = { detectors, window, internal: ["10.0.0.0/8"], seed: 42, settings: {}, model: null };
    runs = await detect({ ...options, tables: await coverTables(store, window) }, world);
  } finally {
    await store.close();
  }
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the company goes out through one address, and some of it also through a tunnel that ends abroad", () => {
  const [most = 0] = [...addresses.values()].map(({ size }) => size).sort((a, b) => b - a);
  expect(most).toBeGreaterThan(350);
  expect(addresses.get("198.51.100.200")?.size ?? 0).toBeGreaterThan(30);
  expect(signIns).toBeGreaterThan(5_000);
});

test("500 people behind one egress address raise no travel or spray finding above the alert line", () => {
  expect(runs.map(({ detector, evaluable, failed }) => ({ id: detector.id, evaluable, failed }))).toEqual(
    wanted.map((id) => ({ id, evaluable: true, failed: false })),
  );
  const loud = runs.flatMap(({ candidates }) => candidates.map(({ draft }) => draft)).filter(({ score }) => score >= 70);
  expect(loud.map(({ title, score }) => `${score} ${title}`)).toEqual([]);
});
