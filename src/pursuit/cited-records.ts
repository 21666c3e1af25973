import { SpoorError } from "../errors.ts";
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

/** Ids of one statement: an answer is cut at some two hundred records, and at some forty thousand characters. */
const atOnce = 40;

/**
 * The records of event ids as the model may see them; ids that no table has are absent, and so are those of a table that does not
 * answer in time.
 */
export async function citedRecords(
  ids: readonly string[],
  { privacy, tables, world }: Pick<ToolContext, "privacy" | "tables" | "world">,
): Promise<Map<string, CitedRecord>> {
  const found = new Map<string, CitedRecord>();
  for (const table of eventTables.filter((name) => (tables.get(name)?.rows ?? 0) > 0)) {
    const queue = ids.filter((id) => !found.has(id));
    while (queue.length > 0) {
      const uids = queue.splice(0, atOnce);
      const sql = `SELECT * FROM ${table} WHERE metadata_uid IN {uids:Array(String)} ORDER BY metadata_uid LIMIT 200`;
      const seen = await privacy.ask(sql, world.signal, { uids }).catch((cause: unknown) => {
        if (world.signal.aborted || !(cause instanceof SpoorError)) throw cause;
        return null;
      });
      if (seen === null) break;
      for (const row of seen.rows) if (typeof row.metadata_uid === "string") found.set(row.metadata_uid, recordOf(table, row));
      const left = uids.filter((id) => !found.has(id));
      if (seen.isCut && left.length < uids.length) queue.unshift(...left);
    }
  }
  return found;
}

function recordOf(table: string, row: Readonly<Record<string, unknown>>): CitedRecord {
  const values = Object.values(row).flatMap(textsIn);
  const times = values.flatMap((value) => moment.exec(value)?.slice(1, 3).join(" ") ?? []);
  return { table, values: values.map((value) => value.toLowerCase()), times };
}

const moment = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z?$/;

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number" || typeof value === "bigint") return [String(value)];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}
