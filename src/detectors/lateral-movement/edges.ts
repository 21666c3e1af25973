import { isNobody } from "../../entities/well-known.ts";
import { compareText } from "../../order.ts";
import { epochMilliseconds } from "../../time.ts";
import type { Hosts } from "./hosts.ts";
import { type Kind, type KindName, kinds, type Protocol, techniquesOfProtocol, withCarrier } from "./kinds.ts";
import type { ConnectionRow, InfrastructureRow, TicketRow, TraceRow } from "./rows.ts";

/** One piece of evidence that a host acted on another. */
export interface Evidence {
  readonly kind: KindName;
  /** Of the kind, less what is known of the target: a target of many says little. */
  readonly points: number;
  readonly protocols: readonly Protocol[];
  readonly techniques: readonly string[];
  readonly account: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly eventCount: number;
  readonly days: readonly string[];
  /** What was made, written, started or called, as the log names it. */
  readonly artefacts: readonly string[];
  readonly eventUids: readonly string[];
  /** How many other hosts of the estate reach this target in this way; null where that was not counted. */
  readonly otherSources: number | null;
}

/** True for a target that many others reach in this way: a server for it. */
export function isOrdinary({ otherSources }: Evidence): boolean {
  return otherSources !== null && otherSources > fewSources;
}

/** All evidence that one host of the estate acted on another. */
export interface Edge {
  readonly source: string;
  readonly target: string;
  readonly evidence: readonly Evidence[];
}

export interface EdgeInput {
  readonly traces: readonly TraceRow[];
  readonly connections: readonly ConnectionRow[];
  readonly tickets: readonly TicketRow[];
  readonly infrastructure: readonly InfrastructureRow[];
  readonly hosts: Hosts;
}

/** The graph of who acted on whom, and how often a remote execution was seen whose source no record names. */
export interface EdgeGraph {
  readonly edges: readonly Edge[];
  readonly withoutSource: number;
}

// A target that more than this many other hosts reach in one way is a server for it; what one of n does there weighs 2/n.
const fewSources = 2;
// A copied tool has at least this size; a listing of a share does not.
const uploadBytes = 1024 * 1024;

/** Puts names to both ends of all evidence and gathers it by source and target, in order of their names. */
export function edgesOf(input: EdgeInput): EdgeGraph {
  const gathered = new Map<string, { source: string; target: string; evidence: Evidence[] }>();
  const add = (source: string | null, target: string | null, evidence: Evidence): void => {
    if (source === null || target === null || source === target) return;
    const key = JSON.stringify([source, target]);
    const edge = gathered.get(key);
    if (edge === undefined) gathered.set(key, { source, target, evidence: [evidence] });
    else edge.evidence.push(evidence);
  };
  const contacts = contactsOf(input);
  for (const { source, target, row } of contacts)
    for (const kind of connectionKinds(row)) add(source, target, connectionEvidence(kind, row));

  const popularity = popularityOf(input);
  const callers = callersOf(contacts, input);
  let withoutSource = 0;
  for (const row of input.traces) {
    const target = input.hosts.of(row.target_hostname, row.target_ip, row.first_seen);
    if (target === null) continue;
    const isNamed = row.source_ip !== null || row.source_hostname !== null;
    const source = isNamed ? input.hosts.of(row.source_hostname, row.source_ip, row.first_seen) : callers(row, target);
    const kind = attributedKind[row.kind];
    if (!isNamed && source === null && kinds[kind].points >= kinds["shell-after-connection"].points) withoutSource += 1;
    add(source, target, traceEvidence(kind, row, popularity.get(popularityKey(row, target)) ?? null));
  }
  for (const row of input.tickets) {
    const source = input.hosts.of(row.source_hostname, row.source_ip, row.first_seen);
    add(source, input.hosts.of(row.target_hostname, null, row.first_seen), ticketEvidence(row));
  }
  const edges = [...gathered.values()].sort((a, b) => compareText(a.source, b.source) || compareText(a.target, b.target));
  return { edges: edges.map((edge) => ({ ...edge, evidence: [...edge.evidence].sort(byPoints) })), withoutSource };
}

/** Strongest first; a total order for equal evidence. */
export function byPoints(a: Evidence, b: Evidence): number {
  return (
    b.points - a.points ||
    compareText(a.firstSeen, b.firstSeen) ||
    compareText(a.kind, b.kind) ||
    compareText(JSON.stringify([a.account, a.artefacts, a.eventUids]), JSON.stringify([b.account, b.artefacts, b.eventUids]))
  );
}

