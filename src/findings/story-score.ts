import type { Finding } from "../types.ts";

// Riemann's zeta at 1.5: the sum of 1/i^1.5 over all i.
const zeta = 2.612375348685488;
// With so many tactics beyond the first a story counts as a whole intrusion.
const fullDiversity = 5;

/**
 * The weighted sum of Elastic's entity risk score: scores from the highest down, the i-th divided by i^1.5, over ζ(1.5). Of endlessly
 * many findings of 100 it is 100; each further one adds less.
 */
export function rollUp(scores: readonly number[]): number {
  const sorted = [...scores].sort((a, b) => b - a);
  return sorted.reduce((sum, score, index) => sum + score / (index + 1) ** 1.5, 0) / zeta;
}

// However sure a single finding is of itself, beyond this a story is believed for what its other steps add; so much of the rest is kept.
const sureAlone = 90;
const keptBeyond = 0.3;

// Detectors that judge the same sign-ins by different questions are one witness.
const sameWitness: Readonly<Record<string, string>> = {
  "impossible-travel": "unusual-sign-in",
  "behavioural-anomaly": "unusual-sign-in",
};

/**
 * Score of a story, 0 to 100: its best finding (what lies above 90 counts three tenths), and of what lies between that and 100 a share:
 * that by which corroboration (the same series over the findings after the best, over what that series can reach) and the number of
 * tactics beyond the first (five or more count in full) leave nothing out, each taking its share of what the other leaves. Findings of
 * one detector, and of detectors that judge the same sign-ins, are one witness: the best of them counts. So a chain through an estate ranks before a single strong sign.
 */
export function storyScore(findings: readonly Pick<Finding, "detector" | "score">[], tacticCount: number): number {
  const witnesses = new Map<string, number>();
  for (const { detector, score } of findings) {
    const witness = sameWitness[detector] ?? detector;
    witnesses.set(witness, Math.max(witnesses.get(witness) ?? 0, score));
  }
  const [best = 0, ...others] = [...witnesses.values()].sort((a, b) => b - a);
  const base = best <= sureAlone ? best : sureAlone + keptBeyond * (best - sureAlone);
  const corroboration = (rollUp([best, ...others]) * zeta - best) / (zeta - 1) / 100;
  const diversity = Math.min(1, Math.max(0, tacticCount - 1) / fullDiversity);
  const score = base + (100 - base) * (1 - (1 - corroboration) * (1 - diversity)) * 0.95;
  return Math.round(score * 1e6) / 1e6;
}
