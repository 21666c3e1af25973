// The worked example of docs/guide/own-sources.md: a folder of data and SQL teaches Spoor a format of the user's own, and the same
// events give the same rows whether they come as JSON lines, as CSV or as Parquet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSources } from "../src/sources/load.ts";
import { type Bench, openBench, totals } from "../src/sources/testing.ts";

const example = fileURLToPath(new URL("../examples/sources", import.meta.url));
const guide = fileURLToPath(new URL("../docs/guide/own-sources.md", import.meta.url));
const generator = fileURLToPath(new URL("../../shared/baseline/gen.py", import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ only: ["lab-export", "proofpoint"], own: example });
});
afterAll(() => bench?.close());

const network = {
  header: [
    "timestamp",
    "host",
    "source_ip",
    "user",
    "destination_ip",
    "domain",
    "destination_port",
    "protocol",
    "process",
    "bytes_out",
    "bytes_in",
    "duration_ms",
  ],
  rows: [
    [
      "2026-11-02T08:00:00.250Z",
      "WS-07",
      "10.0.0.7",
      "Ana@Corp.Example",
      "203.0.113.9",
      "CDN.Example.",
      443,
      "TCP",
      "chrome.exe",
      900,
      7200,
      1500,
    ],
    ["2026-11-02T08:00:01.000Z", "ws-08", "10.0.0.8", "", "2001:db8::9", "", 53, "udp", 'odd, "quoted" name.exe', 60, 0, 12],
    ["2026-11-02T08:00:01.000Z", "ws-08", "10.0.0.8", "", "2001:db8::9", "", 53, "udp", 'odd, "quoted" name.exe', 60, 0, 12],
  ],
} as const;

type Cell = string | number | null;
interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

function asJsonLines({ header, rows }: Sheet): string {
  return rows.map((row) => `${JSON.stringify(Object.fromEntries(header.map((name, at) => [name, row[at]])))}\n`).join("");
}

