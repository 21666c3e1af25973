import { type Entity, entityKey } from "../entities/entity.ts";
import type { Entities } from "../entities/resolve.ts";
import { compareText } from "../order.ts";
import type { AttackTag, Finding, Story, StoryStep } from "../types.ts";
import { actionsFor } from "./actions.ts";
import { chainPlace } from "./chain.ts";
import { clusters, strongestGroup } from "./clusters.ts";
import { withFindings } from "./entity-names.ts";
import { shortHash } from "./hash.ts";
import { byTime, type Commonness, commonEntities, type Participant, participantOf } from "./links.ts";
import { nextChecks } from "./next-checks.ts";
import { byRank } from "./rank.ts";
import { isAlert, severityId, severityOf } from "./severity.ts";
import { type Step, stepsOf, stepTime } from "./steps.ts";
import { storyScore } from "./story-score.ts";
import { benignReading, storySummary, storyTitle } from "./story-text.ts";

// A story is read by a person: the strongest steps and the names that matter most.
const mostSteps = 40;
const mostEntities = 30;
// More than for one finding: a story may ask to contain devices, an account and its mail, and to establish what left, all at once.
const mostActions = 20;

/**
 * Joins findings that share a person, device or address close in time into stories, the highest score first, then uid.
 *
 * - Findings of Medium and above carry stories: they join when what they share weighs enough and no more than three days lie between
 *   them (see links.ts for weights, and for what too many share to join anything). Vendor alerts join like all others.
 * - Findings of Low support, and those that people suppressed: each is added to the story with which it shares most, and joins no two
 *   stories; none begins a story that is not about the same person or thing. Lower ones take no part. What is suppressed makes no story
 *   and adds nothing to its score.
 * - A story has two findings or more. A single finding is a story of one step when it is our own, High or above and within the budget:
 *   the reader should find everything that deserves a look in one list. A single vendor alert is not: the vendor shows it already.
 * - Steps stand in the order of time, at the same moment in that of ATT&CK's tactics.
 *
 * Pure; the order of the findings does not matter.
 */
export function correlate(findings: readonly Finding[], known: Entities): Story[] {
  const entities = withFindings(known, findings);
  const participants = findings
    .filter((finding) => severityId(finding.severity) >= severityId("Low"))
    .map((finding) => participantOf(finding, entities))
    .sort(byTime);
  const common = commonEntities(participants, entities);
  const carriers = participants.filter(({ finding }) => carries(finding));
  const groups = clusters(carriers, common).map((members) => ({ members, supporters: [] as Participant[] }));
  const groupsByKey = groupsByEntity(groups);
  for (const supporter of participants.filter(({ finding }) => !carries(finding))) {
    const near = new Set([...supporter.mentions.keys()].flatMap((key) => groupsByKey.get(key) ?? []));
    const open = [...near].filter(({ members }) => mayBegin(supporter, members));
    strongestGroup(supporter, open, common)?.supporters.push(supporter);
  }
  return groups
    .filter(({ members, supporters }) => isStory(members, supporters))
    .map(({ members, supporters }) => storyOf(members, supporters, common))
    .sort(byRank);
}

function carries(finding: Finding): boolean {
  return severityId(finding.severity) >= severityId("Medium") && counts(finding);
}

function counts({ suppression }: Finding): boolean {
  return suppression === undefined;
}

/** A weak finding may stand before all others of a story only when it is about somebody or something that the story is about too. */
function mayBegin(supporter: Participant, members: readonly Participant[]): boolean {
  if (members.some(({ from }) => from <= supporter.from)) return true;
  const isSubject = ({ mentions }: Participant, key: string) => mentions.get(key)?.role === "subject";
  return [...supporter.mentions.keys()].some(
    (key) => isSubject(supporter, key) && members.some((member) => isSubject(member, key)),
  );
}

function isStory(members: readonly Participant[], supporters: readonly Participant[]): boolean {
  const [first] = members;
  if (first === undefined) return false;
  if (members.length + supporters.filter(({ finding }) => counts(finding)).length > 1) return true;
  return !first.finding.isVendorAlert && isAlert(first.finding.severity) && first.finding.isWithinBudget;
}

function groupsByEntity<Group extends { readonly members: readonly Participant[] }>(
  groups: readonly Group[],
): Map<string, Group[]> {
  const byKey = new Map<string, Set<Group>>();
  for (const group of groups)
    for (const { mentions } of group.members)
      for (const key of mentions.keys()) byKey.set(key, (byKey.get(key) ?? new Set()).add(group));
  return new Map([...byKey].map(([key, set]) => [key, [...set]]));
}

