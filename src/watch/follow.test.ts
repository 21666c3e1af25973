import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { nextPart, type Part, type Position } from "./follow.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-follow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const soon = () => Date.now();
const muchLater = () => Date.now() + 60_000;

/** Follows a file: each call gives what there is to read, and takes it as read. */
function following(name: string) {
  const path = join(folder, name);
  let position: Position | undefined;
  const next = async (now = soon()): Promise<Part | null> => {
    const part = await nextPart(path, position, now);
    position = part?.after ?? position;
    return part;
  };
  return { path, next };
}

const spanOf = (part: Part | null) => (part === null ? null : [part.from, part.to]);

test("lines are read as they are finished, each once; half a line waits for its end", async () => {
  const { path, next } = following("auth.ndjson");
  writeFileSync(path, '{"a":1}\n{"a":2}\n{"a"');
  expect(spanOf(await next())).toEqual([0, 16]);
  expect(await next()).toBeNull();
  appendFileSync(path, ":3}\n");
  expect(spanOf(await next())).toEqual([16, 24]);
  appendFileSync(path, '{"a":4}');
  expect(await next()).toBeNull();
  expect(spanOf(await next(muchLater()))).toEqual([24, 31]);
  expect(await next(muchLater())).toBeNull();
});

test("lines that are longer than what is looked at from the end are still found", async () => {
  const { path, next } = following("long.ndjson");
  const line = `${JSON.stringify({ text: "x".repeat(300_000) })}\n`;
  writeFileSync(path, `${line}${line}${line.slice(0, 200_000)}`);
  expect(spanOf(await next())).toEqual([0, 2 * line.length]);
});

test("what tells the columns goes before later lines: comments of Zeek, the first line of a table, nothing of JSON", async () => {
  const zeek = following("conn.log");
  writeFileSync(zeek.path, "#separator \\x09\n#fields\tts\tuid\n1\tC1\n");
  await zeek.next();
  appendFileSync(zeek.path, "2\tC2\n");
  expect(String((await zeek.next())?.header)).toBe("#separator \\x09\n#fields\tts\tuid\n");
  const table = following("flows.csv");
  writeFileSync(table.path, "time,source\n1,a\n");
  await table.next();
  appendFileSync(table.path, "2,b\n");
  expect(String((await table.next())?.header)).toBe("time,source\n");
});

test("a file that was cut, replaced or taken away is read from its start, or not at all", async () => {
  const { path, next } = following("rotated.ndjson");
  writeFileSync(path, '{"a":1}\n{"a":2}\n');
  await next();
  truncateSync(path, 0);
  expect(await next()).toBeNull();
  appendFileSync(path, '{"a":3}\n');
  expect(spanOf(await next())).toEqual([0, 8]);
  renameSync(path, `${path}.1`);
  writeFileSync(path, '{"a":4}\n{"a":5}\n');
  expect(spanOf(await next())).toEqual([0, 16]);
  unlinkSync(path);
  expect(await next()).toBeNull();
});

test.each([
  ["past its old length", 5],
  ["to its very length", 2],
])("a log that was copied away, emptied and grew again %s between two looks is read from its start", async (_how, count) => {
  const line = (at: number) => `${JSON.stringify({ time: 1_000_000 + at, user: "u" })}\n`;
  const { path, next } = following(`copytruncated-${count}.ndjson`);
  writeFileSync(path, line(0) + line(1));
  const first = await next();
  truncateSync(path, 0);
  const text = Array.from({ length: count }, (_, at) => line(10 + at)).join("");
  appendFileSync(path, text);
  utimesSync(path, new Date(), new Date(Date.now() + 1000));
  expect(spanOf(await next())).toEqual([0, text.length]);
  appendFileSync(path, line(99));
  expect(spanOf(await next())).toEqual([text.length, text.length + line(99).length]);
  // What a kill leaves behind is the place before the part: from there it goes on.
  expect(first?.before).toMatchObject({ offset: 0 });
});

test("a log whose first lines are the same after every rotation is told by the bytes before the place", async () => {
  const { path, next } = following("zeek-like.log");
  const head = `#fields\tts\tuid\n${"#comment of a kilobyte and more\n".repeat(60)}`;
  writeFileSync(path, `${head}1\tC1\n2\tC2\n`);
  await next();
  writeFileSync(path, `${head}3\tC3\n4\tC4\n5\tC5\n`);
  expect(spanOf(await next())?.[0]).toBe(0);
  utimesSync(path, new Date(), new Date(Date.now() + 1000));
  expect(await next(muchLater())).toBeNull();
});

test("compressed files and JSON over several lines wait until they are left alone, and are read once, and again when they change", async () => {
  for (const [name, content] of [
    ["old.ndjson.gz", gzipSync('{"a":1}\n')],
    ["answer.json", Buffer.from('{\n"value": [\n{"a":1}\n]\n}\n')],
  ] as const) {
    const { path, next } = following(name);
    writeFileSync(path, content);
    expect(await next(), name).toBeNull();
    expect(spanOf(await next(muchLater())), name).toEqual([0, content.length]);
    expect(await next(muchLater()), name).toBeNull();
    writeFileSync(path, Buffer.concat([content, content]));
    utimesSync(path, new Date(), new Date());
    expect(spanOf(await next(muchLater())), name).toEqual([0, 2 * content.length]);
  }
});

test("what could not be read is tried again from the same place, a minute later", async () => {
  const path = join(folder, "failing.ndjson");
  writeFileSync(path, '{"a":1}\n');
  const now = Date.now();
  const failed = { path, fileNumber: "", offset: 0, size: 0, modifiedMs: 0, failedMs: now };
  expect(await nextPart(path, failed, now + 30_000)).toBeNull();
  expect(spanOf(await nextPart(path, failed, now + 61_000))).toEqual([0, 8]);
});

test("an empty file is nothing to read, now or later", async () => {
  const { path, next } = following("empty.log");
  writeFileSync(path, "");
  expect(await next()).toBeNull();
  expect(await next(muchLater())).toBeNull();
});
