import { chainPlace } from "../findings/chain.ts";
import { oneLine } from "../findings/text.ts";
import type { Finding } from "../types.ts";
import { recordOf } from "./knowledge.ts";
import { familyOf, type Idea, lookedFor, type Situation, subjectsOf, techniquesOf } from "./situation.ts";

const mostStories = 6;
const mostFindings = 6;
const mostSteps = 3;
const leastScore = 45;
// Co-occurrence among groups and campaigns below this says no more than that both are common.
const leastLift = 1.2;

/** Findings that belong together, and whom they are about. */
interface Trail {
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly entities: readonly string[];
}

/** What usually comes before or after: techniques that groups and campaigns use together with those seen on a trail, and that it lacks. */
export function nextStep(situation: Situation): Idea[] {
  const looked = lookedFor(situation);
  return trailsOf(situation).flatMap((trail) => stepsOf(trail, situation, looked));
}

function trailsOf({ findings, stories, entities }: Situation): Trail[] {
  const byUid = new Map(findings.map((finding) => [finding.uid, finding]));
  const told = stories.slice(0, mostStories).map((story) => ({
    title: story.title,
    findings: [...new Set(story.steps.map((step) => step.findingUid))].flatMap((uid) => byUid.get(uid) ?? []),
    entities: story.entities
      .filter(({ kind }) => kind === "device" || kind === "user")
      .map(({ value }) => value)
      .slice(0, 4),
  }));
  const inStories = new Set(told.flatMap((trail) => trail.findings.map(({ uid }) => uid)));
  const alone = findings
    .filter((finding) => !inStories.has(finding.uid) && !finding.isVendorAlert && finding.score >= leastScore)
    .slice(0, mostFindings)
    .map((finding) => ({ title: finding.title, findings: [finding], entities: subjectsOf(finding, entities) }));
  return [...told, ...alone].filter((trail) => trail.findings.length > 0);
}

function stepsOf(trail: Trail, { attack }: Situation, looked: (technique: string) => number): Idea[] {
  const seen = [...new Set(trail.findings.flatMap((finding) => techniquesOf(finding, attack)))].sort();
  const families = new Set(seen.map((id) => familyOf(id, attack)));
  const likeliest = new Map<string, { from: string; probability: number; lift: number }>();
  for (const from of seen) {
    for (const { technique, probability, lift } of attack.coOccurring(from)) {
      const isNew =
        lift >= leastLift &&
        !families.has(familyOf(technique.uid, attack)) &&
        recordOf(technique.uid, attack)?.technique === technique.uid;
      if (isNew && probability > (likeliest.get(technique.uid)?.probability ?? 0))
        likeliest.set(technique.uid, { from, probability, lift });
    }
  }
  const placeOf = (id: string) => Math.min(...(attack.technique(id)?.tactics.map(({ uid }) => chainPlace(uid)) ?? [0]));
  const last = Math.max(...seen.map(placeOf));
  return [...likeliest]
    .sort(([aUid, a], [bUid, b]) => b.probability - a.probability || b.lift - a.lift || (aUid < bUid ? -1 : 1))
    .slice(0, mostSteps)
    .map(([technique, { from, probability, lift }]): Idea => {
      const direction = placeOf(technique) < last ? "came before or beside" : "comes next";
      const because =
        `Of the groups and campaigns known to use ${from}, ${Math.round(100 * probability)} % also use ${technique} (${lift.toFixed(1)} times as often as others do); ` +
        `so it may be what ${direction} in: ${oneLine(trail.title, 200)}.`;
      return {
        generator: "next-step",
        technique,
        entities: trail.entities,
        findings: trail.findings,
        because,
        plausibility: probability,
        gain: probability * (1 - looked(technique)),
        benign: null,
      };
    });
}
