import { expect, test } from "vitest";
import { SpoorError } from "./errors.ts";
import { inRounds, type Round, type RoundsPlan } from "./rounds.ts";
import type { Window } from "./types.ts";

const hour = 3_600_000;
const daily: RoundsPlan = { everyMs: 24 * hour, overlapMs: 2 * hour, rounds: 3 };
const start = Date.UTC(2026, 10, 1, 6);

interface Told {
  readonly windows: Window[];
  readonly kept: readonly Round[];
  readonly waited: string[];
}

/** Rounds under a clock that goes on only while something waits, or where a test moves it. */
async function rounds(
  plan: RoundsPlan,
  earlier: readonly Round[] = [],
  options: {
    readonly now?: number;
    readonly hunt?: (count: number, move: (ms: number) => void) => void;
    readonly nap?: number;
  } = {},
): Promise<Told> {
  let now = options.now ?? start;
  let kept: readonly Round[] = earlier;
  const windows: Window[] = [];
  const waited: string[] = [];
  const move = (ms: number) => {
    now += ms;
  };
  await inRounds(plan, earlier, {
    clock: () => new Date(now),
    sleep: (milliseconds) => Promise.resolve(move(options.nap ?? milliseconds)),
    signal: new AbortController().signal,
    hunt: (window) => {
      windows.push(window);
      return new Promise((resolve) => {
        options.hunt?.(windows.length, move);
        resolve();
      });
    },
    keep: (all) => {
      kept = all;
      return Promise.resolve();
    },
    waiting: (until) => waited.push(until.toISOString().slice(0, 16)),
  });
  return { windows, kept, waited };
}

const spans = (windows: readonly Window[]) => windows.map(({ from, to }) => `${from.slice(5, 16)} to ${to.slice(5, 16)}`);

test("each round looks at what came since the last, and a little before it", async () => {
  const { windows, waited, kept } = await rounds(daily);
  expect(spans(windows)).toEqual(["10-31 04:00 to 11-01 06:00", "11-01 04:00 to 11-02 06:00", "11-02 04:00 to 11-03 06:00"]);
  expect(waited).toEqual(["2026-11-02T06:00", "2026-11-03T06:00"]);
  expect(kept.map(({ name }) => name)).toEqual(["2026-11-01T0600Z", "2026-11-02T0600Z", "2026-11-03T0600Z"]);
});

test("rounds that were missed while the machine slept are one round over all of it", async () => {
  const asleep = await rounds({ ...daily, rounds: 2 }, [], { nap: 100 * hour });
  expect(spans(asleep.windows)).toEqual(["10-31 04:00 to 11-01 06:00", "11-01 04:00 to 11-05 10:00"]);
  const { kept } = await rounds({ ...daily, rounds: 1 });
  const later = await rounds({ ...daily, rounds: 2 }, kept, { now: start + 73 * hour });
  expect(spans(later.windows)).toEqual(["11-01 04:00 to 11-04 07:00", "11-04 05:00 to 11-05 07:00"]);
});

test("a restart before the next round is due waits for it", async () => {
  const { kept } = await rounds({ ...daily, rounds: 1 });
  const { waited, windows } = await rounds({ ...daily, rounds: 1 }, kept, { now: start + hour });
  expect([waited, spans(windows)]).toEqual([["2026-11-02T06:00"], ["11-01 04:00 to 11-02 06:00"]]);
});

test("a round that takes longer than the interval is followed at once, and nothing is left out", async () => {
  const { windows } = await rounds({ ...daily, rounds: 2 }, [], { hunt: (_, move) => move(30 * hour) });
  expect(spans(windows)).toEqual(["10-31 04:00 to 11-01 06:00", "11-01 04:00 to 11-02 12:00"]);
});

test("a failed round is kept as such, the next goes on at its time, and looks at its span too", async () => {
  const { windows, kept } = await rounds({ ...daily, rounds: 4 }, [], {
    hunt: (count) => {
      if (count === 1 || count === 3) throw new SpoorError("store-unavailable", "the store is away");
    },
  });
  expect(spans(windows)).toEqual([
    "10-31 04:00 to 11-01 06:00",
    "10-31 04:00 to 11-02 06:00",
    "11-02 04:00 to 11-03 06:00",
    "11-02 04:00 to 11-04 06:00",
  ]);
  expect(kept.map(({ result, reason }) => [result, reason])).toEqual([
    ["failed", "the store is away"],
    ["done", null],
    ["failed", "the store is away"],
    ["done", null],
  ]);
});

test("a round in the future, of a clock that was wrong, is not waited for and turns no window around", async () => {
  const { windows } = await rounds({ ...daily, rounds: 1 }, [
    { name: "x", window: { from: "2030-11-05 00:00:00.000000", to: "2030-11-06 00:00:00.000000" }, result: "done", reason: null },
  ]);
  expect(spans(windows)).toEqual(["11-02 04:00 to 11-02 06:00"]);
});

test("being told to stop ends the wait and the round", async () => {
  const stop = new AbortController();
  const ended = inRounds(daily, [], {
    clock: () => new Date(start),
    sleep: (_, signal) => Promise.reject(signal.reason instanceof Error ? signal.reason : new Error("not stopped")),
    signal: stop.signal,
    hunt: () => {
      stop.abort(new SpoorError("cancelled", "stopped by Ctrl-C"));
      return Promise.reject(new Error("torn apart"));
    },
    keep: () => Promise.reject(new Error("nothing is kept of a round that was stopped")),
    waiting: () => {},
  });
  await expect(ended).rejects.toMatchObject({ code: "cancelled" });
});
