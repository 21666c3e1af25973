import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportedLogs, importLogs } from "../../../test/support/imported-logs.ts";
import { describeWholeSource, membersOf, withSimulated } from "../../../test/support/whole-source.ts";
import { type Bench, openBench, totals, whatGoesWrong } from "../testing.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const shared = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const absent = !existsSync(shared);
const why = absent ? " (skipped: ../shared/data is absent)" : "";

const tables = [
  "api_activity",
  "authentication",
  "detection_finding",
  "device_inventory",
  "dns_activity",
  "email_activity",
  "email_url_activity",
  "file_activity",
  "http_activity",
  "network_activity",
  "process_activity",
  "registry_activity",
  "rpc_activity",
  "scheduled_job_activity",
  "script_activity",
  "service_activity",
  "ssh_activity",
  "user_inventory",
];

// What each fixture holds, and how its lines end up.
const fixtures = {
  "sign-ins.jsonl": {
    holds: "sign-ins of Graph, Azure Monitor, Log Analytics, hunting and Office",
    read: 13,
    stored: 13,
    rawOnly: 0,
  },
  "directory.jsonl": {
    holds: "directory audits, risks, people, devices and requests to Graph",
    read: 14,
    stored: 14,
    rawOnly: 1,
  },
  "alerts.jsonl": { holds: "alerts, incidents and machines", read: 9, stored: 9, rawOnly: 2 },
  "hunting.jsonl": { holds: "rows of device tables", read: 30, stored: 30, rawOnly: 4 },
  "hunting-cloud.jsonl": { holds: "rows of identity, mail and cloud tables", read: 11, stored: 11, rawOnly: 4 },
  "office.jsonl": { holds: "Office 365 audit records", read: 2, stored: 2, rawOnly: 0 },
  "portal-sign-ins.csv": { holds: "a log table as CSV", read: 1, stored: 1, rawOnly: 0 },
  "portal-audit.csv": { holds: "the audit portal's CSV", read: 2, stored: 2, rawOnly: 0 },
  "portal-hunting.csv": { holds: "hunting rows as CSV, some of them broken", read: 4, stored: 1, rawOnly: 0 },
  "collected.jsonl": {
    holds: "what the collector writes down: directory objects with their day, hunting rows with their table",
    read: 13,
    stored: 11,
    rawOnly: 1,
  },
  "difficult.jsonl": { holds: "lines that are no good records", read: 14, stored: 5, rawOnly: 0 },
};
const names = Object.keys(fixtures);

describeWholeSource({
  moduleUrl: import.meta.url,
  source: "microsoft",
  tables,
  fixtures,
  // Line 11 of the difficult lines repeats line 1; of a sign-in that both Graph and hunting tell, one row is stored.
  duplicate: 2,
  refused: [
    "2: not a JSON object",
    "3: not JSON, or cut off",
    "3: not a record of advanced hunting rows as CSV",
    "4: a row with other columns than its header",
    "5: a record without a time between 1970 and 2200",
    "8: a record without a time between 1970 and 2200",
    "9: a record without a time between 1970 and 2200",
    "10: a record without a time between 1970 and 2200",
    "12: not a record of Entra sign-in or Entra risky user",
    "13: a record without a time between 1970 and 2200",
    "13: not a JSON object",
    "14: not a JSON object",
  ],
});

describe("other ways to keep records", () => {
  let folder: string;
  let logs: ImportedLogs;
  const lines = names
    .filter((name) => name.endsWith(".jsonl") && name !== "difficult.jsonl" && name !== "collected.jsonl")
    .flatMap((name) => readFileSync(fixture(name), "utf8").trimEnd().split("\n"));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "spoor-microsoft-"));
    await writeFile(join(folder, "mixed.jsonl"), lines.join("\r\n"));
    logs = await importLogs([join(folder, "mixed.jsonl")], "microsoft");
  }, 300_000);
  afterAll(async () => {
    await logs.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("one file may hold records of all kinds", () => {
    expect(logs.counts).toMatchObject([{ read: lines.length, stored: lines.length, rawOnly: 11 }]);
  });

  test("the same records in the wrappers of Graph and Azure Monitor are the same records", async () => {
    const graph = join(folder, "graph.json");
    const monitor = join(folder, "monitor.json");
    await writeFile(graph, `{"@odata.context":"$metadata#auditLogs/signIns","value":[\n${lines.slice(0, 3).join(",\n")}\n]}`);
    await writeFile(monitor, `{"records":[${lines.slice(7, 9).join(",")}]}`);
    const wrapped = await importLogs([graph, monitor], "microsoft");
    try {
      const sql = "SELECT metadata_uid FROM authentication ORDER BY metadata_uid";
      const uids = (await logs.query(sql)).map((row) => row.metadata_uid);
      const found = (await wrapped.query(sql)).map((row) => row.metadata_uid);
      expect(totals(wrapped.counts)).toMatchObject({ read: 5, stored: 5 });
      expect(found.filter((uid) => !uids.includes(uid))).toEqual([]);
    } finally {
      await wrapped.close();
    }
  });
});

