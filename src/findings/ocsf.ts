import { z } from "zod";
import { epochMilliseconds } from "../time.ts";
import {
  type AttackTag,
  evidence,
  type Finding,
  observable,
  observableTypes,
  reason,
  severities,
  suppression,
} from "../types.ts";
import { observableTypeOf } from "./observable-types.ts";
import { isAlert, severityId } from "./severity.ts";

/** What happened to the record of a finding: first written, changed, no longer found. Its place is OCSF's activity_id minus one. */
export const activities = ["Create", "Update", "Close"] as const;
export type Activity = (typeof activities)[number];

const analyticTypes = [
  "Rule",
  "Behavioral",
  "Statistical",
  "Learning (ML/DL)",
  "Fingerprinting",
  "Tagging",
  "Keyword Match",
  "Regular Expressions",
  "Exact Data Match",
  "Partial Data Match",
  "Indexed Data Match",
  "Other",
] as const;

const named = z.object({ uid: z.string(), name: z.string() });
const score = z.number().min(0).max(100);
const milliseconds = z.number().int();

/** OCSF's number for a type that its enumeration lacks. */
const other = 99;

/**
 * A line of findings.ndjson: an OCSF 1.8 Detection Finding (class 2004). Times are milliseconds since 1970; what the class has no
 * place for stands under `unmapped` (the score with six decimals, its reasons, times with microseconds).
 */
export const ocsfFinding = z.object({
  activity_id: z.number().int().min(1).max(3),
  activity_name: z.enum(activities),
  attacks: z.array(z.object({ tactic: named, technique: named, sub_technique: named.optional(), version: z.string() })),
  category_name: z.literal("Findings"),
  category_uid: z.literal(2),
  class_name: z.literal("Detection Finding"),
  class_uid: z.literal(2004),
  confidence_score: z.number().int().min(0).max(100),
  end_time: milliseconds,
  evidences: z.array(z.object({ name: z.string(), data: evidence })),
  finding_info: z.object({
    analytic: z.object({
      uid: z.string(),
      name: z.string(),
      type: z.enum(analyticTypes),
      type_id: z.number().int(),
      version: z.string(),
    }),
    desc: z.string(),
    first_seen_time: milliseconds,
    last_seen_time: milliseconds,
    related_events_count: z.number().int(),
    title: z.string(),
    uid: z.string(),
  }),
  is_alert: z.boolean(),
  message: z.string(),
  metadata: z.object({
    product: z.object({ name: z.string(), vendor_name: z.string(), version: z.string() }),
    version: z.string(),
  }),
  observables: z.array(observable.extend({ type: z.string(), type_id: z.number().int() })),
  risk_score: z.number().int().min(0).max(100),
  severity: z.enum(severities),
  severity_id: z.number().int(),
  start_time: milliseconds,
  /** Only of a finding that is suppressed: OCSF's 3. */
  status: z.literal("Suppressed").optional(),
  status_id: z.literal(3).optional(),
  time: milliseconds,
  type_name: z.string(),
  type_uid: z.number().int(),
  unmapped: z.object({
    benign: z.string(),
    blind_spots: z.array(z.string()),
    detail: z.record(z.string(), z.unknown()),
    first_seen: z.string(),
    is_vendor_alert: z.boolean(),
    is_within_budget: z.boolean(),
    last_seen: z.string(),
    observable_type_ids: z.record(z.string(), z.number().int()),
    reasons: z.array(reason),
    score,
    suppression: suppression.optional(),
  }),
});
export type OcsfFinding = z.infer<typeof ocsfFinding>;

export interface OcsfOptions {
  readonly activity: Activity;
  /** Version of this program. */
  readonly version: string;
}

