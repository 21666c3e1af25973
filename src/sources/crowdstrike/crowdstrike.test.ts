import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSample } from "../../../simulator/sample.ts";
import { type ImportedLogs, importLogs } from "../../../test/support/imported-logs.ts";
import { rowsByFile } from "../../../test/support/rows-by-file.ts";
import { totals } from "../testing.ts";

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

describe("records of every kind", () => {
  let logs: ImportedLogs;
  let rows: Awaited<ReturnType<typeof rowsByFile>>;
  beforeAll(async () => {
    logs = await importLogs(names.map(fixture), "crowdstrike");
    rows = await rowsByFile(logs, tables);
  }, 300_000);
  afterAll(() => logs.close());

  test.each(Object.entries(fixtures).map(([name, { holds }]) => ({ name, holds })))(
    "$holds give the rows that are written down beside $name",
    ({ name }) => {
      const expected: unknown = JSON.parse(readFileSync(fixture(name.replace(".jsonl", ".expected.json")), "utf8"));
      expect(rows[name]).toEqual(expected);
    },
  );

  test("every line is accounted for", () => {
    const counted = logs.counts.map(({ file, read, stored, rawOnly }) => [basename(file), { read, stored, rawOnly }]);
    const expected = Object.entries(fixtures).map(([name, { read, stored, rawOnly }]) => [name, { read, stored, rawOnly }]);
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
    // Line 10 of the difficult lines repeats line 1.
    expect(totals(logs.counts)).toMatchObject({ duplicate: 1, quarantined: 10 });
  });

  test("what is refused is refused with a reason", async () => {
    const refused = await logs.query(
      "SELECT concat(toString(line_number), ': ', reason) AS refusal FROM quarantine ORDER BY line_number",
    );
    const none = "not a record of Falcon sensor event or Falcon alert, detection, incident or case or Falcon event stream record";
    expect(refused.map(({ refusal }) => refusal)).toEqual([
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
    ]);
  });

  test("read again, nothing is stored again", async () => {
    const again = totals(await logs.again());
    expect(again).toMatchObject({ stored: 0, duplicate: totals(logs.counts).read - 10, quarantined: 10 });
  });
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
  const folder = await mkdtemp(join(tmpdir(), "spoor-simulated-"));
  try {
    writeSample({ directory: join(folder, "sample"), truthFile: join(folder, "truth.json"), seed: 42, start: "2026-11-02" });
    const paths = readdirSync(join(folder, "sample", "falcon")).map((name) => join(folder, "sample", "falcon", name));
    const written = paths.flatMap((path) => readFileSync(path, "utf8").trimEnd().split("\n")).length;
    const logs = await importLogs(paths, "crowdstrike");
    try {
      expect(totals(logs.counts)).toEqual({ read: written, stored: written, duplicate: 0, quarantined: 0, rawOnly: 0 });
      const [row] = await logs.query(
        `SELECT (SELECT count() FROM detection_finding) + (SELECT count() FROM device_inventory) AS rows,
          (SELECT countIf(isNull(device_hostname) OR isNull(severity) OR isNull(finding_info_title)) FROM detection_finding) AS incomplete`,
      );
      expect(row).toEqual({ rows: String(written), incomplete: "0" });
    } finally {
      await logs.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.skipIf(absent)(`recorded events are read without one refused${why}`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "spoor-recorded-"));
  const path = join(folder, "events.jsonl");
  const events: unknown[] = readFileSync(recorded, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Object.entries(JSON.parse(line)).find(([name]) => name === "event")?.[1])
    .filter((event) => typeof event === "object" && event !== null);
  await writeFile(path, events.map((event) => JSON.stringify(event)).join("\n"));
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
