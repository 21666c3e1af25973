import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { type Inspection, inspect } from "./inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-inspect-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
async function look(content: string | Buffer, name = `${count++}.log`): Promise<Inspection> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return inspect(path);
}

/** Random bytes that are the same in every run. */
function junk(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 42;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const swapped = (text: string) => Buffer.from(text, "utf16le").swap16();

test.each<[string, string | Buffer, Partial<Inspection>]>([
  ["text lines", "a b\nc d\r\ne", { shape: "lines", lines: ["a b", "c d", "e"], records: [] }],
  ["one JSON object a line", '{"a":1}\n\n{"a":2}\n', { shape: "json-lines", records: [{ a: 1 }, { a: 2 }] }],
  ["one object, one line", '{"a":1}', { shape: "json-lines", records: [{ a: 1 }] }],
  ["broken first line among JSON lines", '{"a":"x\n{"a":2}\n{"a":3}\n', { shape: "json-lines", records: [{ a: 2 }, { a: 3 }] }],
  ["a comment before JSON lines", '# export\n{"a":2}\n{"a":3}\n', { shape: "json-lines", records: [{ a: 2 }, { a: 3 }] }],
  ["an array", '[{"a":1},{"a":2}]', { shape: "json-document", records: [{ a: 1 }, { a: 2 }] }],
  ["an array over lines", '[\n {"a":1},\n {"a":2}\n]\n', { shape: "json-document", records: [{ a: 1 }, { a: 2 }] }],
  ["an object over lines", '{\n "a": 1\n}\n', { shape: "json-document", records: [{ a: 1 }] }],
  ["objects over lines", '{\n "a": 1\n}\n{\n "a": 2\n}\n', { shape: "json-document", records: [{ a: 1 }, { a: 2 }] }],
  ["objects on one line", '{"a":1}{"a":2}', { shape: "json-document", records: [{ a: 1 }, { a: 2 }] }],
  ["a page of a list", '{"@odata.context":"x","value":[{"a":1}]}', { shape: "json-document", records: [{ a: 1 }] }],
  [
    "pages, one a line",
    '{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}\n',
    { shape: "json-document", records: [{ a: 1 }, { a: 2 }] },
  ],
  ["a document that is cut off", '[{"a":1},{"a"', { shape: "json-document", records: [{ a: 1 }] }],
  ["an object that is cut off", '{\n "a": 1,\n "b": {"c": [1, 2', { shape: "json-document", records: [{ a: 1, b: { c: [1] } }] }],
  ["text in brackets", "[INFO] started\n[WARN] {x}\n", { shape: "lines", records: [] }],
  ["a date in brackets", "[2026-11-01 10:00:00] started\n", { shape: "lines" }],
  ["text in braces", "{x} y\n{z}\n", { shape: "lines" }],
  ["an event that has a list of resources", '{"eventName":"x","resources":[{"ARN":"y"}]}\n', { shape: "json-lines" }],
  ["blank lines", "\n \n\n", { shape: "lines", lines: ["", " ", ""] }],
  [
    "a zero byte and bytes that are not UTF-8",
    Buffer.from("a\0b\nc\xe9d \xff\n", "latin1"),
    { shape: "lines", lines: ["a\0b", "c�d �"] },
  ],
  ["a stretch of zero bytes before text", Buffer.concat([Buffer.alloc(5000), Buffer.from("a\nb\n")]), { shape: "lines" }],
  ["text of another time", Buffer.from("gr\xfc\xdfe aus k\xf6ln\n".repeat(50), "latin1"), { shape: "lines" }],
])("%s", async (_name, content, expected) => {
  expect(await look(content)).toMatchObject({ compression: "none", encoding: "utf-8", problems: [], ...expected });
  expect(await look(gzipSync(content))).toMatchObject({ compression: "gzip", encoding: "utf-8", problems: [], ...expected });
});

test.each<[string, string | Buffer, Partial<Inspection>, RegExp]>([
  ["an empty file", "", { shape: "empty" }, /the file is empty/],
  ["an empty gzip", gzipSync(""), { shape: "empty", compression: "gzip" }, /nothing but an empty gzip/],
  ["a byte order mark alone", "\ufeff", { shape: "empty" }, /no text/],
  ["binary junk", junk(100_000), { shape: "binary" }, /binary data/],
  ["a little binary junk", junk(300), { shape: "binary" }, /binary data/],
  ["zero bytes", Buffer.alloc(3000), { shape: "binary" }, /3000 bytes are all zero/],
  ["zstd", Buffer.from("28b52ffd00", "hex"), { shape: "binary", compression: "zstd" }, /zstd.*decompress it first/],
  ["xz", Buffer.from("fd377a585a000004", "hex"), { shape: "binary", compression: "xz" }, /xz/],
  ["bzip2", "BZh91AY&SY", { shape: "binary", compression: "bzip2" }, /bzip2/],
  ["zip", Buffer.from("504b0304140000", "hex"), { shape: "binary", compression: "zip" }, /zip/],
  ["an event log", Buffer.from("ElfFile\0\0\0"), { shape: "binary" }, /EVTX.*convert/],
  ["a packet capture", Buffer.from("d4c3b2a102000400", "hex"), { shape: "binary" }, /packet capture/],
  [
    "a tar archive in gzip",
    gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from("ustar\0")])),
    { shape: "binary" },
    /tar archive/,
  ],
  ["gzip in gzip", gzipSync(gzipSync("a\n")), { shape: "binary" }, /compressed twice/],
  ["the beginning of gzip and no more", Buffer.from("1f8b08", "hex"), { shape: "binary" }, /nothing of it can be decompressed/],
])("%s is refused with a reason", async (_name, content, expected, reason) => {
  const inspection = await look(content);
  expect(inspection).toMatchObject({ ...expected, lines: [], records: [] });
  expect(inspection.problems.map((problem) => problem.reason)).toEqual([expect.stringMatching(reason)]);
});

