import { isIP } from "node:net";
import type { NameKind, Privacy } from "../privacy/privacy.ts";
import type { Json } from "../reasoner/port.ts";
import type { PastPursuit } from "../results/past-run.ts";
import type { AttackTag, Finding, HuntResult, Hypothesis, Observable, Story } from "../types.ts";

// Results as a client may see them: what Spoor computed stands at the top, what came from logs (or was written around it) under
// `untrusted`, and names as the privacy mode shows them.

type Seen = Readonly<Record<string, Json>>;

const longText = 1200;
const shortText = 300;

export function findingLine(finding: Finding, privacy: Privacy): Seen {
  return {
    uid: finding.uid,
    detector: finding.detector,
    severity: finding.severity,
    score: finding.score,
    confidence: finding.confidence,
    is_vendor_alert: finding.isVendorAlert,
    is_within_budget: finding.isWithinBudget,
    first_seen: finding.firstSeen,
    last_seen: finding.lastSeen,
    techniques: techniqueIds(finding.attacks),
    untrusted: { title: privacy.hideText(finding.title, shortText) },
  };
}

export function findingWhole(finding: Finding, privacy: Privacy): Seen {
  const text = (value: string | null): string | null => (value === null ? null : privacy.hideText(value, shortText));
  return {
    ...findingLine(finding, privacy),
    detector_name: finding.detectorName,
    detector_version: finding.detectorVersion,
    analytic_type: finding.analyticType,
    attacks: finding.attacks.map(({ tactic, technique, subTechnique }) => ({
      tactic: tactic.name,
      technique: (subTechnique ?? technique).uid,
      name: (subTechnique ?? technique).name,
    })),
    benign_explanation: ownWords(finding.benign, privacy),
    blind_spots: finding.blindSpots.map((spot) => ownWords(spot, privacy)),
    row_count: finding.rowCount,
    event_ids: finding.evidences
      .flatMap(({ event_ids }) => event_ids)
      .slice(0, 50)
      .map((id) => privacy.hide("event", id)),
    // The statement names its values as {name:Type}: it says how, the values would say who.
    evidence_sql: finding.evidences.map(({ sql }) => sql),
    untrusted: {
      title: privacy.hideText(finding.title, shortText),
      description: privacy.hideText(finding.description, longText),
      reasons: finding.reasons.map((reason) => ({
        feature: text(reason.feature),
        observed: text(reason.observed),
        own_baseline: text(reason.baseline),
        peers: text(reason.peers),
        contribution: reason.contribution,
      })),
      observables: finding.observables.slice(0, 60).map((one) => ({ name: one.name, value: observed(one, privacy) })),
    },
  };
}

export function storyLine(story: Story, privacy: Privacy): Seen {
  return {
    uid: story.uid,
    severity: story.severity,
    score: story.score,
    first_seen: story.firstSeen,
    last_seen: story.lastSeen,
    tactics: [...story.tactics],
    techniques: [...story.techniques],
    step_count: story.steps.length,
    untrusted: { title: privacy.hideText(story.title, shortText) },
  };
}

const entityKinds = { user: "user", device: "host", ip: "ip", domain: "domain" } as const satisfies Record<string, NameKind>;

export function storyWhole(story: Story, privacy: Privacy): Seen {
  const text = (value: string): string => privacy.hideText(value, shortText);
  return {
    ...storyLine(story, privacy),
    finding_uids: [...new Set(story.steps.map(({ findingUid }) => findingUid))],
    benign_explanation: privacy.hideText(story.benign, longText),
    untrusted: {
      title: text(story.title),
      summary: privacy.hideText(story.summary, longText),
      entities: story.entities.map(({ kind, value }) => ({ kind, value: named(entityKinds[kind], value, privacy) })),
      steps: story.steps.map((step) => ({
        time: step.time,
        last_time: step.lastTime,
        finding_uid: step.findingUid,
        tactic: step.tactic,
        text: text(step.text),
        sensors: [...step.sensors],
        joined_by: step.joinedBy === null ? null : text(step.joinedBy),
        joined_to: step.joinedTo,
        not_evaluable: [...step.notEvaluable],
      })),
      next_checks: story.nextChecks.map(text),
      actions: story.actions.map((action) => ownWords(action, privacy)),
      still_active: story.stillActive.map(text),
    },
  };
}

export function hypothesisLine(one: Hypothesis, privacy: Privacy): Seen {
  return {
    id: one.id,
    priority: one.priority,
    origin: one.origin,
    generator: one.generator,
    testable: one.testable,
    techniques: [...one.techniques],
    tactics: [...one.mitreTactics],
    untrusted: { title: privacy.hideText(one.title, shortText) },
  };
}

export function hypothesisWhole(one: Hypothesis, privacy: Privacy): Seen {
  const text = (value: string): string => privacy.hideText(value, longText);
  // What the knowledge base says is the same for every estate; what a model wrote may hold anything.
  const fixed = (value: string): string => (one.origin === "knowledge-base" ? ownWords(value, privacy) : text(value));
  return {
    ...hypothesisLine(one, privacy),
    priority_terms: { ...one.priorityTerms },
    finding_uids: [...one.findingUids],
    hunt_ids: [...one.huntIds],
    window: { ...one.window },
    not_testable_because: one.notTestableBecause === null ? null : text(one.notTestableBecause),
    untrusted: {
      title: privacy.hideText(one.title, shortText),
      description: text(one.description),
      entities: one.entities.map((entity) => named(kindOf(entity), entity, privacy)),
      hunting_steps: one.huntingSteps.map(text),
      expected_indicators: one.expectedIndicators.map(fixed),
      supports_if: fixed(one.supportsIf),
      refuted_if: fixed(one.refutedIf),
      benign_explanation: fixed(one.benignExplanation),
    },
  };
}