function asCsv({ header, rows }: Sheet): string {
  const quoted = (cell: Cell): string => {
    const text = cell === null ? "" : String(cell);
    return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // As a spreadsheet writes it: with a byte-order mark and CRLF.
  return `\uFEFF${[header, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("")}`;
}

async function asParquet(name: string, sheet: Sheet): Promise<string> {
  const from = bench.write(`lines/${name}.json`, asJsonLines(sheet));
  const to = join(bench.folder, "logs", `${name}.parquet`);
  await bench.store.exec("INSERT INTO FUNCTION file({to:String}, 'Parquet') SELECT * FROM file({from:String}, 'JSONEachRow')", {
    to,
    from,
  });
  return to;
}

/** Imports one file, gives the rows it brought into a table, and takes them away again. */
async function rowsOf(
  path: string,
  table: string,
): Promise<{ rows: Record<string, unknown>[]; uids: string; counts: ReturnType<typeof totals> }> {
  const { counts, gaps } = await bench.import([path]);
  expect(gaps).toEqual([]);
  const rows = (await bench.rows(table)).map(({ raw_line_number: _, ...row }) => row);
  const uids = await bench.store.text(`SELECT metadata_uid FROM ${table} ORDER BY metadata_uid`);
  await bench.store.exec(`TRUNCATE TABLE ${table}`);
  return { rows, uids, counts: totals(counts) };
}

/** The same sheet as JSON lines, CSV and Parquet. */
async function threeWays(name: string, table: string, sheet: Sheet, json = sheet): Promise<Awaited<ReturnType<typeof rowsOf>>[]> {
  const answers = [];
  for (const path of [
    bench.write(`${name}.ndjson`, asJsonLines(json)),
    bench.write(`${name}.csv`, asCsv(sheet)),
    await asParquet(name, json),
  ])
    answers.push(await rowsOf(path, table));
  return answers;
}

describe("the worked example", () => {
  test("connections give the same rows and uids from JSON lines, CSV and Parquet", async () => {
    const [json, csv, parquet] = await threeWays("network", "network_activity", network);
    const lab = {
      metadata_product_vendor_name: "Lab",
      metadata_product_name: "Lab export",
      metadata_uid: "lab-network:#",
      activity_name: "Traffic",
    };
    const second = {
      ...lab,
      time: "2026-11-02 08:00:01.000000",
      end_time: "2026-11-02 08:00:01.012000",
      connection_info_protocol_name: "udp",
      src_endpoint_ip: "10.0.0.8",
      src_endpoint_hostname: "ws-08",
      dst_endpoint_ip: "2001:db8::9",
      dst_endpoint_port: 53,
      duration_seconds: 0.012,
      traffic_bytes_out: 60,
      traffic_bytes_in: 0,
      device_hostname: "ws-08",
      device_ip: "10.0.0.8",
      actor_process_name: 'odd, "quoted" name.exe',
    };
    expect(json?.rows).toEqual([
      {
        ...lab,
        time: "2026-11-02 08:00:00.250000",
        end_time: "2026-11-02 08:00:01.750000",
        connection_info_protocol_name: "tcp",
        src_endpoint_ip: "10.0.0.7",
        src_endpoint_hostname: "ws-07",
        dst_endpoint_ip: "203.0.113.9",
        dst_endpoint_port: 443,
        dst_endpoint_hostname: "cdn.example",
        duration_seconds: 1.5,
        traffic_bytes_out: 900,
        traffic_bytes_in: 7200,
        device_hostname: "ws-07",
        device_ip: "10.0.0.7",
        actor_user_name: "ana@corp.example",
        actor_process_name: "chrome.exe",
      },
      second,
      // A log that says the same thing twice means it twice.
      second,
    ]);
    expect(csv).toEqual(json);
    expect(parquet).toEqual(json);
    expect(json?.counts).toEqual({ read: 3, stored: 3, duplicate: 0, quarantined: 0, rawOnly: 0 });
  });

  test("sign-ins, nested in JSON and flat in CSV, are the same events", async () => {
    const id = (number: number): string => `s${number}`;
    const flat: Sheet = {
      header: [
        "id",
        "createdDateTime",
        "userPrincipalName",
        "appDisplayName",
        "ipAddress",
        "city",
        "country",
        "latitude",
        "longitude",
        "errorCode",
      ],
      rows: [
        [id(1), "2026-11-02T08:00:00.000Z", "Ana@corp.example", "Mail, and more", "198.51.100.4", "Paris", "FR", 48.86, 2.35, 0],
        [id(2), "2026-11-02T08:05:00.000Z", "ben@corp.example", "Wiki", "198.51.100.5", "", "", null, null, 50126],
      ],
    };
    const nested: Sheet = {
      header: [
        "id",
        "createdDateTime",
        "userPrincipalName",
        "appDisplayName",
        "ipAddress",
        "clientAppUsed",
        "location",
        "status",
      ],
      rows: flat.rows.map(([one, time, user, app, ip, city, country, latitude, longitude, errorCode]) => [
        one ?? null,
        time ?? null,
        user ?? null,
        app ?? null,
        ip ?? null,
        "Browser",
        Object({ city, countryOrRegion: country, geoCoordinates: { latitude, longitude } }),
        Object({ errorCode, failureReason: errorCode === 0 ? "Other." : "Wrong password" }),
      ]),
    };
    const [json, csv, parquet] = await threeWays("signins", "authentication", flat, nested);
    expect(csv?.rows).toEqual([
      {
        metadata_uid: "lab-signin:#",
        time: "2026-11-02 08:00:00.000000",
        metadata_product_vendor_name: "Lab",
        metadata_product_name: "Lab export",
        activity_name: "Logon",
        status: "Success",
        status_code: "0",
        user_name: "ana@corp.example",
        user_email_addr: "ana@corp.example",
        service_name: "Mail, and more",
        src_endpoint_ip: "198.51.100.4",
        src_endpoint_location_country: "FR",
        src_endpoint_location_city: "Paris",
        src_endpoint_location_latitude: 48.86,
        src_endpoint_location_longitude: 2.35,
      },
      {
        metadata_uid: "lab-signin:#",
        time: "2026-11-02 08:05:00.000000",
        metadata_product_vendor_name: "Lab",
        metadata_product_name: "Lab export",
        activity_name: "Logon",
        status: "Failure",
        status_code: "50126",
        user_name: "ben@corp.example",
        user_email_addr: "ben@corp.example",
        service_name: "Wiki",
        src_endpoint_ip: "198.51.100.5",
      },
    ]);
    // The CSV has no client and no failure reason; all else is the same.
    expect(json?.rows.map(({ client_app: _, status_detail: __, ...row }) => row)).toEqual(csv?.rows);
    expect(json?.rows.map(({ client_app, status_detail }) => [client_app, status_detail])).toEqual([
      ["Browser", undefined],
      ["Browser", "Wrong password"],
    ]);
    expect(json?.uids).toBe(csv?.uids);
    expect(parquet).toEqual(json);
  });

  const emails: Sheet = {
    header: [
      "id",
      "messageTime",
      "recipient",
      "sender",
      "senderIP",
      "threatType",
      "classification",
      "phishScore",
      "disposition",
      "clickTime",
      "url",
    ],
    rows: [
      [
        "m1",
        "2026-11-02T07:00:00.000Z",
        "Ana@corp.example",
        "pay@evil.example",
        "192.0.2.7",
        "url",
        "phish",
        91,
        "delivered",
        "2026-11-02T07:30:00.000Z",
        "https://Login.Evil.example/a?b=1",
      ],
      ["m2", "2026-11-02T07:10:00.000Z", "ben@corp.example", "news@shop.example", "192.0.2.8", "", "", 3, "delivered", null, ""],
    ],
  };

  test("e-mails, and the clicks on their links, are two events of one line", async () => {
    const [json, csv, parquet] = await threeWays("emails", "email_activity", emails);
    const lab = { metadata_product_vendor_name: "Lab", metadata_product_name: "Lab export" };
    expect(json?.rows).toEqual([
      {
        ...lab,
        metadata_uid: "lab-email:#",
        time: "2026-11-02 07:00:00.000000",
        activity_name: "Scan",
        direction: "Inbound",
        disposition: "Delivered",
        email_message_uid: "m1",
        email_from: "pay@evil.example",
        email_to: ["ana@corp.example"],
        src_endpoint_ip: "192.0.2.7",
        threat_classification: "phish",
        phish_score: 91,
      },
      {
        ...lab,
        metadata_uid: "lab-email:#",
        time: "2026-11-02 07:10:00.000000",
        activity_name: "Scan",
        direction: "Inbound",
        disposition: "Delivered",
        email_message_uid: "m2",
        email_from: "news@shop.example",
        email_to: ["ben@corp.example"],
        src_endpoint_ip: "192.0.2.8",
        phish_score: 3,
      },
    ]);
    expect(csv).toEqual(json);
    expect(parquet).toEqual(json);
    // All three told of the same click: it is there once.
    expect(await bench.rows("email_url_activity")).toEqual([
      {
        ...lab,
        raw_line_number: 1,
        metadata_uid: "lab-click:#",
        time: "2026-11-02 07:30:00.000000",
        activity_name: "Click",
        email_message_uid: "m1",
        user_email_addr: "ana@corp.example",
        email_from: "pay@evil.example",
        url_string: "https://Login.Evil.example/a?b=1",
        url_hostname: "login.evil.example",
        threat_classification: "phish",
      },
    ]);
  });

  test("the user's own mapping goes before a built-in one that would know the record too", async () => {
    const record = { ...JSON.parse(asJsonLines(emails).split("\n")[1] ?? "{}"), GUID: "g", threatsInfoMap: [], toAddresses: [] };
    const { counts } = await bench.import([bench.write("claimed.ndjson", `${JSON.stringify(record)}\n`)]);
    expect(counts.map(({ format }) => format)).toEqual(["lab-emails-json"]);
  });

  test("alerts and assets give the same rows from JSON lines, CSV and Parquet", async () => {
    const lab = { metadata_product_vendor_name: "Lab", metadata_product_name: "Lab export" };
    const alerts = await threeWays("alerts", "detection_finding", {
      header: ["id", "timestamp", "source", "severity", "title", "host", "user", "technique"],
      rows: [
        ["a1", "2026-11-02T09:00:00.000Z", "crowdstrike", "high", "Credential dumping", "WS-07", "ana@corp.example", "T1003.001"],
      ],
    });
    expect(alerts[0]?.rows).toEqual([
      {
        ...lab,
        metadata_uid: "lab-alert:#",
        version_time: "2026-11-02 09:00:00.000000",
        time: "2026-11-02 09:00:00.000000",
        finding_info_title: "Credential dumping",
        finding_info_types: ["crowdstrike"],
        severity: "High",
        attack_techniques: ["T1003.001"],
        device_hostname: "ws-07",
        user_name: "ana@corp.example",
        user_email_addr: "ana@corp.example",
      },
    ]);
    const assets = await threeWays("assets", "device_inventory", {
      header: ["host", "ip", "type", "owner"],
      rows: [["WS-07", "10.0.0.7", "workstation", "Ana@corp.example"]],
    });
    expect(assets[0]?.rows).toEqual([
      {
        ...lab,
        metadata_uid: "lab-asset:#",
        version_time: "1970-01-01 00:00:00.000000",
        time: "1970-01-01 00:00:00.000000",
        device_hostname: "ws-07",
        device_ip: "10.0.0.7",
        device_type: "Workstation",
        device_owner_user_name: "ana@corp.example",
      },
    ]);
    for (const [json, csv, parquet] of [alerts, assets]) {
      expect(csv).toEqual(json);
      expect(parquet).toEqual(json);
    }
  });

  test("lines that cannot be read are refused, each with its reason", async () => {
    const good = "2026-11-02T08:00:00Z,ws-1,10.0.0.1,u,203.0.113.1,d,443,tcp,p,1,2,3";
    const csv = [
      network.header.join(","),
      good,
      `${good},one more`,
      good.replace("2026-11-02T08:00:00Z", "yesterday"),
      good.replace("2026-11-02T08:00:00Z", "1601-01-01T00:00:00Z"),
      good.replace("2026-11-02T08:00:00Z", "5"),
      good.replace("10.0.0.1", "10.0.0.999"),
      good.replace(",u,", ',"never closed,'),
      // A wrong number is no reason to lose the event.
      good.replace("443", "http"),
    ];
    const { counts, gaps } = await bench.import([bench.write("bad.csv", csv.join("\n"))]);
    expect(totals(counts)).toEqual({ read: 8, stored: 2, duplicate: 0, quarantined: 6, rawOnly: 0 });
    expect(gaps.map(({ reason, count }) => [reason, count])).toEqual([
      ["it has 13 values for 12 columns", 1],
      ["it has 4 values for 12 columns", 1],
      ["its time or an address is missing or cannot be read", 4],
    ]);
    const line = (more: Record<string, unknown>): string =>
      JSON.stringify({
        timestamp: "2026-11-02T10:00:00Z",
        host: "h",
        source_ip: "10.0.0.1",
        destination_ip: "10.0.0.2",
        destination_port: 1,
        bytes_out: 1,
        ...more,
      });
    const json = [line({}), line({ source_ip: 5 }), line({ destination_port: "x", bytes_out: -1 }), "{cut", '{"hello":1}'];
    const told = await bench.import([bench.write("bad.ndjson", json.join("\r\n"))]);
    expect(totals(told.counts)).toEqual({ read: 5, stored: 2, duplicate: 0, quarantined: 3, rawOnly: 0 });
    expect(told.gaps.map(({ reason }) => reason)).toEqual([
      "it is no network connection: it has no source_ip",
      "it is not valid JSON",
      "its time or an address is missing or cannot be read",
    ]);
  });

  test("columns may come in any order, and those that only some exports have may be absent", async () => {
    await bench.clear();
    const csv =
      "bytes_out,destination_port,destination_ip,source_ip,host,timestamp\n5,443,203.0.113.1,10.0.0.1,WS-1,2026-11-02T08:00:00Z\n";
    const { rows } = await rowsOf(bench.write("few.csv", csv), "network_activity");
    expect(rows).toMatchObject([{ dst_endpoint_port: 443, traffic_bytes_out: 5, device_hostname: "ws-1" }]);
    expect(rows[0]).not.toHaveProperty("traffic_bytes_in");
  });

  test("indicators are kept as received, with the command that puts them to use", async () => {
    const { counts, gaps } = await bench.import([
      bench.write("iocs.csv", "type,value,source\nip,203.0.113.66,feed-a\ndomain,evil.example,feed-b\n"),
    ]);
    expect(totals(counts)).toEqual({ read: 2, stored: 2, duplicate: 0, quarantined: 0, rawOnly: 2 });
    expect(gaps.map(({ reason }) => reason)).toEqual([
      "list of indicators (spoor intel add FILE puts it to use): understood, but no table takes it; kept as received",
    ]);
  });

  test("an id that another source has is refused by name", async () => {
    const format = { id: "zeek-conn-json", name: "x", recognise: { by: "json", keys: ["x"] } };
    const index = bench.write(
      "twice/mine/index.json",
      JSON.stringify({ id: "mine", name: "Mine", version: "1", formats: [format] }),
    );
    await expect(loadSources(dirname(dirname(index)))).rejects.toThrow("two formats are named zeek-conn-json");
  });

  test("the guide shows the example's own files", () => {
    const text = readFileSync(guide, "utf8");
    for (const file of ["csv.sql", "csv-header.sql", "assets-columns.sql", "assets-csv.sql", "assets-json.sql"])
      expect(text).toContain(readFileSync(join(example, "lab-export/normalise", file), "utf8").trim());
  });
});

const python = ["python3", "/usr/bin/python3"].find((command) => spawnSync(command, ["-c", "import numpy"]).status === 0);
const missing = !existsSync(generator)
  ? "shared/baseline/gen.py is not there"
  : python === undefined
    ? "python3 has no numpy"
    : null;
test.skipIf(missing !== null)(
  `a generated week, as JSON and as CSV, is one week${missing === null ? "" : ` (skipped: ${missing})`}`,
  async () => {
    const out = join(bench.folder, "logs", "week");
    const made = spawnSync(python ?? "", [generator, "--events", "5000", "--seed", "11", "--out", out, "--iocs", "100"], {
      encoding: "utf8",
    });
    expect(made.stderr).toBe("");
    const files = ["network", "signins", "emails", "alerts"];
    const csv = await bench.import([...files, "assets", "iocs"].map((name) => join(out, `${name}.csv`)));
    expect(csv.counts.map(({ read, stored, quarantined }) => [read, stored, quarantined])).toEqual([
      [5, 5, 0],
      [expect.any(Number), expect.any(Number), 0],
      [100, 100, 0],
      [100, 100, 0],
      [5000, 5000, 0],
      [500, 500, 0],
    ]);
    expect(csv.gaps.map(({ kind }) => kind)).toEqual(["raw-only"]);
    const json = await bench.import(files.map((name) => join(out, `${name}.ndjson`)));
    expect(totals(json.counts)).toEqual({ read: 5605, stored: 0, duplicate: 5605, quarantined: 0, rawOnly: 0 });
  },
);
