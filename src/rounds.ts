import { messageOf } from "./errors.ts";
import { epochMilliseconds } from "./time.ts";
import type { Window } from "./types.ts";
import { engineTime } from "./world.ts";

/** One look of many: what it looked at, and how it ended. */
export interface Round {
  /** "2026-11-22T0600Z", the end of its window. */
  readonly name: string;
  readonly window: Window;
  readonly result: "done" | "failed";
  readonly reason: string | null;
}

export interface RoundsPlan {
  readonly everyMs: number;
  /** How much of the round before is looked at again, for records that come late. */
  readonly overlapMs: number;
  /** End after so many; null: until told to stop. */
  readonly rounds: number | null;
}

/** What rounds need of the outside. */
export interface RoundsEffects {
  readonly clock: () => Date;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Hunts over a window; rejects when that failed. */
  readonly hunt: (window: Window, name: string) => Promise<void>;
  /** Keeps what is known of the rounds, newest last: called after each. */
  readonly keep: (rounds: readonly Round[]) => Promise<void>;
  /** Told before each wait: when the next round is due. */
  readonly waiting: (until: Date) => void;
}

// A timer stands still while a machine sleeps, its clock does not: the clock is looked at this often.
const longestNapMs = 60_000;
/** How many rounds rounds.json tells of at most. */
export const roundsRemembered = 1_000;

/**
 * Hunts again and again. Each round looks at what came since the last one that was done, and at `overlapMs` before it; the first one at
 * the last interval. Rounds that were missed while nothing ran are one round over the whole span. A round that fails is kept as such,
 * and the next one looks at its span too. Resolves after so many rounds; rejects when the signal aborts.
 */
export async function inRounds(plan: RoundsPlan, earlier: readonly Round[], effects: RoundsEffects): Promise<void> {
  const { clock, signal } = effects;
  let kept = [...earlier];
  for (let count = 0; plan.rounds === null || count < plan.rounds; count += 1) {
    await waitUntil(dueMs(kept, plan, clock()), effects);
    const window = nextWindow(kept, plan, clock());
    const name = nameOf(window.to);
    const failure = await effects.hunt(window, name).then(
      () => null,
      (thrown: unknown) => {
        signal.throwIfAborted();
        return messageOf(thrown);
      },
    );
    kept = [...kept, { name, window, result: failure === null ? ("done" as const) : ("failed" as const), reason: failure }].slice(
      -roundsRemembered,
    );
    await effects.keep(kept);
  }
}

/** When the next round is due: an interval after the last one, however that ended; at once where there was none. */
function dueMs(rounds: readonly Round[], { everyMs }: RoundsPlan, now: Date): number {
  const last = rounds.at(-1);
  // A round in the future was made by a clock that was wrong: it is not waited for.
  return last === undefined ? Number.NEGATIVE_INFINITY : Math.min(epochMilliseconds(last.window.to), now.getTime()) + everyMs;
}

/** From the end of the last round that was done, less the overlap, until now. */
export function nextWindow(rounds: readonly Round[], { everyMs, overlapMs }: RoundsPlan, now: Date): Window {
  const lastDone = rounds.findLast(({ result }) => result === "done");
  const firstFailed = rounds[0];
  const reached =
    lastDone !== undefined
      ? epochMilliseconds(lastDone.window.to)
      : firstFailed !== undefined
        ? epochMilliseconds(firstFailed.window.from) + overlapMs
        : now.getTime() - everyMs;
  // A clock that was set back does not turn the window around.
  return { from: engineTime(new Date(Math.min(reached, now.getTime()) - overlapMs)), to: engineTime(now) };
}

/**
 * The names of rounds whose results are out of date where those of the newest `keep` are kept. Newest is what was made last: a clock that
 * was wrong for a while dates rounds into the future.
 */
export function outdated(rounds: readonly Round[], keep: number): string[] {
  const made = rounds.filter(({ result }) => result === "done").map(({ name }) => name);
  const kept = new Set(made.slice(-keep));
  return [...new Set(made.slice(0, -keep))].filter((name) => !kept.has(name));
}

async function waitUntil(untilMs: number, { clock, sleep, signal, waiting }: RoundsEffects): Promise<void> {
  signal.throwIfAborted();
  if (untilMs > clock().getTime()) waiting(new Date(untilMs));
  for (let left = untilMs - clock().getTime(); left > 0; left = untilMs - clock().getTime())
    await sleep(Math.min(left, longestNapMs), signal);
}

function nameOf(time: string): string {
  return `${time.slice(0, 13).replace(" ", "T")}${time.slice(14, 16)}Z`;
}
