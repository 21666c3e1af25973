import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportedLogs, importLogs } from "../../../test/support/imported-logs.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const shared = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const absent = !existsSync(shared);
const why = absent ? " (skipped: ../shared/data is absent)" : "";

const tables = [
  "authentication",
  "process_activity",
  "network_activity",
  "dns_activity",
  "file_activity",
  "registry_activity",
  "service_activity",
  "scheduled_job_activity",
  "smb_activity",
  "script_activity",
  "rdp_activity",
  "rpc_activity",
];

describe.each(["nxlog", "winlogbeat", "evtx"])("events as %s writes them", (tool) => {
  let logs: ImportedLogs;
  beforeAll(async () => {
    logs = await importLogs([fixture(`${tool}.jsonl`)], "windows-events");
  });
  afterAll(() => logs.close());

  test("become the rows that are written down beside them", async () => {
    const expected: unknown = JSON.parse(readFileSync(fixture(`${tool}.expected.json`), "utf8"));
    expect(await logs.tables(tables)).toEqual(expected);
  });

  test("are all accounted for, and stored once however often they are read", async () => {
    const [count] = logs.counts;
    expect(count).toMatchObject({ format: "windows-events", duplicate: 0, quarantined: 0 });
    expect(count?.read).toBe(count?.stored);
    expect(await logs.again()).toMatchObject([{ stored: 0, duplicate: count?.read }]);
  });
});

describe("lines that are no good events", () => {
  let logs: ImportedLogs;
  beforeAll(async () => {
    logs = await importLogs([fixture("difficult.jsonl")], "windows-events");
  });
  afterAll(() => logs.close());

  test("are refused with a reason, and the counts reconcile", async () => {
    // Line 17 repeats the record of line 1; lines 18 and 19 are alike but have no record number, so that both count.
    expect(logs.counts).toMatchObject([{ read: 18, stored: 6, duplicate: 1, quarantined: 11, rawOnly: 1 }]);
    expect(await logs.query("SELECT line_number, reason FROM quarantine ORDER BY line_number")).toEqual([
      { line_number: "2", reason: "not JSON, or cut off" },
      { line_number: "3", reason: "not JSON, or cut off" },
      { line_number: "5", reason: "a Windows event without an event id" },
      { line_number: "6", reason: "a Windows event without an event id" },
      { line_number: "7", reason: "a Windows event without an event id" },
      { line_number: "8", reason: "a Windows event that names neither log nor machine" },
      { line_number: "9", reason: "a Windows event without a time between 1970 and 2200" },
      { line_number: "10", reason: "a Windows event without a time between 1970 and 2200" },
      { line_number: "11", reason: "a Windows event without a time between 1970 and 2200" },
      { line_number: "12", reason: "a Windows event without a time between 1970 and 2200" },
      { line_number: "13", reason: "a Windows event that names neither log nor machine" },
    ]);
  });

  test("leave hostile text as text, and values of a wrong kind out", async () => {
    const expected: unknown = JSON.parse(readFileSync(fixture("difficult.expected.json"), "utf8"));
    expect(await logs.tables(tables)).toEqual(expected);
  });
});

interface Truth {
  readonly items: readonly {
    readonly dataset: string;
    readonly label: string;
    readonly source?: { readonly host: string; readonly ip: string };
    readonly targets?: readonly { readonly host: string; readonly ip: string }[];
    readonly user?: string;
  }[];
}

// The lines of all files in one, so that the engine is asked once: where each begins and ends is kept.
async function joined(
  folder: string,
  into: string,
): Promise<ReadonlyMap<string, { first: number; last: number; lines: readonly string[] }>> {
  const spans = new Map<string, { first: number; last: number; lines: readonly string[] }>();
  const all: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const lines = gunzipSync(readFileSync(join(folder, name)))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    spans.set(name.replace(".jsonl.gz", ""), { first: all.length + 1, last: all.length + lines.length, lines });
    all.push(...lines);
  }
  await writeFile(into, all.join("\n"));
  return spans;
}

const tableOf: Readonly<Record<string, readonly number[]>> = {
  authentication: [4624, 4634, 4648, 4672, 4768, 4769, 4776],
  process_activity: [4688, 4689, 1, 5],
  network_activity: [5156, 3],
  dns_activity: [22],
  file_activity: [11],
  service_activity: [4697, 7045, 7036, 7040],
  scheduled_job_activity: [4698, 4702],
  smb_activity: [5140, 5145],
  script_activity: [4103, 4104, 400, 600],
};

