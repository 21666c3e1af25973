import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { compareText } from "../order.ts";
import type { Json } from "../reasoner/port.ts";
import { statement } from "../store/statement.ts";
import { eventTables } from "../store/tables.ts";
import { asked, filled } from "./answer.ts";
import { knownEntity } from "./known-entity.ts";
import { ownRows } from "./own-rows.ts";
import { spanEnd, spanOf } from "./span.ts";
import { type EventTable, isVersioned, usedColumns } from "./tables.ts";
import { tellingColumns } from "./telling-columns.ts";
import type { Tool, ToolContext } from "./tool.ts";

const input = z.strictObject({
  entity: z.string().min(1).max(500).describe("an address, host, user, mail address, domain or hash, as answers show it"),
  from: spanEnd.describe('UTC, "2026-11-01 10:00:00"; null: from the beginning of the window'),
  to: spanEnd.describe("UTC, exclusive; null: to the end of the window"),
  after_event: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .describe("event_id of an event at the time `from`: only what follows it; null: from the beginning of the span"),
  limit: z.int().min(1).max(100).nullable().describe("at most so many events, 1 to 100; null: 30"),
});

const tableRow = z.object({
  table_name: z.enum(eventTables),
  events: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  earliest: z.array(z.tuple([z.string(), z.string()])),
});

interface Moment {
  readonly table: EventTable;
  readonly time: string;
  readonly id: string;
}

/** What happened around one entity, over all tables, oldest first. */
export const entityTimeline: Tool<typeof input> = {
  name: "entity_timeline",
  title: "Timeline of an entity",
  description:
    "Gives the events that name an address, host, person, domain or file hash, merged over all tables, oldest first, with how many each table holds. For later events ask again with the time and event_id of the last one that you were shown, as from and after_event.",
  input,
  async run({ entity, from, to, after_event, limit }, context) {
    const span = spanOf(from, to, context.window);
    if (after_event !== null && from === null)
      throw new SpoorError("usage", "after_event needs from", { hint: "Give the time of that event as from." });
    const value = await knownEntity(entity, context.privacy);
    const sql = await statement(import.meta.url, "entity-events.sql");
    const found = await ownRows(
      context,
      sql,
      { value, isShort: !/[.:@]/.test(value), ...span, after: after_event ?? "" },
      tableRow,
    );
    const moments = found
      .flatMap(({ table_name, earliest }) => earliest.map(([time, id]): Moment => ({ table: table_name, time, id })))
      .sort((a, b) => compareText(a.time, b.time) || compareText(a.id, b.id) || compareText(a.table, b.table));
    const total = found.reduce((sum, { events }) => sum + events, 0);
    const shown = pageOf(moments, limit ?? 30);
    const told = await tell(shown, context);
    return {
      value: {
        entity,
        ...span,
        events_in_all: total,
        by_table: found.map(({ table_name, events, first_time, last_time }) => ({
          table: table_name,
          events,
          first_time,
          last_time,
        })),
        events: told.map(({ row }) => row),
        more_events_exist: total > shown.length,
      },
      eventIds: told.map(({ id }) => id),
      // The entity under the name that it is known by outside: a ledger is read by others.
      statement: asked(sql, { entity, ...span, after: after_event ?? "" }, told),
    };
  },
};

/** The first so many, and what stands at the same time under the same id in other tables: the next page begins after that id. */
function pageOf(moments: readonly Moment[], limit: number): readonly Moment[] {
  const last = moments[limit - 1];
  return moments.filter((one, index) => index < limit || (one.time === last?.time && one.id === last.id));
}

/** The events as the caller may see them, in their order; what is hidden is hidden by the database. */
async function tell(moments: readonly Moment[], context: ToolContext): Promise<{ id: string; row: Json }[]> {
  const { privacy, world } = context;
  const rows = new Map<string, Json>();
  for (const table of [...new Set(moments.map((moment) => moment.table))].sort(compareText)) {
    const own = moments.filter((moment) => moment.table === table);
    const times = own.map(({ time }) => time);
    const used = new Set(usedColumns(table, context));
    const columns = ["time", "metadata_uid", ...tellingColumns[table].filter((name) => used.has(name))];
    const newest = isVersioned(table) ? "version_time DESC" : "time";
    const seen = await privacy.ask(
      `SELECT ${columns.join(", ")} FROM ${table}
WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time <= toDateTime64({to:String}, 6, 'UTC') AND has({uids:Array(String)}, metadata_uid)
ORDER BY metadata_uid, ${newest} LIMIT 1 BY metadata_uid LIMIT 200`,
      world.signal,
      { from: times[0] ?? "", to: times.at(-1) ?? "", uids: own.map(({ id }) => privacy.hide("event", id)) },
    );
    for (const { metadata_uid, ...row } of seen.rows)
      rows.set(`${table} ${String(metadata_uid)}`, filled({ table, event_id: metadata_uid, ...row }));
  }
  return moments.flatMap(({ table, id }) => {
    const outside = privacy.hide("event", id);
    const row = rows.get(`${table} ${outside}`);
    return row === undefined ? [] : [{ id: outside, row }];
  });
}
