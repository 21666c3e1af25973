import { compareText } from "../order.ts";
import type { Finding } from "../types.ts";
import { canonicalJson } from "./canonical-json.ts";
import { groupBy } from "./group-by.ts";
import { distinctObservables } from "./number.ts";

/**
 * One finding for each uid. A detector that describes the same entity twice (two protocols, two tables) says the same thing twice:
 * the description with the higher score is kept as it stands (at equal scores the first in canonical order), with its reasons,
 * since its contributions add up to that score. From the others come a wider span of time and what they bring beyond it: tags,
 * observables, evidence and blind spots. `rowCount` is the largest, not the sum, since the same events may stand behind both.
 * The answer does not depend on the order of the list; it comes out in the order of the uids.
 */
export function merge(findings: readonly Finding[]): Finding[] {
  const groups = groupBy(findings, (finding) => finding.uid);
  return [...groups.values()].map(mergeOne).sort((a, b) => compareText(a.uid, b.uid));
}

function mergeOne(group: readonly Finding[]): Finding {
  const [best, ...others] = [...group].sort((a, b) => b.score - a.score || compareText(canonicalJson(a), canonicalJson(b)));
  if (best === undefined) throw new RangeError("a group of findings is never empty");
  if (others.length === 0) return best;
  const all = [best, ...others];
  return {
    ...best,
    isWithinBudget: all.some((finding) => finding.isWithinBudget),
    firstSeen: all.map((finding) => finding.firstSeen).reduce((a, b) => (compareText(a, b) <= 0 ? a : b)),
    lastSeen: all.map((finding) => finding.lastSeen).reduce((a, b) => (compareText(a, b) >= 0 ? a : b)),
    attacks: distinct(all.flatMap((finding) => finding.attacks)),
    observables: distinctObservables(all.flatMap((finding) => finding.observables)),
    evidences: distinct(all.flatMap((finding) => finding.evidences)),
    blindSpots: distinct(all.flatMap((finding) => finding.blindSpots)),
    rowCount: Math.max(...all.map((finding) => finding.rowCount)),
  };
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}
