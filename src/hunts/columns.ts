import { migrations } from "../store/migrate.ts";
import { eventTables } from "../store/tables.ts";

/** Column name to the engine's type, by table: the event tables as this version of the program makes them. */
export type SchemaColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

let read: Promise<SchemaColumns> | null = null;

/** The columns of the event tables, from the schema itself, so that a hunt can be checked before there is a store. */
export function schemaColumns(): Promise<SchemaColumns> {
  read ??= migrations().then((all) => columnsOf(all.flatMap(({ statements }) => statements)));
  return read;
}

function columnsOf(statements: readonly string[]): SchemaColumns {
  const tables = new Map<string, Map<string, string>>();
  for (const sql of statements) {
    const table = /^CREATE TABLE IF NOT EXISTS (\w+) \(/m.exec(sql)?.[1];
    if (table === undefined || !eventTables.some((name) => name === table)) continue;
    const lines = [...sql.matchAll(/^ {2}(?<name>[a-z]\w*) (?<type>.+?),?$/gm)];
    tables.set(table, new Map(lines.map(({ groups }) => [groups?.name ?? "", groups?.type ?? ""])));
  }
  return tables;
}
