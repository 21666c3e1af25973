import type { AttackTag } from "../types.ts";
import { type AttackData, bundledAttackData, bundledCoOccurrence, type CoOccurrenceData, readAttackData } from "./data.ts";
import { compareText } from "./order.ts";

/** A column of the matrix. */
export interface Tactic {
  /** "TA0011" */
  readonly uid: string;
  /** "command-and-control", as Navigator and STIX write it. */
  readonly shortname: string;
  /** "Command and Control" */
  readonly name: string;
}

/** A technique or sub-technique of the version in use. */
export interface Technique {
  readonly uid: string;
  readonly name: string;
  /** The technique that a sub-technique belongs to. */
  readonly parent: { readonly uid: string; readonly name: string } | null;
  /** In matrix order. */
  readonly tactics: readonly Tactic[];
  /** "PRE" alone: it happens before and outside the estate. */
  readonly platforms: readonly string[];
  readonly mitigations: readonly { readonly uid: string; readonly name: string }[];
  readonly dataComponents: readonly { readonly uid: string; readonly name: string }[];
  /** How many groups, software and campaigns ATT&CK says use it; null where not known. */
  readonly usage: { readonly groups: number; readonly software: number; readonly campaigns: number } | null;
}

/** Another technique of the same actors: P(it given the first), and how much likelier that is than by chance. */
export interface CoOccurrence {
  readonly technique: Technique;
  readonly probability: number;
  readonly lift: number;
}

/** What became of a list of ids: each is in exactly one of current, retired (with its successor) and unknown. */
export interface Resolution {
  /** One each, ordered by uid; successors of retired ids included. */
  readonly techniques: readonly Technique[];
  readonly retired: readonly { readonly from: string; readonly to: string }[];
  /** In upper case, without invisible characters, at most 64 long; ordered. */
  readonly unknown: readonly string[];
}

/** ATT&CK as facts, without a network. Ids may come in any case and from older versions. */
export interface Attack {
  readonly version: string;
  /** MITRE's notice: goes wherever a part of the data goes. */
  readonly notice: string;
  /** In matrix order. */
  readonly tactics: readonly Tactic[];
  /** Ordered by uid. */
  readonly techniques: readonly Technique[];
  /** The technique of an id, retired ids included (then with the successor's uid); null when there is none. */
  technique(id: string): Technique | null;
  /**
   * The current tactics meant by a tactic's name, shortname or id in any spelling ("DefenseEvasion", "TA0005"), narrowed to
   * those of the technique when one is given. A name that says nothing about the technique gives all its tactics.
   */
  tacticsOf(tactic: string, techniqueId?: string): readonly Tactic[];
  resolve(ids: readonly string[]): Resolution;
  /**
   * One tag per tactic of each technique, ordered by technique uid and matrix. An id that ATT&CK does not have is kept as a
   * tag under the tactic `unknownTactic`, so that a reader still sees it.
   */
  tags(ids: readonly string[]): AttackTag[];
  /** Techniques that the same groups and campaigns use, likeliest first. */
  coOccurring(id: string): readonly CoOccurrence[];
}

/** Where ids that ATT&CK does not have are shown. */
export const unknownTactic: Tactic = { uid: "", shortname: "unknown", name: "Unknown" };

/** The ATT&CK data that comes with Spoor, or those of a file that the STIX importer wrote. */
export function loadAttack(options: { readonly dataFile?: string } = {}): Attack {
  const data = options.dataFile === undefined ? bundledAttackData() : readAttackData(options.dataFile);
  return attackFrom(data, bundledCoOccurrence());
}

