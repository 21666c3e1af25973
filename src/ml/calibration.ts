import { z } from "zod";
import { quantileSorted } from "../stats/quantile.ts";
import { sortedNumbers } from "../stats/sorted-numbers.ts";

// From here on the tail is extrapolated: the top tenth, wide enough to be seen in an estate of a few hundred people.
const tailShare = 0.1;
const tableSteps = 1000;

/**
 * How raw anomaly scores are spread over an estate (higher is more abnormal), as a table from which any score becomes a tail
 * probability: how often would one see at least this, if nothing were wrong here.
 */
export const calibration = z.strictObject({
  /** Scores that it was made from. */
  count: z.int().positive(),
  /** The scores at probability 0, 1/n, …, 1, ascending. */
  quantiles: z.array(z.number()).min(2),
  /** Above this score (the 90th percentile) the tail is taken as exponential. */
  tailStart: z.number(),
  /** Scale of the exponential tail (its mean excess over `tailStart`), in the unit of the scores; 0 when they do not differ up there. */
  tailScale: z.number().nonnegative(),
});
export type Calibration = z.infer<typeof calibration>;

/** How tail probabilities become 0 to 100. */
export const calibratedScoreOptions = z.strictObject({
  /** Powers of ten of rarity that make 100: with 6, one in a million. */
  decadesAtFull: z.number().positive().default(6),
  /** How many powers of ten rarer than counted a score may be called: thirty people cannot show one in a million. */
  decadesBeyondCount: z.number().nonnegative().default(2),
});

/**
 * Learns the spread from the estate's own anomaly scores; NaN is left out, RangeError when nothing is left.
 * Peaks over threshold (Pickands 1975; Siffer et al., KDD 2017) with an exponential tail, whose scale is the median excess over
 * ln 2 and not the mean: attacks among the scores, up to a twentieth of them, then do not widen the tail that they are judged by.
 */
export function calibrate(anomalyScores: ArrayLike<number>): Calibration {
  const sorted = sortedNumbers(anomalyScores);
  if (sorted.length === 0) throw new RangeError("no scores to calibrate on");
  const steps = Math.min(tableSteps, Math.max(1, sorted.length - 1));
  const tailStart = quantileSorted(sorted, 1 - tailShare);
  return {
    count: sorted.length,
    quantiles: Array.from({ length: steps + 1 }, (_, step) => quantileSorted(sorted, step / steps)),
    tailStart,
    tailScale: (quantileSorted(sorted, 1 - tailShare / 2) - tailStart) / Math.LN2 || meanExcess(sorted, tailStart),
  };
}

/** For scores that tie from the 90th to the 95th percentile, where the median excess is 0. */
function meanExcess(sorted: Float64Array, start: number): number {
  return sorted.reduce((sum, score) => sum + Math.max(0, score - start), 0) / (tailShare * sorted.length);
}

/**
 * How likely a score at least this high is in the estate that was calibrated on, above 0 and at most 1: up to the 90th percentile
 * by the table, beyond it by the exponential tail, and never more than `decadesBeyondCount` powers of ten below the share that was
 * counted, or one in (count + 1) where there was none. It never grows with the score.
 */
export function tailProbability(
  spread: Calibration,
  score: number,
  options: z.input<typeof calibratedScoreOptions> = {},
): number {
  const { decadesBeyondCount } = calibratedScoreOptions.parse(options);
  if (Number.isNaN(score)) return Number.NaN;
  const counted = shareAtLeast(spread.quantiles, score);
  if (score <= spread.tailStart) return Math.max(tailShare, counted);
  const smallest = 10 ** -decadesBeyondCount * Math.max(counted, 1 / (spread.count + 1));
  const excess = spread.tailScale > 0 ? (score - spread.tailStart) / spread.tailScale : Number.POSITIVE_INFINITY;
  return Math.min(tailShare, Math.max(smallest, tailShare * Math.exp(-excess)));
}

/**
 * The calibrated score, 0 to 100: powers of ten of rarity, 100 at `decadesAtFull`. One in a hundred is 33.3, one in a thousand 50,
 * one in a hundred thousand 83.3 (with 6 decades).
 */
export function calibratedScore(
  spread: Calibration,
  score: number,
  options: z.input<typeof calibratedScoreOptions> = {},
): number {
  return scoreOfProbability(tailProbability(spread, score, options), options);
}

/** The calibrated score that a tail probability stands for, 0 to 100. */
export function scoreOfProbability(probability: number, options: z.input<typeof calibratedScoreOptions> = {}): number {
  const { decadesAtFull } = calibratedScoreOptions.parse(options);
  // Adding 0 turns the -0 of a certain event into 0.
  return Math.min(100, (100 * -Math.log10(probability)) / decadesAtFull + 0);
}

/**
 * The calibrated score above which an estate without attacks gives `alertsPerDay` alerts, when `scoredPerDay` rows are scored a day
 * (people, or pairs of hosts): the threshold that follows from an alert budget.
 */
export function scoreForBudget(
  budget: { alertsPerDay: number; scoredPerDay: number },
  options: z.input<typeof calibratedScoreOptions> = {},
): number {
  return scoreOfProbability(Math.min(1, budget.alertsPerDay / Math.max(1, budget.scoredPerDay)), options);
}

/** The share of the scores that are at least this high, linear between the quantiles. */
function shareAtLeast(quantiles: readonly number[], score: number): number {
  const steps = quantiles.length - 1;
  // The first quantile that is not below the score: ties count as large.
  let low = 0;
  let high = quantiles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((quantiles[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 1;
  if (low > steps) return 0;
  const below = quantiles[low - 1] ?? 0;
  const above = quantiles[low] ?? 0;
  return 1 - (low - 1 + (score - below) / (above - below)) / steps;
}
