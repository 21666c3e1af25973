import { type Entity, entityKey } from "../entities/entity.ts";
import type { Entities } from "../entities/resolve.ts";
import { compareText } from "../order.ts";
import { epochMilliseconds, hourMs } from "../time.ts";
import type { Finding } from "../types.ts";
import { type Mention, mentionsOf } from "./mentions.ts";

/** A finding with what it names and when, ready to be joined. */
export interface Participant {
  readonly finding: Finding;
  readonly mentions: ReadonlyMap<string, Mention>;
  readonly from: number;
  readonly to: number;
}

/** How strongly two findings belong together, and by what most of all. */
export interface Link {
  readonly weight: number;
  readonly by: Entity;
}

export interface LinkRule {
  /** Weights of what two findings share add up; from this on they are joined. */
  readonly least: number;
  /** Hours between the end of one and the beginning of the other. */
  readonly gapHours: number;
}

// A person or a device alone joins two findings; an address or a name outside does too, when it is not everyone's.
const kindWeights = { user: 1, device: 1, ip: 0.7, domain: 0.7 } as const;
// Two that did something to the same device; a device that was first the doer and then the target.
const weakRole = 0.5;
// A device (a domain controller, a file server) that acts within these hours after somebody moved to it was moved to, however many use it.
const hopWeight = 0.8;
const hopHours = 6;
// Servers that both did something to, however many: scanners, backups and intruders meet at the same ones.
const mostByTargets = 0.5;
// What its detector calls a habit, and lasted longer than these hours, says little of what else the account or the targets meet elsewhere.
const habitWeight = 0.4;
const habitHours = 24;
// An address, name or device that findings on more different devices share says nothing about any of them, …
const fewDevices = 4;
// … unless at most this many times as many sources as those with findings ever went there: then it is what they have in common.
const specificShare = 2;
// Up to so many sharers a value says all it can. People sign in to a dozen servers on any day; a service account or an administrator to more.
const fewSharers = { user: 12, device: 4, ip: 4, domain: 4 } as const;
// A value that everybody shares still says that much together with others.
const leastShare = 0.15;

export function participantOf(finding: Finding, entities: Entities): Participant {
  const mentions = new Map(mentionsOf(finding, entities).map((mention) => [mention.key, mention]));
  return { finding, mentions, from: epochMilliseconds(finding.firstSeen), to: epochMilliseconds(finding.lastSeen) };
}

/** Participants in the order of their beginning, then uid. */
export function byTime(a: Participant, b: Participant): number {
  return a.from - b.from || compareText(a.finding.uid, b.finding.uid);
}

/** How much of its weight each entity keeps, by key, for how many share it: 1 for few; entities that are not in it keep all. */
export type Commonness = ReadonlyMap<string, number>;

/**
 * How common each entity is, judged over all participants of a run. With n sharers where k are few, it keeps k / n of its weight:
 * sharing it is that much likelier by chance (Fellegi and Sunter's frequency weights, as odds). Sharers are those of the records, or
 * the other devices with findings that name it, whichever are more.
 */
export function commonEntities(participants: readonly Participant[], entities: Entities): Commonness {
  const devices = new Map<string, { entity: Entity; sources: Set<string>; isOnlySubject: boolean }>();
  for (const { mentions } of participants) {
    const subjects = [...mentions.values()].filter(({ role }) => role === "subject").map(({ key }) => key);
    for (const { key, entity, role } of mentions.values()) {
      const known = devices.get(key) ?? { entity, sources: new Set<string>(), isOnlySubject: true };
      for (const subject of subjects.filter((each) => each.startsWith("device ") && each !== key)) known.sources.add(subject);
      devices.set(key, { ...known, isOnlySubject: known.isOnlySubject && role === "subject" });
    }
  }
  const common = [...devices].flatMap(([key, { entity, sources, isOnlySubject }]): [string, number][] => {
    if (entities.isCommonName(entity)) return [[key, leastShare]];
    const few = fewSharers[entity.kind];
    const recorded = entities.sharers(entity) ?? 0;
    if (recorded > few && recorded <= specificShare * Math.max(1, sources.size)) return [];
    // A person or device that findings are about stays itself, on however many devices: that is what movement looks like.
    const isItself = isOnlySubject && (entity.kind === "user" || entity.kind === "device");
    const told = sources.size > fewDevices && !isItself ? sources.size : 0;
    const sharers = Math.max(recorded, told);
    return sharers <= few ? [] : [[key, Math.max(leastShare, few / sharers)]];
  });
  return new Map(common);
}

/** The link between two findings under a rule; null when they are too far apart in time or share too little. */
export function linkOf(one: Participant, two: Participant, common: Commonness, rule: LinkRule): Link | null {
  const [earlier, later] = byTime(one, two) <= 0 ? [one, two] : [two, one];
  const gap = Math.max(0, later.from - earlier.to);
  if (gap > rule.gapHours * hourMs) return null;
  let weight = 0;
  let targets = 0;
  let best: { entity: Entity; weight: number } | null = null;
  for (const mention of earlier.mentions.values()) {
    const other = later.mentions.get(mention.key);
    if (other === undefined) continue;
    const part =
      weightOf(mention, other, common.get(mention.key) ?? 1, later.from - earlier.from) * habitOf(mention, earlier, later);
    if (mention.entity.kind === "device" && mention.role === "object" && other.role === "object") targets += part;
    else weight += part;
    if (best === null || part > best.weight || (part === best.weight && entityKey(mention.entity) < entityKey(best.entity)))
      best = { entity: mention.entity, weight: part };
  }
  const all = weight + Math.min(mostByTargets, targets);
  return best === null || all < rule.least ? null : { weight: all, by: best.entity };
}

function weightOf(earlier: Mention, later: Mention, share: number, delay: number): number {
  const isDevice = earlier.entity.kind === "device";
  const isHop = isDevice && earlier.role === "object" && later.role === "subject";
  const isSame = isDevice && earlier.role === "subject" && later.role === "subject";
  const role = isDevice && later.role === "object" ? weakRole : 1;
  const commonness = isHop && delay <= hopHours * hourMs ? Math.max(share, hopWeight) : share;
  return kindWeights[earlier.entity.kind] * role * (isSame ? 1 : commonness) * earlier.share * later.share;
}

/** Less than 1 where one of the two is a habit of days, which goes on elsewhere: an administrator's rounds are no part of an intrusion. */
function habitOf({ entity }: Mention, one: Participant, two: Participant): number {
  if (isHabit(one) === isHabit(two) || (entity.kind !== "user" && entity.kind !== "device")) return 1;
  const [theirs, other] = [devicesOf(one), devicesOf(two)];
  return other.length === 0 || theirs.some((key) => other.includes(key)) ? 1 : habitWeight;
}

function isHabit({ finding, from, to }: Participant): boolean {
  const isRepeated = finding.reasons.some(({ feature, contribution }) => feature === "habit" && contribution < 0);
  return isRepeated && to - from > habitHours * hourMs;
}

function devicesOf({ mentions }: Participant): string[] {
  return [...mentions.values()]
    .filter(({ role, entity }) => role === "subject" && entity.kind === "device")
    .map(({ key }) => key);
}
