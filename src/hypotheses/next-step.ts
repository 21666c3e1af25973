import { entitiesOf, huntsFor, type Idea, type Situation, techniquesOf } from "./situation.ts";

const mostFindings = 8;
const mostSteps = 3;
// Co-occurrence among groups and campaigns below this says no more than that both are common.
const leastLift = 1.3;

/**
 * What comes before or after: techniques that groups and campaigns use together with one that was seen (co-occurrence of ATT&CK), and
 * that was not seen yet on this entity.
 */
export function nextSteps({ findings, hunts, attack }: Situation): Idea[] {
  const strong = findings.filter((finding) => !finding.isVendorAlert && finding.score >= 60).slice(0, mostFindings);
  return strong.flatMap((finding) => {
    const entities = entitiesOf(finding);
    const known = new Set(
      findings.filter((other) => entitiesOf(other).some((entity) => entities.includes(entity))).flatMap(techniquesOf),
    );
    const steps = techniquesOf(finding).flatMap((seen) =>
      attack
        .coOccurring(seen)
        .map((step) => ({ technique: step.technique.uid, probability: step.probability, lift: step.lift, seen })),
    );
    return steps
      .filter(({ technique, lift }) => lift >= leastLift && !known.has(technique) && huntsFor(technique, hunts).length > 0)
      .sort((a, b) => b.probability * Math.log(b.lift) - a.probability * Math.log(a.lift) || (a.technique < b.technique ? -1 : 1))
      .slice(0, mostSteps)
      .map(({ technique, probability, lift, seen }) => ({
        generator: "next-step" as const,
        technique,
        entities,
        findings: [finding],
        because: `Of the groups and campaigns known to use ${seen}, ${Math.round(probability * 100)} % also use ${technique} (${lift.toFixed(1)} times as often as others); ${finding.title}.`,
        gain: probability,
      }));
  });
}
