import { z } from "zod";
import { type Slice, SliceTooLarge } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import type { Sleep } from "../../../collect/sleep.ts";
import { onOneLine } from "../../../errors.ts";
import type { Session } from "./session.ts";

/** What running searches needs. */
export interface Searcher {
  readonly session: Session;
  readonly repository: string;
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

export interface SearchResult {
  readonly rows: readonly unknown[];
  /** What the search itself says is missing, for the reader. */
  readonly shortfalls: readonly string[];
}

// The search language gives 200 events unless asked for more, 10,000 at most (LogScale reference, tail()).
export const rowsAtMost = 10_000;
// A search that nobody asks about is given up after 30 to 90 seconds.
const longestPauseMs = 30_000;
const shortestPauseMs = 50;
const patienceMs = 15 * 60_000;
const startsAtMost = 3;
const goodbyeMs = 20_000;

const started = z.object({ id: z.string().regex(/^[\w.:~-]+$/) });
const words = z.string().catch("");
const status = z.object({
  done: z.boolean().catch(false),
  cancelled: z.boolean().catch(false),
  events: z.array(z.unknown()).nullable().catch(null),
  warnings: z.array(z.union([z.string(), z.object({ message: words }).transform(({ message }) => message)])).catch([]),
  metaData: z
    .object({
      pollAfter: z.number().catch(1000),
      eventCount: z.number().nullable().catch(null),
      warning: words,
      warnings: z.array(z.string()).catch([]),
      extraData: z.record(z.string(), z.unknown()).catch({}),
    })
    .catch({ pollAfter: 1000, eventCount: null, warning: "", warnings: [], extraData: {} }),
});
type Status = z.infer<typeof status>;

export interface Limits {
  /** As many rows as the query gives at most. */
  readonly cap: number;
  /** The stretch can be asked for in smaller parts: then what was cut off is not worth keeping. */
  readonly isDivisible: boolean;
}

/**
 * Runs a search over a stretch of time and gives all it finds, once it is done. A search that got lost is started again. One that was
 * cut off throws SliceTooLarge where that can help, and else gives what it has and says that there was more; one that takes too long
 * throws SliceTooLarge. It is stopped whatever happens.
 */
export async function search(
  searcher: Searcher,
  queryString: string,
  { from, to }: Slice,
  limits: Limits,
): Promise<SearchResult> {
  for (let start = 1; ; start += 1) {
    const done = await runOnce(searcher, queryString, { from, to });
    if (done !== null) return resultOf(done, limits);
    if (start >= startsAtMost) throw new VendorError("unavailable", `Falcon lost the same search ${start} times`);
  }
}

/** The last answer of a search; null where it got lost. */
async function runOnce(searcher: Searcher, queryString: string, { from, to }: Slice): Promise<Status | null> {
  const { session, repository, sleep, signal } = searcher;
  const path = `/humio/api/v1/repositories/${repository}/queryjobs`;
  const body = { queryString, start: String(from), end: String(to), isLive: false };
  const answer = started.safeParse((await session.ask({ method: "POST", path, body })).body);
  if (!answer.success) throw new VendorError("bad-answer", `POST ${path} started no search`);
  const job = `${path}/${answer.data.id}`;
  try {
    for (let waitedMs = 0; ; ) {
      const now = await statusOf(session, job);
      if (now === null || now.cancelled) return null;
      if (now.done) return now;
      if (waitedMs >= patienceMs) throw new SliceTooLarge(`a search was not done after ${patienceMs / 60_000} minutes`);
      const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, now.metaData.pollAfter));
      await sleep(pauseMs, signal);
      waitedMs += pauseMs;
    }
  } finally {
    // It ends by itself where this fails: nobody waits long for that.
    await session.ask({ method: "DELETE", path: job, deadlineMs: goodbyeMs }).catch(() => undefined);
  }
}

async function statusOf(session: Session, job: string): Promise<Status | null> {
  try {
    const parsed = status.safeParse((await session.ask({ method: "GET", path: job })).body);
    if (parsed.success) return parsed.data;
    throw new VendorError("bad-answer", `GET ${job.replace(/[^/]+$/, "…")} gave no state of a search`);
  } catch (cause) {
    if (cause instanceof VendorError && cause.status === 404) return null;
    if (cause instanceof VendorError && cause.kind === "too-large") throw new SliceTooLarge(cause.message);
    throw cause;
  }
}

function resultOf({ events, warnings, metaData }: Status, { cap, isDivisible }: Limits): SearchResult {
  if (events === null) throw new VendorError("bad-answer", "a search was done and gave no list of events");
  const complaints = [
    ...new Set([...warnings, metaData.warning, ...metaData.warnings].map((words) => onOneLine(words, 200))),
  ].filter((text) => text !== "");
  const { eventCount, extraData } = metaData;
  const isCut =
    events.length >= cap ||
    (eventCount !== null && eventCount > events.length) ||
    String(extraData.hasMoreEvents) === "true" ||
    complaints.some((text) => /limit|incomplete|exceed/i.test(text));
  if (isCut) {
    const reason = `a search gave ${events.length} rows and had more${complaints.map((text) => ` ("${text}")`).join("")}`;
    if (isDivisible) throw new SliceTooLarge(reason);
    return { rows: events, shortfalls: [reason] };
  }
  return { rows: events, shortfalls: complaints.map((text) => `Falcon warns of a search: "${text}"`) };
}
