import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { eventTables } from "../../store/tables.ts";
import { sourceUnderTest, totals, whatGoesWrong } from "../testing.ts";

const shared = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const source = sourceUnderTest(import.meta.url, "zeek", (name) => /\.(log|ndjson)$/.test(name));

test("logs become rows, tab-separated and JSON alike; what is unset is missing", async () => {
  await source.gapsOfAll();
});

test("lines that cannot be read are refused, each with its reason", async () => {
  const tsv = await source.bench.import([source.fixture("conn.log")]);
  expect(tsv.gaps.map(({ reason, count }) => [reason, count])).toEqual([
    ["a Zeek record whose time (ts) cannot be read or lies outside 1970 to 2200", 2],
    ["a Zeek record without the address of an originator", 1],
    ["it has 4 values for 21 fields", 1],
    ["it has 6 values for 21 fields", 1],
  ]);
  const json = await source.bench.import([source.fixture("conn.ndjson")]);
  expect(json.gaps.map(({ reason, count }) => [reason, count])).toEqual([
    ["a Zeek record without a time (ts)", 1],
    ["a Zeek record without the address of an originator", 1],
    ["it is not valid JSON", 1],
  ]);
});

test("lines that repeat each other are events of their own", async () => {
  const line = JSON.stringify({ ts: 1793527200, uid: "C1", "id.orig_h": "10.0.0.7", "id.resp_h": "10.0.0.8", conn_state: "S0" });
  const { counts } = await source.bench.import([source.bench.write("twice.json", `${line}\n${line}\n`)]);
  expect(totals(counts)).toEqual({ read: 2, stored: 2, duplicate: 0, quarantined: 0, rawOnly: 0 });
});

test("logs of several kinds in one JSON file go to their tables", async () => {
  const end = { "id.orig_h": "10.0.0.7", "id.orig_p": 1, "id.resp_h": "10.0.0.8", "id.resp_p": 2 };
  const lines = [
    { _path: "conn", ts: 1793527200, uid: "C1", ...end, conn_state: "SF" },
    { _path: "dns", ts: 1793527200, uid: "C1", ...end, query: "a.example", qtype_name: "A" },
    { _path: "weird", ts: 1793527200, uid: "C1", ...end, name: "odd" },
  ];
  const { counts } = await source.bench.import([
    source.bench.write("streams.json", lines.map((line) => JSON.stringify(line)).join("\n")),
  ]);
  expect(totals(counts)).toEqual({ read: 3, stored: 3, duplicate: 0, quarantined: 0, rawOnly: 1 });
  expect(Object.keys(await source.bench.everyRow())).toEqual(["network_activity", "dns_activity"]);
});

test.each(source.logs)("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(source.bench, source.fixture(name))).toEqual([]);
});

const missing = existsSync(shared) ? "" : " (skipped: shared/data is not there)";
test.skipIf(missing !== "")(`recorded logs of others are read whole, and no value is empty text${missing}`, async () => {
  const folders = ["beaconing", "exfil", "lateral/otrf-network"].map((name) => join(shared, name));
  const { counts } = await source.bench.import(folders);
  const sum = totals(counts);
  expect(sum.read).toBe(sum.stored + sum.duplicate + sum.quarantined);
  expect(sum.read).toBeGreaterThan(10_000);
  // Of the requests that were not written by Zeek itself, eight have no addresses.
  expect(sum.quarantined).toBe(8);
  const row = z.object({ table: z.string(), name: z.string() });
  const text = await source.bench.store.query(
    "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND type LIKE '%Nullable(String)%' AND table IN {tables:Array(String)} ORDER BY table, name",
    { tables: [...eventTables] },
    row,
  );
  const emptyIn = eventTables.flatMap((table) => {
    const columns = text.filter((column) => column.table === table);
    const tests = columns.map(({ name }) => `if(countIf(${name} = '') > 0, '${name}', '')`);
    return tests.length === 0 ? [] : [`SELECT '${table}' AS table, arrayJoin([${tests.join(", ")}]) AS name FROM ${table}`];
  });
  expect(
    await source.bench.store.query(`SELECT table, name FROM (${emptyIn.join(" UNION ALL ")}) WHERE name != ''`, {}, row),
  ).toEqual([]);
});
