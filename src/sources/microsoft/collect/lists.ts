import type { Page, Slice, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { dayMs } from "../../../time.ts";
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
  walk,
} from "./graph.ts";

/** A list of events that Graph cuts by time and hands out in pages. */
export interface EventList extends Right {
  readonly id: string;
  readonly name: string;
  readonly tables: readonly string[];
  /** Below the base: "/v1.0/auditLogs/signIns". */
  readonly path: string;
  /** The member that is asked about. */
  readonly time: string;
  /** Behind the span of time, joined by "and". */
  readonly condition?: string;
  readonly pageSize: number;
  readonly retentionMs: number | null;
  readonly sliceMs: number;
  readonly overlapMs: number;
  readonly everyMs?: number;
  /** What a page's records show that was not given. */
  readonly shortfalls?: (records: readonly unknown[]) => readonly string[];
}

/** A stream over such a list: oldest first, both ends of the span included (ge and le are what its members support), each page by its link. */
export function eventStream(graph: Graph, list: EventList): Stream {
  return {
    id: list.id,
    name: list.name,
    tables: list.tables,
    permission: list.permission,
    kind: "events",
    retentionMs: list.retentionMs,
    sliceMs: list.sliceMs,
    shortestSliceMs: 60_000,
    overlapMs: list.overlapMs,
    ...(list.everyMs === undefined ? {} : { everyMs: list.everyMs }),
    concurrency: 1,
    async *pages(slice: Slice, cursor: string | null): AsyncGenerator<Page> {
      const span = `${list.time} ge ${instant(slice.from)} and ${list.time} le ${instant(slice.to)}`;
      const first = listUrl(graph, list.path, {
        $filter: list.condition === undefined ? span : `${span} and ${list.condition}`,
        $orderby: `${list.time} asc`,
        $top: String(list.pageSize),
      });
      try {
        for await (const page of walk(cursor ?? first, (link) => listPage(graph, link, list))) {
          refuseOtherSpan(page.records, list.time, slice);
          yield pageOf(graph, slice, { records: page.records, cursor: page.next, shortfalls: toldBy(list, page) });
        }
      } catch (cause) {
        if (cursor !== null || !isBeyondRetention(cause)) throw halvedWhereBroken(cause, slice);
        const shortfall = `the tenant does not keep ${list.name} as far back as ${instant(slice.from)}; Graph says: ${saidBy(cause.body).message}`;
        yield pageOf(graph, slice, { records: [], cursor: null, shortfalls: [shortfall] });
      }
    },
  };
}

// Graph refuses a beginning that is older than what the tenant keeps as an invalid filter, among other words.
const beyondRetention =
  /retention|older than|days (?:old|ago)|past \d+ days|invalid filter clause|out of (?:the )?(?:allowed )?range/i;

function isBeyondRetention(cause: unknown): cause is VendorError {
  return cause instanceof VendorError && cause.status === 400 && beyondRetention.test(saidBy(cause.body).message);
}

function toldBy(list: Pick<EventList, "shortfalls">, page: ListPage): readonly string[] {
  return [...page.shortfalls, ...(list.shortfalls?.(page.records) ?? [])];
}

/** A list that shows how things are now. */
export interface SnapshotList extends Right {
  readonly id: string;
  readonly name: string;
  readonly tables: readonly string[];
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
  /** True where records do not tell when they were true: they are told the day on which they were asked for. */
  readonly isUndated: boolean;
  readonly everyMs: number;
  readonly shortfalls?: (records: readonly unknown[]) => readonly string[];
}

/** A stream over such a list. A record of a day says the same however often it is asked for on that day. */
export function snapshotStream(graph: Graph, list: SnapshotList): Stream {
  return {
    id: list.id,
    name: list.name,
    tables: list.tables,
    permission: list.permission,
    kind: "snapshot",
    retentionMs: null,
    sliceMs: dayMs,
    shortestSliceMs: dayMs,
    overlapMs: 0,
    everyMs: list.everyMs,
    concurrency: 1,
    async *pages(_slice: Slice, cursor: string | null): AsyncGenerator<Page> {
      const today = `${graph.clock().toISOString().slice(0, 10)}T00:00:00Z`;
      const first = listUrl(graph, list.path, list.options);
      for await (const page of walk(cursor ?? first, (link) => listPage(graph, link, list))) {
        const records = list.isUndated ? page.records.map((record) => dated(record, today)) : page.records;
        const shortfalls = toldBy(list, page);
        yield { records, cursor: page.next, ...(shortfalls.length === 0 ? {} : { shortfalls }) };
      }
    },
  };
}

// "$asked" beside "$table": names that no member of a record can have.
function dated(record: unknown, today: string): unknown {
  return typeof record === "object" && record !== null ? { $asked: today, ...record } : record;
}
