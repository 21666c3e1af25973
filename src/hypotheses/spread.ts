import { oneLine } from "../findings/text.ts";
import type { Finding, ObservableName } from "../types.ts";
import { recordOf } from "./knowledge.ts";
import { bestTested, huntsOf } from "./priority.ts";
import { type Idea, type Situation, techniquesOf } from "./situation.ts";

const mostFindings = 6;
const leastScore = 60;
const mostValues = 4;
/** Nothing is known of the others yet: an even chance. */
const evenChance = 0.5;

// What a finding may share with others, and the column by which a hunt can be asked about it.
const shared: Partial<Record<ObservableName, string>> = {
  "dst_endpoint.ip": "dst_endpoint_ip",
  "dst_endpoint.hostname": "dst_endpoint_hostname",
  "query.hostname": "query_hostname",
  "email.from": "email_from",
};

/** Whether others are met by the same: the same destination, name or sender where the finding has one, else the same behaviour anywhere. */
export function spread(situation: Situation): Idea[] {
  const { findings, attack } = situation;
  return findings
    .filter((finding) => !finding.isVendorAlert && finding.score >= leastScore)
    .slice(0, mostFindings)
    .flatMap((finding): Idea[] => {
      const technique = bestTested(
        techniquesOf(finding, attack).filter((id) => recordOf(id, attack) !== null),
        situation,
      );
      if (technique === null) return [];
      const values = sharedValues(finding, technique, situation);
      const because =
        values.length > 0
          ? `Others may have met ${values.map((value) => oneLine(value, 80)).join(", ")} too, as in: ${oneLine(finding.title, 200)}.`
          : `The same may have happened to others: ${oneLine(finding.title, 200)}.`;
      return [
        {
          generator: "spread",
          technique,
          entities: values,
          findings: [finding],
          because,
          plausibility: evenChance,
          gain: evenChance,
          benign: finding.benign,
        },
      ];
    });
}

function sharedValues(finding: Finding, technique: string, situation: Situation): string[] {
  const columns = new Set(
    huntsOf(technique, situation).flatMap(({ needs }) => needs.flatMap(({ anyOf }) => anyOf.flatMap(({ entities }) => entities))),
  );
  const values = finding.observables.filter(({ name }) => columns.has(shared[name] ?? "")).map(({ value }) => value);
  // Movement names its targets as destinations: whether they go on is another question than who else goes there.
  const outside = values.filter(
    (value) => situation.entities.host(value)?.kind !== "device" && !situation.entities.isInternal(value),
  );
  return [...new Set(outside)].slice(0, mostValues);
}
