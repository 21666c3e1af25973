import { isIP } from "node:net";
import { z } from "zod";
import type { Json } from "../reasoner/port.ts";
import { empiricalTailProbability } from "../stats/empirical-tail-probability.ts";
import { median } from "../stats/median.ts";
import { robustZ } from "../stats/robust-z.ts";
import { statement } from "../store/statement.ts";
import { dayMs, epochMilliseconds } from "../time.ts";
import type { Window } from "../types.ts";
import { engineTime } from "../world.ts";
import { asked } from "./answer.ts";
import { knownEntity } from "./known-entity.ts";
import { measureNames, measureOf } from "./measures.ts";
import { ownRows } from "./own-rows.ts";
import { spanEnd, spanOf } from "./span.ts";
import type { Tool } from "./tool.ts";

const input = z.strictObject({
  metric: z.enum(measureNames),
  entity: z.string().min(1).max(500).describe("an address, host, user or mail address, as answers show it"),
  entity_kind: z.enum(["address", "host", "user"]).describe("what the entity is; mail addresses are users"),
  from: spanEnd.describe('UTC, "2026-11-01 10:00:00"; null: one day before the end of the window'),
  to: spanEnd.describe("UTC, exclusive; null: the end of the window"),
});

const slotRow = z.object({
  slot: z.coerce.number(),
  seen: z.coerce.number(),
  value: z.coerce.number().nullable(),
  events_of_all: z.coerce.number(),
  peers: z.array(z.coerce.number()),
});
type SlotRow = z.infer<typeof slotRow>;

// With fewer earlier spans, or fewer peers, "unusual" is a guess: a day of each kind of the week, and a group rather than a few.
const fewestSpans = 5;
const fewestPeers = 8;
// Two months of days: more tells of another estate.
const mostSpans = 60;

/** How an entity's amount in a span compares with its own earlier spans and with its peers in the same one. */
export const compareBaseline: Tool<typeof input> = {
  name: "compare_baseline",
  title: "Compare with what is usual",
  description:
    "Compares how much an entity did in a span with the same span of its earlier days and with its peers in the same span: values, medians, robust z-scores (in standard deviations; 3 and more is unusual) and the share that is as high. Says so when there is too little to compare with.",
  input,
  async run({ metric, entity, entity_kind, from, to }, context) {
    const measure = measureOf(metric);
    const span = spanOf(from ?? lastDayOf(context.window), to, context.window);
    const value = await knownEntity(entity, context.privacy);
    const stepSeconds = stepOf(span);
    const parameters = { metric, table: measure.table, how: measure.how, kind: entity_kind, ...span, stepSeconds };
    const sql = await statement(import.meta.url, "measures.sql");
    const rows = await ownRows(
      context,
      sql,
      {
        measure: metric,
        table: measure.table,
        how: measure.how,
        kind: entity_kind,
        entity: entity_kind === "host" && isIP(value) === 0 ? (value.split(".")[0] ?? value) : value,
        ...span,
        stepSeconds,
        history: historyOf(span, stepSeconds, context.window),
        internal: [...context.internal],
      },
      slotRow,
    );
    const isMeasured = measure.needs === undefined || (context.tables.get(measure.table)?.filled[measure.needs] ?? 0) > 0;
    return {
      value: { metric, unit: measure.unit, entity, ...span, ...comparison(rows, isMeasured) },
      eventIds: [],
      statement: asked(sql, { ...parameters, entity }, rows),
    };
  },
};

function lastDayOf({ from, to }: Window): string {
  const day = engineTime(new Date(epochMilliseconds(to) - dayMs));
  return day > from ? day : from;
}

/** Whole days, so that a night is compared with nights; at least as long as the span. */
function stepOf({ from, to }: Window): number {
  return Math.max(1, Math.ceil((epochMilliseconds(to) - epochMilliseconds(from)) / dayMs)) * 86_400;
}

/** The first moment of the earliest span that lies in the window as a whole. */
function historyOf(span: Window, stepSeconds: number, window: Window): string {
  const room = epochMilliseconds(span.from) - epochMilliseconds(window.from);
  const spans = Math.min(mostSpans, Math.max(0, Math.floor(room / (stepSeconds * 1000))));
  return engineTime(new Date(epochMilliseconds(span.from) - spans * stepSeconds * 1000));
}

/** What the rows say, and where they are too few to say it. */
function comparison(rows: readonly SlotRow[], isMeasured: boolean): Readonly<Record<string, Json>> {
  const now = rows.find(({ slot }) => slot === 0);
  if (!isMeasured)
    return { value: null, own_history: null, peers: null, note: "no record in the window has this value: it cannot be judged" };
  if (now === undefined)
    return { value: null, own_history: null, peers: null, note: "nothing at all was recorded in this span: it cannot be judged" };
  const value = now.seen === 0 ? 0 : now.value;
  if (value === null)
    return {
      value: null,
      own_history: null,
      peers: null,
      note: "the records of this entity lack this value: it cannot be judged",
    };
  // A span in which nobody was recorded is a span that was not watched, not a quiet one.
  const earlier = rows
    .filter(({ slot, events_of_all }) => slot > 0 && events_of_all > 0)
    .map((row) => (row.seen === 0 ? 0 : (row.value ?? 0)));
  return {
    value,
    own_history:
      earlier.length < fewestSpans
        ? { spans: earlier.length, note: `too few earlier spans to judge by (${fewestSpans} are needed)` }
        : against(value, earlier, "spans"),
    peers:
      now.peers.length < fewestPeers
        ? { others: now.peers.length, note: `too few others to judge by (${fewestPeers} are needed)` }
        : against(value, now.peers, "others"),
    ...(now.seen === 0 ? { note: "this entity has no record of the kind in this span" } : {}),
  };
}

function against(value: number, others: readonly number[], counted: string): Json {
  const sorted = [...others].sort((a, b) => a - b);
  const z = robustZ(value, sorted);
  return {
    [counted]: sorted.length,
    median: rounded(median(sorted)),
    highest: sorted.at(-1) ?? 0,
    // Others that never vary leave no scale to measure by.
    z: Number.isFinite(z) ? rounded(z) : null,
    ...(Number.isFinite(z)
      ? {}
      : { note: value > median(sorted) ? "higher than a value that never varied" : "lower than a value that never varied" }),
    share_as_high: rounded(empiricalTailProbability(sorted, value)),
  };
}

function rounded(number: number): number {
  return Number(number.toFixed(3));
}