interface HostContact {
  readonly source: string;
  readonly target: string;
  readonly row: ConnectionRow;
}

/** Connections between named hosts, less those of everybody to the servers of the domain and of the systems to each other. */
function contactsOf({ connections, infrastructure, hosts }: EdgeInput): HostContact[] {
  const servers = new Set(infrastructure.map((row) => hosts.of(row.hostname, row.ip, "2000-01-01 00:00:00.000000")));
  return connections.flatMap((row) => {
    const source = hosts.of(row.source_hostname, row.source_ip, row.first_seen);
    const target = hosts.of(row.target_hostname, row.target_ip, row.first_seen);
    if (source === null || target === null || source === target) return [];
    const isEverybodys = (row.service === "smb" || row.service === "rpc") && (servers.has(target) || servers.has(row.target_ip));
    return isEverybodys || isHousekeeping(row) ? [] : [{ source, target, row }];
  });
}

// Windows forwards events over the port of remote management from svchost (a person's shell runs in a program of its own), and looks
// up names and policies with remote calls from lsass.
function isHousekeeping({ service, clients }: ConnectionRow): boolean {
  const system = service === "winrm" ? ["svchost.exe"] : service === "rpc" ? ["lsass.exe", "svchost.exe"] : [];
  const isOnlySystem = clients.length > 0 && clients.every((client) => system.includes(client));
  return isOnlySystem && (service === "winrm" || clients.includes("lsass.exe"));
}

// Programs of a desktop that serve remote calls only when somebody drives them from afar (DCOM: T1021.003).
const desktopPrograms = new Set([
  "explorer.exe",
  "mmc.exe",
  "excel.exe",
  "winword.exe",
  "powerpnt.exe",
  "outlook.exe",
  "msaccess.exe",
  "visio.exe",
  "iexplore.exe",
  "dllhost.exe",
]);

function connectionKinds(row: ConnectionRow): KindName[] {
  switch (row.service) {
    case "smb":
      return ["smb-connection"];
    case "winrm":
      return ["winrm-connection"];
    case "rdp":
      return ["rdp-connection"];
    case "ssh":
      return ["ssh-connection"];
    case "rpc": {
      const taken: KindName[] = [
        ...(row.servers.includes("services.exe") ? (["service-manager-connection"] as const) : []),
        ...(row.servers.some((server) => desktopPrograms.has(server)) ? (["desktop-program-connection"] as const) : []),
      ];
      return [...taken, row.beyond_mapper > 0 ? "rpc-connection" : "mapper-connection"];
    }
  }
}

function connectionEvidence(kind: KindName, row: ConnectionRow): Evidence {
  const { points, protocols, techniques }: Kind = kinds[kind];
  const isUpload = row.service === "smb" && row.bytes_out >= uploadBytes;
  return {
    kind,
    points: (points + (isUpload ? 6 : 0)) * popularityFactor(row.other_sources_thousandths / 1000),
    protocols,
    techniques,
    account: onlyPerson(row.accounts),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    eventCount: row.event_count,
    days: row.days,
    artefacts: isUpload ? [`${(row.bytes_out / 1024 / 1024).toFixed(1)} MiB sent`] : [],
    eventUids: row.event_uids,
    otherSources: row.other_sources_thousandths / 1000,
  };
}

function popularityFactor(others: number): number {
  return others <= fewSources ? 1 : fewSources / others;
}

// What was found without its source, once a connection of the same minute has named it.
const attributedKind: Readonly<Record<TraceRow["kind"], KindName>> = {
  ...(Object.fromEntries(Object.keys(kinds).map((kind) => [kind, kind])) as Record<KindName, KindName>),
  "service-alone": "service-after-connection",
  "shell-alone": "shell-after-connection",
  "process-alone": "process-after-connection",
};

function traceEvidence(kind: KindName, row: TraceRow, sources: number | null): Evidence {
  const { points, protocols, techniques }: Kind = kinds[kind];
  const own = row.protocol === null ? [] : withCarrier(row.protocol);
  const shown = techniques.length > 0 || row.protocol === null ? techniques : techniquesOfProtocol[row.protocol];
  return {
    kind,
    points: points * (sources === null ? 1 : popularityFactor(sources)),
    protocols: [...new Set([...own, ...protocols])],
    techniques: shown,
    account: person(row.account),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    eventCount: row.event_count,
    days: row.days,
    artefacts: row.artefacts.filter((text) => text !== ""),
    eventUids: row.event_uids,
    otherSources: sources,
  };
}

