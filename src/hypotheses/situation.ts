import type { Attack } from "../attack/attack.ts";
import { type DetectorLook, looksOf } from "../attack/looks.ts";
import type { Entities } from "../entities/resolve.ts";
import { mentionsOf } from "../findings/mentions.ts";
import type { LoadedHunt } from "../hunts/hunt.ts";
import type { Finding, Story, TableCoverage, Window } from "../types.ts";
import type { Exposures } from "./exposure.ts";

/** What hypotheses are made from: what was found, what there is to look at, and what can be asked. */
export interface Situation {
  /** By rank. */
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly window: Window;
  readonly hunts: readonly LoadedHunt[];
  /** The detectors of the run: a DetectorRun[] fits. */
  readonly detectors: readonly DetectorLook[];
  readonly attack: Attack;
  readonly entities: Entities;
  readonly exposures: Exposures;
}

/** A hypothesis before it is worded and ranked. */
export interface Idea {
  readonly generator: "explain" | "next-step" | "spread" | "gap";
  /** Technique uid in the version of ATT&CK in use. */
  readonly technique: string;
  /** Hosts, addresses, names or people that it is about; empty: everybody. */
  readonly entities: readonly string[];
  readonly findings: readonly Finding[];
  /** Why this was thought of: one sentence. */
  readonly because: string;
  /** How likely the technique is for these entities if the findings are right, 0 to 1. */
  readonly plausibility: number;
  /** How likely it is that asking teaches something new, 0 to 1. */
  readonly gain: number;
  /** The innocent reading that the finding itself brings, where there is one. */
  readonly benign: string | null;
}

/** The technique ids of a finding in the version in use, ordered. */
export function techniquesOf(finding: Pick<Finding, "attacks">, attack: Attack): string[] {
  const ids = finding.attacks.map((tag) => (tag.subTechnique ?? tag.technique).uid);
  return [...new Set(ids.flatMap((id) => attack.technique(id)?.uid ?? []))];
}

/** A technique's family: its parent's id, or its own. */
export function familyOf(id: string, attack: Attack): string {
  return attack.technique(id)?.parent?.uid ?? id;
}

// Of one kind a hypothesis names this many; a finding about fifty accounts is about everybody.
const mostOfAKind = 3;

/** Who a finding is about, devices first, then people, then addresses outside; one of very many is left out. */
export function subjectsOf(finding: Finding, entities: Entities): string[] {
  const subjects = mentionsOf(finding, entities).filter(({ role, share }) => role === "subject" && share >= 0.5);
  return (["device", "user", "ip"] as const).flatMap((kind) =>
    subjects
      .filter(({ entity }) => entity.kind === kind)
      .map(({ entity }) => entity.value)
      .slice(0, mostOfAKind),
  );
}

/** How far a technique was looked for in this run: 0.7 when some detector that can show it had its data, 0 when none had. */
export function lookedFor(situation: Situation): (technique: string) => number {
  const looks = looksOf(situation.detectors, [], situation.tables, situation.attack);
  return (technique) => ((looks.get(technique) ?? []).some(({ outcome }) => outcome === "clean") ? 0.7 : 0);
}