/** ATT&CK over given facts. */
export function attackFrom(data: AttackData, coOccurrence: CoOccurrenceData): Attack {
  const techniques = techniquesOf(data);
  const byUid = new Map(techniques.map((technique) => [technique.uid, technique]));
  const retired = new Map(Object.entries(data.retired));
  const tacticNames = tacticNamesOf(data);

  const technique = (id: string): Technique | null => {
    const uid = normaliseId(id);
    return byUid.get(uid) ?? byUid.get(retired.get(uid) ?? "") ?? null;
  };

  // The table's ids may be older than imported data; what has no successor cannot be looked for and is left out.
  const neighbours = new Map(
    Object.entries(coOccurrence.techniques).map(([uid, others]) => [technique(uid)?.uid ?? uid, others]),
  );

  const resolve = (ids: readonly string[]): Resolution => {
    const found = new Map<string, Technique>();
    const successors = new Map<string, string>();
    const unknown = new Set<string>();
    for (const id of ids.map(normaliseId).filter((id) => id !== "")) {
      const known = technique(id);
      if (known === null) unknown.add(id);
      else found.set(known.uid, known);
      if (known !== null && known.uid !== id) successors.set(id, known.uid);
    }
    return {
      techniques: [...found.values()].sort(byUidOrder),
      retired: [...successors].map(([from, to]) => ({ from, to })).sort((a, b) => compareText(a.from, b.from)),
      unknown: [...unknown].sort(compareText),
    };
  };

  return {
    version: data.version,
    notice: data.notice,
    tactics: data.tactics,
    techniques,
    technique,
    tacticsOf(tactic, techniqueId) {
      const meant = tacticNames.get(letters(tactic)) ?? [];
      const own = techniqueId === undefined ? null : technique(techniqueId);
      if (own === null) return meant;
      const shared = own.tactics.filter((each) => meant.includes(each));
      return shared.length > 0 ? shared : own.tactics;
    },
    resolve,
    tags(ids) {
      const resolution = resolve(ids);
      const known = resolution.techniques.flatMap((each) => each.tactics.map((tactic) => tagOf(each, tactic, data.version)));
      const unknown = resolution.unknown.map((uid) => unknownTag(uid, data.version));
      return [...known, ...unknown];
    },
    coOccurring(id) {
      return (neighbours.get(technique(id)?.uid ?? "") ?? [])
        .flatMap(([other, probability, lift]) => {
          const found = technique(other);
          return found === null ? [] : [{ technique: found, probability, lift }];
        })
        .sort((a, b) => b.probability - a.probability || b.lift - a.lift || byUidOrder(a.technique, b.technique));
    },
  };
}

function techniquesOf(data: AttackData): Technique[] {
  const names = new Map(data.techniques.map((technique) => [technique.uid, technique.name]));
  const named = (uids: readonly string[], of: Readonly<Record<string, string>>) =>
    uids.map((uid) => ({ uid, name: of[uid] ?? uid }));
  return data.techniques
    .map((technique): Technique => {
      const [parentUid = "", sub] = technique.uid.split(".");
      const [groups, software, campaigns] = technique.usage ?? [0, 0, 0];
      return {
        uid: technique.uid,
        name: technique.name,
        parent: sub === undefined ? null : { uid: parentUid, name: names.get(parentUid) ?? parentUid },
        tactics: data.tactics.filter((tactic) => technique.tactics.includes(tactic.shortname)),
        platforms: technique.platforms,
        mitigations: named(technique.mitigations, data.mitigations),
        dataComponents: named(technique.dataComponents, data.dataComponents),
        usage: technique.usage === null ? null : { groups, software, campaigns },
      };
    })
    .sort(byUidOrder);
}

/** Every spelling of a tactic, old ones included, to the current tactics it can mean. */
function tacticNamesOf(data: AttackData): Map<string, readonly Tactic[]> {
  const meaning = new Map<string, readonly Tactic[]>();
  for (const retired of data.retiredTactics) {
    const successors = data.tactics.filter((tactic) => retired.successors.includes(tactic.shortname));
    for (const spelling of [retired.uid, retired.shortname, retired.name]) meaning.set(letters(spelling), successors);
  }
  // Current names win, except that a reused id may still mean what it meant in older data.
  for (const tactic of data.tactics) {
    for (const spelling of [tactic.shortname, tactic.name]) meaning.set(letters(spelling), [tactic]);
    const uid = letters(tactic.uid);
    if (!meaning.has(uid)) meaning.set(uid, [tactic]);
  }
  return meaning;
}

function tagOf(technique: Technique, tactic: Tactic, version: string): AttackTag {
  const self = { uid: technique.uid, name: technique.name };
  return {
    tactic: { uid: tactic.uid, name: tactic.name },
    technique: technique.parent ?? self,
    subTechnique: technique.parent === null ? null : self,
    version,
  };
}

function unknownTag(uid: string, version: string): AttackTag {
  return {
    tactic: { uid: unknownTactic.uid, name: unknownTactic.name },
    technique: { uid, name: `not in ATT&CK ${version}` },
    subTechnique: null,
    version,
  };
}

/** Upper case, without invisible characters, at most 64 long: ids come from vendors' alerts and indicator feeds. */
function normaliseId(id: string): string {
  return id
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, 64)
    .toUpperCase();
}

function letters(spelling: string): string {
  return spelling.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function byUidOrder(a: Technique, b: Technique): number {
  return compareText(a.uid, b.uid);
}
