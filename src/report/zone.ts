import { epochMilliseconds, isEngineTime } from "../time.ts";
import { clock, type Precision, span } from "./words.ts";

/** Times as readers of one place want them: UTC always, their own beside it where it differs. */
export interface Zone {
  /** "2026-11-01 10:00:00 to 12:30:00 UTC (11:00:00 to 13:30:00 Europe/Berlin)". */
  readonly span: (from: string, to: string, precision?: Precision) => string;
  /** For a column whose title names both: " (11:00:00)", with the day where it is another one; "" where the zone is UTC. */
  readonly beside: (time: string, precision?: Precision) => string;
  /** "When (UTC)", "When, UTC (Europe/Berlin)". */
  readonly title: (word: string) => string;
}

/** Words for times in an IANA zone. */
export function zoneOf(timeZone: string): Zone {
  if (/^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal)$/i.test(timeZone))
    return { span, beside: () => "", title: (word) => `${word} (UTC)` };
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const local = (time: string, precision: Precision): string => {
    const parts = new Map(format.formatToParts(epochMilliseconds(time)).map(({ type, value }) => [type, value]));
    const day = `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
    return clock(`${day} ${parts.get("hour")}:${parts.get("minute")}:${parts.get("second")}`, precision);
  };
  const short = (text: string, day: string): string => (text.startsWith(day) ? text.slice(11) : text);
  return {
    span: (from, to, precision = "seconds") => {
      const said = span(from, to, precision);
      if (!isEngineTime(from) || !isEngineTime(to)) return said;
      const [start, end] = [local(from, precision), local(to, precision)];
      const first = short(start, from.slice(0, 10));
      return `${said} (${start === end ? first : `${first} to ${short(end, start.slice(0, 10))}`} ${timeZone})`;
    },
    beside: (time, precision = "seconds") => (isEngineTime(time) ? ` (${short(local(time, precision), time.slice(0, 10))})` : ""),
    title: (word) => `${word}, UTC (${timeZone})`,
  };
}
