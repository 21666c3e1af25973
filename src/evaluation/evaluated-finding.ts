import type { OcsfFinding } from "../findings/ocsf.ts";
import { isAlert } from "../findings/severity.ts";
import type { Severity } from "../types.ts";

/** A finding as far as an evaluation reads it. */
export interface EvaluatedFinding {
  readonly uid: string;
  readonly detector: string;
  readonly title: string;
  readonly severity: Severity;
  readonly score: number;
  /** Severity High or above. */
  readonly isAboveLine: boolean;
  readonly isVendorAlert: boolean;
  /** The values of its observables by attribute path, in their order. */
  readonly observables: ReadonlyMap<string, readonly string[]>;
}

/** The records of a findings.ndjson that stand: those that say that an earlier finding is gone are left out. */
export function evaluatedFindings(records: readonly OcsfFinding[]): readonly EvaluatedFinding[] {
  return records.filter((record) => record.activity_name !== "Close").map(evaluatedFinding);
}

function evaluatedFinding(record: OcsfFinding): EvaluatedFinding {
  const observables = new Map<string, string[]>();
  for (const { name, value } of record.observables) observables.set(name, [...(observables.get(name) ?? []), value]);
  return {
    uid: record.finding_info.uid,
    detector: record.finding_info.analytic.uid,
    title: record.finding_info.title,
    severity: record.severity,
    score: record.unmapped.score,
    isAboveLine: isAlert(record.severity),
    isVendorAlert: record.unmapped.is_vendor_alert,
    observables,
  };
}
