import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayMs } from "../time.ts";
import type { Slice } from "./collector.ts";
import { type Attempt, coveredBy, planEvents, planWhole } from "./plan.ts";
import { common, lengthOf, united, without } from "./stretches.ts";

const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 22, 12);
const stream = { retentionMs: 30 * dayMs, sliceMs: dayMs, shortestSliceMs: 60_000, overlapMs: 2 * hourMs };
const complete = (from: number, to: number, askedAt = to, coveredTo = to): Attempt => ({
  from,
  to,
  askedAt,
  coveredTo,
  state: "complete",
});

const stretch = fc.tuple(fc.nat(50), fc.nat(10)).map(([from, length]): Slice => ({ from, to: from + length }));
const moments = (stretches: readonly Slice[]): Map<number, number> => {
  const found = new Map<number, number>();
  for (const { from, to } of stretches) for (let at = from; at < to; at += 1) found.set(at, (found.get(at) ?? 0) + 1);
  return found;
};

test("stretches are what sets of moments are", () => {
  fc.assert(
    fc.property(fc.array(stretch), fc.array(stretch), fc.integer({ min: 1, max: 3 }), (some, others, times) => {
      const inSome = moments(some);
      const inOthers = moments(others);
      const isIn = (stretches: readonly Slice[]) => [...moments(stretches).keys()].sort((a, b) => a - b);
      const keys = [...inSome.keys()].sort((a, b) => a - b);
      expect(isIn(united(some, times))).toEqual(keys.filter((at) => (inSome.get(at) ?? 0) >= times));
      expect(isIn(without(some, others))).toEqual(keys.filter((at) => !inOthers.has(at)));
      expect(isIn(common(some, others))).toEqual(keys.filter((at) => inOthers.has(at)));
      expect(lengthOf(some)).toBe(inSome.size);
      for (const [one, next] of united(some).map((each, at, all) => [each, all[at + 1]] as const))
        expect(one?.from !== undefined && one.to > one.from && (next === undefined || next.from > one.to)).toBe(true);
    }),
    { seed: 42 },
  );
});

