import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "../../stats/quantile.ts";
import { type Random, seededRandom } from "../../stats/random.ts";
import { type Channel, pairChannel } from "./channel.ts";
import { mergeChannels } from "./merge.ts";
import { parameters } from "./parameters.ts";
import type { PairRow } from "./questions.ts";
import { rhythmOf } from "./rhythm.ts";
import { judge } from "./score.ts";
import { backOffTimes, beaconTimes, inBursts } from "./simulated-beacons.ts";
import {
  atRandom,
  atRandomAtWork,
  browsing,
  browsingAtWork,
  erratic,
  everyMorning,
  type Habit,
  thoughtful,
} from "./simulated-people.ts";
import { type Knowledge, type Surroundings, surroundingsOf } from "./surroundings.ts";

const alertLine = 70;
const defaults = parameters.parse({});
const nothingKnown: Knowledge = {
  addresses: new Map(),
  domains: new Map(),
  hosts: new Map(),
  inside: new Map(),
  names: new Map(),
  network: undefined,
  channels: [],
  parameters: defaults,
};

function pairAt(times: readonly number[], part: Partial<PairRow> = {}): PairRow {
  const half = Math.floor(times.length / 2);
  const stretches = times.length <= 480 ? [times] : [times.slice(0, 160), times.slice(half - 80, half + 80), times.slice(-160)];
  return {
    source: "10.0.0.5",
    source_is_address: true,
    destination: "198.51.100.7",
    destination_is_inside: false,
    port: 443,
    protocol: "tcp",
    connections: times.length,
    first_time: "2026-01-05 00:00:00.000000",
    last_time: "2026-02-04 00:00:00.000000",
    stretches: stretches.map((stretch) => [...stretch]),
    active_hours: 10,
    source_ports: times.length,
    unanswered: 0,
    bytes_known: 0,
    bytes_out_quartiles: [null, null, null],
    bytes_in_quartiles: [null, null, null],
    bytes_out: null,
    bytes_in: null,
    applications: [],
    devices: [],
    users: [],
    processes: [],
    ...part,
  };
}

function channelAt(times: readonly number[], part: Partial<PairRow> = {}): Channel {
  const channel = pairChannel(pairAt(times, part), []);
  if (channel === null) throw new Error("no rhythm at all");
  return channel;
}

/** The score of calls to a destination of which nothing is known. */
function scoreOf(times: readonly number[], part: Partial<PairRow> = {}): number {
  if (times.length < defaults.countThreshold) return 0;
  const channel = pairChannel(pairAt(times, part), []);
  return channel === null ? 0 : judge(channel, surroundingsOf(channel, nothingKnown), defaults).score;
}

function sizes(count: number, variation: number, random: Random): Partial<PairRow> {
  const bytes = Array.from({ length: count }, () => Math.round(500 * random.between(1 - variation, 1 + variation)));
  const quartiles = [0.25, 0.5, 0.75].map((share) => quantile(bytes, share));
  return { bytes_known: count, bytes_out_quartiles: quartiles, bytes_in_quartiles: [300, 320, 400], bytes_out: 1, bytes_in: 1 };
}

describe("simulated beacons to an unknown destination, thirty days or as many as hold enough check-ins", () => {
  const periods = [10, 60, 300, 3600, 4 * 3600, 8 * 3600, 24 * 3600];
  // What cannot be told sooner: a clock that is early by up to 90 % needs a hundred check-ins, others thirty.
  const daysFor = (period: number, jitter: number): number => Math.max(30, ((jitter > 0.5 ? 130 : 40) * period) / 86_400);

  test.each([
    ["around the clock", false, periods],
    ["while the machine is on from nine to five", true, periods.filter((period) => period <= 3600)],
  ] as const)("19 of 20 are above the alert line, %s", (_title, officeHours, tested) => {
    const random = seededRandom(42);
    const missed: string[] = [];
    let simulated = 0;
    for (const periodSeconds of tested)
      for (const jitter of [0, 0.2, 0.5, 0.9])
        for (const variation of [0, 0.5])
          for (let run = 0; run < 10; run++) {
            const times = beaconTimes({ periodSeconds, jitter, days: daysFor(periodSeconds, jitter), officeHours }, random);
            const score = scoreOf(times, sizes(times.length, variation, random));
            simulated++;
            if (score < alertLine) missed.push(`${periodSeconds} s, jitter ${jitter}, sizes ${variation}: ${score.toFixed(1)}`);
          }
    expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(0.05 * simulated);
  });

  test("several connections a check-in do not hide the clock", () => {
    const random = seededRandom(7);
    for (const periodSeconds of [30, 600, 3600]) {
      const single = beaconTimes({ periodSeconds, jitter: 0.3, days: 7, officeHours: false }, random).slice(0, 150);
      const rhythm = rhythmOf([inBursts(single, 6, random)]);
      expect(rhythm?.regularity).toBeGreaterThan(0.95);
      expect(rhythm?.periodSeconds).toBeCloseTo(0.85 * periodSeconds, -Math.floor(Math.log10(periodSeconds)));
    }
  });

  test("a payload whose pauses grow step by step is known by its steps", () => {
    const rhythm = rhythmOf([backOffTimes(0.1, 300, seededRandom(5))]);
    expect(rhythm?.sign).toBe("back-off");
    expect(rhythm?.regularity).toBe(1);
    expect(rhythm?.backOffStepSeconds).toBeCloseTo(0.1, 2);
  });

  test("retries after nine and fourteen seconds in turn are a clock", () => {
    const times = Array.from({ length: 60 }, (_, call) => Math.floor(call / 2) * 23 + (call % 2) * 9);
    expect(rhythmOf([times])?.regularity).toBe(1);
    expect(rhythmOf([times])?.levels).toEqual([9, 14]);
  });
});

