import type { Check } from "../../collect/collector.ts";
import { messageOf, SpoorError } from "../../errors.ts";

/** One line of `spoor doctor`: `part` is this machine, the store or a vendor. */
export interface Line extends Check {
  readonly part: string;
}

export function ok(part: string, what: string, detail: string): Line {
  return { part, what, state: "ok", detail, blind: [] };
}

export function warning(part: string, what: string, detail: string, blind: readonly string[] = []): Line {
  return { part, what, state: "warning", detail, blind };
}

/** What was thrown, with its next step. */
export function missing(part: string, what: string, thrown: unknown, blind: readonly string[] = []): Line {
  const hint = thrown instanceof SpoorError && thrown.hint !== undefined ? `; ${thrown.hint}` : "";
  const isAway = thrown instanceof SpoorError && (thrown.code === "store-unavailable" || thrown.code === "vendor-unavailable");
  return { part, what, state: isAway ? "unreachable" : "missing", detail: `${messageOf(thrown)}${hint}`, blind };
}

/** Whether everything is there that a hunt needs; warnings are for the reader. */
export function isWell(lines: readonly Line[]): boolean {
  return lines.every(({ state }) => state === "ok" || state === "warning");
}
