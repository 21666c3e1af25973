import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { type Bench, openBench, totals } from "./testing.ts";

// A source small enough to see through: a door, a lamp and a bell, each in a format of its own.
const mapping = (kind: string, more = "", columns = ""): string => `-- into: device_inventory
-- format: ${kind}
SELECT concat('${kind}:', JSONExtractString(line, 'id')) AS metadata_uid, time AS version_time, time,
  'Test' AS metadata_product_vendor_name, '${kind}' AS metadata_product_name, file_uid AS raw_file_uid, line_number AS raw_line_number,
  JSONExtractString(line, 'id') AS device_uid${columns}
FROM (
  SELECT file_uid, line_number, line, parseDateTime64BestEffortOrNull(JSONExtractString(line, 'time'), 6, 'UTC') AS time
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE JSONExtractString(line, 'kind') = '${kind}'
)
WHERE time >= toDateTime64('1970-01-01 00:00:00', 6, 'UTC') AND time < toDateTime64('2200-01-01 00:00:00', 6, 'UTC') ${more}
`;
const format = (kind: string, more: Record<string, string> = {}): unknown => ({
  id: kind,
  name: `${kind} record`,
  recognise: { by: "json", keys: ["kind", "time"], equals: { kind: [kind] } },
  ...more,
});
const sourceFiles: Record<string, string> = {
  "house/index.json": JSON.stringify({
    id: "house",
    name: "House",
    version: "1",
    formats: [
      format("door", { reasons: "why.sql", rawOnly: "chatter.sql" }),
      format("lamp"),
      format("bell"),
      format("trap"),
      format("pit"),
      format("snare"),
    ],
  }),
  "house/normalise/door.sql": mapping("door"),
  "house/normalise/lamp.sql": mapping("lamp"),
  "house/normalise/bell.sql": mapping("bell"),
  // Fails on some values of its lines, and fails only when it is to be written.
  "house/normalise/trap.sql": mapping("trap", "AND throwIf(JSONExtractBool(line, 'fail'), 'sprung') = 0"),
  "house/normalise/snare.sql": mapping(
    "snare",
    "",
    ", toString(throwIf(JSONExtractInt(line, 'size') < 0, 'caught')) AS device_os",
  ),
  "house/normalise/pit.sql": mapping("pit", "", ", 'deep' AS no_such_column"),
  "house/normalise/why.sql":
    "SELECT line_number, 'a door without a time' AS reason FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64}) WHERE JSONExtractString(line, 'kind') = 'door' AND NOT JSONHas(line, 'time')",
  "house/normalise/chatter.sql":
    "SELECT line_number, concat('talk of ', JSONExtractString(line, 'kind')) AS kind FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64}) WHERE JSONHas(line, 'chatter')",
};

let folder: string;
let bench: Bench;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-own-"));
  for (const [name, text] of Object.entries(sourceFiles)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  bench = await openBench({ only: ["house"], own: folder });
});
afterAll(async () => {
  await bench?.close();
  rmSync(folder, { recursive: true, force: true });
});

let serial = 0;
function record(kind: string, more: Record<string, unknown> = {}): string {
  serial += 1;
  return JSON.stringify({ id: `r${serial}`, kind, time: "2026-11-01T10:00:00Z", ...more });
}

