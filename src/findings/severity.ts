import { type Severity, severities } from "../types.ts";

/** The lowest score of each severity, highest first. High and above is the alert line. */
export const severityBands: readonly { readonly severity: Severity; readonly from: number }[] = [
  { severity: "Critical", from: 90 },
  { severity: "High", from: 70 },
  { severity: "Medium", from: 45 },
  { severity: "Low", from: 20 },
  { severity: "Informational", from: 0 },
];

/** The severity of a score of 0 to 100. */
export function severityOf(score: number): Severity {
  return severityBands.find((band) => score >= band.from)?.severity ?? "Informational";
}

/** Place of a severity in OCSF's severity_id: Informational 1 to Critical 5. */
export function severityId(severity: Severity): number {
  return severities.indexOf(severity) + 1;
}

/** True at and above the alert line. */
export function isAlert(severity: Severity): boolean {
  return severityId(severity) >= severityId("High");
}
