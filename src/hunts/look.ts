import { z } from "zod";
import { dayMs, epochMilliseconds } from "../time.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";
import type { SchemaColumns } from "./columns.ts";
import type { HuntNeed } from "./hunt.ts";
import type { Look } from "./verdict.ts";

const lookRow = z.object({
  product: z.string(),
  estate_rows: z.coerce.number(),
  named_rows: z.coerce.number(),
  days: z.coerce.number(),
  filled: z.array(z.coerce.number()),
});

/**
 * Counts what a need's table holds in a window: rows of the kind that the hunt reads, those about the named entities, days, filled
 * columns. Where several products write to the table, only those count whose rows fill every needed column at all: a network sensor
 * knows no processes, and its rows say nothing for or against a question about them.
 */
export async function lookAt(
  need: HuntNeed,
  names: readonly string[],
  window: Window,
  columns: SchemaColumns,
  world: Pick<World, "store" | "signal">,
): Promise<Look> {
  const values = Object.fromEntries(Object.values(need.only).map((allowed, position) => [`only${position}`, allowed]));
  const products = await world.store.query(
    statementFor(need, columns),
    { from: window.from, to: window.to, names: [...names], ...values },
    lookRow,
    { signal: world.signal },
  );
  const able = products.filter(({ filled }) => filled.every((count) => count > 0));
  const counted = able.length > 0 ? able : products;
  const rows = sum(counted.map((product) => product.named_rows));
  const estateRows = sum(counted.map((product) => product.estate_rows));
  return {
    table: need.table,
    rows,
    estateRows,
    days: Math.max(0, ...counted.map((product) => product.days)),
    windowDays: calendarDays(window),
    filled: Object.fromEntries(
      need.columns.map((column, position) => [
        column,
        estateRows === 0 ? 0 : sum(counted.map((product) => product.filled[position] ?? 0)) / estateRows,
      ]),
    ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

// Table and column names are checked against the schema when a hunt is loaded; everything else is bound.
function statementFor(need: HuntNeed, columns: SchemaColumns): string {
  const isNamed = `(empty({names:Array(String)}) OR ${need.entities.map((column) => namedIn(column, need.table, columns)).join(" OR ")})`;
  const only = Object.keys(need.only).map((column, position) => ` AND ${column} IN {only${position}:Array(String)}`);
  const filled = need.columns.map((column) => `countIf(${hasValue(column, need.table, columns)})`);
  return `-- How much of what the hunt needs is there, of everybody and of the named entities, by product?
SELECT concat(toString(metadata_product_vendor_name), ' ', toString(metadata_product_name)) AS product, count() AS estate_rows, countIf(is_named) AS named_rows, uniqExact(toDate(time)) AS days, [${filled.join(", ")}] AS filled
FROM (SELECT *, ${isNamed} AS is_named FROM ${need.table}
  WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')${only.join("")})
GROUP BY product ORDER BY product LIMIT 1000`;
}

function isArray(column: string, table: string, columns: SchemaColumns): boolean {
  return columns.get(table)?.get(column)?.startsWith("Array") ?? false;
}

function namedIn(column: string, table: string, columns: SchemaColumns): string {
  if (isArray(column, table, columns)) return `hasAny({names:Array(String)}, ${column})`;
  return `has({names:Array(String)}, ifNull(toString(${column}), ''))`;
}

function hasValue(column: string, table: string, columns: SchemaColumns): string {
  return isArray(column, table, columns) ? `notEmpty(${column})` : `isNotNull(${column})`;
}

/** Days of the calendar that a window touches, at least one. */
export function calendarDays(window: Window): number {
  const dayOf = (milliseconds: number) => Math.floor(milliseconds / dayMs);
  const last = Math.max(epochMilliseconds(window.from), epochMilliseconds(window.to) - 1);
  return dayOf(last) - dayOf(epochMilliseconds(window.from)) + 1;
}
