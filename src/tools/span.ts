import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { isEngineTime } from "../time.ts";
import type { Window } from "../types.ts";

/** An end of a span as a caller may give it: null for the hunt's own. */
export const spanEnd = z.string().nullable();

/** The span asked for, within the window of the hunt. Throws SpoorError "usage" for what is no time, or a span that is reversed. */
export function spanOf(from: string | null, to: string | null, window: Window): Window {
  const span = { from: from === null ? window.from : momentOf(from), to: to === null ? window.to : momentOf(to) };
  if (span.from >= span.to)
    throw new SpoorError("usage", "the span ends before it begins", {
      hint: `The hunt looks at ${window.from} to ${window.to} UTC.`,
    });
  return span;
}

function momentOf(text: string): string {
  const plain = text.trim().replace("T", " ").replace(/Z$/, "");
  const long = /^\d{4}-\d\d-\d\d$/.test(plain) ? `${plain} 00:00:00` : plain;
  if (isEngineTime(long)) return long.includes(".") ? long.slice(0, 26).padEnd(26, "0") : `${long}.000000`;
  throw new SpoorError("usage", "that is not a time", { hint: 'Times are UTC: "2026-11-01 10:00:00".' });
}
