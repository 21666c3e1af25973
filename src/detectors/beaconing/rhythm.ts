import { bowleySkewness } from "../../stats/bowley-skewness.ts";
import { coefficientOfVariation } from "../../stats/coefficient-of-variation.ts";
import { median } from "../../stats/median.ts";
import { medianAbsoluteDeviation } from "../../stats/median-absolute-deviation.ts";
import { quantile } from "../../stats/quantile.ts";

/** What the times of calls say about the clock behind them. Shares run from 0 to 1, times are seconds. */
export interface Rhythm {
  /** Intervals between check-ins that were looked at. */
  readonly intervals: number;
  /** Median interval from check-in to check-in. */
  readonly periodSeconds: number;
  /** Median absolute deviation of the intervals. */
  readonly jitterSeconds: number;
  /** Standard deviation of the intervals up to three periods: the spread that the notebook's rule limits. */
  readonly spreadSeconds: number;
  /** 0 for clockwork, about 0.73 for calls at random, more for bursts. See dispersionOf. */
  readonly dispersion: number;
  /** 5 % quantile of the intervals, as a share of the period: a timer has a floor, chance has none. */
  readonly shortest: number;
  readonly skewness: number;
  /** Share of intervals beyond three periods, one a day excepted: nights and sleep are no interruption. */
  readonly interruptedShare: number;
  /** How closely the check-ins keep to one time of day: 0 (all around the clock) to 1 (Rayleigh's mean resultant length). */
  readonly timeOfDayConcentration: number;
  /** Share of intervals that lie within 5 % of one of the two commonest lengths, and these lengths. */
  readonly levelShare: number;
  readonly levels: readonly number[];
  /** Share of changes from one pause to the next that are the same step up, and that step; 0 where too little was seen. */
  readonly backOffShare: number;
  readonly backOffStepSeconds: number;
  /** Calls at most this far apart were taken as one check-in; 0: none were. */
  readonly foldedSeconds: number;
  /** Calls for one check-in, on average. */
  readonly callsPerCheckIn: number;
  /** 0 (as irregular as people) to 1 (a clock, surely), and which sign of a clock it was. */
  readonly regularity: number;
  readonly sign: "steady" | "levels" | "back-off";
}

// A check-in of several connections is over within a minute; folding wider would turn a person's daily visits into a clock.
const widestFold = 60;
// The pauses inside a check-in and those between check-ins must be this far apart, so that nothing lies between them.
const foldRatio = 5;
// Calls closer together than this are the connections of one page or one scan.
const shortestPeriod = 0.5;
const secondsADay = 86_400;
// A median over fewer intervals says nothing.
const fewestIntervals = 8;

/**
 * The rhythm of calls at the given times (seconds, ascending, in one or more stretches of calls in a row); null when there are too
 * few. Several ways of folding calls into check-ins are tried, and the most regular one is given.
 */
export function rhythmOf(stretches: readonly (readonly number[])[]): Rhythm | null {
  const rhythms = foldsOf(stretches)
    .map((fold) => readRhythm(stretches, fold))
    .filter((rhythm) => rhythm !== null);
  return rhythms.reduce<Rhythm | null>((best, one) => (best === null || one.regularity > best.regularity ? one : best), null);
}

/** Pauses at which the sorted pauses leap: the ends of check-ins, if these are several calls each. No leap, no folding. */
function foldsOf(stretches: readonly (readonly number[])[]): number[] {
  const sorted = stretches.flatMap(pausesOf).sort((a, b) => a - b);
  const leaps: { pause: number; ratio: number }[] = [];
  for (const [position, pause] of sorted.entries()) {
    const next = sorted[position + 1];
    if (next === undefined || pause > widestFold || sorted.length - position - 1 < fewestIntervals) break;
    // Nothing is told apart below a hundredth of a second: the order of packets, not of check-ins.
    const ratio = next / Math.max(pause, 0.01);
    if (ratio >= foldRatio) leaps.push({ pause, ratio });
  }
  return [
    0,
    ...leaps
      .sort((a, b) => b.ratio - a.ratio || a.pause - b.pause)
      .slice(0, 3)
      .map((leap) => leap.pause),
  ];
}

function readRhythm(stretches: readonly (readonly number[])[], fold: number): Rhythm | null {
  const checkIns = stretches.map((times) =>
    times.filter((time, position) => position === 0 || time - (times[position - 1] ?? 0) > fold),
  );
  const intervals = checkIns.flatMap(pausesOf);
  if (intervals.length < fewestIntervals) return null;
  const calls = stretches.reduce((sum, times) => sum + times.length, 0);
  const period = median(intervals);
  // Less the fold: whatever is folded at chance leaves intervals of at least the fold, which would look like a floor.
  const beyond = intervals.map((interval) => interval - fold);
  const dispersion = dispersionOf(beyond);
  const { share: levelShare, levels } = levelsOf(intervals);
  const { share: backOffShare, step } = fold === 0 ? backOffOf(stretches) : { share: 0, step: 0 };
  const signs = [
    { sign: "steady" as const, strength: period < shortestPeriod ? 0 : steadiness(dispersion, intervals.length) },
    { sign: "levels" as const, strength: period < shortestPeriod ? 0 : ramp(levelShare, 0.65, 0.9) },
    { sign: "back-off" as const, strength: ramp(backOffShare, 0.25, 0.5) },
  ];
  const strongest = signs.reduce((best, one) => (one.strength > best.strength ? one : best));
  return {
    intervals: intervals.length,
    periodSeconds: period,
    jitterSeconds: medianAbsoluteDeviation(intervals),
    spreadSeconds: standardDeviation(withoutLong(intervals)),
    dispersion,
    shortest: period > 0 ? quantile(beyond, 0.05) / (period - fold) : 0,
    skewness: bowleySkewness(intervals),
    interruptedShare: interruptedShare(checkIns, beyond),
    timeOfDayConcentration: timeOfDayConcentration(checkIns.flat()),
    levelShare,
    levels,
    backOffShare,
    backOffStepSeconds: step,
    foldedSeconds: fold,
    callsPerCheckIn: calls / checkIns.reduce((sum, times) => sum + times.length, 0),
    regularity: strongest.strength,
    sign: strongest.sign,
  };
}