function storyOf(members: readonly Participant[], supporters: readonly Participant[], common: Commonness): Story {
  const all = [...members, ...supporters];
  const told = [...all].sort((a, b) => byRank(a.finding, b.finding)).slice(0, mostSteps);
  const steps = stepsOf(told, common);
  const findings = all.map(({ finding }) => finding);
  const entities = entitiesOfStory(steps, common);
  const tactics = distinctTactics(steps);
  const weighed = distinctTactics(steps.filter(({ participant }) => counts(participant.finding)));
  const score = storyScore(findings.filter(counts), weighed.length);
  const severity = severityOf(score);
  const firstSeen = findings.map((finding) => finding.firstSeen).reduce((a, b) => (compareText(a, b) <= 0 ? a : b));
  const lastSeen = findings.map((finding) => finding.lastSeen).reduce((a, b) => (compareText(a, b) >= 0 ? a : b));
  const techniques = techniquesOf(findings);
  const outline = { tactics: steps.map(({ tactic }) => tactic), entities, firstSeen, lastSeen };
  const situation = {
    detectors: findings.map(({ detector }) => detector),
    techniques,
    tactics: tactics.map(({ uid }) => uid),
    severity,
    namesDevice: entities.some(({ kind }) => kind === "device"),
  };
  return {
    // By the first finding that carries it: steps that are found later leave the uid as it is.
    uid: shortHash({ story: members[0]?.finding.uid }),
    title: storyTitle(steps, tactics, entities),
    summary: storySummary(steps, entities, { untold: all.length - told.length, firstSeen, lastSeen }),
    score,
    severity,
    firstSeen,
    lastSeen,
    entities,
    steps: steps.map(asStoryStep),
    tactics: tactics.map(({ name }) => name),
    techniques,
    benign: benignReading(steps, entities),
    nextChecks: nextChecks(outline),
    actions: actionsFor(situation, { limit: mostActions }).map(({ text }) => text),
    stillActive: [],
  };
}

/** Whom and what the story is about: those of most steps first; what too many share only when nothing else joins it. */
function entitiesOfStory(steps: readonly Step[], common: Commonness): Entity[] {
  const found = new Map<string, { entity: Entity; subjects: number; mentions: number }>();
  for (const { participant } of steps) {
    for (const { key, entity, role } of participant.mentions.values()) {
      const known = found.get(key) ?? { entity, subjects: 0, mentions: 0 };
      found.set(key, { entity, subjects: known.subjects + (role === "subject" ? 1 : 0), mentions: known.mentions + 1 });
    }
  }
  const isCommon = (entity: Entity) => ((common.get(entityKey(entity)) ?? 1) < 0.5 ? 1 : 0);
  return [...found.values()]
    .sort(
      (a, b) =>
        isCommon(a.entity) - isCommon(b.entity) ||
        b.subjects - a.subjects ||
        b.mentions - a.mentions ||
        compareText(entityKey(a.entity), entityKey(b.entity)),
    )
    .slice(0, mostEntities)
    .map(({ entity }) => entity);
}

function distinctTactics(steps: readonly Step[]): AttackTag["tactic"][] {
  const tactics = new Map(steps.flatMap(({ tactic }) => (tactic === null ? [] : [[tactic.uid, tactic] as const])));
  return [...tactics.values()].sort((a, b) => chainPlace(a.uid) - chainPlace(b.uid) || compareText(a.uid, b.uid));
}

function techniquesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.flatMap(({ attacks }) => attacks.map((tag) => tag.subTechnique?.uid ?? tag.technique.uid)))].sort(
    compareText,
  );
}

function asStoryStep({ participant: { finding, mentions }, tactic, joinedBy, joinedTo }: Step): StoryStep {
  const subject = (kind: Entity["kind"]) =>
    [...mentions.values()].find(({ role, entity }) => role === "subject" && entity.kind === kind)?.entity.value ?? null;
  return {
    time: stepTime(finding),
    lastTime: finding.lastSeen,
    findingUid: finding.uid,
    tactic: tactic?.name ?? "",
    text: finding.title,
    person: subject("user"),
    device: subject("device"),
    sensors: [],
    joinedBy: joinedBy === null ? null : entityKey(joinedBy),
    joinedTo: joinedTo === null ? null : joinedTo + 1,
    notEvaluable: notEvaluableOf(finding),
  };
}

/** What the detector says that it could not judge, in its own short words. */
function notEvaluableOf({ detail }: Finding): string[] {
  const said = detail.not_evaluable;
  return Array.isArray(said) ? said.filter((one) => typeof one === "string") : [];
}