describe("simulated people and programs without a clock", () => {
  const habits: Readonly<Record<string, Habit>> = {
    atRandom,
    atRandomAtWork,
    thoughtful,
    erratic,
    browsing,
    browsingAtWork,
    everyMorning,
  };
  test.each(Object.keys(habits))("at most one pair in a hundred is above the alert line: %s", (name) => {
    const random = seededRandom(43);
    const habit = habits[name] ?? atRandom;
    const scores: number[] = [];
    for (const mean of [10, 60, 300, 1800, 7200])
      for (const days of [1 / 24, 1, 7, 30])
        for (let run = 0; run < 25; run++) {
          const times = habit(mean, days, random);
          if (times.length >= defaults.countThreshold) scores.push(scoreOf(times, sizes(times.length, 0.8, random)));
        }
    expect(scores.length).toBeGreaterThan(100);
    expect(scores.filter((score) => score >= alertLine).length).toBeLessThanOrEqual(0.01 * scores.length);
  });
});

describe("the measures", () => {
  const beat = fc.array(fc.double({ min: 20, max: 60, noNaN: true }), { minLength: 12, maxLength: 60 });
  const timesOf = (intervals: readonly number[]): number[] => {
    const times = [0];
    for (const interval of intervals) times.push((times.at(-1) ?? 0) + interval);
    return times;
  };

  test("making all intervals ten times as long leaves spread and regularity unchanged", () => {
    fc.assert(
      fc.property(beat, (intervals) => {
        const [one, ten] = [rhythmOf([timesOf(intervals)]), rhythmOf([timesOf(intervals.map((interval) => 10 * interval))])];
        expect(ten?.dispersion).toBeCloseTo(one?.dispersion ?? Number.NaN, 6);
        expect(ten?.regularity).toBeCloseTo(one?.regularity ?? Number.NaN, 6);
      }),
      { seed: 42 },
    );
  });

  test("more of the same intervals never make a clock less sure", () => {
    fc.assert(
      fc.property(beat, (intervals) => {
        const once = rhythmOf([timesOf(intervals)])?.regularity ?? 0;
        const twice = rhythmOf([timesOf([...intervals, ...intervals])])?.regularity ?? 0;
        expect(twice).toBeGreaterThanOrEqual(once - 0.05);
      }),
      { seed: 42 },
    );
  });

  test("too few calls have no rhythm", () => {
    expect(rhythmOf([[0, 60, 120, 180]])).toBeNull();
    expect(rhythmOf([])).toBeNull();
  });
});

