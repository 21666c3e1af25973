import type { Random } from "../../stats/random.ts";

/** A beacon to simulate: for tests. */
export interface SimulatedBeacon {
  readonly periodSeconds: number;
  /** The sleep is shortened at random by up to this share of it, as Cobalt Strike does. */
  readonly jitter: number;
  readonly days: number;
  /** The machine is on from nine to five on five days a week, and checks in at once after being switched on when a call is due. */
  readonly officeHours: boolean;
}

// A beacon of ten seconds over a month is a quarter of a million calls; this many of them tell the same.
const mostCalls = 3000;
const day = 86_400;

/** Times of calls in seconds, ascending. */
export function beaconTimes({ periodSeconds, jitter, days, officeHours }: SimulatedBeacon, random: Random): number[] {
  const times: number[] = [];
  let due = random.between(0, periodSeconds);
  while (due < days * day && times.length < mostCalls) {
    const call = officeHours && !isSwitchedOn(due) ? switchedOnAfter(due) + random.between(0, 1800) : due;
    times.push(call);
    due = call + periodSeconds * (1 - jitter * random.uniform()) + random.between(0, 0.3);
  }
  return times;
}

/** Times of a payload that waits a step longer after each empty answer, up to a hundred steps, and begins anew when there is work. */
export function backOffTimes(stepSeconds: number, calls: number, random: Random): number[] {
  const times: number[] = [];
  let now = 0;
  let empty = 0;
  while (times.length < calls) {
    times.push(now);
    if (random.uniform() < 0.03) {
      for (let burst = random.integer(12); burst > 0 && times.length < calls; burst--) {
        now += random.between(0.005, 0.03);
        times.push(now);
      }
      empty = 0;
    }
    empty = Math.min(100, empty + 1);
    now += empty * stepSeconds + random.between(0, 0.1 * stepSeconds);
  }
  return times;
}

/** Calls turned into bursts: each check-in opens up to `most` connections within a second. */
export function inBursts(times: readonly number[], most: number, random: Random): number[] {
  return times
    .flatMap((time) => [time, ...Array.from({ length: random.integer(most) }, () => time + random.uniform())])
    .sort((a, b) => a - b);
}

function isSwitchedOn(time: number): boolean {
  const hour = (time % day) / 3600;
  return Math.floor(time / day) % 7 < 5 && hour >= 9 && hour < 17;
}

function switchedOnAfter(time: number): number {
  const today = Math.floor(time / day);
  const isBeforeNine = (time % day) / 3600 < 9;
  for (let date = isBeforeNine ? today : today + 1; ; date++) if (date % 7 < 5) return date * day + 9 * 3600;
}
