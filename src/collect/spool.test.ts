import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Spool, type Walk } from "./spool.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-spool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const walk = (cursor: string | null, state: Walk["state"] = "open", from = 0): Walk => ({
  from,
  to: from + 10,
  cursor,
  state,
  askedAt: 100,
  coveredTo: from + 10,
  records: 0,
  calls: 0,
  bytes: 0,
  shortfalls: [],
});
const pagesOf = (directory: string): string => readFileSync(join(directory, "pages.ndjson"), "utf8");

test("cut off at any byte, a spool holds whole pages, and the cursor behind the last of them", async () => {
  const whole = join(folder, "whole");
  const spool = await Spool.open(whole);
  for (const page of ["a", "b", "c"]) await spool.append(walk(`behind ${page}`), { lines: [`"${page}1"`, `"${page}2"`] });
  await spool.append(walk(null, "complete"));
  await spool.close();
  const journal = readFileSync(join(whole, "journal.ndjson"));
  const ends = [...journal.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
  for (let size = 0; size <= journal.length; size += 7) {
    const cut = join(folder, `cut-${size}`);
    cpSync(whole, cut, { recursive: true });
    truncateSync(join(cut, "journal.ndjson"), size);
    const again = await Spool.open(cut);
    const entries = ends.filter((at) => at < size).length;
    const expected = ["a", "b", "c"].slice(0, entries);
    expect(pagesOf(cut)).toBe(expected.map((page) => `"${page}1"\n"${page}2"\n`).join(""));
    expect(again.open.map(({ cursor }) => cursor)).toEqual(entries === 0 || entries === 4 ? [] : [`behind ${expected.at(-1)}`]);
    expect(again.batch().ended.map(({ state }) => state)).toEqual(entries === 4 ? ["complete"] : []);
    await again.append(walk("behind d"), { lines: ['"d"'] });
    expect(pagesOf(cut).endsWith('"d"\n')).toBe(true);
    await again.close();
  }
});

test("a journal that knows more than the pages hold is believed as far as they go", async () => {
  const directory = join(folder, "short");
  const spool = await Spool.open(directory);
  await spool.append(walk("one"), { lines: ['"one"'] });
  await spool.append(walk("two"), { lines: ['"two"'] });
  await spool.close();
  truncateSync(join(directory, "pages.ndjson"), 8);
  const again = await Spool.open(directory);
  expect(again.open.map(({ cursor }) => cursor)).toEqual(["one"]);
  expect(pagesOf(directory)).toBe('"one"\n');
  await again.close();
});

test("what is stored is forgotten, walks that go on are not, and an empty spool leaves nothing behind", async () => {
  const directory = join(folder, "stored");
  const file = join(folder, "download.gz");
  writeFileSync(file, "content");
  const spool = await Spool.open(directory);
  await spool.append(walk("next"), { lines: ['"a"'] });
  await spool.append(walk(null, "complete", 20), { lines: ['"b"'], files: [{ path: file, name: "vendor's" }], receipts: ["r"] });
  expect(spool.bytes).toBe(15);
  expect(spool.batch()).toMatchObject({ files: [{ name: "vendor's" }], receipts: ["r"], span: { from: 0, to: 30 } });
  await spool.clear();
  expect([existsSync(file), spool.bytes, spool.receipts, spool.isEmpty]).toEqual([false, 0, 0, true]);
  // Killed between the new journal and the cut: the pages that are stored are not stored again.
  await spool.close();
  appendFileSync(join(directory, "pages.ndjson"), '"stored before"\n');
  const again = await Spool.open(directory);
  expect([again.open.map(({ cursor }) => cursor), again.bytes, pagesOf(directory)]).toEqual([["next"], 0, ""]);
  await again.append(walk(null, "complete"));
  await again.clear();
  await again.close();
  expect(existsSync(directory)).toBe(false);
});

test("of equal lines, as many are kept as one walk brings", async () => {
  const directory = join(folder, "equal");
  const spool = await Spool.open(directory);
  const first = new Map<string, number>();
  await spool.append(walk("1"), { lines: ['"x"', '"x"'] }, first);
  await spool.append(walk("2"), { lines: ['"y"', '"x"'] }, first);
  const second = new Map<string, number>();
  await spool.append(walk("1"), { lines: ['"x"', '"x"', '"x"', '"x"'] }, second);
  await spool.append(walk("2"), { lines: ['"y"'] }, second);
  expect(pagesOf(directory)).toBe('"x"\n"x"\n"y"\n"x"\n"x"\n');
  await spool.close();
});
