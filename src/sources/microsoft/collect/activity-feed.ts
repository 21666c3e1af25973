import { z } from "zod";
import type { Check, Page, Slice, Stream } from "../../../collect/collector.ts";
import { type HttpClient, type JsonAnswer, VendorError } from "../../../collect/http.ts";
import { instant } from "./graph.ts";
import { pools } from "./pools.ts";
import type { Authorise } from "./token.ts";

const hour = 3_600_000;
const day = 24 * hour;

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

/** Where a walk stands: the page of the list of contents, and how many contents of it were given. */
const position = z.object({ link: z.string().nullable(), given: z.number().int().min(0) });

/**
 * Contents of the Office 365 Management Activity feed, by when they became available (not by when things happened), each a list of
 * audit records. A subscription is begun where there is none; it brings what happens from then on.
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
    retentionMs: 7 * day,
    sliceMs: 6 * hour,
    shortestSliceMs: hour,
    overlapMs: 2 * hour,
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
    const list = await contentsAt(feed, link, () => start(feed, root, contentType));
    const next: z.infer<typeof position> | null = list.next === null ? null : { link: list.next, given: 0 };
    const left = list.uris.slice(at.given);
    if (left.length === 0) yield page(feed, slice, [], next, list.shortfalls);
    for (const [index, uri] of left.entries()) {
      const isLast = index === left.length - 1;
      const { records, shortfalls } = await content(feed, uri);
      const after = isLast ? next : { link: at.link, given: at.given + index + 1 };
      yield page(feed, slice, records, after, [...list.shortfalls, ...shortfalls]);
    }
    at = next;
  }
}

function page(
  feed: ActivityFeed,
  slice: Slice,
  records: readonly unknown[],
  next: z.infer<typeof position> | null,
  shortfalls: readonly string[],
): Page {
  const now = feed.clock().getTime() + (feed.http.skewMs(new URL(feed.base).host) ?? 0);
  return {
    records,
    cursor: next === null ? null : JSON.stringify(next),
    ...(shortfalls.length === 0 ? {} : { shortfalls }),
    ...(now < slice.to ? { coveredTo: Math.max(slice.from, now) } : {}),
  };
}

interface Contents {
  readonly uris: readonly string[];
  readonly next: string | null;
  readonly shortfalls: readonly string[];
}

async function contentsAt(feed: ActivityFeed, link: string, subscribe: () => Promise<void>): Promise<Contents> {
  try {
    const answer = await get(feed, link);
    const read = listed.safeParse(answer.body ?? []);
    if (!read.success) throw new VendorError("bad-answer", "the answer is not a list of contents", { status: answer.status });
    return { uris: read.data.map(({ contentUri }) => contentUri), next: answer.headers.nextpageuri ?? null, shortfalls: [] };
  } catch (cause) {
    // AF20022: no subscription to this content type (Office 365 Management Activity reference, "errors").
    if (codeOf(cause) !== "AF20022") throw cause;
    await subscribe();
    return {
      uris: [],
      next: null,
      shortfalls: ["the feed was not subscribed to; it is now, and begins with what happens from now on"],
    };
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
  await feed.http.json({
    method: "POST",
    url: `${root}/start?${new URLSearchParams({ contentType }).toString()}`,
    origin: new URL(feed.base).origin,
    pool: pools.activity,
    authorise: feed.authorise,
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