/**
 * How unlike clockwork the intervals are, by two measures of spread over their size: median absolute deviation over median, which
 * forgives strays, and the coefficient of variation after dropping intervals over three medians, which forgives sleep and nights.
 * Their mean, without unit: a sleep shortened at random by up to j % gives 0.06 at 20, 0.18 at 50, 0.44 at 90; calls at random
 * (Poisson) give 0.73, bursts of browsing more. Scaling all times leaves it unchanged.
 */
export function dispersionOf(intervals: readonly number[]): number {
  const center = median(intervals);
  if (!(center > 0)) return Number.POSITIVE_INFINITY;
  return (medianAbsoluteDeviation(intervals) / center + coefficientOfVariation(withoutLong(intervals))) / 2;
}

// Calls at random: median 0.725 and standard deviation 0.5 / sqrt(n) over 8,000 simulated series for each n from 9 to 300; at 3.1
// deviations below, one in a thousand of them is passed at any n.
const randomDispersion = 0.725;
const randomDeviation = 0.5;

/** 1: surely a clock; 0: chance would do. Both must hold: it spreads less than people do, and too little for so few intervals. */
function steadiness(dispersion: number, intervals: number): number {
  const deviations = ((randomDispersion - dispersion) * Math.sqrt(intervals)) / randomDeviation;
  return Math.min(1 - ramp(dispersion, 0.5, 0.68), ramp(deviations, 1.6, 3.1));
}

/** The share of intervals within 5 % of the two commonest lengths: retries and schedules alternate between a few. */
function levelsOf(intervals: readonly number[]): { share: number; levels: number[] } {
  let rest = intervals.filter((interval) => interval > 0.2).sort((a, b) => a - b);
  if (rest.length < fewestIntervals) return { share: 0, levels: [] };
  const levels: number[] = [];
  let covered = 0;
  for (let level = 0; level < 2 && rest.length > 0; level++) {
    const { from, to } = densest(rest);
    covered += to - from;
    levels.push(median(rest.slice(from, to)));
    rest = [...rest.slice(0, from), ...rest.slice(to)];
  }
  return { share: covered / intervals.length, levels: levels.sort((a, b) => a - b) };
}

/** The run of sorted values that holds most of them within a factor of 1.1. */
function densest(sorted: readonly number[]): { from: number; to: number } {
  let best = { from: 0, to: 0 };
  let to = 0;
  for (const [from, value] of sorted.entries()) {
    while ((sorted[to] ?? Number.POSITIVE_INFINITY) <= value * 1.1) to++;
    if (to - from > best.to - best.from) best = { from, to };
  }
  return best;
}

/**
 * Payloads that poll over HTTP wait a step longer after every empty answer and start anew when there is work (Meterpreter's
 * reverse_http waits a tenth of a second more each time, up to ten): the changes from pause to pause are one step, time after time.
 * At random, both of two changes lie within a quarter of the median step once in a hundred times.
 */
function backOffOf(stretches: readonly (readonly number[])[]): { share: number; step: number } {
  const changes = stretches.map((times) => pausesOf(pausesOf(times)));
  const usual = median(changes.flat().filter((change) => change > 0));
  if (!(usual >= 0.02)) return { share: 0, step: 0 };
  const isUsual = (change: number | undefined): boolean => change !== undefined && Math.abs(change - usual) <= 0.25 * usual;
  const twice = changes.flatMap((stretch) =>
    stretch.slice(1).map((change, position) => isUsual(change) && isUsual(stretch[position])),
  );
  return twice.length < 30 ? { share: 0, step: 0 } : { share: twice.filter(Boolean).length / twice.length, step: usual };
}

function interruptedShare(checkIns: readonly (readonly number[])[], beyond: readonly number[]): number {
  const long = beyond.length - withoutLong(beyond).length;
  const days = checkIns.reduce((sum, times) => sum + ((times.at(-1) ?? 0) - (times[0] ?? 0)) / secondsADay, 0);
  return Math.max(0, long - Math.ceil(days)) / beyond.length;
}

function timeOfDayConcentration(times: readonly number[]): number {
  const angles = times.map((time) => ((time % secondsADay) / secondsADay) * 2 * Math.PI);
  const east = angles.reduce((sum, angle) => sum + Math.cos(angle), 0);
  const north = angles.reduce((sum, angle) => sum + Math.sin(angle), 0);
  return times.length === 0 ? 0 : Math.hypot(east, north) / times.length;
}

function pausesOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, position) => time - (times[position] ?? time));
}

function withoutLong(intervals: readonly number[]): number[] {
  const limit = 3 * median(intervals);
  return intervals.filter((interval) => interval <= limit);
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
}

/** 0 up to `low`, 1 from `high`, straight between. */
export function ramp(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
