import type { Store } from "./store/store.ts";
import { spanOfEvents } from "./store/tables.ts";
import { dayMs } from "./time.ts";
import type { Gap, Window } from "./types.ts";
import { engineTime } from "./world.ts";

/**
 * The span of events without those that bear a time more than a day after `now`: one record of a clock that is wrong, or of somebody who
 * wants it so, must not move the end of the data to where nothing else is. Where all events lie there, our clock is the one that is
 * wrong, and they count. `ahead`: the last time of those left out.
 */
export async function presentSpan(
  store: Store,
  now: Date,
): Promise<{ readonly span: Window | null; readonly ahead: string | null }> {
  const whole = await spanOfEvents(store);
  const horizon = engineTime(new Date(now.getTime() + dayMs));
  if (whole === null || whole.to <= horizon) return { span: whole, ahead: null };
  const present = await spanOfEvents(store, horizon);
  return present === null ? { span: whole, ahead: null } : { span: present, ahead: whole.to };
}

/** What to tell of events that are left out of a window because their time has not come yet. */
export function aheadGap(ahead: string): Gap {
  return {
    stage: "import",
    part: "times of events",
    kind: "assumption",
    reason: `there are events of the future, up to ${ahead.slice(0, 16)} UTC by their own clock: they are stored, and the window does not reach there`,
  };
}
