import type { Slice } from "../../../collect/collector.ts";
import { dayMs, hourMs, minuteMs } from "../../../time.ts";

const secondMs = 1000;

/** TAP API documentation, "SIEM API": from 30 seconds to one hour, begun at most seven days ago. */
export const shortestMs = 30 * secondMs;
/** An hour less two seconds, as the ends are rounded outwards to whole seconds. */
export const longestMs = hourMs - 2 * secondMs;
/** Seven days, less what may pass between plan and question. */
export const furthestMs = 7 * dayMs - 10 * minuteMs;

/** Stretches that TAP still fills are refused ("The requested interval is still current"). */
const settledMs = minuteMs;

/** Start and end as TAP wants them: whole seconds, at least 30 of them, ended a minute ago; null when there is nothing to ask for yet. */
export function settledInterval(slice: Slice, now: number): Slice | null {
  const latest = floor(now - settledMs);
  const to = Math.min(ceil(slice.to), latest);
  if (to <= slice.from) return null;
  return { from: Math.min(floor(slice.from), to - shortestMs), to };
}

export function intervalText({ from, to }: Slice): string {
  return `${isoSeconds(from)}/${isoSeconds(to)}`;
}

/**
 * The interval to ask for in place of one that was refused, by what TAP said; null when there is none. The three sentences are those
 * that others recorded (OpenCTI-Platform/connectors #3600, elastic/integrations #11461, OpenCTI's TAP connector).
 */
export function amended(interval: Slice, refusal: string, now: number): Slice | null {
  const { from, to } = interval;
  const isShort = /too short/i.test(refusal);
  const isOld = /too far into the past/i.test(refusal);
  const isCurrent = /still current/i.test(refusal);
  const longer = { from: Math.max(from - shortestMs, to - hourMs), to };
  if (isShort) return longer.from < from ? longer : null;
  const later = { from: Math.max(from + 10 * minuteMs, ceil(now - furthestMs)), to };
  if (isOld) return later.to - later.from >= shortestMs ? later : null;
  const earlier = { from: Math.min(from, to - minuteMs - shortestMs), to: to - minuteMs };
  return isCurrent && earlier.to > from ? earlier : null;
}

/** A moment of TAP's in milliseconds since 1970; null when it is none. */
export function momentOf(value: unknown): number | null {
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

function isoSeconds(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

function floor(moment: number): number {
  return Math.floor(moment / secondMs) * secondMs;
}

function ceil(moment: number): number {
  return Math.ceil(moment / secondMs) * secondMs;
}