/** A finding as OCSF says it. The record's time is the last event's, never the clock's: the same input gives the same bytes. */
export function toOcsf(finding: Finding, options: OcsfOptions): OcsfFinding {
  return {
    ...whatHappened(options.activity),
    ...howMuch(finding),
    attacks: finding.attacks.map(attackOf),
    category_name: "Findings",
    category_uid: 2,
    class_name: "Detection Finding",
    class_uid: 2004,
    start_time: epochMilliseconds(finding.firstSeen),
    ...(finding.suppression === undefined ? {} : { status: "Suppressed" as const, status_id: 3 as const }),
    end_time: epochMilliseconds(finding.lastSeen),
    time: epochMilliseconds(finding.lastSeen),
    evidences: finding.evidences.map((one) => ({ name: one.question, data: one })),
    finding_info: findingInfo(finding),
    message: finding.title,
    metadata: { product: { name: "Spoor", vendor_name: "Spoor", version: options.version }, version: "1.8.0" },
    // The published class schema lists only 0 and 99 as observable types (OCSF fills in the others at run time): the type is
    // named in `type`, and the number of OCSF's list is under unmapped.
    observables: finding.observables.map((one) => ({ ...one, type: observableTypeOf(one.name).caption, type_id: other })),
    unmapped: {
      benign: finding.benign,
      blind_spots: [...finding.blindSpots],
      detail: { ...finding.detail },
      first_seen: finding.firstSeen,
      is_vendor_alert: finding.isVendorAlert,
      is_within_budget: finding.isWithinBudget,
      last_seen: finding.lastSeen,
      observable_type_ids: Object.fromEntries(
        finding.observables.map(({ name }) => [name, observableTypes[observableTypeOf(name).type]]),
      ),
      reasons: [...finding.reasons],
      score: finding.score,
      ...(finding.suppression === undefined ? {} : { suppression: finding.suppression }),
    },
  };
}

/** The finding behind a record. */
export function fromOcsf(record: OcsfFinding): Finding {
  const { analytic } = record.finding_info;
  return {
    uid: record.finding_info.uid,
    detector: analytic.uid,
    detectorName: analytic.name,
    detectorVersion: analytic.version,
    analyticType: analytic.type,
    title: record.finding_info.title,
    description: record.finding_info.desc,
    score: record.unmapped.score,
    confidence: record.confidence_score,
    severity: record.severity,
    isVendorAlert: record.unmapped.is_vendor_alert,
    isWithinBudget: record.unmapped.is_within_budget,
    ...(record.unmapped.suppression === undefined ? {} : { suppression: record.unmapped.suppression }),
    firstSeen: record.unmapped.first_seen,
    lastSeen: record.unmapped.last_seen,
    reasons: record.unmapped.reasons,
    benign: record.unmapped.benign,
    blindSpots: record.unmapped.blind_spots,
    attacks: record.attacks.map(({ tactic, technique, sub_technique, version }) => ({
      tactic,
      technique,
      subTechnique: sub_technique ?? null,
      version,
    })),
    observables: record.observables.map(({ name, value }) => ({ name, value })),
    evidences: record.evidences.map(({ data }) => data),
    rowCount: record.finding_info.related_events_count,
    detail: record.unmapped.detail,
  };
}

/** The part of a record that says what happened to it. */
export function whatHappened(activity: Activity): Pick<OcsfFinding, "activity_id" | "activity_name" | "type_name" | "type_uid"> {
  const id = activities.indexOf(activity) + 1;
  return { activity_id: id, activity_name: activity, type_name: `Detection Finding: ${activity}`, type_uid: 200400 + id };
}

function howMuch(
  finding: Finding,
): Pick<OcsfFinding, "confidence_score" | "is_alert" | "risk_score" | "severity" | "severity_id"> {
  return {
    confidence_score: Math.round(finding.confidence),
    is_alert: isAlert(finding.severity),
    risk_score: Math.round(finding.score),
    severity: finding.severity,
    severity_id: severityId(finding.severity),
  };
}

function findingInfo(finding: Finding): OcsfFinding["finding_info"] {
  const typePlace = analyticTypes.indexOf(finding.analyticType);
  return {
    analytic: {
      uid: finding.detector,
      name: finding.detectorName,
      type: finding.analyticType,
      type_id: finding.analyticType === "Other" ? other : typePlace + 1,
      version: finding.detectorVersion,
    },
    desc: finding.description,
    first_seen_time: epochMilliseconds(finding.firstSeen),
    last_seen_time: epochMilliseconds(finding.lastSeen),
    related_events_count: Math.round(finding.rowCount),
    title: finding.title,
    uid: finding.uid,
  };
}

function attackOf(tag: AttackTag): OcsfFinding["attacks"][number] {
  const { tactic, technique, subTechnique, version } = tag;
  return {
    tactic: { ...tactic },
    technique: { ...technique },
    ...(subTechnique === null ? {} : { sub_technique: { ...subTechnique } }),
    version,
  };
}
