import { engineTime } from "../world.ts";

/** A time that a feed gives (ISO 8601, a date, or epoch seconds) in engine form; null when there is none or it cannot be read. */
export function feedTime(value: unknown): string | null {
  if (typeof value === "number" || (typeof value === "string" && /^\d{9,10}$/.test(value)))
    return engineTime(new Date(Number(value) * 1000));
  if (typeof value !== "string" || value.trim() === "") return null;
  const text = value.trim();
  const moment = new Date(
    /^\d{4}-\d\d-\d\d$/.test(text)
      ? `${text}T00:00:00Z`
      : /[zZ]$|[+-]\d\d:?\d\d$/.test(text)
        ? text
        : `${text.replace(" ", "T")}Z`,
  );
  return Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1970 || moment.getUTCFullYear() > 2199
    ? null
    : engineTime(moment);
}

/** A confidence from 0 to 100, from a number or one of the words that feeds use; null when there is none. */
export function feedConfidence(value: unknown): number | null {
  if (typeof value === "number" || (typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim())))
    return Math.round(Math.min(100, Math.max(0, Number(value))));
  const words: Readonly<Record<string, number>> = { low: 30, medium: 60, moderate: 60, high: 85, "very high": 95, confirmed: 95 };
  return typeof value === "string" ? (words[value.trim().toLowerCase()] ?? null) : null;
}
