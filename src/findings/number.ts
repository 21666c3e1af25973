import type { Detector } from "../detectors/detector.ts";
import { SpoorError } from "../errors.ts";
import { compareText } from "../order.ts";
import { isEngineTime } from "../time.ts";
import type { AttackTag, Evidence, Finding, FindingDraft, Observable, Reason } from "../types.ts";
import { shortHash } from "./hash.ts";
import { balance } from "./reasons.ts";
import { severityOf } from "./severity.ts";
import { clipped, oneLine, readable } from "./text.ts";

/** What ATT&CK says about technique ids; src/attack gives it. */
export interface AttackLookup {
  readonly tags: (ids: readonly string[]) => readonly AttackTag[];
}

/** What of a detector goes into its findings. */
export type DetectorIdentity = Pick<Detector, "id" | "name" | "version" | "analyticType">;

// What leaves the engine is finding-sized, whatever a log line held: a 50 MB command line is cut here.
const limits = { title: 300, description: 4000, text: 2000, value: 4096, observables: 500, reasons: 60 } as const;

/**
 * The uid of a finding: detector and entity keys, without the window, so that the same entity in the next run is the same finding.
 * The order of the keys does not matter; 20 hexadecimal digits.
 */
export function findingUid(detectorId: string, keys: FindingDraft["keys"]): string {
  return shortHash({ detector: detectorId, keys });
}

/**
 * A draft with its number, severity and ATT&CK tags. Scores are kept within 0..100 and to six decimals, confidence to whole points;
 * contributions add up to the score (see balance). The budget is applied later, over all findings.
 * Throws SpoorError "bad-plugin" when the score or a time of the draft cannot be read.
 */
export function toFinding(
  draft: FindingDraft,
  detector: DetectorIdentity,
  attack: AttackLookup,
  evidences: readonly Evidence[] = [],
): Finding {
  refuseUnreadable(draft, detector);
  const score = Math.round(Math.min(100, Math.max(0, draft.score)) * 1e6) / 1e6;
  const [firstSeen, lastSeen] =
    compareText(draft.firstSeen, draft.lastSeen) <= 0 ? [draft.firstSeen, draft.lastSeen] : [draft.lastSeen, draft.firstSeen];
  return {
    uid: findingUid(detector.id, draft.keys),
    detector: detector.id,
    detectorName: detector.name,
    detectorVersion: detector.version,
    analyticType: detector.analyticType,
    title: oneLine(draft.title, limits.title),
    description: clipped(readable(draft.description), limits.description),
    score,
    confidence: Number.isFinite(draft.confidence) ? Math.round(Math.min(100, Math.max(0, draft.confidence))) : 0,
    severity: draft.vendorSeverity ?? severityOf(score),
    isVendorAlert: draft.vendorSeverity !== undefined,
    isWithinBudget: false,
    firstSeen,
    lastSeen,
    reasons: balance(draft.reasons.slice(0, limits.reasons).map(bounded), score),
    benign: clipped(readable(draft.benign), limits.text),
    blindSpots: draft.blindSpots.map((spot) => clipped(readable(spot), limits.text)),
    attacks: [...attack.tags(draft.techniques)],
    observables: distinctObservables(draft.observables),
    evidences: [...evidences],
    rowCount: draft.rowCount,
    detail: draft.detail ?? {},
  };
}

/** The same finding with the events that prove it. */
export function withEvidence(finding: Finding, evidences: readonly Evidence[]): Finding {
  return { ...finding, evidences: [...evidences] };
}

/** Observables without repeats and empty values, in their order, cut to a bounded size. */
export function distinctObservables(observables: readonly Observable[]): Observable[] {
  const seen = new Map<string, Observable>();
  for (const { name, value } of observables) {
    const short = clipped(value, limits.value);
    if (short !== "" && seen.size < limits.observables) seen.set(`${name} ${short}`, { name, value: short });
  }
  return [...seen.values()];
}

function bounded(reason: Reason): Reason {
  return {
    feature: oneLine(reason.feature, limits.title),
    observed: oneLine(reason.observed, limits.text),
    baseline: reason.baseline === null ? null : oneLine(reason.baseline, limits.text),
    peers: reason.peers === null ? null : oneLine(reason.peers, limits.text),
    contribution: reason.contribution,
  };
}

function refuseUnreadable(draft: FindingDraft, detector: DetectorIdentity): void {
  const hint = `A draft of the detector ${detector.id} needs a score of 0 to 100 and times such as "2026-11-01 10:00:00.000000".`;
  if (!Number.isFinite(draft.score))
    throw new SpoorError("bad-plugin", `${detector.id}: the score of "${oneLine(draft.title, 80)}" is not a number`, { hint });
  for (const time of [draft.firstSeen, draft.lastSeen]) {
    if (!isEngineTime(time)) throw new SpoorError("bad-plugin", `${detector.id}: "${oneLine(time, 40)}" is not a time`, { hint });
  }
}
