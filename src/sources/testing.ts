import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { z } from "zod";
import { openStore } from "../store/open.ts";
import { convertParquet } from "../store/parquet.ts";
import type { Store } from "../store/store.ts";
import { eventTables } from "../store/tables.ts";
import type { Gap, SourceCount } from "../types.ts";
import { GapLedger } from "../world.ts";
import { importPaths } from "./import.ts";
import { type LoadedSource, loadSources } from "./load.ts";
import { recordsOf } from "./recognise.ts";

/** What an import said: counts by file, gaps in their total order. */
export interface Outcome {
  readonly counts: readonly SourceCount[];
  readonly gaps: readonly Gap[];
}

/** For tests: a store of its own in a folder of its own, and imports into it. */
export interface Bench {
  readonly folder: string;
  readonly store: Store;
  readonly sources: readonly LoadedSource[];
  /** Writes a file below the folder and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  import(paths: readonly string[], options?: { readonly as?: string; readonly store?: Store }): Promise<Outcome>;
  /** The rows of a table by line, without what they do not have and without what depends on the file's bytes. */
  rows(table: string): Promise<Record<string, unknown>[]>;
  /** The rows of all tables that have any. */
  everyRow(): Promise<Record<string, Record<string, unknown>[]>>;
  /** Takes away all rows and all memory of files, so that the same events can be imported again. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** `only`: the ids of the sources to try; `own`: a folder of sources like a user's. */
export async function openBench({ only, own }: { readonly only: readonly string[]; readonly own?: string }): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "spoor-source-"));
  const store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
  const sources = (await loadSources(own)).filter(({ id }) => only.includes(id));
  const rows = async (table: string): Promise<Record<string, unknown>[]> => {
    const sql = `SELECT * FROM ${table} ORDER BY raw_line_number, metadata_uid LIMIT 10000`;
    return (await store.query(sql, {}, z.record(z.string(), z.unknown()))).map(tidy);
  };
  return {
    folder,
    store,
    sources,
    write(name, content) {
      const path = join(folder, "logs", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    async import(paths, options = {}) {
      const gaps = new GapLedger();
      const counts = await importPaths(
        paths,
        {
          sources,
          landingDirectory: join(folder, "landing"),
          year: 2026,
          convertParquet: (path, target) => convertParquet(path, target, { maxMemoryBytes: 2 ** 31 }),
          ...(options.as === undefined ? {} : { as: options.as }),
        },
        {
          store: options.store ?? store,
          clock: () => new Date("2026-11-02T00:00:00Z"),
          gaps,
          progress: () => {},
          signal: new AbortController().signal,
        },
      );
      return { counts, gaps: gaps.list() };
    },
    rows,
    async everyRow() {
      const answer: Record<string, Record<string, unknown>[]> = {};
      for (const table of eventTables) {
        const found = await rows(table);
        if (found.length > 0) answer[table] = found;
      }
      return answer;
    },
    async clear() {
      for (const table of [...eventTables, "raw", "repeated_line", "landing", "quarantine"])
        await store.exec(`TRUNCATE TABLE ${table}`);
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A row as a reader would write it down: no NULLs, no empty lists, no hashes, numbers as numbers. */
function tidy(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => name !== "raw_file_uid" && value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => {
        if (name === "metadata_uid" && typeof value === "string") return [name, value.replace(/[0-9a-f]{32}/, "#")];
        return [name, numeric.test(name) ? Number(value) : value];
      }),
  );
}

const numeric = /^(raw_line_number|count|click_count)$|_(bytes|packets)_(in|out)$|_(length|size|pid)$/;

/** What a fixture's import should give: its rows by table, as written down in a JSON file. */
export function expectedIn(moduleUrl: string, name: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, moduleUrl)), "utf8"));
}

/** A source in a test file: its bench, and the fixtures that lie beside the file. */
export interface SourceUnderTest {
  readonly bench: Bench;
  readonly fixture: (name: string) => string;
  /** The names of the fixtures that are logs. */
  readonly logs: readonly string[];
  /** Imports all of them, expects the rows and counts of expected.json and expected-counts.json, and gives the gaps. */
  readonly gapsOfAll: () => Promise<(readonly [kind: string, reason: string, count: number | undefined])[]>;
}

/** Opens a bench for the tests of a file, emptied after each; `isLog` tells logs from what else lies among the fixtures. */
export function sourceUnderTest(
  moduleUrl: string,
  id: string,
  isLog: (name: string) => boolean = (name) => !name.startsWith("expected"),
): SourceUnderTest {
  const fixtures = fileURLToPath(new URL("fixtures/", moduleUrl));
  const fixture = (name: string): string => join(fixtures, name);
  const logs = readdirSync(fixtures).filter(isLog);
  let opened: Bench | null = null;
  beforeAll(async () => {
    opened = await openBench({ only: [id] });
  });
  afterEach(() => opened?.clear());
  afterAll(() => opened?.close());
  const bench = (): Bench => {
    if (opened === null) throw new Error("the bench is open within a test only");
    return opened;
  };
  return {
    get bench() {
      return bench();
    },
    fixture,
    logs,
    async gapsOfAll() {
      const { counts, gaps } = await bench().import(logs.map(fixture));
      expect(await bench().everyRow()).toEqual(expectedIn(moduleUrl, "fixtures/expected.json"));
      expect(
        counts.map(({ format, read, stored, quarantined, rawOnly }) => ({ format, read, stored, quarantined, rawOnly })),
      ).toEqual(expectedIn(moduleUrl, "fixtures/expected-counts.json"));
      return gaps.map(({ kind, reason, count }) => [kind, reason, count] as const);
    },
  };
}

