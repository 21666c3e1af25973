import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { importLogs } from "../../../test/support/imported-logs.ts";
import { describeWholeSource, membersOf, withSimulated } from "../../../test/support/whole-source.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const recorded = fileURLToPath(new URL("../../../../shared/data/edr/panther-crowdstrike/events.jsonl", import.meta.url));
const absent = !existsSync(recorded);
const why = absent ? " (skipped: ../shared/data is absent)" : "";

const tables = [
  "api_activity",
  "authentication",
  "detection_finding",
  "device_inventory",
  "dns_activity",
  "file_activity",
  "network_activity",
  "process_activity",
  "registry_activity",
  "scheduled_job_activity",
  "script_activity",
  "service_activity",
  "smb_activity",
  "user_inventory",
];

// What each fixture holds, and how its lines end up.
const fixtures = {
  "sensor-events.jsonl": { holds: "sensor events of the Data Replicator", read: 28, stored: 28, rawOnly: 5 },
  "kept-events.jsonl": { holds: "sensor events as Next-Gen SIEM and Panther keep them", read: 4, stored: 4, rawOnly: 0 },
  "collected.jsonl": {
    holds: "what only the collector brings: hourly counts, rows of searches, cases",
    read: 6,
    stored: 6,
    rawOnly: 3,
  },
  "alerts.jsonl": { holds: "alerts, detections and incidents of the interfaces", read: 5, stored: 5, rawOnly: 1 },
  "streams.jsonl": { holds: "records of Event Streams", read: 6, stored: 6, rawOnly: 1 },
  "inventory.jsonl": { holds: "hosts, assets and accounts", read: 7, stored: 7, rawOnly: 2 },
  "difficult.jsonl": { holds: "lines that are no good records", read: 15, stored: 4, rawOnly: 0 },
};
const names = Object.keys(fixtures);

const none = "not a record of Falcon sensor event or Falcon alert, detection, incident or case or Falcon event stream record";
describeWholeSource({
  moduleUrl: import.meta.url,
  source: "crowdstrike",
  tables,
  fixtures,
  // Line 10 of the difficult lines repeats line 1.
  duplicate: 1,
  refused: [
    "2: not JSON, or cut off",
    "3: not JSON, or cut off",
    `7: ${none}`,
    "8: a record without a time between 1970 and 2200",
    "9: a record without a time between 1970 and 2200",
    "11: a record without a time between 1970 and 2200",
    `13: ${none}`,
    `14: ${none}`,
    "15: not a JSON object",
    "16: a record without a time between 1970 and 2200",
  ],
});

test("one file may hold records of all kinds, in the wrapper of the interfaces too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spoor-falcon-"));
  const lines = names
    .filter((name) => name !== "difficult.jsonl")
    .flatMap((name) => readFileSync(fixture(name), "utf8").trimEnd().split("\n"));
  const alerts = readFileSync(fixture("alerts.jsonl"), "utf8").trimEnd().split("\n").slice(0, 3);
  const mixed = join(folder, "mixed.jsonl");
  const wrapped = join(folder, "wrapped.json");
  await writeFile(mixed, lines.join("\r\n"));
  await writeFile(wrapped, `{"meta":{"query_time":0.1},"errors":[],"resources":[${alerts.join(",")}]}`);
  try {
    const logs = await importLogs([mixed, wrapped], "crowdstrike");
    try {
      expect(logs.counts).toMatchObject([
        { read: lines.length, stored: lines.length, rawOnly: 12 },
        { read: 3, stored: 0, duplicate: 3 },
      ]);
    } finally {
      await logs.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the alerts and hosts that the simulator writes are all read", async () => {
  await withSimulated("falcon", "crowdstrike", async (logs, written) => {
    const [row] = await logs.query(
      `SELECT (SELECT count() FROM detection_finding) + (SELECT count() FROM device_inventory) AS rows,
        (SELECT countIf(isNull(device_hostname) OR isNull(severity) OR isNull(finding_info_title)) FROM detection_finding) AS incomplete`,
    );
    expect(row).toEqual({ rows: String(written), incomplete: "0" });
  });
});

test.skipIf(absent)(`recorded events are read without one refused${why}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "spoor-recorded-"));
  const path = join(folder, "events.jsonl");
  await writeFile(path, membersOf(readFileSync(recorded, "utf8"), "event"));
  try {
    const logs = await importLogs([path], "crowdstrike");
    try {
      // The ids of many were blacked out, so that they are one record to us.
      expect(logs.counts).toMatchObject([{ read: 57, stored: 25, duplicate: 32, quarantined: 0, rawOnly: 1 }]);
      expect(await logs.query("SELECT DISTINCT process_name FROM process_activity ORDER BY process_name")).toContainEqual({
        process_name: "osascript",
      });
    } finally {
      await logs.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
