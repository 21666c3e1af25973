import { dayMs, epochMilliseconds } from "../time.ts";
import type { Finding, Window } from "../types.ts";
import { engineTime } from "../world.ts";

// What led to a finding and what followed it: a week on either side, in whole days so that hunts about the same days are asked once.
const defaultPadDays = 7;

/** The days around findings, `padDays` on either side, within the window of the run; the whole window where there are none. */
export function windowAround(
  findings: readonly Pick<Finding, "firstSeen" | "lastSeen">[],
  window: Window,
  padDays: number = defaultPadDays,
): Window {
  if (findings.length === 0) return window;
  const first = Math.min(...findings.map(({ firstSeen }) => epochMilliseconds(firstSeen)));
  const last = Math.max(...findings.map(({ lastSeen }) => epochMilliseconds(lastSeen)));
  const from = engineTime(new Date(Math.floor(first / dayMs - padDays) * dayMs));
  const to = engineTime(new Date(Math.ceil(last / dayMs + padDays) * dayMs));
  return { from: from > window.from ? from : window.from, to: to < window.to ? to : window.to };
}
