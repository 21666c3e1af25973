import { z } from "zod";
import { statusTogether } from "../hunts/together.ts";
import type { Finding, HuntResult, Hypothesis, ObservableName } from "../types.ts";

// Results with the fields that the Python notebook's had, in its spelling, so that cells read on; `finding` is the whole of it.

/** A host that calls somewhere with the rhythm of a clock. */
export interface BeaconingResult {
  readonly host: string;
  readonly destination_ip: string;
  readonly destination_port: number | null;
  /** Seconds. */
  readonly avg_interval: number;
  readonly connection_count: number;
  /** 0 to 100. */
  readonly score: number;
  readonly finding: Finding;
}

/** A host that carries data out; `timestamp` is UTC, as the engine writes it, `score` 0 to 100. */
export interface ExfiltrationResult {
  readonly host: string;
  readonly destination_ip: string;
  /** null where the source has no byte counts: then it is not evaluable, not zero. */
  readonly bytes_out: number | null;
  readonly timestamp: string;
  readonly score: number;
  readonly finding: Finding;
}

/** A host that was moved from, and where to; `score` is 0 to 100. */
export interface LateralMovementResult {
  readonly source_host: string;
  readonly target_hosts: readonly string[];
  readonly protocol: string | null;
  /** 0 to 10. */
  readonly risk_score: number;
  readonly score: number;
  readonly finding: Finding;
}

/** A person whose sign-ins are unlike everybody else's, with the reasons. */
export interface AnomalousUser {
  readonly user_principal_name: string;
  /** 0 to 100, higher is more unusual. */
  readonly user_anomaly_score: number;
  readonly reasons: Finding["reasons"];
  readonly finding: Finding;
}

/** What could be going on; `priority` is 0 to 100, higher first. */
export interface NotebookHypothesis {
  readonly id: string;
  readonly title: string;
  readonly priority: number;
  readonly mitre_tactics: readonly string[];
  readonly description: string;
  readonly hunting_steps: readonly string[];
  readonly expected_indicators: readonly string[];
  readonly hypothesis: Hypothesis;
}

/** What the hunts of one hypothesis came to; `confidence` is 0 to 100, times are UTC. */
export interface NotebookHunt {
  readonly status: HuntResult["status"];
  readonly evidence: readonly {
    readonly description: string;
    readonly source: string;
    readonly timestamp: string;
    readonly confidence: number;
    readonly indicators: readonly string[];
  }[];
  readonly ai_summary: string;
  readonly recommended_actions: readonly string[];
  readonly hunts: readonly HuntResult[];
}

export function beaconingResult(finding: Finding): BeaconingResult {
  const { periodSeconds } = z.object({ periodSeconds: z.number() }).parse(finding.detail);
  const port = observed(finding, "dst_endpoint.port");
  return {
    host: hostOf(finding),
    destination_ip: destinationOf(finding),
    destination_port: port === null ? null : Number(port),
    avg_interval: periodSeconds,
    connection_count: finding.rowCount,
    score: finding.score,
    finding,
  };
}

export function exfiltrationResult(finding: Finding): ExfiltrationResult {
  const detail = z.object({ bytesOut: z.number().nullable().default(null) }).parse(finding.detail);
  return {
    host: hostOf(finding),
    destination_ip: destinationOf(finding),
    bytes_out: detail.bytesOut,
    timestamp: finding.firstSeen,
    score: finding.score,
    finding,
  };
}

const movement = z.object({
  source_host: z.string(),
  target_hosts: z.array(z.string()),
  protocol: z.string().nullable(),
  risk_score: z.number(),
});

export function lateralMovementResult(finding: Finding): LateralMovementResult {
  return { ...movement.parse(finding.detail), score: finding.score, finding };
}

export function anomalousUser(finding: Finding): AnomalousUser {
  return {
    user_principal_name: observed(finding, "user.name", "actor.user.name") ?? finding.title,
    user_anomaly_score: finding.score,
    reasons: finding.reasons,
    finding,
  };
}

export function notebookHypothesis(hypothesis: Hypothesis): NotebookHypothesis {
  return {
    id: hypothesis.id,
    title: hypothesis.title,
    priority: hypothesis.priority,
    mitre_tactics: hypothesis.mitreTactics,
    description: hypothesis.description,
    hunting_steps: hypothesis.huntingSteps,
    expected_indicators: hypothesis.expectedIndicators,
    hypothesis,
  };
}

const strongestFirst = ["supported", "inconclusive", "refuted", "not-testable"] as const;

/** The hunts of one hypothesis as one, what supports it first. */
export function notebookHunt(hunts: readonly HuntResult[], hypothesis: Pick<Hypothesis, "testable">): NotebookHunt {
  const ordered = [...hunts].sort((a, b) => strongestFirst.indexOf(a.status) - strongestFirst.indexOf(b.status));
  return {
    status: statusTogether(hunts, hypothesis),
    evidence: ordered.flatMap(({ evidence }) => evidence),
    ai_summary: ordered.map(({ title, summary }) => `${title}: ${summary}`).join("\n\n"),
    recommended_actions: [...new Set(ordered.flatMap(({ recommendedActions }) => recommendedActions))],
    hunts: ordered,
  };
}

function hostOf(finding: Finding): string {
  return observed(finding, "src_endpoint.hostname", "device.hostname", "src_endpoint.ip", "device.ip", "actor.user.name") ?? "";
}

function destinationOf(finding: Finding): string {
  return observed(finding, "dst_endpoint.ip", "dst_endpoint.hostname", "query.hostname", "url.hostname", "email.to") ?? "";
}

function observed(finding: Finding, ...names: readonly ObservableName[]): string | null {
  for (const name of names) {
    const value = finding.observables.find((observable) => observable.name === name)?.value;
    if (value !== undefined) return value;
  }
  return null;
}
