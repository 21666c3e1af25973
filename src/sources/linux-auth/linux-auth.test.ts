import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportedLogs, importLogs } from "../../../test/support/imported-logs.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const recorded = fileURLToPath(new URL("../../../../shared/data/signin/elastic-ssh-auth/auth.log.gz", import.meta.url));
const absent = !existsSync(recorded);
const why = absent ? " (skipped: ../shared/data is absent)" : "";

const tables = ["authentication", "process_activity", "api_activity"];

describe("a log that crosses New Year", () => {
  let logs: ImportedLogs;
  beforeAll(async () => {
    logs = await importLogs([fixture("auth.log")], "linux-auth", 2026);
  });
  afterAll(() => logs.close());

  test("becomes the rows that are written down beside it: one an attempt, in the year it was made", async () => {
    const expected: unknown = JSON.parse(readFileSync(fixture("auth.expected.json"), "utf8"));
    expect(await logs.tables(tables)).toEqual(expected);
  });

  test("is accounted for line by line, and stored once however often it is read", async () => {
    expect(logs.counts).toMatchObject([{ format: "linux-auth", read: 30, stored: 30, duplicate: 0, quarantined: 0, rawOnly: 9 }]);
    expect(await logs.again()).toMatchObject([{ read: 30, stored: 0, duplicate: 30 }]);
  });
});

describe("lines that are no good messages", () => {
  let logs: ImportedLogs;
  beforeAll(async () => {
    logs = await importLogs([fixture("difficult.log")], "linux-auth", 2026);
  });
  afterAll(() => logs.close());

  test("are refused with a reason, and the counts reconcile", async () => {
    expect(logs.counts).toMatchObject([{ read: 13, stored: 7, duplicate: 0, quarantined: 6, rawOnly: 1 }]);
    const noDay = "a syslog message whose day is in no calendar between 1970 and 2200";
    expect(await logs.query("SELECT line_number, reason FROM quarantine ORDER BY line_number")).toEqual([
      { line_number: "3", reason: noDay },
      { line_number: "4", reason: noDay },
      { line_number: "5", reason: noDay },
      { line_number: "6", reason: noDay },
      { line_number: "7", reason: noDay },
      { line_number: "8", reason: "not a record of Linux auth.log or secure (syslog)" },
    ]);
  });

  test("leave hostile text as text, and a claim of endless repeats bounded", async () => {
    const expected: unknown = JSON.parse(readFileSync(fixture("difficult.expected.json"), "utf8"));
    const found = await logs.tables(tables);
    const repeats = (found.authentication ?? []).filter((row) => row.raw_line_number === "9");
    expect(repeats).toHaveLength(1000);
    expect(new Set(repeats.map((row) => row.metadata_uid)).size).toBe(1000);
    expect({ authentication: found.authentication?.filter((row) => row.raw_line_number !== "9") }).toEqual(expected);
  });
});

describe.skipIf(absent)(`the recorded log of an attacked host${why}`, () => {
  let logs: ImportedLogs;
  beforeAll(async () => {
    logs = await importLogs([recorded], "linux-auth", 2017);
  });
  afterAll(() => logs.close());

  test("every line is read and none refused", () => {
    expect(logs.counts).toMatchObject([{ read: 7121, stored: 7121, duplicate: 0, quarantined: 0 }]);
  });

  test("failed passwords are counted by source as the lines say, folded repeats included", async () => {
    const counts = new Map<string, number>();
    for (const line of gunzipSync(readFileSync(recorded)).toString("utf8").split("\n")) {
      const [, repeats, source] = /(?:message repeated (\d+) times: \[ )?Failed password for .* from (\S+) port/.exec(line) ?? [];
      if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + Number(repeats ?? 1));
    }
    const rows = await logs.query(
      "SELECT src_endpoint_ip, count() AS failures FROM authentication WHERE status = 'Failure' AND auth_protocol = 'password' GROUP BY src_endpoint_ip",
    );
    expect(new Map(rows.map((row) => [String(row.src_endpoint_ip), Number(row.failures)]))).toEqual(counts);
  });

  test("its 226 logins are there, with their sources, in 2017", async () => {
    const rows = await logs.query(
      `SELECT src_endpoint_ip, count() AS logins, min(toYear(time)) AS first, max(toYear(time)) AS last FROM authentication
      WHERE status = 'Success' AND service_name = 'sshd' GROUP BY src_endpoint_ip ORDER BY logins DESC, src_endpoint_ip`,
    );
    expect(rows).toEqual([
      { src_endpoint_ip: "85.245.107.41", logins: "174", first: 2017, last: 2017 },
      { src_endpoint_ip: "24.151.103.17", logins: "47", first: 2017, last: 2017 },
      { src_endpoint_ip: "95.93.96.191", logins: "4", first: 2017, last: 2017 },
      { src_endpoint_ip: "127.0.0.1", logins: "1", first: 2017, last: 2017 },
    ]);
  });
});
