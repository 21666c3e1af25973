import type { Random } from "../../stats/random.ts";

/** How people and their programs call: for tests. Each gives times in seconds, ascending, over `days`, about `meanSeconds` apart. */
export type Habit = (meanSeconds: number, days: number, random: Random) => number[];

const mostCalls = 3000;
const day = 86_400;

function atWork(times: readonly number[]): number[] {
  return times.filter((time) => Math.floor(time / day) % 7 < 5 && time % day >= 9 * 3600 && time % day < 17 * 3600);
}

function renewals(next: () => number, days: number): number[] {
  const times: number[] = [];
  for (let now = next(); now < days * day && times.length < mostCalls; now += next()) times.push(now);
  return times;
}

function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random.uniform());
}

/** Calls at random (Poisson). */
export const atRandom: Habit = (mean, days, random) => renewals(() => exponential(mean, random), days);

/** Calls at random during working hours. */
export const atRandomAtWork: Habit = (mean, days, random) => atWork(atRandom(mean, days, random));

/** Log-normal pauses: as often short as long, with a heavy tail. */
export const thoughtful: Habit = (mean, days, random) => renewals(() => mean * Math.exp(random.normal()), days);

/** Pauses over several orders of magnitude. */
export const erratic: Habit = (mean, days, random) => renewals(() => mean * Math.exp(2 * random.normal()), days);

/** Browsing: sessions at random, pages with thinking in between, several connections a page. */
export const browsing: Habit = (mean, days, random) => {
  const times: number[] = [];
  for (let session = exponential(10 * mean, random); session < days * day && times.length < mostCalls; ) {
    let now = session;
    for (let pages = 1 + Math.floor(exponential(6, random)); pages > 0; pages--) {
      for (let connections = 1 + random.integer(8); connections > 0; connections--) times.push(now + exponential(0.5, random));
      now += 15 * Math.exp(1.2 * random.normal());
    }
    session = now + exponential(10 * mean, random);
  }
  return times.sort((a, b) => a - b).slice(0, mostCalls);
};

/** Browsing during working hours. */
export const browsingAtWork: Habit = (mean, days, random) => atWork(browsing(mean, days, random));

/** One visit in the morning of nearly every working day, give or take half an hour, with a few connections. */
export const everyMorning: Habit = (_mean, days, random) =>
  Array.from({ length: Math.floor(days) }, (_, date) => date)
    .filter((date) => date % 7 < 5 && random.uniform() > 0.1)
    .flatMap((date) => {
      const visit = date * day + 9 * 3600 + 1800 * random.normal();
      return Array.from({ length: 1 + random.integer(6) }, () => visit + exponential(60, random)).sort((a, b) => a - b);
    });