describe.skipIf(absent)(`recorded intrusions${why}`, () => {
  let directory: string;
  let logs: ImportedLogs;
  let spans: ReadonlyMap<string, { first: number; last: number; lines: readonly string[] }>;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "spoor-windows-"));
    const path = join(directory, "all.jsonl");
    spans = await joined(join(shared, "lateral/otrf-host"), path);
    logs = await importLogs([path], "windows-events");
  }, 300_000);
  afterAll(async () => {
    await logs.close();
    await rm(directory, { recursive: true, force: true });
  });

  test("every line is read and none refused", () => {
    const lines = [...spans.values()].reduce((sum, span) => sum + span.lines.length, 0);
    expect(logs.counts).toMatchObject([{ read: lines, stored: lines, duplicate: 0, quarantined: 0 }]);
  });

  test("each table holds the events it is for", async () => {
    const events = [...spans.values()].flatMap(({ lines }) => lines.map((line) => idOf(line)));
    for (const [table, ids] of Object.entries(tableOf)) {
      const wanted = events.filter(({ id, isFromHyperV }) => ids.includes(id) && !isFromHyperV).length;
      expect({ table, rows: await logs.query(`SELECT count() AS rows FROM ${table}`) }).toEqual({
        table,
        rows: [{ rows: String(wanted) }],
      });
    }
  });

  test("each movement is there with source, target, user and session", async () => {
    const truth: Truth = JSON.parse(readFileSync(join(shared, "lateral/truth-otrf-host.json"), "utf8"));
    const missing: string[] = [];
    for (const { dataset, label, source, targets, user } of truth.items) {
      const span = spans.get(dataset);
      const target = targets?.[0];
      if (label !== "lateral_movement" || span === undefined || source === undefined || target === undefined) continue;
      const values = {
        first: span.first,
        last: span.last,
        sourceIp: source.ip,
        sourceHost: source.host.toLowerCase(),
        targetIp: target.ip,
        targetHost: target.host.toLowerCase(),
        user: user ?? "",
      };
      const within = "raw_line_number >= {first:UInt64} AND raw_line_number <= {last:UInt64}";
      const connections = `SELECT count() AS rows FROM network_activity WHERE ${within} AND src_endpoint_ip = {sourceIp:String} AND dst_endpoint_ip = {targetIp:String}
        AND ((connection_info_direction = 'Outbound' AND splitByChar('.', device_hostname)[1] = {sourceHost:String} AND splitByChar('.', src_endpoint_hostname)[1] = {sourceHost:String})
          OR (connection_info_direction = 'Inbound' AND splitByChar('.', device_hostname)[1] = {targetHost:String} AND splitByChar('.', dst_endpoint_hostname)[1] = {targetHost:String}))`;
      const logons = `SELECT count() AS rows FROM authentication WHERE ${within} AND metadata_event_code = '4624' AND logon_type = 'Network'
        AND splitByChar('.', device_hostname)[1] = {targetHost:String} AND user_name = {user:String} AND startsWith(session_uid, '0x')`;
      for (const [kind, sql] of Object.entries({ connections, logons })) {
        const [row] = await logs.query(sql, values);
        if (row?.rows === "0") missing.push(`${dataset}: ${kind}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("what a remote session did is found by its logon id on the machine", async () => {
    const did = await logs.query(`SELECT did.kind AS kind, count() AS rows, min(logon.src_endpoint_ip) AS source
      FROM (
        SELECT 'service' AS kind, device_hostname, actor_session_uid FROM service_activity WHERE isNotNull(actor_session_uid)
        UNION ALL SELECT 'job', device_hostname, actor_session_uid FROM scheduled_job_activity WHERE activity_name = 'Create'
        UNION ALL SELECT 'share', device_hostname, actor_session_uid FROM smb_activity WHERE activity_name = 'File Write'
        UNION ALL SELECT 'process', device_hostname, actor_session_uid FROM process_activity WHERE parent_process_name = 'WmiPrvSE.exe' AND activity_name = 'Launch'
      ) AS did
      INNER JOIN (SELECT DISTINCT device_hostname, session_uid, src_endpoint_ip FROM authentication WHERE metadata_event_code = '4624' AND user_name = 'pgustavo') AS logon
        ON did.device_hostname = logon.device_hostname AND did.actor_session_uid = logon.session_uid
      GROUP BY kind ORDER BY kind`);
    expect(did).toEqual([
      { kind: "job", rows: "1", source: "172.18.39.5" },
      { kind: "process", rows: "4", source: "172.18.39.5" },
      { kind: "service", rows: "2", source: "172.18.39.5" },
      { kind: "share", rows: "4", source: "172.18.39.5" },
    ]);
  });

  test("local wall clocks become UTC by the record's own evidence", async () => {
    // Sysmon stamps UTC itself; where only its network events drift, its process events do not.
    const [row] = await logs.query(
      `SELECT countIf(abs(dateDiff('second', time, parseDateTime64BestEffortOrNull(JSONExtractString(line, 'UtcTime'), 6, 'UTC'))) > 1) AS off, count() AS rows
      FROM process_activity INNER JOIN raw ON raw.file_uid = process_activity.raw_file_uid AND raw.line_number = process_activity.raw_line_number
      WHERE metadata_product_name = 'Sysmon' AND position(line, '"EventReceivedTime"') > 0`,
    );
    expect(row).toEqual({ off: "0", rows: "189" });
  });
});

function idOf(line: string): { id: number; isFromHyperV: boolean } {
  const event: { EventID: number; SourceName: string } = JSON.parse(line);
  return { id: event.EventID, isFromHyperV: event.SourceName.includes("Hyper-V") };
}

test.skipIf(absent)(`a Log Analytics export is read too${why}`, async () => {
  const logs = await importLogs([join(shared, "signin/otrf-golden-saml/WindowsEvents.json")], "windows-events");
  try {
    expect(logs.counts).toMatchObject([{ read: 38, stored: 38, quarantined: 0 }]);
    const logons = await logs.query(
      "SELECT user_name, device_hostname, src_endpoint_ip, count() AS rows FROM authentication GROUP BY ALL ORDER BY ALL",
    );
    expect(logons).toContainEqual({
      user_name: "wardog",
      device_hostname: "dc01.simulandlabs.com",
      src_endpoint_ip: "192.168.2.5",
      rows: "7",
    });
  } finally {
    await logs.close();
  }
});
