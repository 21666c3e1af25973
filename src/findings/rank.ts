import { compareText } from "../order.ts";
import type { Finding, Gap } from "../types.ts";

/** The order of all lists of findings: score, highest first, then uid. */
export function byRank(a: Pick<Finding, "score" | "uid">, b: Pick<Finding, "score" | "uid">): number {
  return b.score - a.score || compareText(a.uid, b.uid);
}

/** Most findings that one detector may bring. */
export const findingsPerDetector = 1000;

/** Findings in their order, at most `perDetector` of each detector: the best stay, and what was cut is a gap. */
export function rank(
  findings: readonly Finding[],
  options: { readonly perDetector?: number } = {},
): { findings: Finding[]; gaps: Gap[] } {
  const perDetector = options.perDetector ?? findingsPerDetector;
  const counts = new Map<string, number>();
  const kept: Finding[] = [];
  for (const finding of [...findings].sort(byRank)) {
    const count = (counts.get(finding.detector) ?? 0) + 1;
    counts.set(finding.detector, count);
    if (count <= perDetector) kept.push(finding);
  }
  const gaps = [...counts.entries()]
    .filter(([, count]) => count > perDetector)
    .sort(([a], [b]) => compareText(a, b))
    .map(([detector, count]) => cutOf(detector, count, perDetector));
  return { findings: kept, gaps };
}

function cutOf(detector: string, count: number, perDetector: number): Gap {
  return {
    stage: "detect",
    part: detector,
    kind: "limit",
    reason: `${count} findings; the ${perDetector} with the highest scores are kept`,
    count: count - perDetector,
  };
}
