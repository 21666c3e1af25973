import { SpoorError } from "./errors.ts";
import type { Window } from "./types.ts";

/** Lengths of time in milliseconds. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

// "2026-11-01 10:00:00.000000" as the engine writes it; a T and a Z are what its iso format adds.
const engineTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z?$/;

/** Milliseconds since 1970 (UTC) of a time as the engine writes it, microseconds cut off. Throws SpoorError "internal" for anything else. */
export function epochMilliseconds(time: string): number {
  const match = engineTime.exec(time);
  const fraction = (match?.[3] ?? "").padEnd(3, "0").slice(0, 3);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}.${fraction}Z`);
  if (Number.isNaN(milliseconds)) throw new SpoorError("internal", `"${time.slice(0, 60)}" is not a time of the engine`);
  return milliseconds;
}

/** True for a time as the engine writes it. */
export function isEngineTime(time: string): boolean {
  const match = engineTime.exec(time);
  return match !== null && !Number.isNaN(Date.parse(`${match[1]}T${match[2]}Z`));
}

/** Length of a window in days, at least one: a budget "a day" is never a fraction of itself. */
export function daysOf(window: Window): number {
  return Math.max(1, (epochMilliseconds(window.to) - epochMilliseconds(window.from)) / dayMs);
}
