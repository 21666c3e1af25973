import type { SqlParameters, SqlValue } from "../../src/store/store.ts";

/** A value for every place `{name:Type}` of a statement: the known one, or else one that fits the type. */
export function bindByType(sql: string, known: SqlParameters): SqlParameters {
  const places = [...sql.matchAll(/\{(\w+)\s*:\s*([^{}]+)\}/g)];
  return Object.fromEntries(places.map(([, name = "", type = ""]) => [name, known[name] ?? valueOfType(type.trim())]));
}

function valueOfType(type: string): SqlValue {
  if (type.startsWith("Nullable")) return null;
  if (type.startsWith("Array")) return [];
  if (type.startsWith("Bool")) return false;
  if (type.startsWith("DateTime") || type.startsWith("Date")) return "2026-11-01 00:00:00";
  return /^(U?Int|Float|Decimal)/.test(type) ? 1 : "";
}
