import { compareText } from "../order.ts";
import { daysOf } from "../time.ts";
import type { Finding, Window } from "../types.ts";
import { byRank } from "./rank.ts";

export interface BudgetOptions {
  /** Findings a day that the reader has time for. */
  readonly perDay: number;
  readonly window: Window;
}

/**
 * Marks the findings that fit into the reader's day: the `perDay` × days with the highest scores of all detectors together.
 * Scores are calibrated, so they may be compared across detectors. At equal scores the first finding of each detector comes before
 * the second of any, then the uid decides: a detector that saturates at 100 does not take every place. Vendor alerts neither
 * consume the budget nor belong to it, and neither do suppressed findings. What is about the logs themselves (detail.isAboutLogs: text that
 * somebody planted in them) takes no place from other findings either, and is always within. The list keeps its order.
 */
export function applyBudget(findings: readonly Finding[], options: BudgetOptions): Finding[] {
  const limit = Math.floor(options.perDay * daysOf(options.window));
  const places = placesWithinDetector(findings);
  const place = (finding: Finding) => places.get(finding) ?? 0;
  const within = new Set(
    findings
      .filter((finding) => !finding.isVendorAlert && finding.suppression === undefined && !isAboutLogs(finding))
      .sort((a, b) => b.score - a.score || place(a) - place(b) || compareText(a.uid, b.uid))
      .slice(0, Math.max(0, limit)),
  );
  return findings.map((finding) => ({ ...finding, isWithinBudget: within.has(finding) || isAboutLogs(finding) }));
}

function isAboutLogs({ detail, suppression }: Finding): boolean {
  return detail.isAboutLogs === true && suppression === undefined;
}

function placesWithinDetector(findings: readonly Finding[]): Map<Finding, number> {
  const counts = new Map<string, number>();
  const places = new Map<Finding, number>();
  for (const finding of [...findings].sort(byRank)) {
    const place = counts.get(finding.detector) ?? 0;
    counts.set(finding.detector, place + 1);
    places.set(finding, place);
  }
  return places;
}
