import { UnionFind } from "../entities/union-find.ts";
import { compareText } from "../order.ts";
import { byTime, type Commonness, type Link, type LinkRule, linkOf, type Participant } from "./links.ts";

// From the widest to the strictest: a group about too many is taken apart by the next rule. Three days bridge a weekend.
const rules: readonly LinkRule[] = [
  { least: 0.7, gapHours: 72 },
  { least: 0.7, gapHours: 24 },
  { least: 1, gapHours: 6 },
];

/** The rule under which findings of one story are linked at all. */
export const widestRule: LinkRule = rules[0] ?? { least: 1, gapHours: 0 };

// More people and devices than this in one story is more likely glue than an intrusion.
const mostSubjects = 20;
// A finding is compared with so many of those before it that share a name; the chain reaches the others.
const neighbours = 50;

/** Groups of findings that are linked, directly or through others; each in the order of time, single findings as groups of one. */
export function clusters(participants: readonly Participant[], common: Commonness): Participant[][] {
  return clustersBy(participants, common, 0);
}

function clustersBy(participants: readonly Participant[], common: Commonness, level: number): Participant[][] {
  const rule = rules[level];
  if (rule === undefined) return [[...participants]];
  const byUid = new Map(participants.map((participant) => [participant.finding.uid, participant]));
  const union = new UnionFind();
  for (const uid of byUid.keys()) union.find(uid);
  for (const [one, two] of pairs(participants))
    if (linkOf(one, two, common, rule) !== null) union.union(one.finding.uid, two.finding.uid);
  return union.groups().flatMap((uids) => {
    const group = uids.flatMap((uid) => byUid.get(uid) ?? []).sort(byTime);
    return subjectCount(group) > mostSubjects ? clustersBy(group, common, level + 1) : [group];
  });
}

/** For each finding the group that it supports: that of the strongest link, at equal strength of the higher score. */
export function strongestGroup<Group extends { readonly members: readonly Participant[] }>(
  participant: Participant,
  groups: readonly Group[],
  common: Commonness,
): Group | null {
  let best: { group: Group; link: Link; anchor: Participant } | null = null;
  for (const group of groups) {
    for (const anchor of group.members) {
      const link = linkOf(participant, anchor, common, widestRule);
      if (link === null) continue;
      const order =
        best === null
          ? 1
          : link.weight - best.link.weight ||
            anchor.finding.score - best.anchor.finding.score ||
            compareText(best.anchor.finding.uid, anchor.finding.uid);
      if (order > 0) best = { group, link, anchor };
    }
  }
  return best?.group ?? null;
}

/** Pairs that share a name: each finding with its nearest predecessors under that name. */
function* pairs(participants: readonly Participant[]): Generator<[Participant, Participant]> {
  const recent = new Map<string, Participant[]>();
  for (const later of [...participants].sort(byTime)) {
    const earlier = new Set([...later.mentions.keys()].flatMap((key) => recent.get(key) ?? []));
    for (const one of earlier) yield [one, later];
    for (const key of later.mentions.keys()) recent.set(key, [...(recent.get(key) ?? []), later].slice(-neighbours));
  }
}

// A finding about two hundred accounts counts for as many as its shares add up to: three.
function subjectCount(group: readonly Participant[]): number {
  const shares = new Map<string, number>();
  for (const { mentions } of group) {
    for (const { key, role, entity, share } of mentions.values()) {
      if (role === "subject" && (entity.kind === "user" || entity.kind === "device"))
        shares.set(key, Math.max(shares.get(key) ?? 0, share));
    }
  }
  return [...shares.values()].reduce((sum, share) => sum + share, 0);
}
