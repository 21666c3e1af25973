import { detector } from "../detector.ts";
import { type Channel, explains, isBareAddress, nameChannel, pairChannel, placesOf } from "./channel.ts";
import { draftOf } from "./finding.ts";
import { hourlyChannel } from "./hourly.ts";
import { type Merged, mergeChannels } from "./merge.ts";
import { parameters } from "./parameters.ts";
import {
  addressRow,
  domainRow,
  hostRow,
  hoursRow,
  insideRow,
  type NameRow,
  nameRow,
  type PairRow,
  pairRow,
} from "./questions.ts";
import { judge } from "./score.ts";
import { insideKey, type Knowledge, nameKey, surroundingsOf } from "./surroundings.ts";
import { techniques } from "./techniques.ts";

// Below this nothing is left of a rhythm that a reader could act on.
const lowestScore = 20;
// What the questions give at most; at this many rows something was cut off.
const mostCandidates = 2000;

export default detector({
  id: "beaconing",
  name: "Beaconing",
  version: "1",
  question: "Which hosts call the same address or name again and again with the rhythm of a clock?",
  analyticType: "Statistical",
  techniques,
  anyOf: [
    { table: "network_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip"] },
    { table: "network_activity", columns: ["device_hostname", "dst_endpoint_ip"] },
    { table: "network_activity", columns: ["src_endpoint_ip", "tls_sni"] },
    { table: "http_activity", columns: ["src_endpoint_ip", "http_request_url_hostname"] },
  ],
  parameters,
  questions: {
    pairs: { file: "pairs.sql", row: pairRow },
    names: { file: "names.sql", row: nameRow },
    hours: { file: "hours.sql", row: hoursRow },
    addresses: { file: "addresses.sql", row: addressRow },
    domains: { file: "domains.sql", row: domainRow },
    hosts: { file: "hosts.sql", row: hostRow },
    inside: { file: "inside.sql", row: insideRow },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ pairs, names, hours, addresses, domains, hosts, inside }, context) => {
    const counted = hours.map(hourlyChannel).filter((channel) => channel !== null);
    const known = {
      addresses: new Map(addresses.map((row) => [row.address, row])),
      domains: new Map(domains.map((row) => [row.domain, row])),
      hosts: new Map(hosts.map((row) => [row.source, row])),
      inside: new Map(inside.map((row) => [insideKey(row.kind, row.address, row.port), row])),
      names: new Map(names.map((row) => [nameKey(row.source, row.name), row])),
      network: context.tables.get("network_activity"),
      parameters: context.parameters,
    };
    const channels = [...channelsOf(pairs, names, known), ...counted];
    const knowledge: Knowledge = { ...known, channels };
    const judged = channels.map((channel) => ({
      channel,
      judgement: judge(channel, surroundingsOf(channel, knowledge), context.parameters),
    }));
    const merged = mergeChannels(judged).filter(({ judgement }) => judgement.score >= lowestScore);
    if (Math.max(pairs.length, names.length) >= mostCandidates)
      context.note({
        kind: "limit",
        reason: `only the ${mostCandidates} pairs and names with the steadiest pauses were looked at closely`,
      });
    if ((context.tables.get("network_activity")?.rows ?? 0) > 0 && hosts.length === 0 && merged.length === 0)
      context.note({
        kind: "assumption",
        reason: `no host within ${context.internal.join(", ")} calls anything: name the networks of the estate with --internal`,
      });
    return merged.map((one) => draftOf(one, surroundingsOf(one.channel, knowledge), hasFallback(one, merged)));
  },
});

function channelsOf(pairs: readonly PairRow[], names: readonly NameRow[], knowledge: Omit<Knowledge, "channels">): Channel[] {
  const namesBySource = groupBySource(names);
  const byAddress = pairs.map((row) => pairChannel(row, namesOf(row, namesBySource.get(row.source) ?? [], knowledge)));
  return [...byAddress, ...names.map(nameChannel)].filter((channel) => channel !== null);
}

function groupBySource(names: readonly NameRow[]): Map<string, NameRow[]> {
  const groups = new Map<string, NameRow[]>();
  for (const row of names) {
    const group = groups.get(row.source);
    if (group === undefined) groups.set(row.source, [row]);
    else group.push(row);
  }
  return groups;
}

/** The names by which a host called a place; where it was too seldom to tell, those that anyone called the address by. */
function namesOf(row: PairRow, names: readonly NameRow[], knowledge: Omit<Knowledge, "channels">): string[] {
  const pair = { source: row.source, places: [{ address: row.destination, port: row.port, calls: row.connections }] };
  const own = names
    .filter((name) => explains({ source: name.source, places: placesOf(name) }, pair))
    .map((name) => name.name)
    .filter((name) => !isBareAddress(name));
  return own.length > 0 ? own : [...(knowledge.addresses.get(row.destination)?.names ?? [])];
}

/** True when the same host keeps another channel of about the same period to somewhere else. */
function hasFallback(one: Merged, all: readonly Merged[]): boolean {
  const period = one.channel.rhythm.periodSeconds;
  return all.some(
    (other) =>
      other !== one &&
      other.channel.source === one.channel.source &&
      other.channel.isOutside &&
      one.channel.isOutside &&
      Math.abs(other.channel.rhythm.periodSeconds - period) <= 0.02 * period,
  );
}
