import { huntsFor, type Idea, type Situation, techniquesOf } from "./situation.ts";

/** What nobody asked yet: techniques that the library can hunt and that no finding shows, the widely used ones first. */
export function neverAsked({ findings, hunts, attack }: Situation): Idea[] {
  const seen = new Set(findings.flatMap(techniquesOf));
  const techniques = [...new Set(hunts.flatMap((hunt) => hunt.techniques.slice(0, 1)))].filter((id) => !seen.has(id));
  return techniques
    .map((technique) => ({ technique, groups: attack.technique(technique)?.usage?.groups ?? 0 }))
    .sort((a, b) => b.groups - a.groups || (a.technique < b.technique ? -1 : 1))
    .map(({ technique, groups }) => ({
      generator: "gap" as const,
      technique,
      entities: [],
      findings: [],
      because: `No finding shows ${technique}${groups > 0 ? `, which ${groups} known groups use` : ""}; ${huntsFor(technique, hunts).length} hunts of the library can look for it.`,
      gain: 0.25,
    }));
}
