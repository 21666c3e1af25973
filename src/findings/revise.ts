import { z } from "zod";
import { compareText } from "../order.ts";
import type { Finding, Severity, Window } from "../types.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type RevisedFinding, readRecord } from "./ndjson.ts";
import { type Activity, activities, fromOcsf, type OcsfFinding, toOcsf, whatHappened } from "./ocsf.ts";
import { byRank } from "./rank.ts";

/** A row of recorded.sql: the newest recorded revision of a finding. `document` is the OCSF object as it was written. */
export const recordedRevision = z.object({ finding_uid: z.string(), activity_name: z.enum(activities), document: z.string() });
export type RecordedRevision = z.infer<typeof recordedRevision>;

/** A row for the table `finding`. */
export interface FindingRow extends Readonly<Record<string, string | number | boolean>> {
  readonly finding_uid: string;
  readonly run_uid: string;
  readonly recorded_time: string;
  readonly activity_name: Activity;
  readonly detector: string;
  readonly score: number;
  readonly severity: Severity;
  readonly is_within_budget: boolean;
  readonly first_seen_time: string;
  readonly last_seen_time: string;
  readonly document: string;
}

export interface RevisionContext {
  readonly runUid: string;
  /** When the run records: "2026-11-01 10:00:00.000000". */
  readonly recordedTime: string;
  readonly version: string;
  readonly window: Window;
  /** Detectors that answered in full: evaluated, not failed, and nothing cut at the limit. Only they can say that something is gone. */
  readonly concluded: ReadonlySet<string>;
}

export interface Revision {
  /** The findings of this run by rank, each with the activity that findings.ndjson states. */
  readonly findings: RevisedFinding[];
  /** What to write down: new, changed and closed findings. Nothing for a finding that is as it was. */
  readonly rows: FindingRow[];
}

/**
 * What a run changes in the record of findings, given the newest revision of each uid.
 *
 * - Not recorded, or closed before: Create.
 * - Recorded, and the document differs: Update.
 * - Recorded, and the document is the same but for the version of the program: the activity it already has and no row, so that the
 *   same run over the same data writes the same bytes.
 * - Recorded, open, not found now: Close, when its detector concluded and everything it rests on lies inside this run's window.
 *   Otherwise absence says nothing, and the record stays as it is. Verdicts hang on the uid and survive all of this.
 */
export function revise(
  earlier: ReadonlyMap<string, RecordedRevision>,
  findings: readonly Finding[],
  context: RevisionContext,
): Revision {
  const revised = [...findings]
    .sort(byRank)
    .map((finding) => ({ finding, ...activityOf(finding, earlier.get(finding.uid), context) }));
  const present = new Set(findings.map((finding) => finding.uid));
  const closed = [...earlier.entries()]
    .filter(([uid, revision]) => !present.has(uid) && revision.activity_name !== "Close")
    .flatMap(([, revision]) => recordOf(revision) ?? [])
    .filter((record) => isGone(record, context));
  const rows = [
    ...revised
      .filter(({ isNews }) => isNews)
      .map(({ finding, activity }) => rowOf(toOcsf(finding, { activity, version: context.version }), context)),
    ...closed.map((record) => rowOf({ ...record, ...whatHappened("Close") }, context)),
  ];
  return {
    findings: revised.map(({ finding, activity }) => ({ finding, activity })),
    rows: rows.sort((a, b) => compareText(a.finding_uid, b.finding_uid)),
  };
}

function activityOf(
  finding: Finding,
  earlier: RecordedRevision | undefined,
  context: RevisionContext,
): { activity: Activity; isNews: boolean } {
  if (earlier === undefined || earlier.activity_name === "Close") return { activity: "Create", isNews: true };
  const now = comparable(toOcsf(finding, { activity: "Create", version: context.version }));
  const before = recordOf(earlier);
  const isSame = before !== null && now === comparable(before);
  return isSame ? { activity: earlier.activity_name, isNews: false } : { activity: "Update", isNews: true };
}

// A document that an older program wrote in another shape: its finding counts as changed, and is not closed.
function recordOf(revision: RecordedRevision): OcsfFinding | null {
  try {
    return readRecord(revision.document, `the record of finding ${revision.finding_uid}`);
  } catch {
    return null;
  }
}

// Everything a reader could act on; not what happened to the record and which version of the program wrote it.
function comparable(record: OcsfFinding): string {
  return canonicalJson(fromOcsf(record));
}

function isGone(record: OcsfFinding, context: RevisionContext): boolean {
  const { first_seen: firstSeen, last_seen: lastSeen } = record.unmapped;
  const isInside = compareText(context.window.from, firstSeen) <= 0 && compareText(lastSeen, context.window.to) < 0;
  return isInside && context.concluded.has(record.finding_info.analytic.uid);
}

function rowOf(record: OcsfFinding, context: RevisionContext): FindingRow {
  return {
    finding_uid: record.finding_info.uid,
    run_uid: context.runUid,
    recorded_time: context.recordedTime,
    activity_name: record.activity_name,
    detector: record.finding_info.analytic.uid,
    score: record.unmapped.score,
    severity: record.severity,
    is_within_budget: record.unmapped.is_within_budget,
    first_seen_time: record.unmapped.first_seen,
    last_seen_time: record.unmapped.last_seen,
    document: canonicalJson(record),
  };
}