/** What came of a hypothesis that a language model pursued: its words were checked, and are still its words. */
export function pursuitWhole(pursuit: PastPursuit, privacy: Privacy): Seen {
  const text = (value: string): string => privacy.hideText(value, longText);
  const claims = (all: PastPursuit["claims"]) =>
    all.slice(0, 20).map((claim) => ({
      text: text(claim.text),
      techniques: [...claim.techniques],
      event_ids: claim.eventIds.slice(0, 20).map((id) => privacy.hide("event", id)),
    }));
  return {
    hypothesis_id: pursuit.hypothesisId,
    pursued_by: pursuit.reasoner,
    status: pursuit.status,
    confidence: pursuit.confidence,
    ended: pursuit.ended,
    usd: pursuit.usd,
    statements_rejected: pursuit.rejected.length,
    untrusted: {
      because: text(pursuit.because),
      summary: text(pursuit.summary),
      claims: claims(pursuit.claims),
      counter_evidence: claims(pursuit.counterEvidence),
      critic: claims(pursuit.critic),
      benign_readings_tried: pursuit.trials.slice(0, 20).map(({ explanation, foretells, check, isBorneOut }) => ({
        text: text(explanation),
        foretells,
        counted: check.value,
        is_borne_out: isBorneOut,
      })),
      gaps: pursuit.gaps.map(text),
      next_question: pursuit.nextQuestion === null ? null : text(pursuit.nextQuestion),
    },
  };
}

export function huntLine(hunt: HuntResult, privacy: Privacy): Seen {
  return {
    id: hunt.id,
    hunt_id: hunt.huntId,
    hypothesis_id: hunt.hypothesisId,
    status: hunt.status,
    techniques: [...hunt.techniques],
    evidence_count: hunt.evidence.length,
    untrusted: { title: privacy.hideText(hunt.title, shortText) },
  };
}

export function huntWhole(hunt: HuntResult, privacy: Privacy): Seen {
  return {
    ...huntLine(hunt, privacy),
    coverage: hunt.coverage.map(({ table, rows }) => ({ table, rows })),
    recommended_actions: hunt.recommendedActions.map((action) => ownWords(action, privacy)),
    result_hash: hunt.resultHash,
    sql: hunt.sql,
    untrusted: {
      title: privacy.hideText(hunt.title, shortText),
      summary: privacy.hideText(hunt.summary, longText),
      evidence: hunt.evidence.slice(0, 50).map((one) => ({
        description: privacy.hideText(one.description, shortText),
        source: one.source,
        time: one.timestamp,
        confidence: one.confidence,
        row_count: one.rowCount,
        event_ids: one.eventIds.slice(0, 20).map((id) => privacy.hide("event", id)),
        indicators: one.indicators.slice(0, 10).map((value) => privacy.hideText(value, shortText)),
      })),
    },
  };
}

/** A sentence of a detector, a hunt or the catalogue of actions: it names nobody, and is shown as it is unless it should after all. */
function ownWords(text: string, privacy: Privacy): string {
  const short = text.slice(0, longText);
  return privacy.leaks(short).length === 0 ? short : privacy.hideText(short, longText);
}

export function techniqueIds(attacks: readonly AttackTag[]): string[] {
  return [...new Set(attacks.map(({ technique, subTechnique }) => (subTechnique ?? technique).uid))];
}

const kindsByName: Readonly<Partial<Record<Observable["name"], NameKind>>> = {
  "src_endpoint.ip": "ip",
  "dst_endpoint.ip": "ip",
  "device.ip": "ip",
  "src_endpoint.hostname": "host",
  "device.hostname": "host",
  "dst_endpoint.hostname": "domain",
  "query.hostname": "domain",
  "url.hostname": "domain",
  "actor.user.name": "user",
  "user.name": "user",
  "email.from": "mail",
  "email.to": "mail",
};
/** Numbers and closed lists: they name nobody. */
const plain: ReadonlySet<Observable["name"]> = new Set([
  "src_endpoint.port",
  "dst_endpoint.port",
  "connection_info.protocol_name",
  "src_endpoint.location.country",
  "src_endpoint.autonomous_system.number",
  "file.hashes",
]);

function observed({ name, value }: Observable, privacy: Privacy): string {
  const kind = kindsByName[name];
  if (kind !== undefined) return named(kind, value, privacy);
  return plain.has(name) && value.length <= 128 ? value : privacy.hideText(value, shortText);
}

/** A value under its name; what its form says wins over what it was filed as: people are known by mail addresses, hosts by addresses. */
function named(kind: NameKind, value: string, privacy: Privacy): string {
  if (isIP(value) !== 0) return privacy.hide("ip", value);
  return privacy.hide(value.includes("@") ? "mail" : kind, value);
}

function kindOf(entity: string): NameKind {
  if (entity.includes("@")) return "mail";
  return entity.includes(".") ? "domain" : "host";
}
