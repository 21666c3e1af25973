import type { Sleep } from "./sleep.ts";

/**
 * Time that goes on at least as long as was waited: a clock that stands still, or is set back while a program waits, would otherwise
 * keep a limit closed for ever.
 */
export function steady(effects: { readonly now: () => number; readonly sleep: Sleep }): { now: () => number; sleep: Sleep } {
  let ahead = 0;
  const now = (): number => effects.now() + ahead;
  return {
    now,
    async sleep(milliseconds, signal) {
      const due = now() + milliseconds;
      await effects.sleep(milliseconds, signal);
      ahead += Math.max(0, due - now());
    },
  };
}
