import type { Finding, HuntResult } from "../types.ts";
import { type Attack, type Tactic, unknownTactic } from "./attack.ts";
import { evidenceConfidence } from "./confidence.ts";
import { compareText } from "./order.ts";

/** One piece of evidence for a technique (or for an id that ATT&CK lacks) under one tactic. */
export interface Sighting {
  readonly uid: string;
  readonly tactic: Tactic;
  /** What makes it one piece, however many tactics it is tagged with. */
  readonly piece: string;
  readonly source: string;
  /** 0 to 1. */
  readonly strength: number;
  readonly analytic: string;
  readonly findingUid: string | null;
  readonly isVendorAlert: boolean;
}

/** A technique with evidence, under one tactic. */
export interface ObservedTechnique {
  readonly id: string;
  readonly name: string;
  /** Findings above Informational, vendors' alerts included, and pieces of evidence of supported hunts. */
  readonly evidence_count: number;
  /** How many of them are vendors' alerts. */
  readonly vendor_alert_count: number;
  /** 0 to 100, see `evidenceConfidence`. */
  readonly confidence: number;
}

/** True for what counts on the map: a finding above Informational, a vendor's alert among them. */
export function isEvidence(finding: Finding): boolean {
  return finding.severity !== "Informational";
}

/** The technique id that a tag is about. */
export function taggedId(tag: Finding["attacks"][number]): string {
  return (tag.subTechnique ?? tag.technique).uid;
}

/** Everything in findings and supported hunts that shows a technique; retired ids and old tactics are brought up to date. */
export function sightingsOf(findings: readonly Finding[], hunts: readonly HuntResult[], attack: Attack): Sighting[] {
  const supported = hunts.filter((hunt) => hunt.status === "supported");
  return [
    ...findings.filter(isEvidence).flatMap((finding) => findingSightings(finding, attack)),
    ...supported.flatMap((hunt) => huntSightings(hunt, attack)),
  ];
}

function findingSightings(finding: Finding, attack: Attack): Sighting[] {
  return finding.attacks.flatMap((tag) => {
    const { uid, tactics } = place(taggedId(tag), tag.tactic.name, attack);
    return tactics.map((tactic) => ({
      uid,
      tactic,
      piece: `finding ${finding.uid}`,
      source: `detector ${finding.detector}`,
      strength: (finding.score / 100) * (finding.confidence / 100),
      analytic: finding.detector,
      findingUid: finding.uid,
      isVendorAlert: finding.isVendorAlert,
    }));
  });
}

function huntSightings(hunt: HuntResult, attack: Attack): Sighting[] {
  // The same hunt may answer several hypotheses: the same events are one piece of evidence, however often they are told.
  const told = hunt.evidence.map((each) => ({
    piece: `hunt ${hunt.huntId} ${each.description} ${each.eventIds.join(" ")}`,
    strength: each.confidence / 100,
  }));
  // A supported hunt that lists nothing still says that it saw something; it adds no confidence.
  const pieces = told.length > 0 ? told : [{ piece: `hunt ${hunt.id}`, strength: 0 }];
  return hunt.techniques.flatMap((id) => {
    const { uid, tactics } = place(id, "", attack);
    return tactics.flatMap((tactic) =>
      pieces.map(({ piece, strength }) => ({
        uid,
        tactic,
        piece,
        source: `hunt ${hunt.huntId}`,
        strength,
        analytic: hunt.huntId,
        findingUid: null,
        isVendorAlert: false,
      })),
    );
  });
}

/** Where an id stands on the matrix: under the tactic of its tag where that is one of its own, else under all its tactics. */
function place(id: string, tactic: string, attack: Attack): { uid: string; tactics: readonly Tactic[] } {
  const technique = attack.technique(id);
  if (technique !== null) return { uid: technique.uid, tactics: attack.tacticsOf(tactic, technique.uid) };
  return { uid: attack.resolve([id]).unknown[0] ?? id, tactics: [unknownTactic] };
}

/** How many pieces of evidence these are: one finding under four tactics is one. */
export function countPieces(sightings: readonly Sighting[]): number {
  return new Set(sightings.map((sighting) => sighting.piece)).size;
}

/** Tactic name to the techniques with evidence, most evidence first; tactics in matrix order, "Unknown" last, empty ones left out. */
export function observedByTactic(sightings: readonly Sighting[], attack: Attack): Record<string, readonly ObservedTechnique[]> {
  const columns = [...attack.tactics, unknownTactic].map((tactic) => {
    const here = sightings.filter((sighting) => sighting.tactic.shortname === tactic.shortname);
    return [tactic.name, observed(here, attack)] as const;
  });
  return Object.fromEntries(columns.filter(([, techniques]) => techniques.length > 0));
}

function observed(sightings: readonly Sighting[], attack: Attack): ObservedTechnique[] {
  return [...groupBy(sightings, (sighting) => [sighting.uid])]
    .map(([uid, evidence]) => ({
      id: uid,
      name: attack.technique(uid)?.name ?? `not in ATT&CK ${attack.version}`,
      evidence_count: countPieces(evidence),
      vendor_alert_count: countPieces(evidence.filter((each) => each.isVendorAlert)),
      confidence: evidenceConfidence(evidence),
    }))
    .sort((a, b) => b.evidence_count - a.evidence_count || b.confidence - a.confidence || compareText(a.id, b.id));
}

/** Values by each of their keys, in the order of the values. */
export function groupBy<Value>(values: readonly Value[], keysOf: (value: Value) => readonly string[]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    for (const key of keysOf(value)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [value]);
      else group.push(value);
    }
  }
  return groups;
}
