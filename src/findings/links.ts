import { type Entity, entityKey } from "../entities/entity.ts";
import type { Entities } from "../entities/resolve.ts";
import { compareText } from "../order.ts";
import { epochMilliseconds } from "../time.ts";
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
// What many share joins only together with something else …
const commonWeight = 0.3;
// … except a device (a domain controller, a file server) that acts within these hours after somebody moved to it.
const hopWeight = 0.8;
const hopHours = 6;
// An address, name or device that findings on more different devices share says nothing about any of them, …
const fewDevices = 4;
// … unless at most this many times as many sources as those with findings ever went there: then it is what they have in common.
const specificShare = 2;
// So many make a value shared. People sign in to a dozen servers on any day; a service account or an administrator to more.
const manySharers = { user: 20, device: 5, ip: 5, domain: 5 } as const;

const hour = 3_600_000;

export function participantOf(finding: Finding, entities: Entities): Participant {
  const mentions = new Map(mentionsOf(finding, entities).map((mention) => [mention.key, mention]));
  return { finding, mentions, from: epochMilliseconds(finding.firstSeen), to: epochMilliseconds(finding.lastSeen) };
}

/** Participants in the order of their beginning, then uid. */
export function byTime(a: Participant, b: Participant): number {
  return a.from - b.from || compareText(a.finding.uid, b.finding.uid);
}

/** What so many share that it hardly joins: judged over all participants of a run. */
export function commonEntities(participants: readonly Participant[], entities: Entities): ReadonlySet<string> {
  const devices = new Map<string, { entity: Entity; sources: Set<string>; isOnlySubject: boolean }>();
  for (const { mentions } of participants) {
    const subjects = [...mentions.values()].filter(({ role }) => role === "subject").map(({ key }) => key);
    for (const { key, entity, role } of mentions.values()) {
      const known = devices.get(key) ?? { entity, sources: new Set<string>(), isOnlySubject: true };
      for (const subject of subjects.filter((each) => each.startsWith("device ") && each !== key)) known.sources.add(subject);
      devices.set(key, { ...known, isOnlySubject: known.isOnlySubject && role === "subject" });
    }
  }
  const common = [...devices].filter(([, { entity, sources, isOnlySubject }]) => {
    if (entities.isCommonName(entity)) return true;
    const sharers = entities.sharers(entity);
    if (sharers !== null && sharers >= manySharers[entity.kind]) return sharers > specificShare * Math.max(1, sources.size);
    // A person or device that findings are about stays itself, on however many devices: that is what movement looks like.
    return sources.size > fewDevices && !(isOnlySubject && (entity.kind === "user" || entity.kind === "device"));
  });
  return new Set(common.map(([key]) => key));
}

/** The link between two findings under a rule; null when they are too far apart in time or share too little. */
export function linkOf(one: Participant, two: Participant, common: ReadonlySet<string>, rule: LinkRule): Link | null {
  const [earlier, later] = byTime(one, two) <= 0 ? [one, two] : [two, one];
  const gap = Math.max(0, later.from - earlier.to);
  if (gap > rule.gapHours * hour) return null;
  let weight = 0;
  let best: { entity: Entity; weight: number } | null = null;
  for (const mention of earlier.mentions.values()) {
    const other = later.mentions.get(mention.key);
    if (other === undefined) continue;
    const part = weightOf(mention, other, common.has(mention.key), later.from - earlier.from);
    weight += part;
    if (best === null || part > best.weight || (part === best.weight && entityKey(mention.entity) < entityKey(best.entity)))
      best = { entity: mention.entity, weight: part };
  }
  return best === null || weight < rule.least ? null : { weight, by: best.entity };
}

function weightOf(earlier: Mention, later: Mention, isCommon: boolean, delay: number): number {
  const isDevice = earlier.entity.kind === "device";
  const isHop = isDevice && earlier.role === "object" && later.role === "subject";
  const isSame = isDevice && earlier.role === "subject" && later.role === "subject";
  const role = isDevice && later.role === "object" ? weakRole : 1;
  const commonness = isHop && delay <= hopHours * hour ? hopWeight : commonWeight;
  return kindWeights[earlier.entity.kind] * role * (isCommon && !isSame ? commonness : 1) * earlier.share * later.share;
}
