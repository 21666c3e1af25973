import { entitiesOf, huntsFor, type Idea, type Situation, techniquesOf } from "./situation.ts";

// More findings than this are read one by one, not turned into hypotheses.
const mostFindings = 12;

/** What a finding most likely means: the technique that its detector names, for the entity that it is about. */
export function explainFindings({ findings, hunts }: Situation): Idea[] {
  return findings
    .filter((finding) => !finding.isVendorAlert && finding.score >= 45)
    .slice(0, mostFindings)
    .flatMap((finding) => {
      const technique = techniquesOf(finding).find((id) => huntsFor(id, hunts).length > 0) ?? techniquesOf(finding)[0];
      if (technique === undefined) return [];
      return [
        {
          generator: "explain" as const,
          technique,
          entities: entitiesOf(finding),
          findings: [finding],
          because: `${finding.title} (score ${finding.score.toFixed(0)}).`,
          gain: 0.5,
        },
      ];
    });
}
