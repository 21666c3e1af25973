import { basename } from "node:path";
import type { ImportedLogs } from "./imported-logs.ts";

type Row = Readonly<Record<string, unknown>>;

/** The rows of files that were imported together: by the file's name, by table, by line; values that are NULL are left out. */
export async function rowsByFile(
  logs: ImportedLogs,
  tables: readonly string[],
): Promise<Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>> {
  const rowsOf = new Map<string, (Row & { table: string })[]>();
  for (const table of tables) {
    const sql = `SELECT * FROM ${table} ORDER BY raw_file_uid, raw_line_number, metadata_uid`;
    for (const row of await logs.query(sql)) {
      const uid = String(row.raw_file_uid);
      rowsOf.set(uid, [...(rowsOf.get(uid) ?? []), { ...row, table }]);
    }
  }
  return Object.fromEntries(logs.counts.map(({ file, fileUid }) => [basename(file), byTable(rowsOf.get(fileUid) ?? [])]));
}

function byTable(rows: readonly (Row & { table: string })[]): Record<string, Row[]> {
  const names = [...new Set(rows.map(({ table }) => table))];
  return Object.fromEntries(names.map((name) => [name, rows.filter(({ table }) => table === name).map(withValues)]));
}

function withValues({ table: _table, raw_file_uid: _uid, ...row }: Row & { table: string }): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