describe("the score", () => {
  const clock = Array.from({ length: 40 }, (_, call) => call * 300);
  const around = (part: Partial<Surroundings>): Surroundings => ({ ...surroundingsOf(channelAt(clock), nothingKnown), ...part });
  const scoreWith = (part: Partial<Surroundings>): number => judge(channelAt(clock), around(part), defaults).score;

  test("is the sum of its reasons and stays within 0 and 100", () => {
    const judged = judge(
      channelAt(clock),
      around({ nameless: "no name", isSelfSigned: true, isUnusualPort: true, clients: 1, estateHosts: 500 }),
      defaults,
    );
    expect(judged.score).toBe(100);
    const plain = judge(channelAt(clock), around({}), defaults);
    expect(plain.reasons.reduce((sum, reason) => sum + reason.contribution, 0)).toBeCloseTo(plain.score, 9);
  });

  test("rises with each sign of a channel and falls with each sign of everyday software", () => {
    const plain = scoreWith({});
    expect(scoreWith({ isUnusualPort: true })).toBeGreaterThan(plain);
    expect(scoreWith({ nameless: "no name" })).toBeGreaterThan(plain);
    expect(scoreWith({ isSelfSigned: true })).toBeGreaterThan(plain);
    expect(scoreWith({ clients: 1, estateHosts: 200 })).toBeGreaterThan(plain);
    expect(scoreWith({ clients: 100, estateHosts: 200 })).toBeLessThan(plain);
    expect(scoreWith({ isOwnServiceNetwork: true, ownerName: "Example" })).toBeLessThan(plain);
    expect(scoreWith({ neighbourDomain: "example.org" })).toBeLessThan(plain);
  });

  test("a maker of well-known software goes below the alert line, and lower with a validated certificate", () => {
    const named = { ...channelAt(clock), names: ["telemetry.example.com"] };
    const score = (isValidated: boolean): number =>
      judge(named, around({ knownOwners: ["Example"], isValidated }), defaults).score;
    expect(score(false)).toBeLessThan(alertLine);
    expect(score(true)).toBeLessThan(score(false));
  });

  test("falls when the source calls many hosts inside, or many hosts this destination, to the same clock", () => {
    expect(scoreWith({ clientsAlike: 3 })).toBeLessThan(scoreWith({ clientsAlike: 2 }));
    const inside = { ...channelAt(clock), isOutside: false };
    const polled = (polledAlike: number): number => judge(inside, around({ polledAlike }), defaults).score;
    expect(polled(4)).toBeLessThan(alertLine);
    expect(polled(4)).toBeLessThan(polled(3));
  });

  test("hosts count as called to the same clock by their periods, not by their ports", () => {
    const monitor = ["10.0.0.11", "10.0.0.12", "10.0.0.13"].map((destination, port) =>
      channelAt(clock, { destination, destination_is_inside: true, port: 400 + port }),
    );
    const other = channelAt(
      clock.map((time) => 2 * time),
      { destination: "10.0.0.14", destination_is_inside: true },
    );
    const [first = other] = monitor;
    expect(surroundingsOf(first, { ...nothingKnown, channels: [...monitor, other] }).polledAlike).toBe(3);
  });

  test("transfers that each take many megabytes away are no check-ins", () => {
    const large = {
      bytes_known: 40,
      bytes_out_quartiles: [5e8, 6e8, 7e8],
      bytes_in_quartiles: [3e5, 3e5, 3e5],
      bytes_out: 2.4e10,
      bytes_in: 1.2e7,
    };
    const small = { ...large, bytes_out_quartiles: [500, 600, 700], bytes_in_quartiles: [300, 300, 300] };
    expect(scoreOf(clock, large)).toBeLessThan(scoreOf(clock, small) - 10);
  });

  test("missing byte counts are said and cost nothing; nothing sent is not evaluable", () => {
    const reason = judge(channelAt(clock), around({}), defaults).reasons.find(({ feature }) => feature === "sizes of the calls");
    expect(reason).toMatchObject({ contribution: 0, observed: "not evaluable: the records have no byte counts" });
  });

  test("one connection reported in pieces is not a channel of many", () => {
    const pieces = channelAt(clock, { source_ports: 1 });
    expect(judge(pieces, surroundingsOf(pieces, nothingKnown), defaults).score).toBeLessThan(scoreWith({}));
  });
});

describe("one channel, one finding", () => {
  const judged = (channel: Channel, score: number) => ({ channel, judgement: { score, confidence: 50, reasons: [] } });
  const clock = Array.from({ length: 40 }, (_, call) => call * 300);
  const pair = (address: string): Channel => channelAt(clock, { destination: address });
  const name = (addresses: readonly string[]): Channel => ({
    ...channelAt(clock),
    by: "name",
    calledAs: "c2.example",
    names: ["c2.example"],
    addressCount: addresses.length,
    places: addresses.map((address) => ({ address, port: 443, calls: 40 })),
  });

  test("a name at one address is told as that address and port", () => {
    const merged = mergeChannels([judged(pair("198.51.100.7"), 80), judged(name(["198.51.100.7"]), 82)]);
    expect(merged.map(({ channel, alsoSeenAs }) => [channel.by, alsoSeenAs.length])).toEqual([["address", 1]]);
  });

  test("a name behind several addresses stands for all of them", () => {
    const addresses = ["198.51.100.7", "198.51.100.8"];
    const merged = mergeChannels([...addresses.map((address) => judged(pair(address), 60)), judged(name(addresses), 75)]);
    expect(merged.map(({ channel, alsoSeenAs }) => [channel.by, alsoSeenAs.length])).toEqual([["name", 2]]);
  });

  test("pairs that no name explains stay apart, best first", () => {
    const merged = mergeChannels([judged(pair("198.51.100.7"), 60), judged(pair("198.51.100.9"), 75)]);
    expect(merged.map(({ judgement }) => judgement.score)).toEqual([75, 60]);
  });
});
