import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { linesOf } from "./lines.ts";

const line = z.looseObject({
  activity_id: z.number().optional(),
  finding_info: z.looseObject({
    uid: z.string(),
    title: z.string(),
    analytic: z.looseObject({ uid: z.string() }),
  }),
  severity_id: z.number(),
  severity: z.string().optional(),
  observables: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
  unmapped: z.looseObject({ score: z.number(), is_vendor_alert: z.boolean().default(false) }),
});

/** A line of findings.ndjson, as far as an evaluation reads it. */
export interface EvaluatedFinding {
  readonly uid: string;
  readonly detector: string;
  readonly title: string;
  readonly severity: string;
  readonly score: number;
  /** Severity High or above (OCSF severity_id 4 and up, 99 "Other" left out). */
  readonly isAboveLine: boolean;
  readonly isVendorAlert: boolean;
  /** A record that says that an earlier finding is gone. */
  readonly isClosed: boolean;
  /** The values of its observables by attribute path, in their order. */
  readonly observables: ReadonlyMap<string, readonly string[]>;
}

/** Vendor alerts by their detector's folder, for findings that do not say it themselves. */
const vendorAlertDetectors: ReadonlySet<string> = new Set(["vendor-alert", "vendor-alerts"]);

/** One line of findings.ndjson. Throws a ZodError when it breaks the contract. */
export function parseFinding(text: string): EvaluatedFinding {
  const parsed = line.parse(JSON.parse(text));
  const observables = new Map<string, string[]>();
  for (const { name, value } of parsed.observables) observables.set(name, [...(observables.get(name) ?? []), value]);
  const detector = parsed.finding_info.analytic.uid;
  return {
    uid: parsed.finding_info.uid,
    detector,
    title: parsed.finding_info.title,
    severity: parsed.severity ?? String(parsed.severity_id),
    score: parsed.unmapped.score,
    isAboveLine: parsed.severity_id >= 4 && parsed.severity_id < 99,
    isVendorAlert: parsed.unmapped.is_vendor_alert || vendorAlertDetectors.has(detector),
    isClosed: parsed.activity_id === 3,
    observables,
  };
}

/** All findings of a findings.ndjson that stand (closed ones are left out). Rejects with SpoorError "internal" naming the line that breaks the contract. */
export async function readFindings(path: string): Promise<readonly EvaluatedFinding[]> {
  const findings: EvaluatedFinding[] = [];
  let number = 0;
  for await (const bytes of linesOf(path)) {
    number += 1;
    if (bytes.trim() === "") continue;
    try {
      const finding = parseFinding(Buffer.from(bytes, "latin1").toString("utf8"));
      if (!finding.isClosed) findings.push(finding);
    } catch (cause) {
      throw new SpoorError("internal", `${path}, line ${number}, is not a finding`, {
        cause,
        hint: "findings.ndjson follows OCSF Detection Finding 2004",
      });
    }
  }
  return findings;
}