test("what a file is, is told by its bytes and not by its name", async () => {
  expect(await look("a\n", "text.gz")).toMatchObject({ compression: "none", shape: "lines" });
  expect(await look(gzipSync("a\n"), "packed.txt")).toMatchObject({ compression: "gzip", shape: "lines", lines: ["a"] });
  expect(await look("BZh is no bzip2\n", "bzh.txt")).toMatchObject({ shape: "lines" });
  expect(await look(Buffer.from("PAR1\0\0PAR1"), "columns.log")).toMatchObject({ shape: "parquet", problems: [] });
});

test.each([
  ["UTF-8 with a byte order mark", Buffer.from('\ufeff{"ä":1}\n'), "utf-8-bom"],
  ["UTF-16, little end first", Buffer.from('\ufeff{"ä":1}\n', "utf16le"), "utf-16le"],
  ["UTF-16, big end first", swapped('\ufeff{"ä":1}\n'), "utf-16be"],
  ["UTF-16 without a mark", Buffer.from('{"ä":1}\n', "utf16le"), "utf-16le"],
  ["UTF-16 without a mark, big end first", swapped('{"ä":1}\n'), "utf-16be"],
])("%s", async (_name, content, encoding) => {
  expect(await look(content)).toMatchObject({ encoding, shape: "json-lines", lines: ['{"ä":1}'], records: [{ ä: 1 }] });
});

test("a folder in place of a file, and a file that has gone, are told", async () => {
  expect(await inspect(folder)).toMatchObject({ shape: "unreadable", problems: [{ kind: "unreadable" }] });
  expect(await inspect(join(folder, "gone"))).toMatchObject({ shape: "unreadable", problems: [{ kind: "unreadable" }] });
});

test("of a large file only the beginning is looked at", async () => {
  const { lines, records, shape } = await look(`${'{"a":"xxxxxxxxxx"}\n'.repeat(500_000)}broken`);
  expect([shape, lines.length, records.length]).toEqual(["json-lines", 200, 200]);
});

test("a line of 50 MB at the beginning does not hide what the file is", async () => {
  const long = "x".repeat(50_000_000);
  const record = await look(`{"ts":1,"in":{"uid":"C1","more":[1,2],"text":"${long}"}}\n{"ts":2}\n`);
  expect(record).toMatchObject({ shape: "json-lines", records: [{ ts: 1, in: { uid: "C1", more: [1, 2] } }, { ts: 2 }] });
  expect(await look(gzipSync(`${long}\n{"ts":2}\n`))).toMatchObject({
    shape: "json-lines",
    lines: ['{"ts":2}'],
    records: [{ ts: 2 }],
  });
  expect(await look(`${long}\na,b\n1,2\n`)).toMatchObject({ shape: "lines", lines: ["a,b", "1,2"] });
  expect((await look(`[{"ts":1,"text":"${long}"},{"ts":2}]`)).records).toEqual([{ ts: 1 }]);
  const alone = await look(long);
  expect([alone.shape, alone.lines.length]).toEqual(["lines", 1]);
});

test("damage within the first lines of a gzip hides nothing before it", async () => {
  const packed = gzipSync('{"a":1}\n{"a":2}\n{"a":3}\n');
  expect(await look(packed.subarray(0, packed.length - 9))).toMatchObject({
    shape: "json-lines",
    records: [{ a: 1 }, { a: 2 }, { a: 3 }],
  });
});

test("nesting of 100,000 levels does no harm", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect((await look(deep)).shape).toBe("json-document");
  expect((await look(`{"a":${deep}}\n`)).shape).toBe("json-lines");
  expect((await look("[".repeat(1_000_000))).shape).toBe("json-document");
  expect((await look('{"a":'.repeat(100_000))).problems).toEqual([]);
});
