import { getDomain } from "tldts";
import { z } from "zod";
import { compareText } from "../../order.ts";
import { epochMilliseconds } from "../../time.ts";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { judgeMissing } from "./missing-score.ts";
import { ordinaryZone } from "./ordinary-zones.ts";
import { clientsRow, contactRow, type DomainRow, domainRow, type MissingRow, missingRow } from "./questions.ts";
import { type Judgement, judge } from "./score.ts";

// Below this a reader could not act on it.
const lowestScore = 20;
// So many bytes in the names are more than orders and answers: data leaves.
const exfiltrationBytes = 100_000;

export default detector({
  id: "dns-tunnelling",
  name: "DNS tunnelling",
  version: "1",
  question:
    "Does data travel in the names and answers of the name service, or does a program make up domains to find its masters?",
  analyticType: "Statistical",
  techniques: ["T1071.004", "T1572", "T1048.003", "T1568.002"],
  anyOf: [
    { table: "dns_activity", columns: ["src_endpoint_ip", "query_hostname"] },
    { table: "dns_activity", columns: ["device_ip", "query_hostname"] },
    { table: "dns_activity", columns: ["device_hostname", "query_hostname"] },
  ],
  techniqueNeeds: { "T1568.002": [{ table: "dns_activity", columns: ["query_hostname", "rcode"] }] },
  parameters: z.object({
    nameThreshold: z.number().int().min(5).default(20).describe("Fewest different names below one registered domain."),
    missingThreshold: z.number().int().min(5).default(20).describe("Fewest registered domains that do not exist."),
    ordinaryDomains: z
      .array(z.string())
      .default([])
      .describe("Registered domains below which many names are ordinary, beside the built-in list."),
  }),
  questions: {
    domains: { file: "domains.sql", row: domainRow },
    contacts: { file: "contacts.sql", row: contactRow, needs: [{ table: "network_activity", columns: ["dst_endpoint_ip"] }] },
    missing: { file: "missing.sql", row: missingRow, needs: [{ table: "dns_activity", columns: ["rcode"] }] },
    clients: { file: "clients.sql", row: clientsRow },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ domains, contacts, missing, clients }, context) => {
    const hasConnections = (context.tables.get("network_activity")?.rows ?? 0) > 0;
    const contactsOf = new Map(contacts.map((row) => [`${row.source} ${row.domain}`, row]));
    const { ordinaryDomains } = context.parameters;
    const tunnels = oncePerTunnel(domains).flatMap((row) => {
      const domain = zoneOf(row);
      const ordinary = ordinaryDomains.includes(row.domain) ? "named as ordinary" : ordinaryZone(domain);
      const noContacts = { addresses: 0, called: 0 };
      const judgement = judge(row, {
        ordinary,
        contacts: hasConnections ? (contactsOf.get(`${row.source} ${row.domain}`) ?? noContacts) : null,
        clients: clients[0]?.clients ?? 0,
      });
      return judgement.score < lowestScore ? [] : [tunnelDraft(row, domain, judgement, hasConnections)];
    });
    const generated = missing
      .map((row) => ({ row, judgement: judgeMissing(row) }))
      .filter(({ judgement }) => judgement.score >= lowestScore)
      .map(({ row, judgement }) => missingDraft(row, judgement));
    return [...tunnels, ...generated];
  },
});

// Sensors on the host, at the controller and on the wire tell of the same queries within so many seconds, and miss so many of them.
const sensorsApartSeconds = 300;
const sensorsMiss = 0.03;

/**
 * One tunnel once: rows of the same domain with as many names over the same time are one host under the names that several sensors
 * know it by. The row by address stands for it, and the other names become devices.
 */
function oncePerTunnel(rows: readonly DomainRow[]): DomainRow[] {
  const kept: DomainRow[] = [];
  for (const row of [...rows].sort(byAddressFirst)) {
    const same = kept.findIndex((other) => isSameTunnel(row, other));
    const first = kept[same];
    if (first === undefined) kept.push(row);
    else if (!row.source_is_address || !first.source_is_address)
      kept[same] = {
        ...first,
        devices: [...new Set([...first.devices, ...row.devices, ...(row.source_is_address ? [] : [row.source])])].sort(
          compareText,
        ),
        processes: [...new Set([...first.processes, ...row.processes])].sort(compareText),
      };
  }
  return kept;
}

function byAddressFirst(one: DomainRow, other: DomainRow): number {
  return Number(other.source_is_address) - Number(one.source_is_address) || compareText(one.source, other.source);
}

