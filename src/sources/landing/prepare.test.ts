import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openEmbeddedStore } from "../../store/embedded.ts";
import type { Store } from "../../store/store.ts";
import { identify } from "./identify.ts";
import { inspect } from "./inspect.ts";
import { type Prepared, type PrepareOptions, prepare } from "./prepare.ts";
import { walk } from "./walk.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-prepare-"));
const landingDirectory = join(folder, "landing");
let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, ...words: string[]) => execFileSync(command, words, { stdio: "ignore" });

let count = 0;
function put(content: string | Buffer, name = "a.log"): string {
  const own = join(folder, `in-${count++}`);
  mkdirSync(own);
  writeFileSync(join(own, name), content);
  return join(own, name);
}

async function land(path: string, options: Partial<PrepareOptions> = {}): Promise<Prepared> {
  const { fileUid } = await identify(path);
  return prepare(path, await inspect(path), fileUid, { landingDirectory, ...options });
}

/** What the store has of a file, line by line, after the engine has read it. */
async function loaded(prepared: Prepared): Promise<string[]> {
  if (prepared.file === null) throw new Error(`not prepared: ${JSON.stringify(prepared.problems)}`);
  const { lines } = await store.load(prepared.file);
  const row = z.object({ line: z.string() });
  const uid = { uid: prepared.file.fileUid };
  const rows = await store.query("SELECT line FROM raw WHERE file_uid = {uid:String} ORDER BY line_number", uid, row);
  expect(rows.length).toBe(lines);
  return rows.map(({ line }) => line);
}

const reasons = (prepared: Prepared) => prepared.problems.map(({ kind, reason }) => `${kind}: ${reason}`);
const made = () => (existsSync(landingDirectory) ? readdirSync(landingDirectory) : []);

test("plain and gzip files of lines are read where they are, blank lines and long lines included", async () => {
  const text = `one\n\nthree\r\n${"x".repeat(100_000)}\nlast`;
  const lines = ["one", "", "three", "x".repeat(100_000), "last"];
  for (const path of [
    put(`plain ${text}`),
    put(gzipSync(`gzip ${text}`), "a.log.gz"),
    put(gzipSync("a\n"), "ä (1), b@c.log.gz"),
  ]) {
    const prepared = await land(path);
    expect(prepared).toMatchObject({ file: { path, sourceFile: path }, problems: [] });
    if (!path.includes("ä")) expect((await loaded(prepared)).slice(1)).toEqual(lines.slice(1));
    await prepared.dispose();
    expect(existsSync(path)).toBe(true);
  }
  expect(made()).toEqual([]);
});

