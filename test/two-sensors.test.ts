import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detect } from "../src/detectors/detect.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { importPaths } from "../src/sources/import.ts";
import { loadSources } from "../src/sources/load.ts";
import { seededRandom } from "../src/stats/random.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import { coverTables, spanOfEvents } from "../src/store/tables.ts";
import type { FindingDraft } from "../src/types.ts";
import { GapLedger } from "../src/world.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 2);

interface Call {
  readonly time: number;
  readonly host: number;
  readonly to: string;
  readonly port: number;
  readonly sourcePort: number;
  readonly process: string;
}

let folder = "";
let one: readonly FindingDraft[] = [];
let both: readonly FindingDraft[] = [];
let reported: readonly FindingDraft[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-sensors-"));
  const calls = callsOfAnOffice();
  const write = (name: string, records: readonly unknown[]): void =>
    writeFileSync(name, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  for (const logs of ["one", "both", "reported"]) {
    mkdirSync(join(folder, logs));
    write(join(folder, logs, "falcon.ndjson"), calls.map(falconRecord));
  }
  write(join(folder, "both", "defender.ndjson"), calls.map(defenderRecord));
  write(join(folder, "reported", "defender.ndjson"), hourlyReports(calls));
  one = await findingsIn("one");
  both = await findingsIn("both");
  reported = await findingsIn("reported");
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the office has a beacon and a movement to find", () => {
  expect(one.some(({ title, score }) => title.includes("203.0.113.45") && score >= 70)).toBe(true);
  expect(one.some(({ title }) => /10\.20\.1\.30|srv-30/i.test(title))).toBe(true);
});

test("every Falcon connection duplicated as Defender's leaves network findings unchanged", () => {
  const shown = (drafts: readonly FindingDraft[]) => drafts.map(({ title, score }) => `${score} ${title}`);
  expect(shown(both)).toEqual(shown(one));
  expect(both).toEqual(one);
});

test("a sensor that sums up by the hour, and knows the name, adds the name to a beacon and no second beacon", () => {
  const beacons = (drafts: readonly FindingDraft[]) => drafts.filter(({ title }) => / calls /.test(title));
  expect(beacons(reported).map(({ title }) => title)).toEqual([
    "10.20.8.27 calls 203.0.113.45:443/tcp (telemetry.fontcache-cdn.example) every 5.0 min",
  ]);
  expect(beacons(one)).toHaveLength(1);
});

/** Two days of twenty desks: people on the web, a file server, updates every hour; a beacon, and one desk that moves to two servers. */
function callsOfAnOffice(): Call[] {
  const random = seededRandom(7);
  const calls: Call[] = [];
  const call = (time: number, host: number, to: string, port: number, process: string): number =>
    calls.push({ time: Math.round(time), host, to, port, sourcePort: 49_152 + random.integer(16_000), process });
  for (const host of Array.from({ length: 20 }, (_, index) => 21 + index))
    for (const midnight of [start, start + 24 * hour]) {
      for (let time = midnight + 8 * hour; time < midnight + 17 * hour; time += random.between(1, 14) * minute)
        call(time, host, `142.250.${random.integer(6)}.${210 + random.integer(20)}`, 443, "msedge.exe");
      for (let time = midnight + 8 * hour; time < midnight + 17 * hour; time += random.between(40, 80) * minute)
        call(time, host, "10.20.1.20", 445, "System");
      for (let time = midnight + 8 * hour + host * minute; time < midnight + 17 * hour; time += hour)
        call(time, host, "13.107.6.211", 443, "updater.exe");
    }
  for (let time = start + 9 * hour; time < start + 41 * hour; time += 5 * minute * random.between(0.8, 1.2))
    call(time, 27, "203.0.113.45", 443, "fontkit.exe");
  for (const [index, target] of ["10.20.1.30", "10.20.1.31"].entries()) {
    const time = start + 37 * hour + index * 20 * minute;
    call(time, 27, target, 135, "svchost.exe");
    call(time + 800, 27, target, 49_667, "wmic.exe");
    call(time + 5000, 27, target, 445, "System");
  }
  return calls.sort((a, b) => a.time - b.time);
}

