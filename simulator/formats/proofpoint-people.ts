import type { Person } from "../estate.ts";
import type { Click, Message } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { digest, uuidOf } from "./ids.ts";

// What TAP says about people, campaigns and threats, made of what it condemned.

/** What was condemned so far, summed up: as large as the estate and its senders are, not as the time that is told. */
export interface Condemned {
  readonly scores: Map<Person, Map<string, number>>;
  readonly clicks: Map<Person, Map<string, number>>;
  /** The first message of each threat. */
  readonly threats: Map<string, Message>;
}

export function nothingCondemned(): Condemned {
  return { scores: new Map(), clicks: new Map(), threats: new Map() };
}

/** Adds what was condemned and clicked since. */
export function condemn(sum: Condemned, messages: readonly Message[], clicks: readonly Click[]): void {
  for (const message of messages) {
    const { recipients, threat } = message;
    for (const person of recipients) add(sum.scores, person, threat.classification, weights[threat.classification]);
    const known = sum.threats.get(threat.id);
    if (known === undefined || (message.isDelivered && !known.isDelivered)) sum.threats.set(threat.id, message);
  }
  for (const { person, message } of clicks) add(sum.clicks, person, message.threat.classification, 1);
}

function add(counts: Map<Person, Map<string, number>>, person: Person, family: string, by: number): void {
  const families = counts.get(person) ?? new Map<string, number>();
  counts.set(person, families.set(family, (families.get(family) ?? 0) + by));
}

/** Very attacked people (/v2/people/vap): who got the most of what was condemned. */
export function veryAttackedPeople({ scores }: Condemned): VendorRecord[] {
  return ranked(scores)
    .slice(0, 1_000)
    .map(({ person, families, total }) => ({
      identity: identity(person),
      threatStatistics: { attackIndex: total, families: families.map(([name, score]) => ({ name, score })) },
    }));
}

/** Top clickers (/v2/people/top-clickers). */
export function topClickers({ clicks }: Condemned): VendorRecord[] {
  return ranked(clicks)
    .slice(0, 200)
    .map(({ person, families, total }) => ({
      identity: identity(person),
      clickStatistics: { clickCount: total, families: families.map(([name, number]) => ({ name, clicks: number })) },
    }));
}

function ranked(counts: ReadonlyMap<Person, ReadonlyMap<string, number>>) {
  return [...counts]
    .map(([person, families]) => ({
      person,
      families: [...families].sort(([a], [b]) => compare(a, b)),
      total: [...families.values()].reduce((total, number) => total + number, 0),
    }))
    .sort((a, b) => b.total - a.total || compare(a.person.mail, b.person.mail));
}

/** Campaigns (/v2/campaign/{id}): threats that came from one domain. Messages carry the id where there is one. */
export function campaigns({ threats }: Condemned): VendorRecord[] {
  const byDomain = new Map<string, Map<string, Message>>();
  for (const message of threats.values()) {
    const domain = message.sender.split("@")[1] ?? "";
    const known = byDomain.get(domain) ?? new Map<string, Message>();
    byDomain.set(domain, known.set(message.threat.id, known.get(message.threat.id) ?? message));
  }
  return [...byDomain]
    .filter(([, members]) => members.size > 1)
    .map(([domain, members]) => ({
      id: uuidOf("campaign", domain),
      name: `Mails from ${domain}`,
      description: null,
      startDate: new Date(Math.min(...[...members.values()].map(({ time }) => time))).toISOString(),
      notable: false,
      families: [{ id: uuidOf("family", "credential phishing"), name: "Credential Phishing" }],
      actors: [],
      malware: [],
      techniques: [],
      brands: [],
      campaignMembers: [...members.values()].map(({ threat }) => ({
        id: threat.id,
        threat: threat.url,
        type: "url",
        subType: "NONE",
        threatTime: new Date(threat.time).toISOString(),
        threatStatus: threat.status,
      })),
    }));
}

/** Forensics (/v2/forensics) of each threat that was delivered. */
export function forensics(condemned: Condemned): VendorRecord[] {
  const threats = [...condemned.threats.values()].filter(({ isDelivered }) => isDelivered).map(({ threat }) => threat);
  return threats.map((threat) => ({
    generated: new Date(threat.time + 3_600_000).toISOString(),
    reports: [
      {
        id: threat.id,
        name: threat.url,
        scope: "THREAT",
        type: "URL",
        threatStatus: threat.status.toUpperCase(),
        forensics: [
          {
            type: "url",
            display: `Visits ${threat.url}`,
            engine: "iee",
            malicious: threat.status === "active",
            note: null,
            time: 0,
            what: { url: threat.url, httpStatus: 200, sha256: digest("sha256", threat.url) },
            platforms: [{ name: "Win10", os: "win", version: "10" }],
          },
        ],
      },
    ],
  }));
}

/** TAP knows people by ids of its own. */
function identity(person: Person): VendorRecord {
  return {
    guid: uuidOf("tap", person.userId),
    customerUserId: null,
    emails: [person.mail],
    name: person.displayName,
    department: person.department,
    location: person.office.code,
    title: person.jobTitle === "" ? null : person.jobTitle,
    vip: /Director/.test(person.jobTitle),
  };
}

const weights = { spam: 2, phish: 60, malware: 120 } as const;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
