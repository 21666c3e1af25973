import type { Attack } from "../attack/attack.ts";
import type { LoadedHunt } from "../hunts/load.ts";
import type { Finding, Story, TableCoverage, Window } from "../types.ts";

/** What hypotheses are made from: what was found, what there is to look at, and what can be asked. */
export interface Situation {
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly window: Window;
  readonly hunts: readonly LoadedHunt[];
  readonly attack: Attack;
}

/** A hypothesis before it is worded and ranked. */
export interface Idea {
  readonly generator: "explain" | "next-step" | "spread" | "gap";
  /** Technique uid in the present release of ATT&CK. */
  readonly technique: string;
  /** Hosts, addresses or people that it is about; empty: everybody. */
  readonly entities: readonly string[];
  readonly findings: readonly Finding[];
  /** Why this was thought of, as one sentence. */
  readonly because: string;
  /** How much would be learnt, 0 to 1: probability of the technique given what was seen, less what is already known. */
  readonly gain: number;
}

/** Hunts that test a technique: those that show it or one of its kinds first, then those that show what it is a kind of. */
export function huntsFor(technique: string, hunts: readonly LoadedHunt[]): LoadedHunt[] {
  const parent = technique.split(".")[0] ?? technique;
  const rank = (hunt: LoadedHunt): number => {
    if (hunt.techniques.includes(technique)) return hunt.techniques.indexOf(technique);
    if (hunt.techniques.some((one) => one.startsWith(`${technique}.`))) return 10;
    return hunt.techniques.includes(parent) ? 20 : Number.POSITIVE_INFINITY;
  };
  return hunts
    .filter((hunt) => Number.isFinite(rank(hunt)))
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
    .slice(0, 3);
}

/** The technique ids of a finding, most particular first as the detector gave them. */
export function techniquesOf(finding: Finding): string[] {
  return [...new Set(finding.attacks.map((tag) => tag.subTechnique?.uid ?? tag.technique.uid))];
}

const entityNames = new Set([
  "device.hostname",
  "src_endpoint.hostname",
  "src_endpoint.ip",
  "device.ip",
  "actor.user.name",
  "user.name",
]);

/** Who a finding is about: its own hosts, addresses and people, not the other side. At most six. */
export function entitiesOf(finding: Finding): string[] {
  return [...new Set(finding.observables.filter(({ name }) => entityNames.has(name)).map(({ value }) => value))].slice(0, 6);
}
