import { knowledge } from "./knowledge.ts";
import { familyOf, type Idea, lookedFor, type Situation, techniquesOf } from "./situation.ts";

/** What would be learnt by asking what nobody asked: little is likely, but nothing else would tell. */
const chance = 0.5;

/**
 * What nobody asked yet: techniques that no finding of the run shows. Where the data for it are there, it can be looked for in everybody;
 * where they are not, saying so is the result. Without any finding these are all there is.
 */
export function gap(situation: Situation): Idea[] {
  const { findings, attack } = situation;
  const seen = new Set(findings.flatMap((finding) => techniquesOf(finding, attack)).map((id) => familyOf(id, attack)));
  const looked = lookedFor(situation);
  return knowledge
    .filter(({ technique }) => !seen.has(familyOf(technique, attack)))
    .map(({ technique }): Idea => {
      const groups = attack.technique(technique)?.usage?.groups ?? 0;
      const used = groups > 0 ? `, which ${groups} known groups use` : "";
      const because =
        looked(technique) > 0
          ? `No finding shows ${technique}${used}; the detectors looked for it in their own way.`
          : `No finding shows ${technique}${used}, and no detector of this run could have looked for it.`;
      return {
        generator: "gap",
        technique,
        entities: [],
        findings: [],
        because,
        plausibility: 0,
        gain: chance * (1 - looked(technique)),
        benign: null,
      };
    });
}
