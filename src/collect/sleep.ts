import { setTimeout as wait } from "node:timers/promises";

/** Waits so many milliseconds; rejects at once when the signal aborts. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Real waiting, which holds no process open. Longer than a timer can count is waited in parts. */
export const sleep: Sleep = async (milliseconds, signal) => {
  const longest = 2 ** 31 - 1;
  for (let left = milliseconds; left > 0; left -= longest) await wait(Math.min(left, longest), undefined, { signal });
};
