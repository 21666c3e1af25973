import { fileURLToPath } from "node:url";
import type { EvaluatedFinding } from "./evaluated-finding.ts";
import type { AreaTruth, Labelled } from "./truth.ts";

/** The recorded sets that lie beside the checkout; not part of it. */
export const sharedData = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** A finding of the beaconing detector, to be varied. */
export function findingLike(
  part: Partial<Omit<EvaluatedFinding, "observables">> & { readonly observables?: Readonly<Record<string, readonly string[]>> },
): EvaluatedFinding {
  const { observables = {}, ...rest } = part;
  return {
    uid: "f1",
    detector: "beaconing",
    title: "10.0.0.1 calls 198.51.100.7",
    severity: "High",
    score: 80,
    isAboveLine: true,
    isVendorAlert: false,
    observables: new Map(Object.entries(observables)),
    ...rest,
  };
}

/** A label that asks for nothing, to be varied. */
export function labelledLike(part: Partial<Labelled>): Labelled {
  const nothing = { text: "label", source: [], target: [], port: null, protocols: [], domain: null, user: null, count: null };
  return { ...nothing, ...part };
}

/** The truth of an area with nothing in it, to be varied. */
export function areaTruthLike(part: Partial<AreaTruth>): AreaTruth {
  return { area: "beaconing", positives: [], accepted: [], notScored: [], negatives: [], ...part };
}
