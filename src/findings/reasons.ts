import type { Reason } from "../types.ts";

/**
 * Reasons whose contributions add up to the score exactly (counted in millionths of a point).
 *
 * - The sum differs by at most a factor of two: all contributions are rescaled. A detector that clamps at 100, or puts a raw
 *   score through a calibration curve, stretches every part alike.
 * - Otherwise, and when the parts cancel out: what is missing or too much is written down as a reason of its own, so that the
 *   reader sees that it was not explained.
 * - What rounding leaves over goes to the largest contribution.
 *
 * A contribution that is not a number counts as nothing.
 */
export function balance(reasons: readonly Reason[], score: number): Reason[] {
  const target = millionths(score);
  const given = reasons.map((reason) => (Number.isFinite(reason.contribution) ? reason.contribution : 0));
  const total = given.reduce((sum, points) => sum + points, 0);
  const factor = score / total;
  const isStretched = total > 0 && factor >= 0.5 && factor <= 2;
  const parts = given.map((points) => millionths(isStretched ? points * factor : points));
  const rest = target - parts.reduce((sum, part) => sum + part, 0);
  const result = reasons.map((reason, position) => ({ ...reason, contribution: parts[position] ?? 0 }));
  const largest = result.reduce<{ contribution: number } | null>(
    (best, reason) => (best === null || Math.abs(reason.contribution) > Math.abs(best.contribution) ? reason : best),
    null,
  );
  if (isStretched && largest !== null) largest.contribution += rest;
  // Half a thousandth of a point is the rounding of a detector that rounds its parts to three places, not something unexplained.
  else if (largest !== null && Math.abs(rest) <= 500) largest.contribution += rest;
  else if (rest !== 0 || result.length === 0) result.push(remainder(rest));
  return result.map((reason) => ({ ...reason, contribution: reason.contribution / 1e6 }));
}

function millionths(points: number): number {
  return Math.round(points * 1e6);
}

function remainder(contribution: number): Reason {
  return {
    feature: "remainder",
    observed: "the part of the score that no feature explains",
    baseline: null,
    peers: null,
    contribution,
  };
}