test.each([
  ["a pattern with an asterisk", "x*.log", false],
  ["a pattern with braces", "x{a,b}.log", false],
  ["braces alone", "x{a}?.log", false],
  ["brackets", "x[1].log", false],
  ["quotation marks and a backslash", 'it\'s\\n "x".log', false],
  ["a line break", "new\nline.log", false],
  ["an ending that is not true", "text.gz", false],
  ["another ending that is not true", "text.ZST", false],
  ["no ending", "packed", true],
  ["an ending in capitals", "packed.GZ", true],
])("a name with %s is read through a link", async (_name, name, isGzip) => {
  const text = `${name}\nsecond\n`;
  const path = put(isGzip ? gzipSync(text) : text, name);
  const prepared = await land(path);
  expect(await loaded(prepared)).toEqual(text.trimEnd().split("\n"));
  expect(prepared.file?.sourceFile).toBe(path);
  expect(lstatSync(prepared.file?.path ?? "").isSymbolicLink()).toBe(true);
  await prepared.dispose();
  expect(made()).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

test("a name that is not UTF-8 is read through a link", async () => {
  const own = join(folder, "latin");
  mkdirSync(own);
  writeFileSync(Buffer.concat([Buffer.from(`${own}/`), Buffer.from("caf\xe9.log", "latin1")]), "a latin name\n");
  const [path = ""] = (await walk([own])).files;
  const prepared = await land(path, { sourceFile: "shown" });
  expect([await loaded(prepared), prepared.file?.sourceFile]).toEqual([["a latin name"], "shown"]);
  await prepared.dispose();
});

test("the landing directory may not look like a pattern itself", async () => {
  const path = put("x\n");
  await expect(land(path, { landingDirectory: join(folder, "land{1}") })).rejects.toMatchObject({ code: "configuration" });
});

const numbered = Array.from({ length: 5000 }, (_, line) => `${line} ${Math.imul(line, 2_654_435_761) >>> 0}`);

test("of a gzip that was cut off every complete line is saved, and the damage is told", async () => {
  const packed = gzipSync(`${numbered.join("\n")}\n`);
  const prepared = await land(put(packed.subarray(0, packed.length - 5000), "cut.log.gz"));
  const lines = await loaded(prepared);
  expect(lines).toEqual(numbered.slice(0, lines.length));
  expect(lines.length).toBeGreaterThan(3000);
  const bytes = Buffer.byteLength(`${lines.join("\n")}\n`);
  expect(prepared.problems).toMatchObject([{ kind: "damaged", count: lines.length }]);
  expect(reasons(prepared)[0]).toMatch(
    new RegExp(
      `^damaged: the gzip is damaged behind byte ${packed.length - 5000} \\(unexpected end of file\\); complete lines kept: ${lines.length} \\(${bytes} bytes\\); bytes of an incomplete last line left out: \\d+$`,
    ),
  );
  await prepared.dispose();
  expect(made()).toEqual([]);
});

test("of a gzip with a flipped byte every line before it is saved", async () => {
  const packed = gzipSync(`${numbered.join("\n")}\n`);
  const at = packed.length >> 1;
  packed[at] = (packed[at] ?? 0) ^ 0xff;
  const prepared = await land(put(packed, "flipped.log.gz"));
  const lines = await loaded(prepared);
  expect(lines.slice(0, 2000)).toEqual(numbered.slice(0, 2000));
  expect(reasons(prepared)).toEqual([expect.stringContaining("damaged behind byte")]);
});

test("a gzip whose checksum does not fit is kept whole, and in doubt", async () => {
  const packed = gzipSync("checksum 1\nchecksum 2\n");
  packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 0xff;
  const prepared = await land(put(packed, "doubt.log.gz"));
  expect(await loaded(prepared)).toEqual(["checksum 1", "checksum 2"]);
  expect(reasons(prepared)).toEqual([expect.stringContaining("complete lines kept: 2 (22 bytes), some of which may be wrong")]);
});

test("padding behind a gzip, which the engine refuses, costs nothing", async () => {
  const prepared = await land(put(Buffer.concat([gzipSync("padded\n"), Buffer.alloc(1024)]), "padded.gz"));
  expect([await loaded(prepared), prepared.problems]).toEqual([["padded"], []]);
});

test("a gzip that ends within its first line saves nothing, and says so", async () => {
  const packed = gzipSync(`${"abc ".repeat(200)}${numbered.join(" ")}\n`);
  const prepared = await land(put(packed.subarray(0, packed.length - 100), "short.gz"));
  expect(prepared.file).toBeNull();
  expect(reasons(prepared)).toEqual([expect.stringContaining("complete lines kept: 0 (0 bytes)")]);
  expect(made().filter((name) => name.includes("partial"))).toEqual([]);
});

test.each([
  ["UTF-8 with a byte order mark", (text: string) => Buffer.from(`\ufeff${text}`)],
  ["UTF-16, little end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["UTF-16, big end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
])("%s becomes plain UTF-8", async (name, encoded) => {
  const text = `${name} grüße 🦌\r\n\n"second"\n`;
  for (const path of [put(encoded(text)), put(gzipSync(encoded(`gzip ${text}`)), "a.gz")]) {
    const lines = await loaded(await land(path));
    expect(lines.map((line) => line.replace("gzip ", ""))).toEqual([`${name} grüße 🦌`, "", '"second"']);
  }
  const document = await land(put(encoded(`[\n{"name":\n"${name}"}\n]`)));
  expect(await loaded(document)).toEqual([`{"name":"${name}"}`]);
});

test("JSON documents become one record a line", async () => {
  const page = { "@odata.nextLink": "x", value: [{ id: 1, tags: ["a"] }, { id: 2 }] };
  const pretty = await land(put(JSON.stringify(page, null, 2)));
  expect((await loaded(pretty)).map((line) => JSON.parse(line))).toEqual(page.value);
  const packed = await land(put(gzipSync('{"Records":[{"a":1},{"a":2}]}'), "trail.json.gz"));
  expect([await loaded(packed), packed.problems]).toEqual([['{"a":1}', '{"a":2}'], []]);
  const own = await land(put('{"things":[{"a":7}],"more":1}'), { envelopes: [{ containers: ["things"], companions: ["more"] }] });
  expect(own.file).not.toBeNull();
});

test("a document that is cut off keeps its complete records, and the rest as a line that cannot be parsed", async () => {
  const prepared = await land(put('[\n{"cut":1},\n{"cut":2},\n{"cut":'));
  expect(await loaded(prepared)).toEqual(['{"cut":1}', '{"cut":2}', '{"cut":']);
  expect(reasons(prepared)).toEqual([
    "damaged: the JSON is cut off at byte 31; complete records kept: 2; damaged stretches kept as lines that cannot be parsed: 1",
  ]);
  const packed = gzipSync(JSON.stringify(numbered.map((text) => ({ text }))));
  const cut = await land(put(packed.subarray(0, packed.length >> 1), "cut.json.gz"));
  expect(cut.problems.map(({ kind }) => kind)).toEqual(["damaged", "damaged"]);
  const lines = await loaded(cut);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual(
    numbered.slice(0, lines.length - 1).map((text) => ({ text })),
  );
});

test("a document without records is told", async () => {
  const prepared = await land(put('{"value":[]}'));
  expect([prepared.file, reasons(prepared)]).toEqual([null, ["no-data: it holds no records"]]);
});

test("lines of 50 MB, zero bytes and bytes that are not UTF-8 pass", async () => {
  const long = "y".repeat(50_000_000);
  const prepared = await land(
    put(Buffer.concat([Buffer.from("a\0b\n"), Buffer.from([0xff, 0x0a]), Buffer.from(`${long}\nend\n`)])),
  );
  if (prepared.file === null) throw new Error("not prepared");
  expect(await store.load(prepared.file)).toEqual({ lines: 4 });
  const row = z.object({ n: z.coerce.number(), length: z.coerce.number(), start: z.string() });
  const rows = await store.query(
    "SELECT line_number AS n, length(line) AS length, hex(substring(line, 1, 3)) AS start FROM raw WHERE file_uid = {uid:String} ORDER BY n",
    { uid: prepared.file.fileUid },
    row,
  );
  expect(rows.map(({ length, start }) => [length, start])).toEqual([
    [3, "610062"],
    [1, "FF"],
    [50_000_000, "797979"],
    [3, "656E64"],
  ]);
});

test("what cannot be read stays a problem: an empty file, a file that has gone, a folder in its place", async () => {
  const gone = put("x\n");
  const inspection = await inspect(gone);
  rmSync(gone);
  const late = await prepare(gone, inspection, "00", { landingDirectory });
  expect(reasons(late)).toEqual([
    "unreadable: it is not there any more, or is a link that leads nowhere; nothing of it was read",
  ]);
  mkdirSync(gone);
  const turned = await prepare(gone, { ...inspection, shape: "json-document" }, "00", { landingDirectory });
  expect([late.file, turned.file, turned.problems]).toMatchObject([null, null, [{ kind: "unreadable" }]]);
  const nothing = await prepare(gone, await inspect(put("")), "00", { landingDirectory });
  expect([nothing.file, reasons(nothing)]).toEqual([null, ["no-data: the file is empty"]]);
});

test("Parquet is converted where a converter is given, and refused with the next step where not", async () => {
  const path = put(Buffer.from("PAR1 columns PAR1"), "rows[1].parquet");
  const without = await land(path);
  expect(without.file).toBeNull();
  expect(reasons(without)).toEqual([expect.stringMatching(/^not-configured: it is Parquet.*chdb.*JSON lines$/)]);

  const seen: string[] = [];
  const converted = await land(path, {
    convertParquet: async (source, target) => {
      seen.push(readFileSync(source, "utf8"));
      writeFileSync(target, '{"converted":1}\n');
    },
  });
  expect(await loaded(converted)).toEqual(['{"converted":1}']);
  expect(seen).toEqual(["PAR1 columns PAR1"]);
  await converted.dispose();

  const failing = await land(path, { convertParquet: () => Promise.reject(new Error("no footer")) });
  expect(reasons(failing)).toEqual(["damaged: the Parquet file cannot be read: no footer"]);
  expect(made().filter((name) => name.includes("parquet") || name.includes("partial"))).toEqual([]);
});

/** A file system of 256 kB; null where making one is not permitted. */
function smallDisk(): string | null {
  const place = join(folder, "small");
  mkdirSync(place);
  try {
    run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place);
    return place;
  } catch {
    return null;
  }
}
const small = smallDisk();
afterAll(() => {
  if (small !== null) run("umount", small);
});

test.skipIf(small === null)(
  "a full disk is an error that says what to do, and leaves nothing half-written (skipped where a small disk cannot be mounted)",
  async () => {
    const path = put(JSON.stringify(numbered.map((text) => ({ text })).concat(numbered.map((text) => ({ text }))), null, 2));
    const full = land(path, { landingDirectory: join(small ?? "", "landing") });
    await expect(full).rejects.toMatchObject({ code: "disk-full", hint: expect.stringContaining("Make room") });
    expect(readdirSync(join(small ?? "", "landing"))).toEqual([]);
    expect(existsSync(path)).toBe(true);
  },
);

test("a landing directory that cannot be written is an error that says so", async () => {
  const place = join(folder, "a-file");
  writeFileSync(place, "");
  chmodSync(place, 0o400);
  await expect(land(put("[]"), { landingDirectory: join(place, "landing") })).rejects.toMatchObject({ code: "internal" });
});

test("the same file prepared again gives the same landing file", async () => {
  const path = put('[{"twice":1}]');
  const first = await land(path);
  const bytes = readFileSync(first.file?.path ?? "");
  const second = await land(path);
  expect(second.file).toEqual(first.file);
  expect(readFileSync(second.file?.path ?? "")).toEqual(bytes);
});
