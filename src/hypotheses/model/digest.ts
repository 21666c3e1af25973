import { looksOf } from "../../attack/looks.ts";
import { shortHash } from "../../findings/hash.ts";
import { mentionsOf } from "../../findings/mentions.ts";
import { lacking } from "../../hunts/lacking.ts";
import type { PastHunt } from "../../memory/past-hunt.ts";
import { compareText } from "../../order.ts";
import type { Privacy } from "../../privacy/privacy.ts";
import type { Json } from "../../reasoner/port.ts";
import { daysOf } from "../../time.ts";
import type { Finding, Gap, Hypothesis, Story } from "../../types.ts";
import { knowledge, recordOf } from "../knowledge.ts";
import { type Situation, techniquesOf } from "../situation.ts";
import { kindsIn, Names } from "./digest-names.ts";
import { namesIn } from "./names-in.ts";

/** What the model is told of a run, and how to read what it says back. */
export interface Digest {
  /** The one user message: the data as JSON between two lines with the same mark. */
  readonly text: string;
  /** Under which names entities are shown, and what they stand for. */
  readonly entities: ReadonlyMap<string, string>;
  /** The ids under which findings are shown ("f1"), and the findings. A finding's own uid tells of its entities, so it stays here. */
  readonly findings: ReadonlyMap<string, Finding>;
  /** Addresses, domains and pseudonyms anywhere in the text. */
  readonly names: ReadonlySet<string>;
}

export interface DigestInput {
  readonly situation: Situation;
  readonly known: readonly Hypothesis[];
  readonly past: readonly PastHunt[];
  readonly gaps: readonly Gap[];
  readonly seed: number;
}

/** Characters of the whole message: some 27,000 tokens, or $0.08 at the price of the middle model. */
const mostCharacters = 80_000;
const most = { findings: 40, stories: 12, entities: 60, exposed: 40, gaps: 25, known: 25, past: 12 } as const;
const textLimit = { title: 200, reason: 120, note: 300 } as const;

// Detectors whose findings a hunter reads together; the others stand under their own names.
const sections: Readonly<Record<string, string>> = {
  "behavioural-anomaly": "anomalous_people",
  "unusual-sign-in": "anomalous_people",
  "impossible-travel": "anomalous_people",
  beaconing: "beacons",
  "dns-tunnelling": "beacons",
  "lateral-movement": "lateral_movement",
};

/**
 * The digest of a situation: aggregates, never rows. What is left out for its size is counted in it. The same situation, privacy key
 * and seed give the same text.
 */
export function digestOf(input: DigestInput, privacy: Privacy): Digest {
  for (const share of [1, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1]) {
    const digest = digestWithin(input, privacy, share);
    if (digest.text.length <= mostCharacters) return digest;
  }
  return digestWithin(input, privacy, 0);
}

function digestWithin({ situation, known, past, gaps, seed }: DigestInput, privacy: Privacy, share: number): Digest {
  const first = <Item>(items: readonly Item[], count: number): Item[] => items.slice(0, Math.ceil(count * share));
  const findings = first(situation.findings, most.findings);
  const idOf = new Map(findings.map((finding, position) => [finding.uid, `f${position + 1}`]));
  const names = new Names(privacy);
  const shownFindings = findings.map((finding) => ({ finding, told: findingOf(finding, idOf, situation, names) }));
  const kinds = kindsIn(situation);
  // Names of detectors, hunts and tables are ours.
  const ownParts = new Set([
    ...situation.detectors.map(({ detector }) => detector.id),
    ...situation.hunts.map(({ id }) => id),
    ...situation.tables.keys(),
  ]);
  const exposed = first(exposedIn(situation), most.exposed);
  const stories = first(situation.stories, most.stories);
  const data = {
    window: {
      from: situation.window.from.slice(0, 19),
      to: situation.window.to.slice(0, 19),
      days: Math.round(10 * daysOf(situation.window)) / 10,
    },
    ...sectionsOf(shownFindings),
    stories: stories.map((story) => storyOf(story, idOf, names)),
    people_and_devices_that_matter: exposed.map(({ value, marks, kind }) => ({ entity: names.of(kind, value), is: [...marks] })),
    attack_states: attackStates(situation),
    known_hypotheses: first(known, most.known).map((one) => ({
      title: titleOf(one, situation) ?? names.text(one.title, textLimit.title),
      techniques: [...one.techniques],
      entities: one.entities.map((entity) => names.known(entity, kinds)),
    })),
    past_hunts: first(past, most.past).map((one) => ({
      date: one.date,
      hypothesis: names.text(one.hypothesis, textLimit.title),
      techniques: [...one.techniques],
      status: one.status,
      learnt: names.text(one.learnt, textLimit.note),
    })),
    coverage_gaps: first(gaps, most.gaps).map((gap) => ({
      part: ownParts.has(gap.part) ? gap.part : names.text(gap.part, 80),
      kind: gap.kind,
      reason: names.text(gap.reason, textLimit.note),
    })),
    data_inventory: inventoryOf(situation),
    library_hunts: situation.hunts
      .map((hunt) => ({
        id: hunt.id,
        title: hunt.title,
        techniques: [...hunt.techniques],
        can_be_asked: lacking(hunt, situation.tables).length === 0,
      }))
      .sort((a, b) => compareText(a.id, b.id)),
    entities: first(names.list(), most.entities).map(({ shown, kind }) => ({ entity: shown, kind })),
    left_out: {
      findings: situation.findings.length - findings.length,
      stories: situation.stories.length - stories.length,
      entities: Math.max(0, names.list().length - Math.ceil(most.entities * share)),
    },
  };
  const json = JSON.stringify(data);
  // Nobody who writes into a log can know the mark: it hangs on everything that is said, and on the seed.
  const mark = `DATA-${shortHash({ seed, json })}`;
  const shown = first(names.list(), most.entities);
  return {
    text: `The digest of this run stands between the two marks.\n${mark}\n${json}\n${mark}\nWrite the hypotheses.`,
    entities: new Map(shown.map(({ shown: name, value }) => [name, value])),
    findings: new Map(findings.map((finding) => [idOf.get(finding.uid) ?? "", finding])),
    names: namesIn(json),
  };
}

