import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Nodes, noNodes, startNodes } from "../../test/support/clickhouse-nodes.ts";
import { SpoorError } from "../errors.ts";
import { openStore } from "./open.ts";
import type { Store } from "./store.ts";

// The same claims for every home of a store. What is peculiar to one home has a test file of its own.

const folder = mkdtempSync(join(tmpdir(), "spoor-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const endless = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1";
const count = z.object({ rows: z.coerce.number() });

async function failure(work: Promise<unknown>): Promise<SpoorError> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof SpoorError) return thrown;
  throw new Error(`expected a SpoorError, got ${String(thrown)}`);
}

function conform(name: string, open: () => Promise<Store>, close: () => Promise<void>): void {
  describe(name, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
      await store.migrate();
    });
    afterAll(async () => {
      await store?.close();
      await close();
    });

    const linesOf = (file: string): Promise<{ line_number: number; line: string }[]> =>
      store.query(
        "SELECT line_number, hex(line) AS line FROM raw WHERE file_uid = {file:String} ORDER BY line_number",
        { file },
        z.object({ line_number: z.coerce.number(), line: z.string() }),
      );
    const hex = (text: string | Buffer): string => Buffer.from(text).toString("hex").toUpperCase();
    const landing = (name: string, content: string | Buffer): { path: string; fileUid: string; sourceFile: string } => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return { path, fileUid: `uid-of-${name}`, sourceFile: `logs/${name}` };
    };

    test("bound values of every type arrive as they were, however hostile", async () => {
      const hostile = [
        "",
        "it's",
        "\\",
        "\\N",
        "NULL",
        "a\tb\nc\rd",
        "nul\0",
        "'); DROP TABLE raw; --",
        "{x:String}",
        "ünï 漢字 😀",
        "/* */",
      ];
      const row = z.object({ s: z.string(), a: z.array(z.string()), n: z.string().nullable() });
      for (const value of hostile) {
        const rows = await store.query(
          "SELECT {s:String} AS s, {a:Array(String)} AS a, {n:Nullable(String)} AS n",
          { s: value, a: [value, "x"], n: value },
          row,
        );
        expect(rows).toEqual([{ s: value, a: [value, "x"], n: value }]);
      }
    });

    test("numbers, nulls and empty lists are bound; 64-bit integers come back as exact text", async () => {
      const text = await store.text(
        "SELECT {u:UInt64}, {i:Int64}, {f:Float64}, {b:Bool}, {n:Nullable(String)}, {m:Nullable(Float64)}, {e:Array(String)}, {w:Array(UInt64)}",
        { u: 18446744073709551615n, i: -5, f: 1e-7, b: true, n: null, m: null, e: [], w: [1, 2n] },
      );
      expect(text).toBe('["18446744073709551615", "-5", 1e-7, true, null, null, [], ["1","2"]]\n');
    });

    test("a value that is not bound is refused, also after a statement that had one of that name", async () => {
      await store.text("SELECT {left:String}", { left: "of another statement" });
      expect((await failure(store.text("SELECT {left:String}"))).code).toBe("store-query");
    });

    test("rows are parsed by their schema, and one that does not fit says where", async () => {
      const rows = await store.query("SELECT number AS rows FROM numbers(3) ORDER BY rows", {}, count);
      expect(rows).toEqual([{ rows: 0 }, { rows: 1 }, { rows: 2 }]);
      expect((await failure(store.query("SELECT 'x' AS rows", {}, z.object({ rows: z.number() })))).message).toContain("rows");
    });

    test("a stream gives all rows in order, other statements may run meanwhile, and it can be left early", async () => {
      let sum = 0;
      let rows = 0;
      for await (const row of store.stream("SELECT number AS rows FROM numbers({n:UInt64})", { n: 120_000 }, count)) {
        if (row.rows === 1000) expect(await store.text("SELECT 1")).toBe("[1]\n");
        expect(row.rows).toBe(rows);
        rows += 1;
        sum += row.rows;
      }
      expect([rows, sum]).toEqual([120_000, (120_000 * 119_999) / 2]);
      for await (const row of store.stream("SELECT number AS rows FROM numbers(1000000000)", {}, count)) if (row.rows > 10) break;
      expect(await store.text("SELECT 1")).toBe("[1]\n");
    });

    test("a stream that fails half-way rejects", async () => {
      const read = async (): Promise<void> => {
        for await (const _ of store.stream("SELECT throwIf(number = 600000) AS rows FROM numbers(900000)", {}, count));
      };
      await failure(read());
      expect(await store.text("SELECT 1")).toBe("[1]\n");
    });

    test("limits of time and memory end a statement, and leave the store usable", async () => {
      expect((await failure(store.text(endless, {}, { maxSeconds: 1 }))).code).toBe("store-limit");
      const large = "SELECT count() FROM (SELECT groupArray(number) AS numbers FROM numbers(100000000))";
      expect((await failure(store.text(large, {}, { maxMemoryBytes: 50_000_000 }))).code).toBe("store-limit");
      expect(await store.text("SELECT getSetting('max_execution_time') > 1")).toBe("[1]\n");
    });

    test("what does not fit in memory is grouped on disk", async () => {
      const groups = "SELECT count() AS rows FROM (SELECT number, count() FROM numbers(8000000) GROUP BY number)";
      expect(await store.query(groups, {}, count, { maxMemoryBytes: 500_000_000 })).toEqual([{ rows: 8_000_000 }]);
    });

    test("cancel stops the statement in the engine, not only the wait for it", async () => {
      const controller = new AbortController();
      const asked = failure(store.text(`${endless} /* cancel me */`, {}, { signal: controller.signal }));
      const running = async (): Promise<number> =>
        (
          await store.query(
            "SELECT count() AS rows FROM system.processes WHERE query LIKE '%cancel me%' AND query NOT LIKE '%system.processes%' AND NOT is_cancelled",
            {},
            count,
          )
        )[0]?.rows ?? 0;
      while ((await running()) === 0);
      controller.abort();
      expect((await asked).code).toBe("cancelled");
      expect(await running()).toBe(0);
    });

    test("a statement that was cancelled before it began is not sent", async () => {
      expect((await failure(store.text("SELECT 1", {}, { signal: AbortSignal.abort() }))).code).toBe("cancelled");
    });

    test("a read-only statement reads, and refuses to write", async () => {
      expect(await store.text("SELECT {x:UInt8}", { x: 7 }, { readOnly: true })).toBe("[7]\n");
      for (const sql of [
        "CREATE TABLE written (a UInt8) ENGINE = Memory",
        "INSERT INTO triage (note) VALUES ('x')",
        "SET readonly = 0",
      ])
        expect((await failure(store.exec(sql, {}, { readOnly: true }))).code).toBe("store-query");
      await store.exec("CREATE TABLE IF NOT EXISTS writable (a UInt8) ENGINE = Memory");
    });

    test("inserted rows come back as they were", async () => {
      const rows = [
        {
          finding_uid: "f1",
          recorded_time: "2026-11-01 10:00:00.123456",
          verdict: "benign",
          note: "line one;\nline two' \\ \0 😀",
          author: "a",
        },
        { finding_uid: "f2", recorded_time: "2026-11-01T10:00:01Z", verdict: "true_positive", note: "", author: "b" },
      ];
      await store.insert("triage", rows);
      const text = await store.text("SELECT finding_uid, recorded_time, note FROM triage ORDER BY finding_uid");
      expect(
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual([
        ["f1", "2026-11-01 10:00:00.123456", "line one;\nline two' \\ \0 😀"],
        ["f2", "2026-11-01 10:00:01.000000", ""],
      ]);
      await store.insert("triage", []);
      expect((await failure(store.insert("triage; DROP TABLE raw", rows))).code).toBe("internal");
    });

    test("an insert and an INSERT SELECT with the token of before store nothing twice", async () => {
      const row = { name: "m", model_uid: "m1", recorded_time: "2026-11-01 00:00:00", state: "candidate", document: "{}" };
      await store.insert("model", [row], { token: "model-1" });
      await store.insert("model", [row], { token: "model-1" });
      const copy = `INSERT INTO model (model_uid, recorded_time, name, state, document)
        SELECT 'copy', toDateTime64('2026-11-01', 6, 'UTC'), toString(number), 'x', '' FROM numbers(1000) ORDER BY number`;
      await store.exec(copy, {}, { token: "model-copy" });
      await store.exec(copy, {}, { token: "model-copy" });
      expect(await store.text("SELECT model_uid, toUInt32(count()) FROM model GROUP BY model_uid ORDER BY model_uid")).toBe(
        '["copy", 1000]\n["m1", 1]\n',
      );
    });

    test("deleted rows are gone, and the same rows can be written again", async () => {
      const write = `INSERT INTO quarantine (file_uid, source_file, line_number, reason, excerpt)
        SELECT {file:String}, 's', number, 'r', 'e' FROM numbers(10) ORDER BY number`;
      const rows = (): Promise<string> =>
        store.text("SELECT file_uid, toUInt32(count()) FROM quarantine GROUP BY file_uid ORDER BY file_uid");
      for (const file of ["kept", "deleted"]) await store.exec(write, { file });
      await store.exec("DELETE FROM quarantine WHERE file_uid = {file:String}", { file: "deleted" });
      expect(await rows()).toBe('["kept", 10]\n');
      await store.exec(write, { file: "deleted" });
      expect(await rows()).toBe('["deleted", 10]\n["kept", 10]\n');
    });

    test("lines are numbered from 1 and kept byte for byte, without their line ends", async () => {
      const junk = Buffer.from([0x61, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x5c, 0x27, 0x09]);
      const file = landing(
        "b*{x,y}? [z].log",
        Buffer.concat([Buffer.from("one\r\n\r\n\n"), junk, Buffer.from("\n  \ntail\\\nhas\rinside\nlast without end")]),
      );
      expect(await store.load(file)).toEqual({ lines: 8 });
      const expected = ["one", "", "", junk, "  ", "tail\\", "has\rinside", "last without end"];
      expect(await linesOf(file.fileUid)).toEqual(expected.map((line, index) => ({ line_number: index + 1, line: hex(line) })));
      const [row] = await store.query(
        "SELECT DISTINCT source_file FROM raw WHERE file_uid = {file:String}",
        { file: file.fileUid },
        z.object({ source_file: z.string() }),
      );
      expect(row?.source_file).toBe(file.sourceFile);
    });

    test("a line of 50 MB passes whole", async () => {
      const long = Buffer.alloc(50_000_000, "0123456789abcdef");
      const file = landing("long.log", Buffer.concat([Buffer.from("before\n"), long, Buffer.from("\nafter\n")]));
      expect(await store.load(file)).toEqual({ lines: 3 });
      const sizes = await store.text(
        "SELECT toUInt32(line_number), toUInt32(length(line)), substring(line, -4) FROM raw WHERE file_uid = {file:String} ORDER BY line_number",
        { file: file.fileUid },
      );
      expect(sizes).toBe('[1, 6, "fore"]\n[2, 50000000, "cdef"]\n[3, 5, "fter"]\n');
    });

    test("gzip, of several members too, is read by its name; an empty file has no lines", async () => {
      const file = landing("two.log.gz", Buffer.concat([gzipSync("one\ntwo\n"), gzipSync("three\n")]));
      expect(await store.load(file)).toEqual({ lines: 3 });
      expect((await linesOf(file.fileUid)).map(({ line }) => line)).toEqual([hex("one"), hex("two"), hex("three")]);
      expect(await store.load(landing("empty.log", ""))).toEqual({ lines: 0 });
    });

    test("gzip that breaks off, and gzip that is none, are called damaged", async () => {
      const noise = Array.from({ length: 20_000 }, (_, line) => `${line} ${(line * 2654435761) % 4294967296}`).join("\n");
      const whole = gzipSync(noise);
      for (const [name, bytes] of [
        ["cut.gz", whole.subarray(0, whole.length / 2)],
        ["wrong.gz", Buffer.concat([whole.subarray(0, 5000), Buffer.alloc(500, 7), whole.subarray(5500)])],
        ["plain.gz", Buffer.from("not gzip at all\n")],
      ] as const)
        expect((await failure(store.load(landing(name, bytes)))).code).toBe("damaged-file");
      expect((await failure(store.load({ path: join(folder, "absent"), fileUid: "absent", sourceFile: "absent" }))).code).toBe(
        "path-missing",
      );
    });

    test("a load that is repeated, or completed, stores every line once", async () => {
      const lines = Array.from({ length: 5000 }, (_, line) => `line ${line % 1000}`);
      const file = landing("grown.log", lines.slice(0, 3000).join("\n"));
      expect(await store.load(file)).toEqual({ lines: 3000 });
      expect(await store.load(file)).toEqual({ lines: 3000 });
      writeFileSync(file.path, lines.join("\n"));
      expect(await store.load(file)).toEqual({ lines: 5000 });
      expect(await linesOf(file.fileUid)).toEqual(lines.map((line, index) => ({ line_number: index + 1, line: hex(line) })));
    });

    test("a load fills a hole that something else left", async () => {
      const lines = ["a", "b", "c", "d", "e"];
      const file = landing("holes.log", lines.join("\n"));
      const rows = [1, 4].map((line) => ({
        file_uid: file.fileUid,
        source_file: file.sourceFile,
        line_number: line,
        line: lines[line - 1],
      }));
      await store.insert("raw", rows);
      await store.load(file);
      expect((await linesOf(file.fileUid)).map(({ line }) => line)).toEqual(lines.map(hex));
    });

    test("records have a uid of their own, the same however the file is cut, also where lines repeat", async () => {
      const lines = ["x", "y", "x", "", " \t", "x", "z", "y"];
      const file = landing("repeats.log", lines.join("\n"));
      await store.load(file);
      const records = (first: number, last: number): Promise<string> =>
        store.text(
          `SELECT toUInt32(line_number), line, record_uid FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
           ORDER BY line_number`,
          { file: file.fileUid, first, last },
        );
      const expected = await store.text(
        `SELECT toUInt32(number), line, lower(hex(sipHash128(line, ordinal)))
         FROM VALUES('number UInt64, line String, ordinal UInt64', (1, 'x', 1), (2, 'y', 1), (3, 'x', 2), (6, 'x', 3), (7, 'z', 1), (8, 'y', 2))`,
      );
      expect(await records(1, 8)).toBe(expected);
      expect((await records(1, 3)) + (await records(4, 8))).toBe(expected);
      const uids = await store.query(
        "SELECT uniqExact(record_uid) AS rows FROM records(file = {file:String}, first = 1, last = 5000)",
        { file: "uid-of-grown.log" },
        count,
      );
      expect(uids).toEqual([{ rows: 5000 }]);
    });

    test("half of a surrogate pair does not make a record unreadable; whole pairs, backslashes and other lines stay", async () => {
      const lines = [
        '{"a":"x\\ud800y"}',
        '{"a":"\\udc00\\ud83d\\ude00\\uD83D"}',
        '{"a":"C:\\\\udder\\\\\\ud800"}',
        '{"a":"\\ud83d\\ude00"}',
        "text \\ud800",
      ];
      const file = landing("surrogates.log", lines.join("\n"));
      await store.load(file);
      const text = await store.text("SELECT line FROM records(file = {file:String}, first = 1, last = 5) ORDER BY line_number", {
        file: file.fileUid,
      });
      const read = text
        .trim()
        .split("\n")
        .map((row): unknown => JSON.parse(row)[0]);
      expect(read).toEqual(['{"a":"xy"}', '{"a":"\\ud83d\\ude00"}', '{"a":"C:\\\\udder\\\\"}', ...lines.slice(3)]);
    });

    test("a row without a partner has NULLs, times are UTC", async () => {
      expect(
        await store.text(
          "SELECT a.n, b.m, toDateTime64('2026-11-01 10:00:00', 6) FROM (SELECT 1 AS n) AS a GLOBAL LEFT JOIN (SELECT 2 AS n, 3 AS m) AS b ON a.n = b.n",
        ),
      ).toBe('[1, null, "2026-11-01 10:00:00.000000"]\n');
    });

    test("migrations are applied once, and a store of a newer version is refused", async () => {
      const before = await store.text("SELECT number, name FROM migration ORDER BY number");
      await store.migrate();
      expect(await store.text("SELECT number, name FROM migration ORDER BY number")).toBe(before);
      await store.insert("migration", [{ number: 999, name: "999-from-the-future.sql" }]);
      const refused = await failure(store.migrate());
      expect([refused.code, refused.message]).toEqual(["configuration", expect.stringContaining("999-from-the-future")]);
    });
  });
}

conform(
  "a store in a directory",
  () => openStore(join(folder, "store"), { maxMemoryBytes: 3 * 2 ** 30 }),
  () => Promise.resolve(),
);

describe.skipIf(noNodes !== null)(noNodes === null ? "with real nodes" : `with real nodes (skipped: ${noNodes})`, () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes();
  });
  afterAll(() => nodes?.stop());
  conform(
    "a store on a cluster of two shards",
    () => openStore(nodes.url("clustered")),
    () => Promise.resolve(),
  );
  conform(
    "a store on a single server",
    () => openStore(nodes.singleUrl("single")),
    () => Promise.resolve(),
  );
});
