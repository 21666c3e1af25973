import { epochMilliseconds, hourMs } from "../../time.ts";
import type { TableCoverage } from "../../types.ts";
import { isOwnServiceNetwork, knownService } from "../known-services.ts";
import { registeredDomain } from "../registered-domain.ts";
import { type Channel, domainsOf } from "./channel.ts";
import type { Parameters } from "./parameters.ts";
import type { AddressRow, DomainRow, HostRow, InsideRow, NameRow } from "./questions.ts";

/** What is known of the far end of a channel and of the estate around it. Null: the data cannot tell. */
export interface Surroundings {
  /** Makers of widely used software that all names of the channel belong to. */
  readonly knownOwners: readonly string[];
  /** A certificate that a public authority vouches for was seen. */
  readonly isValidated: boolean;
  readonly isSelfSigned: boolean;
  /** How many names of the channel's registered domain the estate calls; 1 when only this one. */
  readonly siblingNames: number;
  /** The one registered domain that the neighbouring addresses answer to. */
  readonly neighbourDomain: string | null;
  /** Why the far end is said to have no name; null when it has one, or when names cannot be seen here. */
  readonly nameless: string | null;
  /** Names can be seen at all: TLS, HTTP or DNS records of this host or of these addresses exist. */
  readonly canSeeNames: boolean;
  /** Hosts of the estate that call this destination or another name of its registered domain, of how many that call anything outside. */
  readonly clients: number | null;
  readonly estateHosts: number;
  /** First called this many hours after the records begin. */
  readonly newAfterHours: number | null;
  readonly ownerName: string | null;
  readonly ownerCountry: string | null;
  readonly isOwnServiceNetwork: boolean;
  readonly isUnusualPort: boolean;
  readonly isAlternativeWebPort: boolean;
  /** Inside: clients of the called service, clients of the called host on any port, and hosts that the source calls on this port. */
  readonly serviceClients: number;
  readonly hostClients: number;
  readonly sourceTargets: number;
  /** Hosts inside, this one included, that the source calls to the same clock, on whatever ports. */
  readonly polledAlike: number;
  /** Hosts, this one included, that call this destination to the same clock. */
  readonly clientsAlike: number;
  /** Addresses outside that the source talks to over UDP on high ports. */
  readonly datagramPeers: number;
}

/** Everything the questions gave, ready to be looked up. */
export interface Knowledge {
  readonly addresses: ReadonlyMap<string, AddressRow>;
  readonly domains: ReadonlyMap<string, DomainRow>;
  readonly hosts: ReadonlyMap<string, HostRow>;
  readonly inside: ReadonlyMap<string, InsideRow>;
  readonly names: ReadonlyMap<string, NameRow>;
  readonly network: TableCoverage | undefined;
  /** All channels that were seen, this one among them. */
  readonly channels: readonly Channel[];
  readonly parameters: Parameters;
}

// Web servers on these ports are usual enough inside companies and for developers, and a favourite of command-and-control frameworks.
const alternativeWebPorts: ReadonlySet<number> = new Set([8000, 8008, 8080, 8081, 8088, 8443, 8888, 3128]);
// A host whose name service passes by here asks at least this often.
const fewestQueries = 20;
// So many neighbours must answer to one domain, and to no other, before the network is taken for that of its owner.
const fewestNeighbours = 2;

/** What is known around a channel. */
export function surroundingsOf(channel: Channel, knowledge: Knowledge): Surroundings {
  const rows = channel.places.map((place) => knowledge.addresses.get(place.address)).filter((row) => row !== undefined);
  const first = rows[0];
  const domains = domainsOf(channel.names);
  const port = channel.places[0]?.port ?? 0;
  const nameRow = channel.by === "name" ? knowledge.names.get(nameKey(channel.source, channel.calledAs)) : undefined;
  const handshakes = sum(rows, (row) => row.handshakes);
  const firstSeen = channel.by === "name" ? nameRow?.first_seen : first?.first_seen;
  const address = channel.places[0]?.address ?? "";
  const hostsInside = (kind: InsideRow["kind"], host: string, service: number): number =>
    channel.isOutside ? 0 : (knowledge.inside.get(insideKey(kind, host, service))?.hosts ?? 0);
  return {
    knownOwners: channel.isOutside ? knownOwners(channel.names, knowledge.parameters) : [],
    isValidated: sum(rows, (row) => row.validated) > 0,
    isSelfSigned: handshakes > 0 && sum(rows, (row) => row.self_signed) >= 0.5 * handshakes,
    siblingNames: Math.max(1, ...domains.map((domain) => knowledge.domains.get(domain)?.names ?? 1)),
    neighbourDomain: channel.names.length === 0 && first !== undefined ? neighbourDomainOf(first) : null,
    nameless: channel.isOutside ? namelessness(channel, rows, knowledge.hosts.get(channel.source)) : null,
    canSeeNames:
      channel.names.length > 0 || handshakes > 0 || (knowledge.hosts.get(channel.source)?.queries ?? 0) >= fewestQueries,
    clients: mostOf([
      channel.by === "name" ? nameRow?.clients : first?.clients,
      ...domains.map((domain) => knowledge.domains.get(domain)?.clients),
    ]),
    estateHosts: knowledge.hosts.size,
    newAfterHours: hoursBetween(knowledge.network?.firstTime, firstSeen),
    ownerName: first?.owner_name ?? null,
    ownerCountry: first?.owner_country ?? null,
    isOwnServiceNetwork:
      rows.length > 0 && rows.every((row) => row.owner_number !== null && isOwnServiceNetwork(row.owner_number)),
    isUnusualPort: isUnusualPort(port, channel.isOutside, knowledge.parameters),
    isAlternativeWebPort: alternativeWebPorts.has(port),
    serviceClients: hostsInside("clients of a service", address, port),
    hostClients: hostsInside("clients of a host", address, 0),
    sourceTargets: hostsInside("targets of a host", channel.source, port),
    polledAlike: channel.isOutside ? 0 : polledAlike(channel, knowledge.channels),
    clientsAlike: channel.isOutside ? clientsAlike(channel, knowledge.channels) : 0,
    datagramPeers: channel.protocol === "udp" ? (knowledge.hosts.get(channel.source)?.datagram_peers ?? 0) : 0,
  };
}

