import { z } from "zod";
import type { TableCoverage, Window } from "../types.ts";
import type { Store } from "./store.ts";

/** Tables of events and inventories that sources write to, in the order of DESIGN: what a hunt can look at. */
export const eventTables = [
  "network_activity",
  "dns_activity",
  "http_activity",
  "smb_activity",
  "rdp_activity",
  "ssh_activity",
  "rpc_activity",
  "authentication",
  "process_activity",
  "script_activity",
  "scheduled_job_activity",
  "service_activity",
  "registry_activity",
  "file_activity",
  "email_activity",
  "email_url_activity",
  "api_activity",
  "detection_finding",
  "device_inventory",
  "user_inventory",
] as const;

const columnRow = z.object({ table: z.string(), name: z.string(), type: z.string() });

/** The columns of the event tables, by table, in their order. */
export async function columnsByTable(store: Store): Promise<Map<string, { name: string; type: string }[]>> {
  const rows = await store.query(
    `SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND has({tables:Array(String)}, table) ORDER BY table, position`,
    { tables: [...eventTables] },
    columnRow,
  );
  const columns = new Map<string, { name: string; type: string }[]>();
  for (const row of rows) columns.set(row.table, [...(columns.get(row.table) ?? []), { name: row.name, type: row.type }]);
  return columns;
}

/** How much there is to look at in a window: rows, first and last time, and the share of rows that have a value, for each table. */
export async function coverTables(store: Store, window: Window): Promise<Map<string, TableCoverage>> {
  const covered = new Map<string, TableCoverage>();
  for (const [table, columns] of await columnsByTable(store)) covered.set(table, await coverTable(store, table, columns, window));
  return covered;
}

const coverageRow = z.object({
  rows: z.coerce.number(),
  firstTime: z.string(),
  lastTime: z.string(),
  filled: z.array(z.coerce.number()),
});

async function coverTable(
  store: Store,
  table: string,
  columns: readonly { name: string; type: string }[],
  window: Window,
): Promise<TableCoverage> {
  const counts = columns.map(({ name, type }) =>
    type.startsWith("Array") ? `countIf(notEmpty(${name}))` : type.includes("Nullable") ? `count(${name})` : "count()",
  );
  const sql = `SELECT count() AS rows, toString(min(time)) AS firstTime, toString(max(time)) AS lastTime, [${counts.join(", ")}] AS filled FROM ${table}
    WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')`;
  const [row] = await store.query(sql, { from: window.from, to: window.to }, coverageRow);
  if (row === undefined || row.rows === 0) return { table, rows: 0, firstTime: null, lastTime: null, filled: {} };
  const filled = Object.fromEntries(columns.map(({ name }, position) => [name, (row.filled[position] ?? 0) / row.rows]));
  return { table, rows: row.rows, firstTime: row.firstTime, lastTime: row.lastTime, filled };
}

const spanRow = z.object({ rows: z.coerce.number(), from: z.string(), to: z.string() });

/** The span of time that the stored events cover, end exclusive; null when there are none. `until`: of those before it only. */
export async function spanOfEvents(store: Store, until?: string): Promise<Window | null> {
  const before = until === undefined ? "" : " WHERE time < toDateTime64({until:String}, 6, 'UTC')";
  const selects = eventTables
    .filter((table) => !table.endsWith("_inventory"))
    .map((table) => `SELECT time FROM ${table}${before}`);
  const sql = `SELECT count() AS rows, toString(min(time)) AS from, toString(addMicroseconds(max(time), 1)) AS to FROM (${selects.join(" UNION ALL ")})`;
  const [row] = await store.query(sql, until === undefined ? {} : { until }, spanRow);
  return row === undefined || row.rows === 0 ? null : { from: row.from, to: row.to };
}

/** The time of the first event that these files (uids of raw) brought; null when they brought none. */
export async function earliestOf(fileUids: readonly string[], store: Store): Promise<string | null> {
  const selects = eventTables
    .filter((table) => !table.endsWith("_inventory"))
    .map((table) => `SELECT time FROM ${table} WHERE has({files:Array(String)}, raw_file_uid)`);
  const sql = `SELECT count() AS rows, toString(min(time)) AS from, '' AS to FROM (${selects.join(" UNION ALL ")})`;
  const [row] = await store.query(sql, { files: [...fileUids] }, spanRow);
  return row === undefined || row.rows === 0 ? null : row.from;
}
