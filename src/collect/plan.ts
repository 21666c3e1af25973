import { dayMs } from "../time.ts";
import type { Slice, Stream } from "./collector.ts";
import { common, united, without } from "./stretches.ts";

/** Which stretch of time is wanted: ends in milliseconds since 1970 UTC, or a span back from now; nothing: what is new. */
export interface Wanted {
  readonly from?: number;
  readonly to?: number;
  readonly sinceMs?: number;
}

/** absent: the vendor does not have it and never will have. */
export type AttemptState = "complete" | "partial" | "refused" | "failed" | "cancelled" | "absent";

/** One time that a slice was asked for, from the ledger. Times are by the vendor's clock. */
export interface Attempt extends Slice {
  /** Up to where the answer reaches. */
  readonly coveredTo: number;
  readonly askedAt: number;
  readonly state: AttemptState;
}

export interface Plan {
  /** The whole stretch that is wanted. */
  readonly window: Slice;
  /** What to ask for, oldest first. */
  readonly slices: readonly Slice[];
  /** What is wanted, was never had, and lies behind what the vendor keeps. */
  readonly lost: readonly Slice[];
}

// How far back a first collection reaches.
const firstSpanMs = 7 * dayMs;
// A hole that stays a hole is asked for again in later runs, but not for ever.
const longestReturnMs = 30 * dayMs;
// Walking begins at the oldest slice while the vendor goes on forgetting: the edge would be refused.
const retentionMarginMs = 60_000;
// Records still arrive when a sensor was offline overnight: what is a day old is looked at once more.
const secondLookMs = dayMs;

/**
 * What to ask of a stream of events. A moment counts as settled when it was answered in full by an attempt made at least `overlapMs`
 * after it: what is late by less has then arrived. It is looked at once more by an attempt a day after it, a slice at a time. What was
 * answered in part is asked for twice at most, and what the vendor cannot have not again. `now` is by the vendor's clock.
 */
export function planEvents(
  stream: Pick<Stream, "retentionMs" | "sliceMs" | "shortestSliceMs" | "overlapMs">,
  wanted: Wanted,
  attempts: readonly Attempt[],
  now: number,
): Plan {
  const kept = stream.retentionMs === null ? Number.NEGATIVE_INFINITY : now - stream.retentionMs + retentionMarginMs;
  const window = windowOf(wanted, attempts, now, kept);
  const covered = coveredBy(attempts);
  const open = without([window], settled(attempts, stream.overlapMs));
  const aDayOld = common([window], common(covered, [{ from: Number.NEGATIVE_INFINITY, to: now - secondLookMs }]));
  const due = without(aDayOld, settled(attempts, secondLookMs)).filter(
    ({ from, to }) => to - from >= Math.min(stream.sliceMs, secondLookMs),
  );
  const reachable = [{ from: kept, to: Number.POSITIVE_INFINITY }];
  return {
    window,
    slices: without(common(united([...open, ...due]), reachable), absentIn(attempts)).flatMap((stretch) => cut(stretch, stream)),
    // What was asked for before has its reason on record; the margin itself is no loss worth a word.
    lost: without(without([window], attempts), reachable).filter(({ from, to }) => to - from > retentionMarginMs),
  };
}

/** The one slice of a queue or a snapshot: from the last time that it was had, or else the whole window, to now. */
export function planWhole(
  stream: Pick<Stream, "kind" | "retentionMs">,
  wanted: Wanted,
  attempts: readonly Attempt[],
  now: number,
): Plan {
  const last = coveredBy(attempts).at(-1)?.to;
  // A queue forgets what nobody took in time; a snapshot has no past.
  const isForgetful = stream.retentionMs !== null && stream.kind === "queue";
  const kept = isForgetful ? now - (stream.retentionMs ?? 0) : Number.NEGATIVE_INFINITY;
  const window = { from: Math.min(now, last ?? windowOf(wanted, [], now, kept).from), to: now };
  const slice = { from: Math.min(Math.max(window.from, kept), now), to: now };
  return { window, slices: [slice], lost: without([window], [{ from: kept, to: Number.POSITIVE_INFINITY }]) };
}

/** What was answered in full, up to where the answers reach. */
export function coveredBy(attempts: readonly Attempt[]): Slice[] {
  return united(attempts.filter(({ state }) => state === "complete").map(({ from, coveredTo }) => ({ from, to: coveredTo })));
}

function absentIn(attempts: readonly Attempt[]): Slice[] {
  return united(attempts.filter(({ state }) => state === "absent"));
}

function settled(attempts: readonly Attempt[], graceMs: number): Slice[] {
  const reach = (attempt: Attempt): Slice => ({
    from: attempt.from,
    to: Math.min(attempt.coveredTo, attempt.askedAt - graceMs),
  });
  const inPart = attempts.filter(({ state }) => state === "partial").map(reach);
  const inFull = attempts.filter(({ state }) => state === "complete").map(reach);
  return united([...inFull, ...united([...inPart, ...inFull], 2)]);
}

function windowOf({ from, to, sinceMs }: Wanted, attempts: readonly Attempt[], now: number, kept: number): Slice {
  const end = Math.min(to ?? now, now);
  const start = from ?? (sinceMs === undefined ? returnTo(attempts, end, kept) : end - sinceMs);
  return { from: Math.min(start, end), to: end };
}

/** Where a run without a wish begins: at the start of the stretch that was asked for last, so that its holes are asked for again. */
function returnTo(attempts: readonly Attempt[], end: number, kept: number): number {
  const asked = united(attempts).at(-1);
  if (asked === undefined) return Math.max(kept, end - firstSpanMs);
  const watermark = coveredBy(attempts).findLast(({ from }) => from < asked.to)?.to ?? asked.from;
  return Math.max(asked.from, Math.min(watermark, end - longestReturnMs));
}

/** Slices of at most sliceMs; a rest too short to ask for is lengthened backwards. */
function cut({ from, to }: Slice, { sliceMs, shortestSliceMs }: Pick<Stream, "sliceMs" | "shortestSliceMs">): Slice[] {
  const slices: Slice[] = [];
  for (let start = from; start < to; start += sliceMs) {
    const end = Math.min(start + sliceMs, to);
    slices.push({ from: Math.min(start, end - Math.min(shortestSliceMs, sliceMs)), to: end });
  }
  return slices;
}
