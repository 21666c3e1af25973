import { huntsFor, type Idea, type Situation, techniquesOf } from "./situation.ts";

const mostFindings = 6;
const shared = new Set([
  "dst_endpoint.ip",
  "dst_endpoint.hostname",
  "query.hostname",
  "file.hashes",
  "email.from",
  "url.hostname",
]);

/** Whether others are met by the same: the behaviour of a strong finding, looked for in everybody. */
export function spreading({ findings, hunts }: Situation): Idea[] {
  return findings
    .filter((finding) => !finding.isVendorAlert && finding.score >= 70)
    .slice(0, mostFindings)
    .flatMap((finding) => {
      const technique = techniquesOf(finding).find((id) => huntsFor(id, hunts).length > 0);
      const values = finding.observables.filter(({ name }) => shared.has(name)).map(({ value }) => value);
      if (technique === undefined || values.length === 0) return [];
      const because = `${finding.title}; others may have met ${values.slice(0, 2).join(" or ")}, or something that behaves like it.`;
      return [{ generator: "spread" as const, technique, entities: [], findings: [finding], because, gain: 0.4 }];
    });
}
