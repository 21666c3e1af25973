import type { Person } from "../estate.ts";
import type { Click, Message } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { digest, uuidOf } from "./ids.ts";

// What TAP says about people, campaigns and threats, made of what it condemned.

/** Very attacked people (/v2/people/vap): who got the most of what was condemned. */
export function veryAttackedPeople(messages: readonly Message[]): VendorRecord[] {
  const scores = new Map<Person, Map<string, number>>();
  for (const { recipients, threat } of messages)
    for (const person of recipients) {
      const families = scores.get(person) ?? new Map<string, number>();
      scores.set(
        person,
        families.set(threat.classification, (families.get(threat.classification) ?? 0) + weights[threat.classification]),
      );
    }
  const ranked = [...scores].map(([person, families]) => ({ person, families, index: sum(families.values()) }));
  return ranked
    .sort((a, b) => b.index - a.index || compare(a.person.mail, b.person.mail))
    .slice(0, 1_000)
    .map(({ person, families, index }) => ({
      identity: identity(person),
      threatStatistics: { attackIndex: index, families: [...families].map(([name, score]) => ({ name, score })) },
    }));
}

/** Top clickers (/v2/people/top-clickers). */
export function topClickers(clicks: readonly Click[]): VendorRecord[] {
  const counts = new Map<Person, Map<string, number>>();
  for (const { person, message } of clicks) {
    const families = counts.get(person) ?? new Map<string, number>();
    counts.set(person, families.set(message.threat.classification, (families.get(message.threat.classification) ?? 0) + 1));
  }
  const ranked = [...counts].map(([person, families]) => ({ person, families, count: sum(families.values()) }));
  return ranked
    .sort((a, b) => b.count - a.count || compare(a.person.mail, b.person.mail))
    .slice(0, 200)
    .map(({ person, families, count }) => ({
      identity: identity(person),
      clickStatistics: { clickCount: count, families: [...families].map(([name, number]) => ({ name, clicks: number })) },
    }));
}

/** Campaigns (/v2/campaign/{id}): threats that came from one domain. Messages carry the id where there is one. */
export function campaigns(messages: readonly Message[]): VendorRecord[] {
  const byDomain = new Map<string, Map<string, Message>>();
  for (const message of messages) {
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
export function forensics(messages: readonly Message[]): VendorRecord[] {
  const threats = new Map(messages.filter(({ isDelivered }) => isDelivered).map(({ threat }) => [threat.id, threat]));
  return [...threats.values()].map((threat) => ({
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

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