describe("what becomes of the lines of a file", () => {
  test("every line is stored, kept raw, or refused with a reason, and importing it again stores nothing", async () => {
    const lines = [
      record("door"),
      record("door"),
      "{torn",
      '{"kind":"door"}',
      record("door", { kind: "weather", chatter: 1 }),
      "",
      // Taken by the mapping and named as chatter: an event all the same.
      record("door", { chatter: 1 }),
    ];
    const path = bench.write("house.ndjson", lines.join("\n"));
    const first = await bench.import([path]);
    expect(totals(first.counts)).toEqual({ read: 6, stored: 4, duplicate: 0, quarantined: 2, rawOnly: 1 });
    expect(first.gaps.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
      ["quarantined", "a door without a time", 1],
      ["quarantined", "not a record of door record", 1],
      ["raw-only", "talk of weather: understood, but no table takes it; kept as received", 1],
    ]);
    const again = await bench.import([path]);
    expect(totals(again.counts)).toEqual({ read: 6, stored: 0, duplicate: 4, quarantined: 2, rawOnly: 0 });
  });

  test("an event that another file told already is a duplicate, and so is its second line in one file", async () => {
    const shared = record("door");
    const own = record("door");
    await bench.import([bench.write("first.ndjson", `${shared}\n`)]);
    const { counts } = await bench.import([bench.write("second.ndjson", `${own}\n${shared}\n${own}\n`)]);
    expect(totals(counts)).toEqual({ read: 3, stored: 1, duplicate: 2, quarantined: 0, rawOnly: 0 });
  });

  test("a format that the beginning of a file does not show is met among what was refused", async () => {
    const lines = [...Array.from({ length: 300 }, () => record("door")), record("lamp"), record("bell"), "{torn"];
    const { counts } = await bench.import([bench.write("mixed.ndjson", `${lines.join("\n")}\n`)]);
    expect(counts[0]?.format).toBe("door+lamp+bell");
    expect(totals(counts)).toEqual({ read: 303, stored: 302, duplicate: 0, quarantined: 1, rawOnly: 0 });
    const row = z.object({ lines: z.coerce.number() });
    const sql = "SELECT count() AS lines FROM quarantine WHERE source_file LIKE '%mixed.ndjson'";
    expect(await bench.store.query(sql, {}, row)).toEqual([{ lines: 1 }]);
  });

  test("a long stretch of refused lines hides no format behind it", async () => {
    const lines = [
      record("door"),
      ...Array.from({ length: 1000 }, () => "{torn"),
      ...Array.from({ length: 100 }, () => record("lamp")),
    ];
    const { counts } = await bench.import([bench.write("stretch.ndjson", lines.join("\n"))]);
    expect(counts[0]?.format).toBe("door+lamp");
    expect(totals(counts)).toEqual({ read: 1101, stored: 101, duplicate: 0, quarantined: 1000, rawOnly: 0 });
  });

  test("a statement that trips over a value loses that line, and says so", async () => {
    const lines = [
      record("door"),
      ...Array.from({ length: 50 }, () => record("trap")),
      record("trap", { fail: true }),
      record("trap"),
    ];
    const { counts, gaps } = await bench.import([bench.write("trap.ndjson", lines.join("\n"))]);
    expect(totals(counts)).toEqual({ read: 53, stored: 52, duplicate: 0, quarantined: 1, rawOnly: 0 });
    const failed = gaps.find(({ kind }) => kind === "failed");
    expect(failed?.part).toMatch(/^house\/normalise\/trap\.sql on /);
    expect(failed?.reason).toContain("sprung");
    expect(gaps.find(({ kind }) => kind === "quarantined")?.reason).toBe(
      "a statement that may have taken it failed: house/normalise/trap.sql",
    );
  });

  test("a value that only the writing trips over loses that line alone, too", async () => {
    const lines = [record("snare"), record("snare", { size: -1 }), record("snare")];
    const { counts } = await bench.import([bench.write("snare.ndjson", lines.join("\n"))]);
    expect(totals(counts)).toEqual({ read: 3, stored: 2, duplicate: 0, quarantined: 1, rawOnly: 0 });
  });

  test("a statement that fails when it writes has its lines refused", async () => {
    const { counts, gaps } = await bench.import([bench.write("pit.ndjson", `${record("pit")}\n${record("lamp")}\n`)]);
    expect(totals(counts)).toEqual({ read: 2, stored: 1, duplicate: 0, quarantined: 1, rawOnly: 0 });
    expect(gaps.map(({ kind }) => kind).sort()).toEqual(["failed", "quarantined"]);
  });

  test("lines beyond the first quarter of a million are counted like the others", async () => {
    const lines = Array.from({ length: 300_002 }, () => record("bell"));
    lines[10] = "{torn";
    lines[300_000] = lines[0] ?? "";
    const { counts, gaps } = await bench.import([bench.write("long.ndjson", `${lines.join("\n")}\n`)]);
    expect(totals(counts)).toEqual({ read: 300_002, stored: 300_000, duplicate: 1, quarantined: 1, rawOnly: 0 });
    expect(gaps).toHaveLength(1);
  });

  test("an import that broke off after some of its writing is completed by repeating it", async () => {
    const lines = [record("door"), record("lamp"), "{torn", record("door", { kind: "x", chatter: true })];
    const path = bench.write("broken.ndjson", `${lines.join("\n")}\n`);
    let writes = 0;
    const failing: Store = {
      ...bench.store,
      exec: (...parameters) => {
        writes += 1;
        if (writes > 1) throw new SpoorError("store-unavailable", "gone");
        return bench.store.exec(...parameters);
      },
    };
    await expect(bench.import([path], { store: failing })).rejects.toThrow("gone");
    const { counts } = await bench.import([path]);
    expect(totals(counts)).toEqual({ read: 4, stored: 3, duplicate: 0, quarantined: 1, rawOnly: 1 });
  });
});
