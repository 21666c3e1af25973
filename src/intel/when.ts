import { dayMs } from "../time.ts";
import { engineTime } from "../world.ts";

/**
 * A time that a feed gives (ISO 8601, a date, or epoch seconds or milliseconds) in engine form; null when there is none or it cannot
 * be read. With `endOfDay` a date without a time means the end of that day.
 */
export function feedTime(value: unknown, options: { readonly endOfDay?: boolean } = {}): string | null {
  const moment = momentOf(value, options.endOfDay === true);
  const year = moment?.getUTCFullYear() ?? Number.NaN;
  return moment === null || !(year >= 1970 && year <= 2199) ? null : engineTime(moment);
}

function momentOf(value: unknown, endOfDay: boolean): Date | null {
  if (typeof value === "number") return new Date(value < 1e11 ? value * 1000 : value);
  if (typeof value !== "string" || value.trim() === "") return null;
  const text = value.trim();
  if (/^\d{9,13}$/.test(text)) return momentOf(Number(text), endOfDay);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(Date.parse(`${text}T00:00:00Z`) + (endOfDay ? dayMs : 0));
  return new Date(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(/ UTC$/, "").replace(" ", "T")}Z`);
}

const words: ReadonlyMap<string, number> = new Map([
  ["low", 30],
  ["medium", 60],
  ["moderate", 60],
  ["high", 85],
  ["very high", 95],
  ["confirmed", 95],
]);

/** A confidence from 0 to 100, from a number or one of the words that feeds use; null when there is none. */
export function feedConfidence(value: unknown): number | null {
  if ((typeof value === "number" && Number.isFinite(value)) || (typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim())))
    return Math.round(Math.min(100, Math.max(0, Number(value))));
  return typeof value === "string" ? (words.get(value.trim().toLowerCase()) ?? null) : null;
}