describe("events", () => {
  test("a first collection reaches back seven days, in slices, oldest first", () => {
    const { window, slices, lost } = planEvents(stream, {}, [], now);
    expect(window).toEqual({ from: now - 7 * dayMs, to: now });
    expect(slices).toHaveLength(7);
    expect(slices[0]).toEqual({ from: now - 7 * dayMs, to: now - 6 * dayMs });
    expect(lost).toEqual([]);
  });

  test("a later one begins where the last ended, less the overlap", () => {
    const before = complete(now - 8 * dayMs, now - hourMs, now - hourMs);
    const { slices } = planEvents(stream, {}, [before], now);
    expect(slices).toEqual([{ from: now - 3 * hourMs, to: now }]);
  });

  test("a hole that a failure left is asked for again; what nobody ever asked for is not", () => {
    const attempts: Attempt[] = [
      complete(now - 60 * dayMs, now - 59 * dayMs),
      complete(now - 6 * dayMs, now - 5 * dayMs, now - dayMs),
      { ...complete(now - 5 * dayMs, now - 4 * dayMs, now - dayMs, now - 5 * dayMs), state: "failed" },
      complete(now - 4 * dayMs, now, now),
    ];
    const { window, slices } = planEvents(stream, {}, attempts, now);
    expect(window.from).toBe(now - 6 * dayMs);
    expect(slices).toEqual([
      { from: now - 5 * dayMs, to: now - 4 * dayMs },
      { from: now - 2 * hourMs, to: now },
    ]);
  });

  test("what lies behind the vendor's memory is lost, not asked for", () => {
    const { slices, lost } = planEvents({ ...stream, retentionMs: 2 * dayMs }, { sinceMs: 3 * dayMs }, [], now);
    expect(lost).toEqual([{ from: now - 3 * dayMs, to: now - 2 * dayMs + 60_000 }]);
    expect(slices[0]?.from).toBe(now - 2 * dayMs + 60_000);
  });

  test("a first collection that nobody gave a length reaches back as far as the vendor keeps it", () => {
    const { window, lost } = planEvents({ ...stream, retentionMs: 2 * dayMs }, {}, [], now);
    expect([window.from, lost]).toEqual([now - 2 * dayMs + 60_000, []]);
  });

  test("what was had before it was forgotten is not lost", () => {
    const before = complete(now - 3 * dayMs, now - dayMs, now - dayMs);
    const { lost } = planEvents({ ...stream, retentionMs: 2 * dayMs }, { sinceMs: 3 * dayMs }, [before], now);
    expect(lost).toEqual([]);
  });

  test("a day later a slice is looked at once more, and then no more", () => {
    const early = complete(now - 3 * dayMs, now - 2 * dayMs, now - 2 * dayMs);
    const wanted = { from: now - 3 * dayMs, to: now - 2 * dayMs };
    const first = planEvents(stream, wanted, [early], now);
    expect(first.slices).toEqual([{ from: now - 3 * dayMs, to: now - 2 * dayMs }]);
    const again = complete(now - 3 * dayMs, now - 2 * dayMs, now);
    expect(planEvents(stream, wanted, [early, again], now).slices).toEqual([]);
  });

  test("what was answered in part is asked for once more, and then left", () => {
    const partial: Attempt = { ...complete(now - 3 * dayMs, now - 2 * dayMs, now - hourMs), state: "partial" };
    const wanted = { from: now - 3 * dayMs, to: now - 2 * dayMs };
    expect(planEvents(stream, wanted, [partial], now).slices).toHaveLength(1);
    expect(planEvents(stream, wanted, [partial, partial], now).slices).toEqual([]);
  });

  test("an answer that did not reach the end of its slice is gone on from there", () => {
    const before = complete(now - dayMs, now, now + 5 * hourMs, now - 6 * hourMs);
    expect(planEvents(stream, { sinceMs: dayMs }, [before], now).slices).toEqual([{ from: now - 6 * hourMs, to: now }]);
  });

  test("a rest too short to ask for is lengthened backwards", () => {
    const before = complete(now - dayMs, now - 10, now + dayMs);
    expect(planEvents(stream, { sinceMs: dayMs }, [before], now).slices).toEqual([{ from: now - 60_000, to: now }]);
  });

  test("whatever was attempted: every wanted moment is had, asked for or lost, and no slice is too long or out of reach", () => {
    const attempt = fc.record({
      from: fc.integer({ min: 0, max: 400 }),
      length: fc.integer({ min: 1, max: 100 }),
      reach: fc.integer({ min: 0, max: 100 }),
      after: fc.integer({ min: 0, max: 200 }),
      state: fc.constantFrom("complete", "partial", "refused", "failed", "cancelled", "absent" as const),
    });
    fc.assert(
      fc.property(
        fc.array(attempt, { maxLength: 12 }),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        (made, since, isShort) => {
          const start = now - 500 * hourMs;
          const attempts = made.map(({ from, length, reach, after, state }): Attempt => {
            const [begins, ends] = [start + from * hourMs, Math.min(now, start + (from + length) * hourMs)];
            const coveredTo = Math.min(ends, begins + reach * hourMs);
            return { from: begins, to: ends, coveredTo, askedAt: Math.min(now, ends + after * hourMs), state };
          });
          const kept = isShort ? 100 * hourMs : stream.retentionMs;
          const { window, slices, lost } = planEvents(
            { ...stream, retentionMs: kept },
            { sinceMs: since * hourMs },
            attempts,
            now,
          );
          const onRecord = common(attempts, [{ from: Number.NEGATIVE_INFINITY, to: now - kept }]);
          const left = without(without([window], [...slices, ...lost, ...onRecord]), coveredBy(attempts));
          // Only what was answered in part twice, or cannot be had, may be left, and the minute at the edge of the vendor's memory.
          const inPart = attempts.filter(({ state }) => state === "partial" || state === "absent");
          expect(without(left, [...inPart, { from: now - kept, to: now - kept + 60_000 }])).toEqual([]);
          for (const { from, to } of slices) {
            expect(to - from).toBeLessThanOrEqual(stream.sliceMs);
            expect(to).toBeLessThanOrEqual(now);
            expect(from).toBeGreaterThanOrEqual(now - kept);
          }
          expect(common(lost, attempts)).toEqual([]);
        },
      ),
      { seed: 42, numRuns: 300 },
    );
  });
});

test("what the vendor cannot have is not asked for again, and what lies on both sides of it is", () => {
  const absent: Attempt = { ...complete(now - 3 * dayMs, now - 2 * dayMs, now), state: "absent", coveredTo: now - 3 * dayMs };
  expect(planEvents(stream, { sinceMs: 4 * dayMs }, [absent], now).slices).toEqual([
    { from: now - 4 * dayMs, to: now - 3 * dayMs },
    { from: now - 2 * dayMs, to: now - dayMs },
    { from: now - dayMs, to: now },
  ]);
});

test("a queue goes on from when it was last emptied, and says what it has forgotten", () => {
  const last = complete(now - 10 * dayMs, now - 9 * dayMs, now - 9 * dayMs);
  const queue = { kind: "queue", retentionMs: 7 * dayMs } as const;
  expect(planWhole(queue, {}, [last], now)).toEqual({
    window: { from: now - 9 * dayMs, to: now },
    slices: [{ from: now - 7 * dayMs, to: now }],
    lost: [{ from: now - 9 * dayMs, to: now - 7 * dayMs }],
  });
});
