import type { SqlParameters, SqlValue } from "../store/store.ts";
import type { TableCoverage } from "../types.ts";
import type { Need } from "./detector.ts";

/** The bound values that a statement names, out of those at hand. */
export function boundIn(sql: string, values: SqlParameters): SqlParameters {
  const named = new Set([...sql.matchAll(/\{(\w+):/g)].map((match) => match[1]));
  return Object.fromEntries(Object.entries(values).filter(([name]) => named.has(name)));
}

/** A detector's parameters as values that can be bound: lists, text, numbers and flags. */
export function asSqlParameters(parameters: Readonly<Record<string, unknown>>): SqlParameters {
  return Object.fromEntries(Object.entries(parameters).filter((entry): entry is [string, SqlValue] => isSqlValue(entry[1])));
}

function isSqlValue(value: unknown): value is SqlValue {
  if (Array.isArray(value)) return value.every(isSqlValue);
  return value === null || ["string", "number", "bigint", "boolean"].includes(typeof value);
}

/** Why a need is not met by what there is to look at; null when it is. */
export function unmet(need: Need, tables: ReadonlyMap<string, TableCoverage>): string | null {
  const table = tables.get(need.table);
  if (table === undefined || table.rows === 0) return `no ${need.table} events in the window`;
  const empty = need.columns.filter((column) => (table.filled[column] ?? 0) === 0);
  return empty.length === 0 ? null : `${need.table} has no values in ${empty.join(", ")}`;
}