/** The knowledge base's own heading for a hypothesis of its own: words of ours, which hide nobody. */
function titleOf({ origin, techniques }: Hypothesis, { attack }: Situation): string | null {
  return origin === "knowledge-base" ? (recordOf(techniques[0] ?? "", attack)?.title ?? null) : null;
}

function findingOf(finding: Finding, idOf: ReadonlyMap<string, string>, situation: Situation, names: Names) {
  const mentions = mentionsOf(finding, situation.entities).filter(({ share }) => share >= 0.2);
  const entitiesOf = (role: "subject" | "object") =>
    mentions
      .filter((mention) => mention.role === role)
      .slice(0, 6)
      .map(({ entity }) => names.of(entity.kind, entity.value));
  return {
    id: idOf.get(finding.uid) ?? "",
    detector: finding.detector,
    title: names.text(finding.title, textLimit.title),
    score: Math.round(finding.score),
    confidence: Math.round(finding.confidence),
    vendor_alert: finding.isVendorAlert,
    techniques: techniquesOf(finding, situation.attack),
    about: entitiesOf("subject"),
    with: entitiesOf("object"),
    first: finding.firstSeen.slice(0, 19),
    last: finding.lastSeen.slice(0, 19),
    events: finding.rowCount,
    why: [...finding.reasons]
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || compareText(a.feature, b.feature))
      .slice(0, 3)
      .map((reason) => ({
        feature: reason.feature,
        observed: names.text(reason.observed, textLimit.reason),
        usual: reason.baseline === null ? null : names.text(reason.baseline, textLimit.reason),
      })),
  };
}

function sectionsOf(shown: readonly { readonly finding: Finding; readonly told: Json }[]): Record<string, Json> {
  const all: Record<string, Json[]> = { anomalous_people: [], beacons: [], lateral_movement: [], other_findings: [] };
  for (const { finding, told } of shown) all[sections[finding.detector] ?? "other_findings"]?.push(told);
  return all;
}

function storyOf(story: Story, idOf: ReadonlyMap<string, string>, names: Names) {
  return {
    title: names.text(story.title, textLimit.title),
    score: Math.round(story.score),
    first: story.firstSeen.slice(0, 19),
    last: story.lastSeen.slice(0, 19),
    tactics: [...story.tactics],
    techniques: [...story.techniques],
    entities: story.entities.slice(0, 10).map(({ kind, value }) => names.of(kind, value)),
    finding_ids: [...new Set(story.steps.flatMap(({ findingUid }) => idOf.get(findingUid) ?? []))],
    still_active: story.stillActive.slice(0, 4).map((text) => names.text(text, textLimit.reason)),
  };
}

/** Risky users, top clickers, the most attacked, the privileged and critical: most exposed first. */
function exposedIn({ exposures }: Situation) {
  return [...exposures]
    .map(([value, { weight, because, marks, kind }]) => ({
      value,
      weight,
      marks: marks ?? [because],
      kind: kind ?? (because.endsWith("device") ? ("device" as const) : ("user" as const)),
    }))
    .sort((a, b) => b.weight - a.weight || b.marks.length - a.marks.length || compareText(a.value, b.value));
}

/** What is known of the techniques that Spoor can tell something about: seen in a finding, looked for, or without data. */
function attackStates(situation: Situation): Json {
  const { attack, findings, detectors, tables } = situation;
  const seen = new Set(findings.flatMap((finding) => techniquesOf(finding, attack)));
  const looks = looksOf(detectors, [], tables, attack);
  const stateOf = (uid: string) => {
    if (seen.has(uid)) return "seen";
    const outcomes = (looks.get(uid) ?? []).map(({ outcome }) => outcome);
    return outcomes.includes("clean") ? "looked-and-clean" : outcomes.length > 0 ? "no-data" : "no-analytic";
  };
  return knowledge.map(({ technique }) => ({
    technique,
    name: attack.technique(technique)?.name ?? technique,
    state: stateOf(technique),
  }));
}

/** Tables with rows: how many, over how many days, and which columns have values. Names come from the schema, never from a log. */
function inventoryOf({ tables }: Situation): Json {
  return [...tables.values()]
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => compareText(a.table, b.table))
    .map(({ table, rows, firstTime, lastTime, filled }) => ({
      table,
      rows,
      days: firstTime === null || lastTime === null ? null : Math.round(10 * daysOf({ from: firstTime, to: lastTime })) / 10,
      columns: Object.entries(filled)
        .filter(([, share]) => share >= 0.01)
        .map(([column]) => column)
        .sort(compareText),
    }));
}
