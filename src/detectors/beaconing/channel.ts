import { isIP } from "node:net";
import { registeredDomain } from "../registered-domain.ts";
import type { NameRow, PairRow } from "./questions.ts";
import { type Rhythm, rhythmOf } from "./rhythm.ts";

/** An address and port that a channel reaches, and how many of its calls go there. */
export interface Place {
  readonly address: string;
  readonly port: number;
  readonly calls: number;
}

/** Sizes of what was sent in a call: quartiles in bytes. */
export interface Sizes {
  readonly out: readonly number[];
  readonly in: readonly number[];
  readonly totalOut: number;
}

/** A host that calls one address, or one name, again and again with some rhythm. */
export interface Channel {
  readonly by: "address" | "name";
  readonly source: string;
  readonly sourceIsAddress: boolean;
  readonly places: readonly Place[];
  readonly addressCount: number;
  readonly isOutside: boolean;
  readonly protocol: string;
  /** The names that the source called at these places; for a channel by name, that name, unless it is a bare address. */
  readonly names: readonly string[];
  /** The name or address that makes the channel itself. */
  readonly calledAs: string;
  readonly connections: number;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly stretches: readonly (readonly number[])[];
  readonly activeHours: number;
  readonly rhythm: Rhythm;
  /** Null where the source of the data has no byte counts. */
  readonly sizes: Sizes | null;
  /** Share of calls that nobody answered. */
  readonly unansweredShare: number;
  /** All calls came from very few ports of the source: pieces of a connection that stays open. */
  readonly isOneConnection: boolean;
  readonly applications: readonly string[];
  readonly userAgents: readonly string[];
  readonly devices: readonly string[];
  readonly users: readonly string[];
  readonly processes: readonly string[];
}

/** The channel of a pair; null when its times have no rhythm at all. */
export function pairChannel(row: PairRow, names: readonly string[]): Channel | null {
  const rhythm = rhythmOf(row.stretches);
  if (rhythm === null || rhythm.regularity === 0) return null;
  return {
    by: "address",
    source: row.source,
    sourceIsAddress: row.source_is_address,
    places: [{ address: row.destination, port: row.port, calls: row.connections }],
    addressCount: 1,
    isOutside: !row.destination_is_inside,
    protocol: row.protocol,
    names,
    calledAs: row.destination,
    connections: row.connections,
    firstTime: row.first_time,
    lastTime: row.last_time,
    stretches: row.stretches,
    activeHours: row.active_hours,
    rhythm,
    sizes: sizesOf(row),
    unansweredShare: row.unanswered / row.connections,
    // A TCP client takes a new port for each connection; a sensor that reports a long connection in pieces repeats the same one.
    isOneConnection: row.protocol === "tcp" && row.source_ports > 0 && row.source_ports <= Math.max(1, row.connections / 10),
    applications: row.applications,
    userAgents: [],
    devices: row.devices,
    users: row.users,
    processes: row.processes,
  };
}

function sizesOf(row: PairRow): Sizes | null {
  const out = row.bytes_out_quartiles.filter((bytes) => bytes !== null);
  const into = row.bytes_in_quartiles.filter((bytes) => bytes !== null);
  // Sizes of some calls only say nothing of the others.
  if (out.length < 3 || into.length < 3 || row.bytes_known < 0.8 * row.connections) return null;
  return { out, in: into, totalOut: row.bytes_out ?? 0 };
}

/** The channel of a name; null when its times have no rhythm at all. */
export function nameChannel(row: NameRow): Channel | null {
  const rhythm = rhythmOf(row.stretches);
  if (rhythm === null || rhythm.regularity === 0) return null;
  return {
    by: "name",
    source: row.source,
    sourceIsAddress: row.source_is_address,
    places: placesOf(row),
    addressCount: row.address_count,
    isOutside: row.is_outside || row.places.length === 0,
    protocol: row.protocols[0] ?? "tcp",
    names: isBareAddress(row.name) ? [] : [row.name],
    calledAs: row.name,
    connections: row.connections,
    firstTime: row.first_time,
    lastTime: row.last_time,
    stretches: row.stretches,
    activeHours: row.active_hours,
    rhythm,
    sizes: null,
    unansweredShare: 0,
    isOneConnection: false,
    applications: row.told_by.includes("TLS") ? ["ssl"] : row.told_by.includes("HTTP") ? ["http"] : [],
    userAgents: row.user_agents,
    devices: row.devices,
    users: row.users,
    processes: row.processes,
  };
}

/** True for an address that stands where a name should. */
export function isBareAddress(name: string): boolean {
  return isIP(name) !== 0;
}

// Logs of names miss calls (resumed, cut off or encrypted handshakes): a third of a pair's calls under a name is enough to say that
// the name explains the pair.
const explainedShare = 0.3;

/** True when the calls of one host to a place are calls of this name. */
export function explains(name: Pick<Channel, "source" | "places">, pair: Pick<Channel, "source" | "places">): boolean {
  const [called] = pair.places;
  if (called === undefined || name.source !== pair.source) return false;
  const place = name.places.find(({ address, port }) => address === called.address && port === called.port);
  return place !== undefined && place.calls >= explainedShare * called.calls;
}

/** The places of a name, most called first. */
export function placesOf(row: NameRow): Place[] {
  return row.places.map(([[address, port], calls]) => ({ address, port, calls }));
}

/** The registered domains of names, without repeats. */
export function domainsOf(names: readonly string[]): string[] {
  return [...new Set(names.map(registeredDomain))].sort();
}
