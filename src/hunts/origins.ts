import { z } from "zod";
import type { World } from "../world.ts";
import type { HuntRow } from "./hunt.ts";

const originRow = z.object({
  metadata_uid: z.string(),
  metadata_product_vendor_name: z.string(),
  metadata_product_name: z.string(),
});

/** Where the events of rows come from: "table/vendor product" by event uid. */
export async function originsOf(
  rows: readonly HuntRow[],
  tables: readonly string[],
  world: Pick<World, "store" | "signal">,
): Promise<Map<string, string>> {
  const uids = [...new Set(rows.flatMap((row) => row.event_ids))];
  const first = rows.map((row) => row.first_time).sort()[0];
  const last = rows
    .map((row) => row.last_time)
    .sort()
    .at(-1);
  const origins = new Map<string, string>();
  if (first === undefined || last === undefined) return origins;
  for (const table of new Set(tables)) {
    // A day on both sides: what precedes the first time of a row (a click, a copy) may belong to it. Tables come from the schema.
    const sql = `SELECT DISTINCT metadata_uid, toString(metadata_product_vendor_name) AS metadata_product_vendor_name, toString(metadata_product_name) AS metadata_product_name FROM ${table}
      WHERE time >= toDateTime64({first:String}, 6, 'UTC') - toIntervalDay(1) AND time <= toDateTime64({last:String}, 6, 'UTC') + toIntervalDay(1)
        AND metadata_uid IN {uids:Array(String)} ORDER BY metadata_uid, metadata_product_vendor_name, metadata_product_name LIMIT 5000`;
    const found = await world.store.query(sql, { first, last, uids }, originRow, { signal: world.signal });
    for (const { metadata_uid, metadata_product_vendor_name: vendor, metadata_product_name: product } of found)
      origins.set(metadata_uid, `${table}/${[...new Set([vendor, product])].filter((name) => name !== "").join(" ")}`);
  }
  return origins;
}
