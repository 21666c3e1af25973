import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { shortHash } from "../findings/hash.ts";
import type { SeenRows } from "../privacy/privacy.ts";
import type { SqlParameters } from "../store/store.ts";
import { aspectsOf } from "./aspects.ts";
import { type CheckParts, partsOf } from "./check.ts";
import { type Hunting, Stopped } from "./hunting.ts";
import { isUnusual, type Values } from "./unusual.ts";

/** More than this share of other records would meet a condition that singles nothing out. */
const mostOthers = 0.5;
/** Records that a condition is tried on: what most of them meet is known from so many. */
const sampled = { records: 1_000, pickers: 40, values: 150, before: 5_000 } as const;

const citedRow = z.object({ uid: z.string(), time: z.string(), met: z.coerce.number() });
const triedRow = z.object({ uid: z.string(), met: z.coerce.number(), records: z.coerce.number() });
const valueRow = z.object({ value: z.unknown() });

/**
 * Whether a check says something of the events that its claim cites, and not merely how many were listed:
 *  - its condition holds for them because of what they say: had other records been cited in their place, with their ids, times and
 *    owners, it would fail for at least half of them; or
 *  - its number is one that as many other records would hardly give: a sum of bytes, a count of different addresses.
 * False as well where the store's share for checks is used up, or the condition does not stand by itself.
 */
export async function bearsOn(sql: string, eventIds: readonly string[], hunting: Hunting): Promise<boolean> {
  const parts = partsOf(sql);
  if (parts.condition === "") return false;
  return unlessUnanswerable(hunting, async () => {
    const cited = await citedBy(parts, eventIds, hunting);
    const met = cited.filter((one) => one.met > 0);
    if (met.length === 0 || 2 * met.length < cited.length) return false;
    return (await tellsThemApart(parts, met, hunting)) || (await isNumberTheirs(parts, hunting));
  });
}

/**
 * Whether the condition of a check could hold and could fail: some record would meet it had another one's owner made it at another
 * time, and not every one. A question whose answer is known before it is asked tests nothing. Rejects as Privacy.ask does.
 */
export async function couldGoEitherWay(sql: string, eventIds: readonly string[], hunting: Hunting): Promise<boolean> {
  const parts = partsOf(sql);
  const { picking, telling } = await aspectsOf(parts.table, parts.names);
  if (telling.length === 0) return false;
  const near = "has({cited:Array(String)}, metadata_uid)";
  const tried = await recombined(
    parts,
    { picking, telling },
    {
      pickers: `(${inSample} OR ${near}) ORDER BY ${near} DESC, ${anyOrder} LIMIT ${sampled.pickers}`,
      tellers: `(${inSample} OR ${near}) ORDER BY ${near} DESC, ${anyOrder} LIMIT ${sampled.records}`,
      parameters: { cited: [...eventIds], every: everyOf(parts.table, hunting) },
    },
    hunting,
  );
  const sum = (of: (row: (typeof tried)[number]) => number): number => tried.reduce((total, row) => total + of(row), 0);
  const met = sum((row) => row.met);
  return met > 0 && met < sum(({ records }) => records);
}

async function unlessUnanswerable(hunting: Hunting, look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (cause) {
    if (cause instanceof Stopped || !(cause instanceof SpoorError) || hunting.signal.aborted) throw cause;
    return false;
  }
}

async function citedBy({ table, condition }: CheckParts, uids: readonly string[], hunting: Hunting) {
  const sql = `SELECT metadata_uid AS uid, time, countIf(${condition}) AS met FROM ${table} WHERE has({uids:Array(String)}, metadata_uid) GROUP BY metadata_uid, time ORDER BY uid, time LIMIT 200`;
  return asked(sql, { uids: [...uids] }, citedRow, hunting);
}

