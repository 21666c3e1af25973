import { z } from "zod";
import type { Check, Page, Slice, Stream } from "../../../collect/collector.ts";
import { type HttpClient, type JsonAnswer, VendorError } from "../../../collect/http.ts";
import { dayMs, hourMs } from "../../../time.ts";
import { instant } from "./graph.ts";
import { pools } from "./pools.ts";
import type { Authorise } from "./token.ts";

/** What every question to the Management Activity feed needs. */
export interface ActivityFeed {
  readonly base: string;
  readonly tenantId: string;
  readonly http: HttpClient;
  readonly authorise: Authorise;
  readonly clock: () => Date;
}

const permission = "ActivityFeed.Read";
const listed = z.array(z.looseObject({ contentUri: z.string() }));
const failure = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

/**
 * Where a walk stands: the page of the list of contents, how many contents of it were given, and when it found that there was no
 * subscription, which was to be begun next.
 */
const position = z.object({ link: z.string().nullable(), given: z.number().int().min(0), begunAt: z.number().optional() });

/**
 * Contents of the Office 365 Management Activity feed, by when they became available (not by when things happened), each a list of
 * audit records. A subscription is begun where there is none; it brings what happens from then on, and nothing from before.
 */
export function activityStreams(feed: ActivityFeed, contentTypes: readonly string[]): Stream[] {
  return contentTypes.map((contentType) => ({
    id: `activity-${contentType
      .replace("Audit.", "")
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-")
      .toLowerCase()}`,
    name: `audit records (${contentType})`,
    tables: ["api_activity", "authentication"],
    permission,
    kind: "events",
    retentionMs: 7 * dayMs,
    sliceMs: 6 * hourMs,
    shortestSliceMs: hourMs,
    overlapMs: 2 * hourMs,
    concurrency: 1,
    pages: (slice: Slice, cursor: string | null) => pages(feed, contentType, slice, cursor),
  }));
}

/** For `spoor doctor`: whether the feed may be asked, and which contents are not subscribed to. */
export async function activityCheck(feed: ActivityFeed, contentTypes: readonly string[]): Promise<Omit<Check, "blind">> {
  const what = "Management Activity feed";
  const subscription = z.looseObject({ contentType: z.string(), status: z.string() });
  const answer = await get(feed, `${feed.base}/api/v1.0/${feed.tenantId}/activity/feed/subscriptions/list`);
  const begun = z
    .array(subscription)
    .catch([])
    .parse(answer.body)
    .filter(({ status }) => status.toLowerCase() === "enabled");
  const missing = contentTypes.filter((type) => begun.every(({ contentType }) => contentType !== type));
  if (missing.length === 0) return { what, state: "ok", detail: `${permission} is granted, and its contents are subscribed to` };
  return {
    what,
    state: "warning",
    detail: `${permission} is granted; the first collection subscribes to ${missing.join(", ")}, which then begins`,
  };
}

async function* pages(feed: ActivityFeed, contentType: string, slice: Slice, cursor: string | null): AsyncGenerator<Page> {
  const root = `${feed.base}/api/v1.0/${feed.tenantId}/activity/feed/subscriptions`;
  // The feed wants moments to the second, and no more than a day between them.
  const span = new URLSearchParams({ contentType, startTime: seconds(slice.from), endTime: seconds(slice.to) });
  const first = `${root}/content?${span.toString()}`;
  let at: z.infer<typeof position> | null = cursor === null ? { link: null, given: 0 } : position.parse(JSON.parse(cursor));
  while (at !== null) {
    const link: string = at.link ?? first;
    const list = await contentsAt(feed, link);
    if (list === null) {
      yield* subscribed(feed, root, contentType, slice);
      return;
    }
    const next: z.infer<typeof position> | null = list.next === null ? null : { link: list.next, given: 0 };
    const left = list.uris.slice(at.given);
    if (left.length === 0) yield page(feed, slice, [], next, []);
    for (const [index, uri] of left.entries()) {
      const isLast = index === left.length - 1;
      const { records, shortfalls } = await content(feed, uri);
      const after = isLast ? next : { link: at.link, given: at.given + index + 1 };
      yield page(feed, slice, records, after, shortfalls);
    }
    at = next;
  }
}