function falconRecord(call: Call, index: number): Record<string, string> {
  return {
    event_simpleName: "NetworkConnectIP4",
    name: "NetworkConnectIP4V12",
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    cid: "c".repeat(32),
    aid: String(call.host).padStart(32, "a"),
    event_platform: "Win",
    timestamp: String(call.time + 900),
    ContextTimeStamp: (call.time / 1000).toFixed(3),
    ComputerName: `WS-${call.host}`,
    LocalAddressIP4: `10.20.8.${call.host}`,
    LocalPort: String(call.sourcePort),
    RemoteAddressIP4: call.to,
    RemotePort: String(call.port),
    Protocol: "6",
    ConnectionDirection: "0",
    ContextImageFileName: `C:\\Windows\\${call.process}`,
  };
}

/** The same connection as the other sensor tells it: by its own clock, a moment later. */
function defenderRecord(call: Call, index: number): Record<string, unknown> {
  return {
    Timestamp: new Date(call.time + 130 + (index % 7) * 40).toISOString(),
    DeviceId: String(call.host).padStart(40, "d"),
    DeviceName: `WS-${call.host}`,
    ActionType: "ConnectionSuccess",
    LocalIP: `10.20.8.${call.host}`,
    LocalPort: call.sourcePort,
    RemoteIP: call.to,
    RemotePort: call.port,
    Protocol: "Tcp",
    ReportId: 1000 + index,
    InitiatingProcessFileName: call.process,
    InitiatingProcessFolderPath: `C:\\Windows\\${call.process}`,
  };
}

/** What the sensor tells of the beacon when it sums up: one row an hour, at its end, with the name that was called. */
function hourlyReports(calls: readonly Call[]): Record<string, unknown>[] {
  const hours = new Map<number, Call[]>();
  for (const call of calls.filter(({ to }) => to === "203.0.113.45")) {
    const at = Math.floor(call.time / hour);
    hours.set(at, [...(hours.get(at) ?? []), call]);
  }
  return [...hours].flatMap(([at, [call, ...others]], index) =>
    call === undefined
      ? []
      : [
          {
            ...defenderRecord(call, index),
            Timestamp: new Date((at + 1) * hour).toISOString(),
            ActionType: "ConnectionSuccessAggregatedReport",
            LocalPort: null,
            RemoteUrl: "telemetry.fontcache-cdn.example",
            AdditionalFields: JSON.stringify({ uniqueEventsAggregated: others.length + 1 }),
          },
        ],
  );
}

async function findingsIn(logs: string): Promise<FindingDraft[]> {
  const store = await openEmbeddedStore({ directory: join(folder, `${logs}-store`) });
  try {
    await store.migrate();
    const world = {
      store,
      clock: () => new Date(0),
      gaps: new GapLedger(),
      progress: () => {},
      signal: new AbortController().signal,
    };
    const importing = { sources: await loadSources(), landingDirectory: join(folder, `${logs}-landing`), year: 2026 };
    const counts = await importPaths([join(folder, logs)], importing, world);
    expect(counts.every(({ read, stored }) => read === stored && read > 0)).toBe(true);
    const window = await spanOfEvents(store);
    if (window === null) throw new Error("there are no events");
    const ofNetworks = (await loadDetectors()).filter(({ anyOf }) => anyOf.some(({ table }) => table === "network_activity"));
    const options = { window, internal: ["10.0.0.0/8"], seed: 42, settings: {}, model: null };
    const runs = await detect({ ...options, detectors: ofNetworks, tables: await coverTables(store, window) }, world);
    expect(runs.filter(({ failed }) => failed)).toEqual([]);
    return runs.flatMap(({ candidates }) => candidates.map(({ draft }) => draft));
  } finally {
    await store.close();
  }
}
