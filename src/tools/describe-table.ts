import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { treatments } from "../privacy/columns.ts";
import { eventTables } from "../store/tables.ts";
import { asked } from "./answer.ts";
import { ownRows } from "./own-rows.ts";
import { type EventTable, isVersioned } from "./tables.ts";
import type { Tool, ToolContext } from "./tool.ts";

const input = z.strictObject({ table: z.enum(eventTables).describe("a table of list_tables") });

const columnRow = z.object({ name: z.string(), type: z.string() });

/** What a table's columns are, how often they have a value, and what the few-valued ones hold. */
export const describeTable: Tool<typeof input> = {
  name: "describe_table",
  title: "Describe a table",
  description:
    "Describes a table: its columns with type and the share of rows that have a value, and the commonest values of columns that hold few. A column that no row fills is only named: a question that needs it is not testable.",
  input,
  maxBytes: 8192,
  async run({ table }, context) {
    const { tables, window } = context;
    const coverage = tables.get(table);
    const sql =
      "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position LIMIT 1000";
    const columns = await ownRows(context, sql, { table }, columnRow);
    if (columns.length === 0) throw new SpoorError("not-found", `the store has no table ${table}`, { hint: "list_tables" });
    const shown = columns.filter(({ name }) => treatments.has(name));
    const share = ({ name }: { name: string }): number => coverage?.filled[name] ?? 0;
    const used = shown.filter((column) => share(column) > 0);
    const few = used.filter(({ name, type }) => type.startsWith("LowCardinality") && !/_uid$|product|version/.test(name));
    const common = few.length === 0 ? null : await commonValues(table, few, context).catch(unlessTooMuch);
    return {
      value: {
        table,
        rows: coverage?.rows ?? 0,
        first_time: coverage?.firstTime ?? null,
        last_time: coverage?.lastTime ?? null,
        ...(isVersioned(table)
          ? { versions: "an object has a row for every version of it: the newest version_time counts" }
          : {}),
        columns: used.map((column) => ({
          name: column.name,
          type: plainType(column.type),
          filled_percent: Math.max(1, Math.round(100 * share(column))),
        })),
        columns_without_values: shown.filter((column) => share(column) === 0).map(({ name }) => name),
        common_values: common === null ? [] : common.rows.map((row) => ({ ...row })),
      },
      eventIds: [],
      statement: common === null ? asked(sql, { table }, columns) : asked(common.sql, { ...window }, common.rows),
    };
  },
};

/** A table is described without its common values where counting them would take too long. */
function unlessTooMuch(thrown: unknown): null {
  if (thrown instanceof SpoorError && thrown.code === "store-limit") return null;
  throw thrown;
}

/** "Nullable(String)" and its kin as the type that a statement meets. */
function plainType(type: string): string {
  return type.replaceAll(/LowCardinality\((.+)\)/g, "$1").replaceAll(/Nullable\((.+)\)/g, "$1");
}

const valueRow = z.object({ column: z.string(), rows: z.coerce.number(), event: z.string() });

interface CommonValue {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
}

/**
 * The commonest values of columns. They are counted as they are, which is quick, and shown as the caller may see them: in one event each
 * that has them.
 */
async function commonValues(
  table: EventTable,
  columns: readonly { name: string }[],
  context: ToolContext,
): Promise<{ sql: string; rows: readonly CommonValue[] }> {
  const { privacy, window, world } = context;
  // Names of columns come from the store's own schema, never from the caller.
  const pairs = columns.map(({ name }) => `('${name}', toString(${name}))`).join(", ");
  const sql = `SELECT pair.1 AS column, count() AS rows, min(metadata_uid) AS event
FROM (SELECT metadata_uid, arrayJoin([${pairs}]) AS pair FROM ${table} WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC'))
WHERE pair.2 IS NOT NULL AND pair.2 != ''
GROUP BY column, pair.2 ORDER BY column, rows DESC, pair.2 LIMIT 5 BY column LIMIT 100`;
  const counts = await ownRows(context, sql, { from: window.from, to: window.to }, valueRow);
  const shownIds = new Map(counts.map(({ event }) => [event, privacy.hide("event", event)]));
  const names = columns.map(({ name }) => name).join(", ");
  const seen = await privacy.ask(
    `SELECT metadata_uid, ${names} FROM ${table} WHERE has({uids:Array(String)}, metadata_uid) ORDER BY metadata_uid LIMIT 200`,
    world.signal,
    { uids: [...new Set(shownIds.values())] },
  );
  const byId = new Map(seen.rows.map((row) => [row.metadata_uid, row]));
  const rows = counts.flatMap(({ column, rows: count, event }): CommonValue[] => {
    const value = byId.get(shownIds.get(event))?.[column];
    return typeof value === "string" ? [{ column, value, rows: count }] : [];
  });
  return { sql, rows };
}