describe("strange values", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench({ only: ["microsoft"] });
  }, 300_000);
  afterAll(() => bench.close());

  // whatGoesWrong knows JSON by these two endings.
  test.each(["collected", "sign-ins"])(
    "in the records of %s break no statement and leave no empty text",
    async (name) => {
      await bench.clear();
      const copy = bench.write(`${name}.ndjson`, readFileSync(fixture(`${name}.jsonl`)));
      expect(await whatGoesWrong(bench, copy)).toEqual([]);
    },
    300_000,
  );
});

test("the sign-ins that the simulator writes are all read", async () => {
  await withSimulated("entra", "microsoft", async (logs, written) => {
    const [row] = await logs.query(
      "SELECT count() AS rows, countIf(isNull(user_email_addr) OR isNull(src_endpoint_ip) OR isNull(src_endpoint_location_country)) AS incomplete FROM authentication",
    );
    expect(row).toEqual({ rows: String(written), incomplete: "0" });
  });
});

// Published samples and recordings. Duplicates are real: documentation repeats a record, recordings repeat rows that a query unfolded,
// and those whose ids were blacked out share them.
const recordings: readonly { file: string; member?: string; counts: Partial<ReturnType<typeof totals>> }[] = [
  { file: "signin/otrf-golden-saml/AADAuditEvents.json", counts: { read: 4, stored: 3, duplicate: 1 } },
  { file: "signin/otrf-golden-saml/Microsoft365DefenderEvents.json", counts: { read: 9, stored: 9, rawOnly: 5 } },
  { file: "signin/otrf-golden-saml/OfficeActivityEvents.json", counts: { read: 1, stored: 0, duplicate: 1 } },
  { file: "signin/panther-azure-signin/events.jsonl", member: "event", counts: { read: 25, stored: 18, duplicate: 7 } },
  { file: "edr/panther-microsoft/events.jsonl", member: "event", counts: { read: 10, stored: 8, duplicate: 2, rawOnly: 1 } },
  { file: "edr/microsoft-secrl-alerts/security_alerts.jsonl.gz", counts: { read: 77, stored: 77 } },
  { file: "vendor-samples/msticpy/aad_logons.jsonl", counts: { read: 86, stored: 45, duplicate: 41 } },
  { file: "vendor-samples/msticpy/alerts_list.jsonl", counts: { read: 25, stored: 25 } },
  { file: "vendor-samples/microsoft-graph-docs/signin-get-1.json", counts: { read: 1, stored: 1 } },
  { file: "vendor-samples/microsoft-graph-docs/riskdetection-get-1.json", counts: { read: 1, stored: 1 } },
  { file: "vendor-samples/transcribed/graph-docs-alerts_v2-get-response.json", counts: { read: 1, stored: 1 } },
  { file: "vendor-samples/transcribed/graph-docs-runHuntingQuery-response.json", counts: { read: 2, stored: 2, rawOnly: 2 } },
  { file: "vendor-samples/rapid7-insightconnect/microsoft_atp.test_get_alerts.json", counts: { read: 1, stored: 1 } },
  { file: "vendor-samples/rapid7-insightconnect/microsoft_atp.test_search_machines.json", counts: { read: 2, stored: 2 } },
  {
    file: "vendor-samples/rapid7-insightconnect/microsoft_defender_incidents.test_get_incident.json",
    counts: { read: 1, stored: 1 },
  },
];

describe.skipIf(absent)(`published samples and recordings${why}`, () => {
  let folder: string;
  let logs: ImportedLogs;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "spoor-recorded-"));
    const paths = recordings.map(({ file }, index) => join(folder, `${String(index).padStart(2, "0")}-${basename(file, ".gz")}`));
    for (const [index, { file, member }] of recordings.entries()) {
      const bytes = readFileSync(join(shared, file));
      const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      await writeFile(paths[index] ?? "", member === undefined ? text : membersOf(text, member));
    }
    logs = await importLogs(paths, "microsoft");
  }, 300_000);
  afterAll(async () => {
    await logs.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("are read without a line refused", () => {
    const none = { duplicate: 0, quarantined: 0, rawOnly: 0 };
    const counted = logs.counts.map(({ file, read, stored, duplicate, quarantined, rawOnly }) => ({
      file: basename(file).slice(3),
      counts: { read, stored, duplicate, quarantined, rawOnly },
    }));
    expect(counted).toEqual(
      recordings.map(({ file, counts }) => ({ file: basename(file, ".gz"), counts: { ...none, ...counts } })),
    );
  });

  test("sign-ins have who, from where and how they ended", async () => {
    const [row] = await logs.query(
      "SELECT count() AS rows, countIf(isNull(user_name)) AS nobody, countIf(isNull(src_endpoint_ip)) AS nowhere, countIf(isNull(status)) AS undecided FROM authentication",
    );
    expect(row).toEqual({ rows: "53", nobody: "0", nowhere: "0", undecided: "0" });
  });

  test("an address that is none and coordinates that are absent are NULL", async () => {
    const rows = await logs.query(
      "SELECT src_endpoint_ip, user_name FROM detection_finding WHERE metadata_uid LIKE 'entra-risk-detection:%'",
    );
    expect(rows).toEqual([{ src_endpoint_ip: null, user_name: "olack@adatum.com" }]);
  });
});
