import { z } from "zod";
import type { Page, Slice, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { dayMs, hourMs, minuteMs } from "../../../time.ts";
import { intervalText, settledInterval } from "./interval.ts";
import type { Quotas, Tap } from "./tap.ts";

const size = 200;
const maxPages = 50;
const idsSchema = z.object({ campaigns: z.array(z.object({ id: z.string() })) });
const campaignSchema = z.record(z.string(), z.unknown());
const cursorSchema = z.object({ page: z.number(), ids: z.array(z.string()), isLast: z.boolean() });
const shape = /^[A-Za-z0-9-]{1,128}$/;

/** Campaigns that were active, day by day, each with its actors, families, techniques and members. */
export function campaignStream(tap: Tap, quotas: Quotas): Stream {
  return {
    id: "campaigns",
    name: "Campaigns",
    tables: [],
    permission: "a TAP service credential",
    kind: "events",
    retentionMs: null,
    sliceMs: dayMs - 2000,
    shortestSliceMs: minuteMs,
    overlapMs: hourMs,
    // Fifty lists a day, two of them whenever an hour is asked for again.
    everyMs: 2 * hourMs,
    concurrency: 1,
    pages: (slice, cursor) => pages(slice, cursor, tap, quotas),
  };
}

async function* pages(slice: Slice, cursor: string | null, tap: Tap, quotas: Quotas): AsyncIterable<Page> {
  const interval = settledInterval(slice, tap.now());
  const reach = interval === null ? slice.from : interval.to;
  const end = reach < slice.to ? { coveredTo: reach } : {};
  if (interval === null) {
    yield { records: [], cursor: null, ...end };
    return;
  }
  let at = cursor === null ? { page: 0, ids: [], isLast: false } : cursorSchema.parse(JSON.parse(cursor));
  while (!(at.ids.length === 0 && (at.isLast || at.page === maxPages))) {
    if (at.ids.length === 0) {
      at = await nextIds(at.page + 1, interval, tap, quotas);
      yield { records: [], cursor: at.ids.length === 0 && at.isLast ? null : JSON.stringify(at), ...end };
    } else {
      const [id = "", ...ids] = at.ids;
      const records = await campaign(id, tap, quotas);
      at = { ...at, ids };
      const shortfalls = records.length === 0 ? { shortfalls: ["a campaign that was listed is not there"] } : {};
      yield { records, cursor: ids.length === 0 && at.isLast ? null : JSON.stringify(at), ...end, ...shortfalls };
    }
  }
  if (!at.isLast)
    yield {
      records: [],
      cursor: null,
      shortfalls: [`TAP lists more campaigns than the ${maxPages * size} that are asked for`],
      ...end,
    };
}

async function nextIds(page: number, interval: Slice, tap: Tap, quotas: Quotas): Promise<z.infer<typeof cursorSchema>> {
  const query = [
    ["interval", intervalText(interval)],
    ["page", String(page)],
    ["size", String(size)],
  ] as const;
  const path = "/v2/campaign/ids";
  const { status, body } = await tap.ask({ quota: quotas.campaignIds, path, query, accept: [404] });
  // 404 on this list is "none".
  if (status === 404 || body === undefined) return { page, ids: [], isLast: true };
  const parsed = idsSchema.safeParse(body);
  if (!parsed.success) throw new VendorError("bad-answer", `${path} gave something else than campaigns`);
  const ids = parsed.data.campaigns.map(({ id }) => id).filter((id) => shape.test(id));
  return { page, ids: [...new Set(ids)], isLast: parsed.data.campaigns.length < size };
}

async function campaign(id: string, tap: Tap, quotas: Quotas): Promise<unknown[]> {
  const { status, body } = await tap.ask({
    quota: quotas.campaign,
    path: `/v2/campaign/${encodeURIComponent(id)}`,
    query: [],
    accept: [404],
  });
  const parsed = campaignSchema.safeParse(body);
  return status === 404 || !parsed.success ? [] : [parsed.data];
}
