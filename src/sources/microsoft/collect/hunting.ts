import { z } from "zod";
import { canBeHalved, type Page, type Slice, SliceTooLarge, type Stream } from "../../../collect/collector.ts";
import { type JsonAnswer, VendorError } from "../../../collect/http.ts";
import { dayMs } from "../../../time.ts";
import { explained, type Graph, instant, pageOf, saidBy } from "./graph.ts";
import { huntingTable } from "./hunting-tables.ts";
import { pools } from "./pools.ts";
import type { Settings } from "./settings.ts";

const minute = 60_000;
const shortestSliceMs = minute;
// A query that takes too long over a quarter of an hour will not be quicker over a minute.
const shortestSlowSliceMs = 15 * minute;
// The interface ends a query after three minutes; the answer itself takes a while to write.
const headersMs = 200_000;
// What a tenant may compute is counted anew every quarter of an hour: long enough to see the next.
const deadlineMs = 20 * minute;

const right = { pool: pools.hunting, permission: "ThreatHunting.Read.All" };

/** Tables of advanced hunting, one stream each: rows of a span of time, oldest first, cut where the interface would cut them off. */
export function huntingStreams(graph: Graph, settings: Pick<Settings, "huntingTables" | "huntingRows">): Stream[] {
  return settings.huntingTables.map((table) => {
    const { fills, overlapMs, sliceMs } = huntingTable(table);
    return {
      id: streamId(table),
      name: `rows of ${table}`,
      tables: fills,
      permission: right.permission,
      kind: "events",
      retentionMs: 30 * dayMs,
      sliceMs,
      shortestSliceMs,
      overlapMs,
      concurrency: 1,
      async *pages(slice: Slice): AsyncGenerator<Page> {
        const answer = await ask(graph, query(table, slice, settings.huntingRows), slice);
        const rows = rowsIn(answer, table, slice);
        const shortfalls: string[] = [];
        if (rows.length >= settings.huntingRows) {
          if (canBeHalved(slice, shortestSliceMs))
            throw new SliceTooLarge(`${rows.length} rows of ${table}: the answer is cut off there`);
          shortfalls.push(
            `${table} has more than ${settings.huntingRows} rows from ${instant(slice.from)} to ${instant(slice.to)}; the later ones were cut off`,
          );
        }
        yield pageOf(graph, slice, { records: rows, cursor: null, shortfalls });
      },
    };
  });
}

/** "DeviceNetworkEvents" is the stream "device-network-events". */
export function streamId(table: string): string {
  return table.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

interface Query {
  readonly Query: string;
  readonly Timespan: string;
}

// Each row repeats what was asked: all tables have one address, and an answer to another question would pass for this one's.
const mark = "SpoorAsked";
const markOf = (table: string, begin: string): string => `${table} ${begin}`;

// The settings allow nothing but letters and digits as a table's name.
function query(table: string, { from, to }: Slice, rows: number): Query {
  const [begin, end] = [instant(from), instant(to)];
  return {
    Query: `${table} | where Timestamp >= datetime(${begin}) and Timestamp < datetime(${end}) | order by Timestamp asc | take ${rows} | extend ${mark} = "${markOf(table, begin)}"`,
    Timespan: `${begin}/${end}`,
  };
}

// Advanced hunting says in a 400 that a result is too large, and in a 400, 408 or 504 that a query took too long.
const tooLarge = /result size|too (?:many|large)|exceeded the allowed|exceeds? the (?:allowed|maximum)|memory/i;
const tooSlow = /tim(?:ed?|ing)[ -]?out|too long|deadline|cpu (?:quota|resources)/i;

const unknownTable = /failed to resolve (?:table|scalar|entity)|could not be resolved|not a known table/i;

async function ask(graph: Graph, body: Query, slice: Slice): Promise<JsonAnswer> {
  const path = "/v1.0/security/runHuntingQuery";
  let answer: JsonAnswer;
  try {
    answer = await graph.http.json({
      method: "POST",
      url: `${graph.base}${path}`,
      origin: new URL(graph.base).origin,
      pool: right.pool,
      authorise: graph.authorise,
      body: { ...body },
      headersMs,
      deadlineMs,
      accept: [400, 408, 413, 504],
    });
  } catch (cause) {
    if (cause instanceof VendorError && cause.kind === "too-large" && slice.to - slice.from > shortestSliceMs)
      throw new SliceTooLarge(cause.message);
    throw explained(cause);
  }
  if (answer.status < 300) return answer;
  const { code, message } = saidBy(answer.body);
  const said = `${code} ${message}`;
  const what = `POST ${path} was answered with ${answer.status}: ${said.trim()}`;
  const isSlow = answer.status === 408 || answer.status === 504 || tooSlow.test(said);
  const isLarge = answer.status === 413 || (!isSlow && tooLarge.test(said));
  const shortest = isSlow ? shortestSlowSliceMs : shortestSliceMs;
  if ((isSlow || isLarge) && slice.to - slice.from > shortest) throw new SliceTooLarge(what);
  if (unknownTable.test(said))
    throw new VendorError(
      "forbidden",
      `advanced hunting has no such table here, because what fills it is not licensed or not set up: ${said.trim()}`,
      {
        status: answer.status,
      },
    );
  throw new VendorError(isSlow ? "unavailable" : isLarge ? "too-large" : "refused", what, { status: answer.status });
}

const markedRow = z.looseObject({ [mark]: z.unknown().optional() });

/**
 * The rows, each with its table's name in front, by which it is known again, and without its mark; "results" or "Results", as answers
 * differ.
 */
function rowsIn({ body, status }: JsonAnswer, table: string, { from }: Slice): unknown[] {
  const members = Object.entries(z.record(z.string(), z.unknown()).safeParse(body).data ?? {});
  const [, rows] = members.find(([name]) => name.toLowerCase() === "results") ?? [];
  if (!Array.isArray(rows)) throw new VendorError("bad-answer", `the answer about ${table} holds no rows`, { status });
  const expected = markOf(table, instant(from));
  return rows.map((row: unknown) => {
    if (typeof row !== "object" || row === null) return row;
    const { [mark]: asked, ...record } = markedRow.parse(row);
    if (asked !== undefined && asked !== expected)
      throw new VendorError("bad-answer", `the answer about ${table} is that to another question`, { status });
    return { $table: table, ...record };
  });
}
