import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { openStore } from "../store/open.ts";
import { convertParquet } from "../store/parquet.ts";
import type { Store } from "../store/store.ts";
import { eventTables } from "../store/tables.ts";
import type { Gap, SourceCount } from "../types.ts";
import { GapLedger } from "../world.ts";
import { importPaths } from "./import.ts";
import { type LoadedSource, loadSources } from "./load.ts";

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