/**
 * Begins the subscription. That the feed has nothing from before is handed on first: were this run killed in between, the next would
 * find a subscription, and take an empty list for a time in which nothing happened.
 */
async function* subscribed(feed: ActivityFeed, root: string, contentType: string, slice: Slice): AsyncGenerator<Page> {
  const begunAt = nowOf(feed);
  const reason = `the feed was not subscribed to before ${instant(begunAt).slice(0, 16)}, and has nothing from before it was`;
  yield { ...page(feed, slice, [], { link: null, given: 0, begunAt }, []), beginning: { at: begunAt, reason } };
  await start(feed, root, contentType);
  yield page(feed, slice, [], null, []);
}

function page(
  feed: ActivityFeed,
  slice: Slice,
  records: readonly unknown[],
  next: z.infer<typeof position> | null,
  shortfalls: readonly string[],
): Page {
  const now = nowOf(feed);
  return {
    records,
    cursor: next === null ? null : JSON.stringify(next),
    ...(shortfalls.length === 0 ? {} : { shortfalls }),
    ...(now < slice.to ? { coveredTo: Math.max(slice.from, now) } : {}),
  };
}

/** The time by the feed's clock. */
function nowOf({ clock, http, base }: ActivityFeed): number {
  return clock().getTime() + (http.skewMs(new URL(base).host) ?? 0);
}

interface Contents {
  readonly uris: readonly string[];
  readonly next: string | null;
}

/** One page of the list of contents; null where there is no subscription. */
async function contentsAt(feed: ActivityFeed, link: string): Promise<Contents | null> {
  try {
    const answer = await get(feed, link);
    const read = listed.safeParse(answer.body ?? []);
    if (!read.success) throw new VendorError("bad-answer", "the answer is not a list of contents", { status: answer.status });
    return { uris: read.data.map(({ contentUri }) => contentUri), next: answer.headers.nextpageuri ?? null };
  } catch (cause) {
    // AF20022: no subscription to this content type (Office 365 Management Activity reference, "errors").
    if (codeOf(cause) !== "AF20022") throw cause;
    return null;
  }
}

async function content(feed: ActivityFeed, uri: string): Promise<{ records: readonly unknown[]; shortfalls: readonly string[] }> {
  try {
    const answer = await get(feed, uri);
    const read = z.array(z.unknown()).safeParse(answer.body);
    if (!read.success)
      throw new VendorError("bad-answer", "a content of the feed is not a list of records", { status: answer.status });
    return { records: read.data, shortfalls: [] };
  } catch (cause) {
    // AF20051: the content has expired.
    if (codeOf(cause) !== "AF20051") throw cause;
    return { records: [], shortfalls: ["a content of the feed had expired before it could be fetched"] };
  }
}

async function start(feed: ActivityFeed, root: string, contentType: string): Promise<void> {
  await feed.http
    .json({
      method: "POST",
      url: `${root}/start?${new URLSearchParams({ contentType }).toString()}`,
      origin: new URL(feed.base).origin,
      pool: pools.activity,
      authorise: feed.authorise,
    })
    .catch((cause: unknown) => {
      // AF20024: the subscription is enabled already. Lists may go on to deny it for a while after it was begun.
      if (codeOf(cause) !== "AF20024") throw cause;
    });
}

function get(feed: ActivityFeed, url: string): Promise<JsonAnswer> {
  return feed.http.json({
    method: "GET",
    url,
    origin: new URL(feed.base).origin,
    pool: pools.activity,
    authorise: feed.authorise,
  });
}

function codeOf(cause: unknown): string {
  const read = failure.safeParse(cause instanceof VendorError ? cause.body : undefined);
  return read.success ? (read.data.error.code ?? "") : "";
}

function seconds(milliseconds: number): string {
  return instant(milliseconds).slice(0, 19);
}