/** The condition holds for what the cited records say: with their ids, times and owners on other records it mostly fails. */
async function tellsThemApart(parts: CheckParts, met: readonly z.infer<typeof citedRow>[], hunting: Hunting): Promise<boolean> {
  const { picking, telling } = await aspectsOf(parts.table, parts.names);
  if (telling.length === 0) return false;
  const tried = await recombined(
    parts,
    { picking, telling },
    {
      // By time as well, which is quick: ids are hidden before they can be compared.
      pickers: `time IN {times:Array(DateTime64(6, 'UTC'))} AND has({cited:Array(String)}, metadata_uid) ORDER BY metadata_uid LIMIT 60`,
      tellers: `${inSample} ORDER BY ${anyOrder} LIMIT ${sampled.records}`,
      parameters: {
        cited: met.map(({ uid }) => uid),
        times: [...new Set(met.map(({ time }) => time))],
        every: everyOf(parts.table, hunting),
      },
    },
    hunting,
  );
  const apart = tried.filter((row) => row.records > 0 && row.met <= mostOthers * row.records);
  return apart.length > 0 && 2 * apart.length >= tried.length;
}

// A sample that is the same whenever it is drawn, and has nothing to do with what records say.
const inSample = "cityHash64(time) % {every:UInt64} = 0";
const anyOrder = "cityHash64(metadata_uid), metadata_uid";

function everyOf(table: string, { context }: Hunting): number {
  return Math.max(1, Math.floor((context.tables.get(table)?.rows ?? 0) / sampled.before));
}

/** For each picking record how many of the telling ones would meet the condition had they its id, time and owner. */
async function recombined(
  { table, condition }: CheckParts,
  { picking, telling }: { readonly picking: readonly string[]; readonly telling: readonly string[] },
  { pickers, tellers, parameters }: { readonly pickers: string; readonly tellers: string; readonly parameters: SqlParameters },
  hunting: Hunting,
): Promise<z.infer<typeof triedRow>[]> {
  const own = ["metadata_uid", ...picking.filter((column) => column !== "metadata_uid")];
  const sql = `SELECT metadata_uid AS uid, countIf(${condition}) AS met, count() AS records
FROM (SELECT ${[...own, ...telling].join(", ")}
  FROM (SELECT ${own.join(", ")} FROM ${table} WHERE ${pickers}) AS picking
  CROSS JOIN (SELECT ${telling.join(", ")} FROM ${table} WHERE ${tellers}) AS telling) AS recombined
GROUP BY metadata_uid ORDER BY uid LIMIT 200`;
  return asked(sql, parameters, triedRow, hunting);
}

/** The number is about few records, in a column that says something, and others would hardly give it. */
async function isNumberTheirs({ aggregate, column, table, condition }: CheckParts, hunting: Hunting): Promise<boolean> {
  if (column === null || aggregate === "count") return false;
  const { telling } = await aspectsOf(table, new Set([column]));
  if (telling.length === 0) return false;
  const limit = `LIMIT ${sampled.values + 1}`;
  const own = await valuesOf(
    `SELECT ${column} AS value FROM ${table} WHERE ${condition} ORDER BY ${anyOrder} ${limit}`,
    {},
    hunting,
  );
  if (own.length === 0 || own.length > sampled.values) return false;
  const others = await valuesOf(
    `SELECT ${column} AS value FROM ${table} WHERE ifNull((${condition}) = 0, 1) AND ${inSample} ORDER BY ${anyOrder} ${limit}`,
    { every: everyOf(table, hunting) },
    hunting,
  );
  return isUnusual(aggregate, own, others);
}

async function valuesOf(sql: string, parameters: SqlParameters, hunting: Hunting): Promise<Values> {
  const rows = await asked(sql, parameters, valueRow, hunting);
  return rows.map(({ value }) => {
    if (value === null || value === undefined) return null;
    return typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
  });
}

async function asked<Row extends z.ZodType>(
  sql: string,
  parameters: SqlParameters,
  row: Row,
  hunting: Hunting,
): Promise<z.infer<Row>[]> {
  const seen: SeenRows = await hunting.check(() => hunting.context.privacy.ask(sql, hunting.signal, parameters));
  await hunting.ledger.add({
    kind: "check",
    what: "proof",
    input: null,
    outcome: `${seen.rowCount} rows`,
    statement: { sql, parameters, rowCount: seen.rowCount, hash: shortHash(seen.rows) },
    eventIds: [],
    usage: null,
    usd: 0,
  });
  const parsed = z.array(row).safeParse(seen.rows);
  if (!parsed.success) throw new SpoorError("usage", "the condition of the check does not stand by itself");
  return parsed.data;
}
