import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { Json } from "../reasoner/port.ts";
import { eventTables } from "../store/tables.ts";
import { attackLookup } from "../tools/attack-lookup.ts";
import { compareBaseline } from "../tools/compare-baseline.ts";
import { describeTable } from "../tools/describe-table.ts";
import { entityTimeline } from "../tools/entity-timeline.ts";
import { getRows } from "../tools/get-rows.ts";
import { listTables } from "../tools/list-tables.ts";
import { lookupIndicator } from "../tools/lookup-indicator.ts";
import { measureNames } from "../tools/measures.ts";
import { runQuery } from "../tools/run-query.ts";
import { type Answer, answer, type HuntTool, huntTool } from "./hunt-tool.ts";

const time = z.string().max(40).optional();
const entity = z.string().min(1).max(500);

/** The tools of an investigation over the store, the same that Spoor's own model is given. */
export const dataTools: readonly HuntTool[] = [
  huntTool({
    name: "hunt_describe_tables",
    title: "Describe the tables",
    description: `${listTables.description} With \`table\`: ${describeTable.description}`,
    input: z.object({ table: z.enum(eventTables).optional().describe("absent: all tables in short") }),
    output: answer,
    async run({ table }, { context }) {
      const { value } = table === undefined ? await listTables.run({}, context) : await describeTable.run({ table }, context);
      return apart(value, ["common_values"]);
    },
  }),
  huntTool({
    name: "hunt_run_query",
    title: "Ask the tables",
    description: `${runQuery.description} The resource hunt://guide/sql says how to write it.`,
    input: z.object({
      sql: z.string().min(1).max(20_000).describe("one SELECT in ClickHouse SQL"),
      limit: z.int().min(1).max(200).default(10).describe("show at most so many rows of the answer, 1 to 200"),
    }),
    output: answer.extend({ columns: z.array(z.string()), row_count: z.number(), more_rows_exist: z.boolean() }),
    async run({ sql, limit }, { context }) {
      const { value } = await runQuery.run({ sql, purpose: "" }, context);
      const { rows, ...rest } = record(value);
      const all = Array.isArray(rows) ? rows : [];
      const isMore = rest.more_rows_exist === true || all.length > limit;
      return { ...rest, more_rows_exist: isMore, untrusted: { rows: all.slice(0, limit) } };
    },
  }),
  huntTool({
    name: "hunt_get_events",
    title: "Read whole events",
    description: getRows.description,
    input: z.object({
      table: z.enum(eventTables),
      event_ids: z.array(z.string().min(1).max(500)).min(1).max(20).describe("metadata_uid of up to 20 events"),
    }),
    output: answer,
    async run(input, { context }) {
      return apart((await getRows.run(input, context)).value, ["rows"]);
    },
  }),
  huntTool({
    name: "hunt_entity_timeline",
    title: "Timeline of an entity",
    description: entityTimeline.description,
    input: z.object({
      entity: entity.describe("an address, host, user, mail address, domain or hash, as answers show it"),
      from: time.describe('UTC, "2026-11-01 10:00:00"; absent: the beginning of the data'),
      to: time.describe("UTC, exclusive"),
      after_event: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe("event_id of an event at the time `from`: only what follows it"),
      limit: z.int().min(1).max(100).default(10),
    }),
    output: answer.extend({ events_in_all: z.number(), more_events_exist: z.boolean() }),
    async run({ from = null, to = null, after_event = null, ...rest }, { context }) {
      return apart((await entityTimeline.run({ ...rest, from, to, after_event }, context)).value, ["events"]);
    },
  }),
  huntTool({
    name: "hunt_compare_baseline",
    title: "Compare with what is usual",
    description: compareBaseline.description,
    input: z.object({
      metric: z.enum(measureNames),
      entity: entity.describe("an address, host, user or mail address, as answers show it"),
      entity_kind: z.enum(["address", "host", "user"]),
      from: time.describe("UTC; absent: one day before the end of the data"),
      to: time.describe("UTC, exclusive"),
    }),
    output: answer,
    async run({ from = null, to = null, ...rest }, { context }) {
      return record((await compareBaseline.run({ ...rest, from, to }, context)).value);
    },
  }),
  huntTool({
    name: "hunt_lookup_indicator",
    title: "Look a value up in the indicators",
    description: lookupIndicator.description,
    input: z.object({ value: z.string().min(1).max(2000) }),
    output: answer,
    async run(input, { context }) {
      return apart((await lookupIndicator.run(input, context)).value, ["indicators", "latest_sightings"]);
    },
  }),
  huntTool({
    name: "hunt_attack_lookup",
    title: "Look up ATT&CK",
    description: attackLookup.description,
    input: z.object({ query: z.string().min(1).max(200) }),
    output: answer.extend({ attack_version: z.string() }),
    async run(input, { context }) {
      return record((await attackLookup.run(input, context)).value);
    },
  }),
];

function record(value: Json): Readonly<Record<string, Json>> {
  const parsed = z.record(z.string(), z.json()).safeParse(value);
  if (!parsed.success) throw new SpoorError("internal", "a tool gave no record");
  return parsed.data;
}

/** An answer with these parts of it moved to where the untrusted stands. */
function apart(value: Json, names: readonly string[]): Answer {
  const entries = Object.entries(record(value));
  const isUntrusted = ([name]: readonly [string, Json]): boolean => names.includes(name);
  const untrusted = entries.filter(isUntrusted);
  const rest = Object.fromEntries(entries.filter((entry) => !isUntrusted(entry)));
  return untrusted.length === 0 ? rest : { ...rest, untrusted: Object.fromEntries(untrusted) };
}
