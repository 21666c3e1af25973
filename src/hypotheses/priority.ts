import type { Attack } from "../attack/attack.ts";
import type { LoadedHunt } from "../hunts/hunt.ts";
import { observability } from "../hunts/lacking.ts";
import { compareText } from "../order.ts";
import type { Finding } from "../types.ts";
import { recordOf } from "./knowledge.ts";
import type { Idea, Situation } from "./situation.ts";

// What an intruder who got this far can do, 0 to 1, by tactic: what ends in damage weighs most, what only looks around least.
const impactByTactic: Readonly<Record<string, number>> = {
  impact: 1,
  exfiltration: 1,
  "credential-access": 0.9,
  "lateral-movement": 0.9,
  "command-and-control": 0.85,
  "privilege-escalation": 0.8,
  persistence: 0.75,
  "defense-impairment": 0.75,
  stealth: 0.7,
  collection: 0.7,
  execution: 0.65,
  "initial-access": 0.6,
  discovery: 0.4,
  reconnaissance: 0.3,
  "resource-development": 0.2,
};

/** The terms of a priority, each 0 to 1, as a reader may check them. */
export interface PriorityTerms extends Readonly<Record<string, number>> {
  /** Share of the columns that its best hunt needs and that the window fills: 0 is a telemetry gap. */
  readonly observability: number;
  /** Plausibility · (1 − Π(1 − score · confidence)) over the strongest finding of each detector behind it. */
  readonly evidence: number;
  /** Known groups that use the technique, by order of magnitude. */
  readonly prevalence: number;
  /** The gravest of the technique's tactics. */
  readonly impact: number;
  /** The most exposed of its entities: privileged, at risk, much attacked, critical. */
  readonly exposure: number;
  /** How likely it is that asking teaches something. */
  readonly gain: number;
}

// Evidence weighs most, because a hunter starts from what was seen; then what it would mean and what would be learnt; how common the
// technique and how exposed the victim is decide between equals. A judgement, kept in one place so that it can be argued about.
const weights = { evidence: 0.3, prevalence: 0.15, impact: 0.2, exposure: 0.15, gain: 0.2 } as const;

/** 100 · observability · Σ weight · term, in 0 to 100, to two decimals; grows with every term. */
export function priorityOf(terms: PriorityTerms): number {
  const names = ["evidence", "prevalence", "impact", "exposure", "gain"] as const;
  const sum = names.reduce((total, name) => total + weights[name] * within01(terms[name]), 0);
  return Math.round(10_000 * within01(terms.observability) * sum) / 100;
}

/** The terms of an idea. */
export function termsOf(idea: Idea, situation: Situation): PriorityTerms {
  const { attack, tables, exposures } = situation;
  const technique = attack.technique(idea.technique);
  const impacts = technique?.tactics.map(({ shortname }) => impactByTactic[shortname] ?? 0.5) ?? [0.5];
  return {
    observability: rounded(Math.max(0, ...huntsOf(idea.technique, situation).map((hunt) => observability(hunt, tables)))),
    evidence: rounded(within01(idea.plausibility) * evidenceTerm(idea.findings)),
    prevalence: rounded(prevalenceTerm(idea.technique, attack)),
    impact: Math.max(...impacts),
    exposure: Math.max(0, ...idea.entities.map((entity) => exposures.get(entity)?.weight ?? 0)),
    gain: rounded(within01(idea.gain)),
  };
}

/**
 * Noisy-or over detectors (Pearl 1988), the strongest finding of each: findings of one detector share its errors. Until a detector's
 * precision is measured, the confidence of the finding itself stands for it.
 */
export function evidenceTerm(findings: readonly Pick<Finding, "detector" | "score" | "confidence">[]): number {
  const best = new Map<string, number>();
  for (const { detector, score, confidence } of findings)
    best.set(detector, Math.max(best.get(detector) ?? 0, within01((score / 100) * (confidence / 100))));
  return 1 - [...best.values()].sort((a, b) => a - b).reduce((doubt, strength) => doubt * (1 - strength), 1);
}

function prevalenceTerm(id: string, attack: Attack): number {
  const groupsOf = (uid: string) => attack.technique(uid)?.usage?.groups ?? null;
  const most = Math.max(1, ...attack.techniques.map(({ usage }) => usage?.groups ?? 0));
  const groups = groupsOf(id) ?? groupsOf(attack.technique(id)?.parent?.uid ?? "");
  // New techniques have no count yet; that is not the same as nobody using them.
  return groups === null ? 0.3 : Math.log1p(groups) / Math.log1p(most);
}

/** The hunts that test a technique, best first, as the knowledge says; of those that the library has. */
export function huntsOf(technique: string, { hunts, attack }: Pick<Situation, "hunts" | "attack">): LoadedHunt[] {
  const byId = new Map(hunts.map((hunt) => [hunt.id, hunt]));
  const own = (recordOf(technique, attack)?.hunts ?? []).flatMap((id) => byId.get(id) ?? []);
  // A hunter's own hunts are not in the knowledge; they say themselves what they look for.
  const others = hunts
    .filter((hunt) => hunt.techniques.includes(technique) && !own.includes(hunt))
    .sort((a, b) => compareText(a.id, b.id));
  return [...own, ...others].slice(0, 4);
}

/**
 * Of some techniques the one that can be tested best with what the window holds; among equals one that has a record of its own, then
 * the first. Null for none.
 */
export function bestTested(techniques: readonly string[], situation: Situation): string | null {
  const ranked = techniques.map((technique, position) => ({
    technique,
    position,
    best: Math.max(0, ...huntsOf(technique, situation).map((hunt) => observability(hunt, situation.tables))),
    isOwn: recordOf(technique, situation.attack)?.technique === technique,
  }));
  ranked.sort(
    (a, b) => Number(b.isOwn && b.best > 0) - Number(a.isOwn && a.best > 0) || b.best - a.best || a.position - b.position,
  );
  return ranked[0]?.technique ?? null;
}

function within01(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
