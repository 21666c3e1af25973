import { averageRanks } from "./average-ranks.ts";

/**
 * Area under the receiver operating characteristic: how often a positive scores above a negative, ties counted half (Mann-Whitney
 * U, as scikit-learn's roc_auc_score). `labels`: nonzero is positive. NaN when one of the two kinds is absent.
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const ranks = averageRanks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let index = 0; index < ranks.length; index++) {
    if ((labels[index] ?? 0) === 0) continue;
    positives++;
    rankSum += ranks[index] ?? 0;
  }
  const negatives = ranks.length - positives;
  return positives === 0 || negatives === 0
    ? Number.NaN
    : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