function ticketEvidence(row: TicketRow): Evidence {
  const { points, protocols, techniques }: Kind = kinds["credentials-given"];
  const {
    account,
    first_seen: firstSeen,
    last_seen: lastSeen,
    event_count: eventCount,
    days,
    services,
    event_uids: eventUids,
  } = row;
  return {
    kind: "credentials-given",
    points,
    protocols,
    techniques,
    account: person(account),
    firstSeen,
    lastSeen,
    eventCount,
    days,
    artefacts: services,
    eventUids,
    otherSources: null,
  };
}

/** The account, unless it is a machine's or the system's own. */
function person(account: string | null): string | null {
  return account === null || account.endsWith("$") || isNobody(account) ? null : account;
}

function onlyPerson(accounts: readonly string[]): string | null {
  const people = accounts.filter((account) => person(account) !== null);
  return people.length === 1 ? (people[0] ?? null) : null;
}

// Desktops and shells are opened by everybody on a terminal server and a bastion: they too weigh by how many hosts come.
function popularityOf({ traces, hosts }: EdgeInput): Map<string, number> {
  const sources = new Map<string, Set<string>>();
  for (const row of traces) {
    const target = hosts.of(row.target_hostname, row.target_ip, row.first_seen);
    const source = hosts.of(row.source_hostname, row.source_ip, row.first_seen);
    if (target === null || source === null || kinds[attributedKind[row.kind]].family !== "desktop") continue;
    const key = popularityKey(row, target);
    sources.set(key, (sources.get(key) ?? new Set()).add(source));
  }
  return new Map([...sources].map(([key, names]) => [key, names.size - 1]));
}

function popularityKey(row: TraceRow, target: string): string {
  return JSON.stringify([row.kind, target]);
}

// By which ports a kind of remote execution comes in.
const servicesOf: Readonly<Record<Protocol, readonly ConnectionRow["service"][]>> = {
  service: ["smb", "rpc"],
  "scheduled-task": ["smb", "rpc"],
  wmi: ["rpc"],
  dcom: ["rpc"],
  winrm: ["winrm"],
  smb: ["smb"],
  rdp: ["rdp"],
  ssh: ["ssh"],
};

/**
 * Who connected to a host in the minutes of a trace that names no source: the only one who did; of several the one from which the same
 * account asked for a ticket to it in the ten hours before (a ticket's life); without connections, who asked in these ten minutes.
 */
function callersOf(
  contacts: readonly HostContact[],
  { tickets, hosts }: EdgeInput,
): (row: TraceRow, target: string) => string | null {
  const connectionsTo = grouped(contacts, ({ target }) => target);
  const requests = tickets.map((row) => ({
    source: hosts.of(row.source_hostname, row.source_ip, row.first_seen),
    target: hosts.of(row.target_hostname, null, row.first_seen),
    row,
  }));
  const requestsAs = grouped(requests, ({ target, row }) => JSON.stringify([row.account, target]));
  return (row, target) => {
    const minute = Math.floor(epochMilliseconds(row.first_seen) / 60_000) * 60;
    const services = row.protocol === null ? null : servicesOf[row.protocol];
    // What happens on every machine by itself is only linked to a connection where connections are rare.
    const isLoose = row.kind === "service-alone" || row.kind === "process-alone";
    const connected = (connectionsTo.get(target) ?? []).filter(
      (contact) =>
        (services?.includes(contact.row.service) ?? true) &&
        (!isLoose || contact.row.other_sources_thousandths <= 1000 * fewSources) &&
        contact.row.minutes.some((start) => minute - 120 <= start && start <= minute + 60),
    );
    const sources = new Set(connected.map((contact) => contact.source));
    if (sources.size === 1) return [...sources][0] ?? null;
    const seconds = sources.size > 1 ? 36_000 : 600;
    const asked = (requestsAs.get(JSON.stringify([row.account, target])) ?? []).filter(
      ({ source, row: request }) =>
        source !== null &&
        source !== target &&
        (sources.size === 0 || sources.has(source)) &&
        request.minutes.some((start) => minute - seconds <= start && start <= minute + 60),
    );
    const named = new Set(asked.map(({ source }) => source));
    return named.size === 1 ? ([...named][0] ?? null) : null;
  };
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
