import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { importPaths } from "../../src/sources/import.ts";
import { loadSources } from "../../src/sources/load.ts";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import type { SqlParameters } from "../../src/store/store.ts";
import type { Gap, SourceCount } from "../../src/types.ts";
import { GapLedger } from "../../src/world.ts";

type Row = Readonly<Record<string, unknown>>;

/** Logs in a store of their own, for a test that looks at their rows. */
export interface ImportedLogs {
  readonly counts: readonly SourceCount[];
  readonly gaps: readonly Gap[];
  /** The same files once more. */
  again(): Promise<readonly SourceCount[]>;
  query(sql: string, parameters?: SqlParameters): Promise<readonly Row[]>;
  /** The rows of these tables by line, each with the columns that have a value; without the file's uid, which is a hash of its bytes. */
  tables(names: readonly string[]): Promise<Readonly<Record<string, readonly Row[]>>>;
  close(): Promise<void>;
}

/** Imports files through one source alone. `year` is for logs without one. */
export async function importLogs(paths: readonly string[], sourceId: string, year = 2026): Promise<ImportedLogs> {
  const directory = await mkdtemp(join(tmpdir(), "spoor-logs-"));
  const store = await openEmbeddedStore({ directory: join(directory, "store") });
  const world = {
    store,
    clock: () => new Date(0),
    gaps: new GapLedger(),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const sources = (await loadSources()).filter(({ id }) => id === sourceId);
  const run = (): Promise<SourceCount[]> =>
    importPaths(paths, { sources, landingDirectory: join(directory, "landing"), year }, world);
  const query = (sql: string, parameters: SqlParameters = {}): Promise<Row[]> =>
    store.query(sql, parameters, z.record(z.string(), z.unknown()));
  const close = async (): Promise<void> => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await store.migrate();
    return {
      counts: await run(),
      gaps: world.gaps.list(),
      again: run,
      query,
      tables: async (names) => {
        const found: Record<string, readonly Row[]> = {};
        for (const name of names) {
          const sql = `SELECT * EXCEPT (raw_file_uid) FROM ${name} ORDER BY raw_line_number, metadata_uid`;
          const rows = await query(sql);
          if (rows.length > 0) found[name] = rows.map(withValues);
        }
        return found;
      },
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

function withValues(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
