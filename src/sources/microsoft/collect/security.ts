import { z } from "zod";
import { canBeHalved, type Page, type Slice, SliceTooLarge, type Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { dayMs, hourMs } from "../../../time.ts";
import {
  type Graph,
  halvedWhereBroken,
  instant,
  type ListPage,
  listPage,
  listUrl,
  pageOf,
  type Right,
  refuseOtherSpan,
  saidBy,
} from "./graph.ts";
import { pools } from "./pools.ts";

const shortestSliceMs = 60_000;

/** Alerts and incidents, by when they last changed. Incidents are asked for bare: expanded by their alerts they fail in large tenants, and alerts name their incident. */
export function securityStreams(graph: Graph): Stream[] {
  return [
    changeStream(graph, {
      id: "alerts",
      name: "alerts",
      tables: ["detection_finding"],
      pool: pools.security,
      permission: "SecurityAlert.Read.All",
      path: "/v1.0/security/alerts_v2",
      pageSize: 1000,
    }),
    changeStream(graph, {
      id: "incidents",
      name: "incidents",
      tables: [],
      pool: pools.security,
      permission: "SecurityIncident.Read.All",
      path: "/v1.0/security/incidents",
      pageSize: 50,
    }),
  ];
}

interface ChangeList extends Right {
  readonly id: string;
  readonly name: string;
  readonly tables: readonly string[];
  readonly path: string;
  readonly pageSize: number;
}

// What goes into the next question must be a moment and nothing else.
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/);
const changed = z.looseObject({ id: z.string().min(1), lastUpdateDateTime: moment });

/** Where a walk stands: at a moment in the vendor's own words, or within the records of one moment, by link. */
const position = z.object({
  since: moment,
  link: z.string().nullable(),
  /** What was given of the moment `since`, which is asked about again. */
  given: z.array(z.string()),
});
type Position = z.infer<typeof position>;

/**
 * A list without usable pages ($skip ends at 500): each question begins at the moment of the last record, inclusive, and what was
 * given already is left out. Records of one and the same moment that fill a page are walked by link.
 */
function changeStream(graph: Graph, list: ChangeList): Stream {
  return {
    id: list.id,
    name: list.name,
    tables: list.tables,
    permission: list.permission,
    kind: "events",
    retentionMs: 180 * dayMs,
    sliceMs: dayMs,
    shortestSliceMs,
    overlapMs: 2 * hourMs,
    concurrency: 1,
    async *pages(slice: Slice, cursor: string | null): AsyncGenerator<Page> {
      let at: Position | null =
        cursor === null ? { since: instant(slice.from), link: null, given: [] } : position.parse(JSON.parse(cursor));
      while (at !== null) {
        const answer: Answer = await ask(graph, list, slice, at);
        const { next } = answer;
        yield pageOf(graph, slice, {
          records: answer.records,
          cursor: next === null ? null : JSON.stringify(next),
          shortfalls: answer.shortfalls,
        });
        at = next;
      }
    },
  };
}

interface Answer {
  readonly records: readonly unknown[];
  readonly next: Position | null;
  readonly shortfalls: readonly string[];
}

async function ask(graph: Graph, list: ChangeList, slice: Slice, at: Position): Promise<Answer> {
  let page: ListPage;
  try {
    page = at.link === null ? await changesSince(graph, list, at.since, slice.to) : await listPage(graph, at.link, list);
  } catch (cause) {
    if (at.link === null || !(cause instanceof VendorError) || cause.kind !== "refused") throw halvedWhereBroken(cause, slice);
    if (canBeHalved(slice, shortestSliceMs)) throw new SliceTooLarge(cause.message);
    return {
      records: [],
      next: null,
      shortfalls: [`more ${list.name} changed at ${at.since} than Graph hands out: ${cause.message}`],
    };
  }
  const { shortfalls } = page;
  refuseOtherSpan(page.records, "lastUpdateDateTime", slice);
  const given = new Set(at.given);
  const records = page.records.filter((record) => keysOf([record]).every((key) => !given.has(key)));
  if (page.next === null) return { records, next: null, shortfalls };
  return { records, next: following(page.records, at, page.next, slice), shortfalls };
}

async function changesSince(graph: Graph, list: ChangeList, since: string, to: number): Promise<ListPage> {
  const options = {
    $filter: `lastUpdateDateTime ge ${since} and lastUpdateDateTime le ${instant(to)}`,
    $top: String(list.pageSize),
  };
  try {
    return await listPage(graph, listUrl(graph, list.path, { ...options, $orderby: "lastUpdateDateTime asc" }), list);
  } catch (cause) {
    // The order is not documented for these lists. Where it is refused, only answers that hold everything are taken.
    if (!(cause instanceof VendorError) || cause.kind !== "refused" || !/order ?by/i.test(saidBy(cause.body).message))
      throw cause;
    return listPage(graph, listUrl(graph, list.path, options), list);
  }
}

/** From where to ask next. */
function following(records: readonly unknown[], at: Position, link: string, slice: Slice): Position {
  const times = records.map((record) => changed.safeParse(record).data?.lastUpdateDateTime);
  const last = times.at(-1);
  // An empty page, or records that do not tell their time: nothing but the link leads on.
  if (last === undefined || times.includes(undefined)) return { ...at, link };
  const isInOrder = times.every((time, index) => index === 0 || compared(times[index - 1] ?? "", time ?? "") <= 0);
  if (!isInOrder) {
    // Then the last record is not the latest, and only a page that holds everything is whole.
    if (canBeHalved(slice, shortestSliceMs)) throw new SliceTooLarge("the records do not come in the order asked for");
    return { ...at, link };
  }
  if (compared(last, at.since) <= 0) return { ...at, link, given: [...new Set([...at.given, ...keysOf(records)])] };
  const ofLast = records.filter((_, index) => compared(times[index] ?? "", last) === 0);
  return { since: last, link: null, given: keysOf(ofLast) };
}

function keysOf(records: readonly unknown[]): string[] {
  return records.flatMap((record) => {
    const { data } = changed.safeParse(record);
    return data === undefined ? [] : [`${data.id} ${data.lastUpdateDateTime}`];
  });
}

/** Order of two moments in ISO 8601, UTC, with any number of digits behind the second. */
function compared(one: string, other: string): number {
  const [a, b] = [padded(one), padded(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function padded(time: string): string {
  const [, whole = time, fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
  return `${whole}.${fraction.padEnd(9, "0")}`;
}