// Clocks set alike: a product's standard setting drifts by less, and two clocks by chance seldom lie so close.
const alike = 0.03;

function isAlike(one: Channel, other: Channel): boolean {
  const period = one.rhythm.periodSeconds;
  return other.rhythm.regularity >= 0.5 && Math.abs(other.rhythm.periodSeconds - period) <= alike * period;
}

function polledAlike(channel: Channel, channels: readonly Channel[]): number {
  const own = channels.filter((other) => other.source === channel.source && !other.isOutside && isAlike(channel, other));
  return new Set(own.flatMap(({ places }) => places.map(({ address }) => address))).size;
}

function clientsAlike(channel: Channel, channels: readonly Channel[]): number {
  const addresses = new Set(channel.places.map(({ address }) => address));
  const reachesSame = (other: Channel): boolean =>
    other.places.some(({ address }) => addresses.has(address)) || other.names.some((name) => channel.names.includes(name));
  return new Set(channels.filter((other) => isAlike(channel, other) && reachesSame(other)).map(({ source }) => source)).size;
}

/** A port that no common service has; inside an estate, ports from 49152 belong to remote procedure calls (IANA's dynamic range). */
function isUnusualPort(port: number, isOutside: boolean, { usualPorts }: Parameters): boolean {
  return port !== 0 && !usualPorts.includes(port) && !alternativeWebPorts.has(port) && (isOutside || port < 49_152);
}

/** The key of a name row. */
export function nameKey(source: string, name: string): string {
  return `${source} ${name}`;
}

/** The key of a row about the inside. */
export function insideKey(kind: InsideRow["kind"], address: string, port: number): string {
  return `${kind} ${address} ${port}`;
}

/** The makers of well-known software behind the names; none as soon as one name is not of them. */
function knownOwners(names: readonly string[], { trustedDomains }: Parameters): string[] {
  const owners = names.map((name) => {
    if (trustedDomains.includes(registeredDomain(name))) return `${registeredDomain(name)} (trusted)`;
    const service = knownService(name);
    // Where anybody may leave text, a program may fetch its orders.
    return service?.kind === "drop" ? undefined : service?.owner;
  });
  return owners.every((owner) => owner !== undefined) ? [...new Set(owners)].sort() : [];
}

function neighbourDomainOf(row: AddressRow): string | null {
  const [main, ...others] = row.neighbours ?? [];
  return main !== undefined && others.length === 0 && main[1] >= fewestNeighbours ? main[0] : null;
}

function namelessness(channel: Channel, rows: readonly AddressRow[], host: HostRow | undefined): string | null {
  if ((channel.by === "name" && channel.names.length === 0) || sum(rows, (row) => row.requests_by_address) > 0)
    return "its HTTP requests name the bare address as their host";
  if (channel.names.length > 0) return null;
  const handshakes = sum(rows, (row) => row.handshakes);
  if (handshakes > 0 && sum(rows, (row) => row.handshakes_without_name) >= 0.9 * handshakes)
    return "its TLS handshakes name no server";
  if ((host?.queries ?? 0) >= fewestQueries) return "no answer of the name service, which passes by here, holds this address";
  return null;
}

function sum(rows: readonly AddressRow[], value: (row: AddressRow) => number | null): number {
  return rows.reduce((total, row) => total + (value(row) ?? 0), 0);
}

function mostOf(counts: readonly (number | null | undefined)[]): number | null {
  const known = counts.filter((count) => count !== null && count !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

function hoursBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  if (from === null || from === undefined || to === null || to === undefined) return null;
  return Math.max(0, epochMilliseconds(to) - epochMilliseconds(from)) / hourMs;
}
