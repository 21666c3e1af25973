import { z } from "zod";
import type { Page, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { dayMs } from "../../../time.ts";
import { intervalText } from "./interval.ts";
import type { Quota, Tap } from "./tap.ts";

const answerSchema = z.object({
  users: z.array(z.record(z.string(), z.unknown())),
  interval: z.string().optional().catch(undefined),
  totalVapUsers: z.number().optional().catch(undefined),
  totalTopClickers: z.number().optional().catch(undefined),
});
const maxPages = 500;

interface People {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly quota: Quota;
}

/** People as TAP ranks them now, over the last 14, 30 or 90 days: a list that is asked for whole. */
export function peopleStream(people: People, days: number, tap: Tap): Stream {
  return {
    id: people.id,
    name: people.name,
    tables: ["user_inventory"],
    permission: "a TAP service credential",
    kind: "snapshot",
    retentionMs: null,
    sliceMs: dayMs,
    shortestSliceMs: dayMs,
    overlapMs: 0,
    // A ranking over weeks, and a day late.
    everyMs: dayMs / 2,
    concurrency: 1,
    pages: (_slice, cursor) => pages(people, days, tap, cursor),
  };
}

async function* pages(people: People, days: number, tap: Tap, cursor: string | null): AsyncIterable<Page> {
  let seen = "";
  let count = 0;
  for (let page = cursor === null ? 1 : Number(cursor); page <= maxPages; page += 1) {
    const { users, total, interval } = await ask(people, days, tap, page);
    // TAP says nothing of the last page: it is short. A page that comes twice would go on for ever.
    const text = JSON.stringify(users);
    const isRepeated = users.length > 0 && text === seen;
    seen = text;
    if (!isRepeated) count += users.length;
    const isLast = users.length < people.size || isRepeated;
    const isShort = isLast && cursor === null && total !== undefined && count < total;
    yield {
      records: isRepeated ? [] : users.map((user) => ({ _envelope: { interval, window: days }, ...user })),
      cursor: isLast ? null : String(page + 1),
      ...(isShort ? { shortfalls: [`${count} of ${total} people came`] } : {}),
    };
    if (isLast) return;
  }
}

async function ask({ path, size, quota }: People, days: number, tap: Tap, page: number) {
  const query = [
    ["window", String(days)],
    ["page", String(page)],
    ["size", String(size)],
  ] as const;
  const { status, body } = await tap.ask({ quota, path, query, accept: [404] });
  // 404 on these lists is "nobody".
  const parsed = answerSchema.safeParse(status === 404 || body === undefined ? { users: [] } : body);
  if (!parsed.success) throw new VendorError("bad-answer", `${path} gave something else than people`);
  const { users, interval, totalVapUsers, totalTopClickers } = parsed.data;
  const now = tap.now();
  return {
    users,
    total: totalVapUsers ?? totalTopClickers,
    // An answer without its interval is about the days up to now.
    interval: interval ?? intervalText({ from: now - days * dayMs, to: now }),
  };
}
