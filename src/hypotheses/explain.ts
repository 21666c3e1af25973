import { isAlert } from "../findings/severity.ts";
import { oneLine } from "../findings/text.ts";
import { recordOf } from "./knowledge.ts";
import { bestTested } from "./priority.ts";
import { type Idea, type Situation, subjectsOf, techniquesOf } from "./situation.ts";

// More findings than this are read one by one, not turned into hypotheses.
const mostFindings = 12;
const leastScore = 20;
/** Another question about the same events confirms a finding or overturns it: an even chance. */
const secondLook = 0.5;

/** What a finding most likely means: the technique that its detector names and that can be tested best, for whom it is about. */
export function explain(situation: Situation): Idea[] {
  const { findings, attack, entities } = situation;
  return findings
    .filter((finding) => (finding.isVendorAlert ? isAlert(finding.severity) : finding.score >= leastScore))
    .slice(0, mostFindings)
    .flatMap((finding): Idea[] => {
      const technique = bestTested(
        techniquesOf(finding, attack).filter((id) => recordOf(id, attack) !== null),
        situation,
      );
      if (technique === null) return [];
      const because = `A finding says so: ${oneLine(finding.title, 200)} (score ${finding.score.toFixed(0)}, confidence ${finding.confidence} %).`;
      return [
        {
          generator: "explain",
          technique,
          entities: subjectsOf(finding, entities),
          findings: [finding],
          because,
          plausibility: 1,
          gain: secondLook,
          benign: finding.benign,
        },
      ];
    });
}
