import type { CoverageState, Finding, Gap, HuntResult, TableCoverage, TechniqueCoverage } from "../types.ts";
import { type Attack, type Technique, unknownTactic } from "./attack.ts";
import { evidenceConfidence } from "./confidence.ts";
import { type DetectorLook, type Look, looksOf } from "./looks.ts";
import { compareText, distinct } from "./order.ts";
import {
  countPieces,
  groupBy,
  isEvidence,
  type ObservedTechnique,
  observedByTactic,
  type Sighting,
  sightingsOf,
  taggedId,
} from "./sightings.ts";

export interface CoverageInput {
  readonly findings: readonly Finding[];
  readonly hunts: readonly HuntResult[];
  /** Every detector of the run: a DetectorRun[] fits. */
  readonly detectors: readonly DetectorLook[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly attack: Attack;
}

/** An id that findings, hunts or detectors name and this ATT&CK version does not have. */
export interface UnknownTechnique {
  readonly uid: string;
  readonly evidenceCount: number;
  /** Detectors and hunts that name it, ordered. */
  readonly namedBy: readonly string[];
}

/** What the run says about ATT&CK: what was seen, where it looked and found nothing, and where it could not look. */
export interface AttackCoverage {
  readonly version: string;
  readonly notice: string;
  /** Tactic name to its techniques with evidence, most evidence first; tactics in matrix order, "Unknown" last. */
  readonly byTactic: Readonly<Record<string, readonly ObservedTechnique[]>>;
  /** Every technique of the version, ordered by uid. */
  readonly techniques: readonly TechniqueCoverage[];
  readonly counts: Readonly<Record<CoverageState, number>>;
  readonly unknown: readonly UnknownTechnique[];
  /** What a reader must know about the map itself: ids it could not place. */
  readonly gaps: readonly Gap[];
}

/** Enough to open from a cell of the map; evidenceCount says how many there are. */
const findingsKept = 50;

/**
 * Places findings, hunts and detectors on the ATT&CK matrix. Each technique is in exactly one state:
 *  - seen: a finding above Informational (a vendor's alert too) or a supported hunt shows it, or one of its sub-techniques;
 *  - looked-and-clean: a detector that can show it ran on the data it needs, or a hunt for it was refuted on data;
 *  - no-data: something looks for it, but its tables or columns were empty, it failed, or the hunt could not decide;
 *  - no-analytic: nothing in this run looks for it.
 * Pure; the order of the input does not matter.
 */
export function mapToAttack({ findings, hunts, detectors, tables, attack }: CoverageInput): AttackCoverage {
  const sightings = sightingsOf(findings, hunts, attack);
  // A sub-technique is a way of doing its technique, so seeing the one is seeing the other; the reverse does not hold.
  const evidence = groupBy(sightings, ({ uid }) => distinct([uid, attack.technique(uid)?.parent?.uid ?? uid]));
  const looks = looksOf(detectors, hunts, tables, attack);
  const lesser = groupBy(
    findings.filter((finding) => !isEvidence(finding)),
    (finding) => distinct(finding.attacks.map((tag) => attack.technique(taggedId(tag))?.uid ?? "")),
  );
  const techniques = attack.techniques.map((technique) =>
    coverageOf(
      technique,
      evidence.get(technique.uid) ?? [],
      looks.get(technique.uid) ?? [],
      lesser.get(technique.uid)?.length ?? 0,
    ),
  );
  const unknown = unknownTechniques(findings, hunts, detectors, evidence, attack);
  return {
    version: attack.version,
    notice: attack.notice,
    byTactic: observedByTactic(sightings, attack),
    techniques,
    counts: countStates(techniques),
    unknown,
    gaps: unknown.map((each) => unknownGap(each, attack.version)),
  };
}

function coverageOf(
  technique: Technique,
  evidence: readonly Sighting[],
  looks: readonly Look[],
  lesserFindings: number,
): TechniqueCoverage {
  const state = stateOf(evidence, looks);
  return {
    uid: technique.uid,
    name: technique.name,
    tactics: technique.tactics.map(({ uid, name, shortname }) => ({ uid, name, shortname })),
    state,
    evidenceCount: countPieces(evidence),
    confidence: evidenceConfidence(evidence),
    findingUids: strongestFindings(evidence),
    detectors: distinct([...looks, ...evidence].map((each) => each.analytic)),
    comment: commentOf(technique, state, evidence, looks, lesserFindings),
  };
}

function stateOf(evidence: readonly Sighting[], looks: readonly Look[]): CoverageState {
  if (evidence.length > 0) return "seen";
  if (looks.some((look) => look.outcome === "clean")) return "looked-and-clean";
  return looks.length > 0 ? "no-data" : "no-analytic";
}

function strongestFindings(evidence: readonly Sighting[]): string[] {
  const strengths = new Map<string, number>();
  for (const { findingUid, strength } of evidence) if (findingUid !== null) strengths.set(findingUid, strength);
  return [...strengths]
    .sort(([aUid, a], [bUid, b]) => b - a || compareText(aUid, bUid))
    .map(([uid]) => uid)
    .slice(0, findingsKept);
}

function commentOf(
  technique: Technique,
  state: CoverageState,
  evidence: readonly Sighting[],
  looks: readonly Look[],
  lesserFindings: number,
): string {
  const clean = looks.filter((look) => look.outcome === "clean");
  const blind = looks.filter((look) => look.outcome === "blind");
  const outside = technique.platforms.every((platform) => platform === "PRE");
  const sentences = [
    state === "seen" ? seenSentence(technique, evidence) : "",
    state !== "seen" && clean.length > 0 ? `Looked and found nothing: ${analytics(clean)}.` : "",
    state !== "seen" && blind.length > 0 ? `Could not look: ${analytics(blind)}.` : "",
    state === "no-analytic" ? "Nothing in this run looks for it." : "",
    state === "no-analytic" && outside ? "It happens before and outside the estate." : "",
    lesserFindings > 0 ? `${counted(lesserFindings, "informational finding")} not counted.` : "",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function seenSentence(technique: Technique, evidence: readonly Sighting[]): string {
  const findings = countPieces(evidence.filter((each) => each.findingUid !== null));
  const alerts = countPieces(evidence.filter((each) => each.isVendorAlert));
  const hunted = countPieces(evidence.filter((each) => each.findingUid === null));
  const marked =
    alerts === 0 ? "" : alerts === findings ? " (vendor alerts only)" : ` (${counted(alerts, "vendor alert")} among them)`;
  const shown = [
    findings === 0 ? "" : `${counted(findings, "finding")}${marked}`,
    hunted === 0 ? "" : `${counted(hunted, "piece")} of evidence from hunts`,
  ];
  const subs = distinct(evidence.map((each) => each.uid)).filter((uid) => uid !== technique.uid);
  return `Seen: ${shown.filter((each) => each !== "").join(" and ")}${subs.length === 0 ? "" : `, through ${subs.join(", ")}`}.`;
}

function analytics(looks: readonly Look[]): string {
  return distinct(looks.map((look) => `${look.analytic} (${look.because})`)).join("; ");
}

function unknownTechniques(
  findings: readonly Finding[],
  hunts: readonly HuntResult[],
  detectors: readonly DetectorLook[],
  evidence: ReadonlyMap<string, readonly Sighting[]>,
  attack: Attack,
): UnknownTechnique[] {
  const mentions = [
    ...findings.map((finding) => ({ by: finding.detector, ids: finding.attacks.map(taggedId) })),
    ...hunts.map((hunt) => ({ by: hunt.huntId, ids: hunt.techniques })),
    ...detectors.map(({ detector }) => ({ by: detector.id, ids: detector.techniques })),
  ];
  const byUid = groupBy(mentions, ({ ids }) => attack.resolve(ids).unknown);
  return [...byUid]
    .map(([uid, named]) => ({
      uid,
      evidenceCount: countPieces(evidence.get(uid) ?? []),
      namedBy: distinct(named.map((each) => each.by)),
    }))
    .sort((a, b) => compareText(a.uid, b.uid));
}

function unknownGap({ uid, evidenceCount, namedBy }: UnknownTechnique, version: string): Gap {
  const kept = evidenceCount > 0 ? `; what it shows stands under "${unknownTactic.name}"` : "";
  return {
    stage: "map",
    part: uid,
    kind: "unrecognised",
    reason: `ATT&CK ${version} has no technique ${uid}, which is named by ${namedBy.join(", ")}${kept}.`,
    count: evidenceCount,
  };
}

function countStates(techniques: readonly TechniqueCoverage[]): Record<CoverageState, number> {
  const counts = { seen: 0, "looked-and-clean": 0, "no-data": 0, "no-analytic": 0 };
  for (const technique of techniques) counts[technique.state] += 1;
  return counts;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
