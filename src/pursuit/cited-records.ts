import { eventTables } from "../store/tables.ts";
import type { ToolContext } from "../tools/tool.ts";

/** A record as the model may see it, ready for looking up what a text says of it. */
export interface CitedRecord {
  readonly table: string;
  /** Every text and number in it, in lower case. */
  readonly values: readonly string[];
  /** Moments in it, "2026-11-01 10:00:00.000000". */
  readonly times: readonly string[];
}

/** Ids of one statement: the view hands out some two hundred records at a time. */
const atOnce = 100;

/** The records of event ids as the model may see them; ids that no table has are absent. */
export async function citedRecords(
  ids: readonly string[],
  { privacy, tables, world }: Pick<ToolContext, "privacy" | "tables" | "world">,
): Promise<Map<string, CitedRecord>> {
  const found = new Map<string, CitedRecord>();
  const filled = eventTables.filter((table) => (tables.get(table)?.rows ?? 0) > 0);
  for (const table of filled) {
    const missing = ids.filter((id) => !found.has(id));
    for (let at = 0; at < missing.length; at += atOnce) {
      const uids = missing.slice(at, at + atOnce);
      const sql = `SELECT * FROM ${table} WHERE metadata_uid IN {uids:Array(String)} ORDER BY metadata_uid LIMIT ${atOnce}`;
      const seen = await privacy.ask(sql, world.signal, { uids });
      for (const row of seen.rows) {
        const id = row.metadata_uid;
        if (typeof id !== "string" || found.has(id)) continue;
        const values = Object.values(row).flatMap(textsIn);
        const times = values.flatMap((value) => moment.exec(value)?.slice(1, 3).join(" ") ?? []);
        found.set(id, { table, values: values.map((value) => value.toLowerCase()), times });
      }
    }
  }
  return found;
}

const moment = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z?$/;

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number" || typeof value === "bigint") return [String(value)];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}