function isSameTunnel(one: DomainRow, other: DomainRow): boolean {
  const apart = (a: string, b: string): boolean =>
    Math.abs(epochMilliseconds(a) - epochMilliseconds(b)) <= 1000 * sensorsApartSeconds;
  return (
    one.domain === other.domain &&
    !(one.source_is_address && other.source_is_address) &&
    Math.abs(one.names - other.names) <= sensorsMiss * Math.max(one.names, other.names) &&
    apart(one.first_time, other.first_time) &&
    apart(one.last_time, other.last_time)
  );
}

/** The domain that somebody registered: one label deeper where the engine's own list of suffixes stops at a name that is rented out. */
function zoneOf(row: DomainRow): string {
  if (getDomain(row.domain, { allowPrivateDomains: true, validateHostname: false }) !== null) return row.domain;
  const [label, names] = row.deeper[0] ?? ["", 0];
  return label !== "" && names >= 0.8 * row.names ? `${label}.${row.domain}` : row.domain;
}

function tunnelDraft(
  row: DomainRow,
  domain: string,
  { score, confidence, reasons }: Judgement,
  hasConnections: boolean,
): FindingDraft {
  const host = row.source;
  return {
    keys: { source: host, domain },
    title: `${host} asks for ${row.names} different names below ${domain}`,
    description: `Between ${row.first_time.slice(0, 19)} and ${row.last_time.slice(0, 19)} UTC ${host} asked ${row.queries} times for ${row.names} different names below ${domain}; together they hold ${row.payload_bytes} bytes. A name that is asked for once and never again can carry data to whoever answers for the domain.`,
    score,
    confidence,
    reasons,
    benign:
      "Security products look up file hashes, mail servers look up senders, and content networks hand out names of their own, all of which are many and are asked for once. The process that asks and the owner of the domain would tell them apart; so would an answer that somebody uses.",
    blindSpots: [
      ...(hasConnections ? [] : ["No connection records: whether anybody calls the addresses in the answers cannot be told."]),
      ...(row.responses > 0 ? [] : ["No answers are recorded: what came back cannot be told."]),
      ...(row.processes.length > 0 ? [] : ["The process that asks is not in these records."]),
      "Name service inside HTTPS or TLS is not seen.",
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: ["T1071.004", "T1572", ...(row.payload_bytes >= exfiltrationBytes ? ["T1048.003"] : [])],
    observables: [...hostObservables(row), { name: "query.hostname", value: domain }],
    evidence: { source: host, domain: row.domain },
    rowCount: row.queries,
    detail: {
      names: row.names,
      payloadBytes: row.payload_bytes,
      busiestMinute: row.busiest_minute,
      types: Object.fromEntries(row.types.slice(0, 20)),
    },
  };
}

function missingDraft(row: MissingRow, { score, confidence, reasons }: Judgement): FindingDraft {
  const host = row.source;
  return {
    keys: { source: host, question: "domains that do not exist" },
    title: `${host} asks for ${row.domains} domains that do not exist`,
    description: `Between ${row.first_time.slice(0, 19)} and ${row.last_time.slice(0, 19)} UTC ${host} asked ${row.lookups} times for ${row.domains} registered domains that do not exist, such as ${row.sample.slice(0, 3).join(", ")}. Malware that makes up its meeting places asks for many before one answers.`,
    score,
    confidence,
    reasons,
    benign:
      "Mail servers that check senders, crawlers, security scanners and browsers that probe whether the name service lies also ask for domains that do not exist.",
    blindSpots: [
      "Made-up names out of dictionary words look like words.",
      "A name that was registered in time does not appear here.",
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: ["T1568.002"],
    observables: [
      ...hostObservables(row),
      ...row.sample.slice(0, 10).map((value) => ({ name: "query.hostname" as const, value })),
    ],
    evidence: { source: host, domain: "" },
    rowCount: row.lookups,
  };
}

function hostObservables(
  row: Pick<DomainRow, "source" | "source_is_address" | "resolvers" | "devices" | "processes">,
): Observable[] {
  return [
    { name: row.source_is_address ? "src_endpoint.ip" : "src_endpoint.hostname", value: row.source },
    ...row.resolvers.map((value) => ({ name: "dst_endpoint.ip" as const, value })),
    { name: "dst_endpoint.port", value: "53" },
    ...row.devices.map((value) => ({ name: "device.hostname" as const, value })),
    ...row.processes.map((value) => ({ name: "process.name" as const, value })),
  ];
}