/** Recordings of others in the shared folder; `absence` says why a test of them is skipped, and is empty where they are there. */
export function recordingsOfOthers(name: string): { readonly path: string; readonly absence: string } {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  return { path, absence: existsSync(path) ? "" : " (skipped: shared/data is not there)" };
}

const strangeValues: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [1],
  { a: { b: 1 } },
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  "",
  " ",
  "-",
  "\u0000",
  "\ud800",
  "9".repeat(400),
  "18446744073709551615",
  "-9223372036854775808",
  "1e999",
  "nan",
  "5",
  "10:30",
  "0000-00-00T00:00:00Z",
  "1601-01-01T00:00:00Z",
  "2299-12-31T23:59:59.999999Z",
  "9999-12-31T23:59:59Z",
  "::ffff:999.1.1.1",
  "'; DROP TABLE raw; --",
  "</script><img src=x onerror=alert(1)>",
  "\\\\host\\share$\\..\\x",
  "https://user:pass@[::1]:99999/?#",
  "CONTOSO\\Alice@x@y",
  "{",
  '["',
];

/**
 * A record with each of its values, at any depth, replaced by each of many strange ones: whatever stands in a log, no statement may
 * fail on it. Whole numbers beyond what JavaScript holds are put in as text of JSON.
 */
function strangeVariants(record: unknown): string[] {
  const lines: string[] = [];
  for (const path of pathsOf(record)) {
    for (const value of strangeValues) lines.push(JSON.stringify(replaced(record, path, value)));
    for (const number of ["18446744073709551615", "9223372036854775807", "-9223372036854775808", "1e400", "99999999999999999"])
      lines.push(JSON.stringify(replaced(record, path, "\u0001here\u0001")).replace('"\\u0001here\\u0001"', number));
  }
  return lines;
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return at.length === 0 ? [] : [at];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...at, Array.isArray(value) ? Number(key) : key]));
  return at.length === 0 ? inner : [at, ...inner];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, position) => (position === key ? replaced(one, rest, by) : one));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, one]) => [name, name === key ? replaced(one, rest, by) : one]),
  );
}

/** The same for delimited text: one line, each of its values replaced by each strange text that holds no separator. */
function strangeRows(line: string, separator: string): string[] {
  const cells = line.split(separator);
  const texts = strangeValues
    .filter((value) => typeof value === "string")
    .filter((text) => !text.includes(separator) && text !== "\ud800");
  const numbers = ["18446744073709551616", "1e308", "-1e308", "1.7976931348623157e309", "0x7f"];
  return cells.flatMap((_, at) =>
    [...texts, ...numbers].map((text) => cells.map((cell, position) => (position === at ? text : cell)).join(separator)),
  );
}

/**
 * What goes wrong when the lines of a fixture are imported with strange values in them: statements that failed, counts that do not add
 * up, empty text where a value is missing. Every third line is tried, which bounds the time.
 */
export async function whatGoesWrong(bench: Bench, fixture: string): Promise<string[]> {
  const lines = readFileSync(fixture, "utf8").split(/\r?\n/);
  const separator = fixture.endsWith(".log") ? "\t" : ",";
  const strange = lines.flatMap((line) => {
    if (!/\.(nd)?json$/.test(fixture)) return line.startsWith("#") ? [] : strangeRows(line, separator);
    return recordsOf([line]).flatMap(strangeVariants);
  });
  const kept = [...lines, ...strange.filter((_, position) => position % 3 === 0)];
  const { counts, gaps } = await bench.import([bench.write(`strange-${basename(fixture)}`, kept.join("\n"))]);
  const { read, stored, duplicate, quarantined } = totals(counts);
  const rows = Object.entries(await bench.everyRow());
  return [
    ...gaps.filter(({ kind }) => kind === "failed").map(({ part, reason }) => `${part}: ${reason}`),
    ...(read === stored + duplicate + quarantined ? [] : [`read ${read}, but ${stored} + ${duplicate} + ${quarantined}`]),
    ...(stored > 0 ? [] : ["nothing was stored"]),
    ...rows.flatMap(([table, found]) => [
      ...new Set(
        found.flatMap((row) => Object.keys(row).flatMap((name) => (row[name] === "" ? [`${table}.${name} is empty text`] : []))),
      ),
    ]),
  ];
}

/** Sums over files: read must be stored + duplicate + quarantined. */
export function totals(
  counts: readonly SourceCount[],
): Record<"read" | "stored" | "duplicate" | "quarantined" | "rawOnly", number> {
  const sum = (key: "read" | "stored" | "duplicate" | "quarantined" | "rawOnly"): number =>
    counts.reduce((total, count) => total + count[key], 0);
  return {
    read: sum("read"),
    stored: sum("stored"),
    duplicate: sum("duplicate"),
    quarantined: sum("quarantined"),
    rawOnly: sum("rawOnly"),
  };
}
