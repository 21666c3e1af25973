export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface IntervalRules {
  readonly shortestMs: number;
  readonly longestMs: number;
  /** How far back the start may lie; null: any time. */
  readonly backMs: number | null;
}

/** Reads start/end, duration/end or start/duration (ISO 8601) and keeps the rules of what may be asked; refusals are TAP's own words. */
export function readInterval(text: string, now: number, rules: IntervalRules): Interval | { readonly refused: string } {
  const [first, second] = text.split("/");
  if (first === undefined || second === undefined) return { refused: "The interval is not valid." };
  const [start, end] = [momentOf(first), momentOf(second)];
  const [before, behind] = [durationMs(first), durationMs(second)];
  const from = start ?? (end !== null && before !== null ? end - before : null);
  const to = end ?? (start !== null && behind !== null ? start + behind : null);
  if (from === null || to === null) return { refused: "The interval is not valid." };
  return checked({ from, to }, now, rules);
}

export function checked(
  interval: Interval,
  now: number,
  { shortestMs, longestMs, backMs }: IntervalRules,
): Interval | { readonly refused: string } {
  const { from, to } = interval;
  if (to - from < shortestMs) {
    return {
      refused: `The requested interval is too short. Requests must be for at least ${(shortestMs / 1000).toFixed(2)}s of data`,
    };
  }
  if (to - from > longestMs) {
    return {
      refused: `The requested interval is too long. Requests must be for at most ${(longestMs / 3_600_000).toFixed(2)}h of data`,
    };
  }
  if (backMs !== null && from < now - backMs) {
    return {
      refused: `The requested start time is too far into the past. Requests for information up to ${(backMs / 86_400_000).toFixed(2)}d are accepted`,
    };
  }
  if (to > now) return { refused: "The requested interval is still current." };
  return interval;
}

function momentOf(text: string): number | null {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function durationMs(text: string): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (match === null || text === "P") return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}
