import type { Attack } from "../attack/attack.ts";
import type { LoadedHunt } from "../hunts/load.ts";
import type { TableCoverage } from "../types.ts";
import type { Idea } from "./situation.ts";

// What an attacker who got this far can do, 0 to 1, by tactic: what ends in damage weighs most, what only looks around least.
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

// The widest-used technique of ATT&CK is known of about this many groups.
const mostGroups = 85;

/** The terms of a priority, each 0 to 1, as a reader may check them. */
export interface PriorityTerms extends Readonly<Record<string, number>> {
  readonly observability: number;
  readonly evidence: number;
  readonly prevalence: number;
  readonly impact: number;
  readonly exposure: number;
  readonly gain: number;
}

const weights = { evidence: 0.3, prevalence: 0.15, impact: 0.2, exposure: 0.15, gain: 0.2 } as const;

/**
 * 100 · observability · Σ weight · term. Evidence is a noisy-or over the findings behind the idea, prevalence the order of magnitude of
 * groups that use the technique, exposure how many of the idea's findings name privileged or much-attacked people (0.3 when nothing is known).
 */
export function priorityOf(terms: PriorityTerms): number {
  const sum =
    weights.evidence * terms.evidence +
    weights.prevalence * terms.prevalence +
    weights.impact * terms.impact +
    weights.exposure * terms.exposure +
    weights.gain * terms.gain;
  return Math.round(10_000 * terms.observability * sum) / 100;
}

/** The terms for an idea. */
export function termsOf(
  idea: Idea,
  hunts: readonly LoadedHunt[],
  tables: ReadonlyMap<string, TableCoverage>,
  attack: Attack,
): PriorityTerms {
  const technique = attack.technique(idea.technique);
  const tactics = technique?.tactics.map((tactic) => impactByTactic[tactic.shortname] ?? 0.5) ?? [0.5];
  const absence = idea.findings.reduce(
    (product, finding) => product * (1 - (finding.score / 100) * (finding.confidence / 100)),
    1,
  );
  return {
    observability: rounded(Math.max(0, ...hunts.map((hunt) => observability(hunt, tables)))),
    evidence: rounded(1 - absence),
    prevalence: rounded(Math.min(1, Math.log1p(technique?.usage?.groups ?? 0) / Math.log1p(mostGroups))),
    impact: Math.max(...tactics),
    exposure: idea.findings.some((finding) => finding.detector === "behavioural-anomaly" || finding.severity === "Critical")
      ? 0.8
      : 0.3,
    gain: rounded(Math.min(1, idea.gain)),
  };
}

/** The share of the columns that a hunt needs which have values, where all its needs are met; 0 where one is not. */
export function observability(hunt: LoadedHunt, tables: ReadonlyMap<string, TableCoverage>): number {
  const shares = hunt.needs.map(({ anyOf }) =>
    Math.max(
      ...anyOf.map(({ table, columns }) => {
        const filled = columns.map((column) => tables.get(table)?.filled[column] ?? 0);
        return filled.some((share) => share === 0) ? 0 : filled.filter((share) => share >= 0.8).length / filled.length / 2 + 0.5;
      }),
    ),
  );
  return shares.length === 0 ? 0 : Math.min(...shares);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
