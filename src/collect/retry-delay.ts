const baseMs = 1000;
const longestMs = 60_000;

/** How long to wait before the next try, in milliseconds: between nothing and twice as long each time (full jitter, M. Brooker, AWS). */
export function backOff(tries: number, random: () => number): number {
  return Math.round(random() * Math.min(longestMs, baseMs * 2 ** Math.min(tries, 16)));
}

/**
 * How long a vendor asks us to wait, in milliseconds, by its headers (names in lower case); null when it does not say. Vendors write
 * seconds, fractions of seconds, dates, and moments since 1970 in seconds or milliseconds. Moments are read by the vendor's own clock
 * where it tells the time, so that ours being wrong does not matter.
 */
export function askedDelay(headers: Readonly<Record<string, string>>, now: number): number | null {
  const here = moment(headers.date) ?? now;
  const delays = [headers["retry-after"], headers["x-ratelimit-retryafter"]].flatMap((text) => {
    const delay = delayOf(text, here);
    return delay === null ? [] : [delay];
  });
  return delays.length === 0 ? null : Math.max(0, ...delays);
}

function delayOf(text: string | undefined, here: number): number | null {
  if (text === undefined || text.trim() === "") return null;
  const number = Number(text);
  if (Number.isNaN(number)) {
    const date = moment(text);
    return date === null ? null : date - here;
  }
  // A delay of three years, and a moment before 1973, are equally unlikely; 1e11 seconds would be the year 5138.
  if (number >= 1e11) return number - here;
  if (number >= 1e8) return number * 1000 - here;
  return Number.isFinite(number) ? Math.ceil(number * 1000) : null;
}

/** A date of HTTP in milliseconds since 1970; null when it is none. */
export function moment(text: string | undefined): number | null {
  const parsed = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(parsed) ? null : parsed;
}
