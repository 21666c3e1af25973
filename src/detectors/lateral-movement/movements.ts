import { hopChains } from "../../graph/hop-chains.ts";
import { peakFanOut } from "../../graph/peak-fan-out.ts";
import { compareText } from "../../order.ts";
import { dayMs, daysOf, epochMilliseconds } from "../../time.ts";
import type { Window } from "../../types.ts";
import { byPoints, type Edge, type Evidence, isOrdinary } from "./edges.ts";
import type { Hosts } from "./hosts.ts";
import { type Kind, kinds } from "./kinds.ts";
import { isSecondAccountOf } from "./own-account.ts";
import type { ResidentRow, ScanRow } from "./rows.ts";
import { type Features, habitOf, habitShare } from "./score.ts";

export interface MovementOptions {
  /** Targets within the window of hours from which spread counts by itself. */
  readonly minConnections: number;
  readonly timeWindowHours: number;
  /** The longest stay on a host between being reached and moving on. */
  readonly chainHours: number;
}

/** An edge as it counts in one movement: its evidence less habits, strongest first. */
export interface MovementEdge {
  readonly source: string;
  readonly target: string;
  readonly points: number;
  /** How much of a habit its strongest evidence is, 0 to 1. */
  readonly habit: number;
  readonly evidence: readonly Evidence[];
}

/** What one host did to others as one account. */
export interface Movement {
  readonly source: string;
  readonly account: string | null;
  /** Strongest first. */
  readonly edges: readonly MovementEdge[];
  readonly features: Features;
}

export interface MovementInput {
  readonly edges: readonly Edge[];
  /** Hosts that were seen to connect at all. */
  readonly estateSources: number;
  readonly residents: readonly ResidentRow[];
  readonly scans: readonly ScanRow[];
  readonly hosts: Hosts;
  readonly window: Window;
}

// What is weaker is a door used as every day: it belongs to no spread and no chain, and makes no movement.
const leastOfSpread = 15;
const leastOfChain = 20;
// Fewer hosts than these say nothing about what is unusual among them.
const sourcesForRarity = 10;
const sourcesForPeers = 20;
const daysOfHistory = 2;

/** Groups edges into movements, one for every source and account, and measures what their score is made of. */
export function movementsOf(input: MovementInput, options: MovementOptions): Movement[] {
  const windowDays = Math.ceil(daysOf(input.window));
  const habits = habitsOf(input.edges);
  const weighed = input.edges.map((edge) => weigh(edge, habits, windowDays));
  const chains = chainsOf(weighed, options);
  const fanOuts = fanOutsOf(weighed, options);
  const sources = Math.max(input.estateSources, new Set(input.edges.map((edge) => edge.source)).size);
  const spreading = [...fanOuts].filter(
    ([source, { targets }]) => targets.length >= options.minConnections && scanOf(source, input.scans, input.hosts) === null,
  );
  const estate = { sources, fanOuts, spreading: spreading.length };
  const surroundings = { ...input, habits, windowDays, chains, estate, people: residentsByHost(input.residents, input.hosts) };
  const grouped = groupsOf(input.edges);
  return grouped.map(({ source, account, edges }) => {
    const own = edges
      .map((edge) => weigh(restricted(edge, account), habits, windowDays))
      .filter((edge) => edge.evidence.length > 0)
      .sort((a, b) => b.points - a.points || compareText(firstOf(a), firstOf(b)) || compareText(a.target, b.target));
    return {
      source,
      account,
      edges: own,
      features: featuresOf({ source, account, edges: own }, surroundings, options),
    };
  });
}

/** The evidence of one account, and what names no account. */
function restricted(edge: Edge, account: string | null): Edge {
  return { ...edge, evidence: edge.evidence.filter((one) => one.account === null || one.account === account) };
}

function firstOf(edge: MovementEdge): string {
  return edge.evidence[0]?.firstSeen ?? "";
}

// --- habits: what a source does in the same way on many days

type Habits = ReadonlyMap<string, ReadonlySet<string>>;

// Going to everybody's server every day says nothing about going elsewhere.
function wayOf(source: string, evidence: Evidence): string {
  return JSON.stringify([
    source,
    evidence.kind,
    evidence.protocols,
    isOrdinary(evidence),
    isNamedWork(evidence) ? evidence.artefacts : [],
  ]);
}

// The same service or program again is a habit; file names and calls vary from time to time even so.
function isNamedWork({ kind }: Evidence): boolean {
  const { family }: Kind = kinds[kind];
  return family === "execution" || kind === "program-written";
}

function habitsOf(edges: readonly Edge[]): Habits {
  const days = new Map<string, Set<string>>();
  for (const { source, evidence } of edges)
    for (const one of evidence) {
      const way = wayOf(source, one);
      const known = days.get(way) ?? new Set<string>();
      for (const day of one.days) known.add(day);
      days.set(way, known);
    }
  return days;
}

function habitDays(source: string, evidence: Evidence, habits: Habits): number {
  return habits.get(wayOf(source, evidence))?.size ?? evidence.days.length;
}

/** The edge with its evidence in the order of what it is worth once habits are taken off. */
function weigh(edge: Edge, habits: Habits, windowDays: number): MovementEdge {
  const worth = (one: Evidence): number => one.points * (1 - habitOf(habitDays(edge.source, one, habits), windowDays));
  const evidence = [...edge.evidence].sort((a, b) => worth(b) - worth(a) || byPoints(a, b));
  const [best] = evidence;
  const habit = best === undefined ? 0 : habitShare(habitDays(edge.source, best, habits), windowDays);
  return { source: edge.source, target: edge.target, evidence, points: best === undefined ? 0 : worth(best), habit };
}

// --- spread and chains

interface SourceFanOut {
  readonly targets: readonly string[];
  /** Share of the window's other days on which the source reached as many as count. */
  readonly dayShare: number;
}

function fanOutsOf(edges: readonly MovementEdge[], options: MovementOptions): Map<string, SourceFanOut> {
  const strong = edges.filter((edge) => strongestPoints(edge) >= leastOfSpread);
  const contacts = strong.flatMap((edge) => {
    const first = firstStrong(edge);
    return first === null
      ? []
      : [{ source: edge.source, target: edge.target, timeSeconds: epochMilliseconds(first.firstSeen) / 1000 }];
  });
  const busyDays = busyDaysOf(strong, options.minConnections);
  const allDays = new Set(edges.flatMap((edge) => edge.evidence.flatMap((one) => one.days))).size;
  return new Map(
    peakFanOut(contacts, { windowSeconds: options.timeWindowHours * 3600 }).map((fanOut) => {
      const days = busyDays.get(fanOut.source) ?? 0;
      return [fanOut.source, { targets: fanOut.targets, dayShare: allDays < 3 ? 0 : Math.max(0, days - 1) / (allDays - 1) }];
    }),
  );
}

function strongestPoints(edge: MovementEdge): number {
  return Math.max(0, ...edge.evidence.map((one) => one.points));
}

function firstStrong(edge: MovementEdge): Evidence | null {
  const strong = edge.evidence.filter((one) => one.points >= leastOfSpread);
  return [...strong].sort((a, b) => compareText(a.firstSeen, b.firstSeen))[0] ?? null;
}

/** On how many days each source reached at least so many targets. */
function busyDaysOf(edges: readonly MovementEdge[], minTargets: number): Map<string, number> {
  const targets = new Map<string, Map<string, Set<string>>>();
  for (const edge of edges)
    for (const day of edge.evidence.filter((one) => one.points >= leastOfSpread).flatMap((one) => one.days)) {
      const days = targets.get(edge.source) ?? new Map<string, Set<string>>();
      targets.set(edge.source, days.set(day, (days.get(day) ?? new Set()).add(edge.target)));
    }
  return new Map(
    [...targets].map(([source, days]) => [source, [...days.values()].filter((names) => names.size >= minTargets).length]),
  );
}

interface Chains {
  /** The longest chain through a hop, by source and target. */
  readonly through: (source: string, target: string) => readonly string[] | null;
  readonly hop: (source: string, target: string) => MovementEdge | null;
}

function chainsOf(edges: readonly MovementEdge[], options: MovementOptions): Chains {
  const hops = edges.filter((edge) => edge.points >= leastOfChain);
  const contacts = hops.map((edge) => ({
    source: edge.source,
    target: edge.target,
    timeSeconds: epochMilliseconds(firstOf(edge)) / 1000,
  }));
  const longest = new Map<string, readonly string[]>();
  for (const chain of hopChains(contacts, { spanSeconds: options.chainHours * 3600 }))
    chain.hosts.slice(1).forEach((target, position) => {
      const key = JSON.stringify([chain.hosts[position], target]);
      if (!longest.has(key)) longest.set(key, chain.hosts);
    });
  const byHop = new Map(hops.map((edge) => [JSON.stringify([edge.source, edge.target]), edge]));
  return {
    through: (source, target) => longest.get(JSON.stringify([source, target])) ?? null,
    hop: (source, target) => byHop.get(JSON.stringify([source, target])) ?? null,
  };
}

// --- movements

interface Group {
  readonly source: string;
  readonly account: string | null;
  readonly edges: readonly Edge[];
}

/**
 * One group for every source and account that evidence of weight names. What names no account goes with the account of the same
 * edge, or with the only account that moves from the source; else it stands for itself.
 */
function groupsOf(edges: readonly Edge[]): Group[] {
  const bySource = new Map<string, Edge[]>();
  for (const edge of edges) {
    const own = bySource.get(edge.source);
    if (own === undefined) bySource.set(edge.source, [edge]);
    else own.push(edge);
  }
  return [...bySource].flatMap(([source, own]): Group[] => {
    const named = own.map((edge) => ({ edge, accounts: accountsOf(edge) }));
    const accounts = [...new Set(named.flatMap((one) => one.accounts))].sort(compareText);
    const nameless = named.filter((one) => one.accounts.length === 0).map((one) => one.edge);
    if (accounts.length === 1) return [{ source, account: accounts[0] ?? null, edges: own }];
    const groups = accounts.map((account) => ({
      source,
      account,
      edges: named.filter((one) => one.accounts.includes(account)).map((one) => one.edge),
    }));
    return [...groups, ...(nameless.length > 0 ? [{ source, account: null, edges: nameless }] : [])];
  });
}

/** Accounts of an edge; a logon or a ticket alone names one only when nothing stronger does. */
function accountsOf(edge: Edge): string[] {
  const strong = edge.evidence.filter((one) => kinds[one.kind].family !== "logon").flatMap((one) => one.account ?? []);
  const weak = edge.evidence.flatMap((one) => one.account ?? []);
  return [...new Set(strong.length > 0 ? strong : weak)].sort(compareText);
}

/** Who signs in at each host itself. */
type People = ReadonlyMap<string, ReadonlySet<string>>;

interface Surroundings extends MovementInput {
  readonly people: People;
  readonly habits: Habits;
  readonly windowDays: number;
  readonly chains: Chains;
  readonly estate: {
    readonly sources: number;
    readonly fanOuts: ReadonlyMap<string, SourceFanOut>;
    /** Sources that reach as many targets as count, less scanners. */
    readonly spreading: number;
  };
}

function featuresOf(
  { source, account, edges }: Pick<Movement, "source" | "account" | "edges">,
  { people, scans, hosts, window, habits, windowDays, chains, estate }: Surroundings,
  options: MovementOptions,
): Features {
  const [strongest] = edges;
  const best = strongest?.evidence[0];
  const fanOut = estate.fanOuts.get(source);
  const reached = new Set(edges.map((edge) => edge.target));
  const spread = (fanOut?.targets ?? []).filter((target) => reached.has(target));
  const isSpread = spread.length >= options.minConnections;
  const judged = isSpread ? edges.filter((edge) => spread.includes(edge.target)) : edges.slice(0, 1);
  const scan = best !== undefined && kinds[best.kind].family === "connection" ? scanOf(source, scans, hosts) : null;
  return {
    evidence: {
      points: best?.points ?? 0,
      says: best === undefined || strongest === undefined ? "" : saysOf(best, strongest.target),
    },
    habit: best === undefined || windowDays < 3 ? null : { days: habitDays(source, best, habits), windowDays },
    corroboration: strongest === undefined ? [] : corroborationOf(strongest),
    fanOut: {
      targets: spread.length,
      minTargets: options.minConnections,
      hours: options.timeWindowHours,
      habit: fanOut?.dayShare ?? 0,
    },
    novelty: noveltyOf(judged, window),
    rarity: rarityOf(judged, estate.sources),
    peers: isSpread && scan === null ? peersOf(estate) : null,
    chain: chainOf(edges, chains, people),
    switchedFrom: switchedFrom(source, account, best, people),
    ownerAt: best !== undefined && isAdministration(best) ? ownerAt({ source, account, edges }, chains, people) : null,
    scan,
  };
}

/** "on app01 a service was installed …: ccmsetup (12 events)". */
export function saysOf(evidence: Evidence, target: string): string {
  const what = evidence.artefacts.length > 0 ? `: ${evidence.artefacts.slice(0, 3).join(", ")}` : "";
  return `on ${target} ${kinds[evidence.kind].says}${what} (${evidence.eventCount} ${evidence.eventCount === 1 ? "event" : "events"})`;
}

// Less than this is noise even as a second voice.
const leastOfCorroboration = 6;

function corroborationOf(edge: MovementEdge): string[] {
  const voice = (one: Evidence): string => {
    const { family }: Kind = kinds[one.kind];
    return family === "connection" ? one.kind : family;
  };
  const voices = new Set(edge.evidence.slice(0, 1).map(voice));
  return edge.evidence.flatMap((one) => {
    if (one.points < leastOfCorroboration || voices.has(voice(one))) return [];
    voices.add(voice(one));
    return [kinds[one.kind].says];
  });
}

function noveltyOf(edges: readonly MovementEdge[], window: Window): Features["novelty"] {
  const start = epochMilliseconds(window.from);
  const ages = edges.map((edge) => {
    const first = edge.evidence.map((one) => one.firstSeen).sort(compareText)[0] ?? window.from;
    return (epochMilliseconds(first) - start) / dayMs;
  });
  const fresh = ages.filter((days) => days >= daysOfHistory);
  return fresh.length === 0 ? null : { historyDays: Math.min(...fresh), share: fresh.length / ages.length };
}

function rarityOf(edges: readonly MovementEdge[], sources: number): Features["rarity"] {
  const counted = edges.flatMap((edge) => edge.evidence.filter((one) => one.otherSources !== null).slice(0, 1));
  if (sources < sourcesForRarity || counted.length === 0) return null;
  return { share: counted.filter((one) => (one.otherSources ?? 0) < 0.5).length / counted.length, sources };
}

function peersOf({ sources, spreading }: Surroundings["estate"]): Features["peers"] {
  return sources < sourcesForPeers ? null : { share: Math.max(0, spreading - 1) / sources, sources };
}

function chainOf(edges: readonly MovementEdge[], chains: Chains, people: People): Features["chain"] {
  const found = edges
    .filter((edge) => edge.points >= leastOfChain)
    .flatMap((edge) => {
      const hosts = chains.through(edge.source, edge.target);
      return hosts === null ? [] : [hosts];
    });
  const [hosts] = found.sort((a, b) => b.length - a.length || compareText(JSON.stringify(a), JSON.stringify(b)));
  if (hosts === undefined) return null;
  const hops = hosts.slice(1).map((target, position) => chains.hop(hosts[position] ?? "", target));
  const accounts = hops.map((hop) => new Set(hop?.evidence.flatMap((one) => one.account ?? []) ?? []));
  const isAccountSwitched = accounts.some((names, position) => {
    const next = accounts[position + 1];
    return next !== undefined && names.size > 0 && next.size > 0 && ![...names].some((name) => next.has(name));
  });
  const isOwners = isOwnersWay(hosts[0] ?? "", accounts[0] ?? new Set(), people);
  return { hosts, isAccountSwitched, isOwners, habit: Math.max(0, ...hops.map((hop) => hop?.habit ?? 0)) };
}

function switchedFrom(
  source: string,
  account: string | null,
  best: Evidence | undefined,
  residents: People,
): readonly string[] | null {
  const people = residents.get(source);
  if (account === null || best === undefined || best.points < leastOfChain || people === undefined) return null;
  return people.has(account) || isOwnersWay(source, new Set([account]), residents) ? null : [...people].sort(compareText);
}

/** True when one of the accounts is the second account of somebody who sits at the host. */
function isOwnersWay(host: string, accounts: ReadonlySet<string>, people: People): boolean {
  const residents = [...(people.get(host) ?? [])];
  return [...accounts].some((account) => residents.some((resident) => isSecondAccountOf(account, resident)));
}

/** What administrators do by hand: a desktop, a shell. Services, tasks and programs that are put elsewhere speak for themselves. */
function isAdministration({ kind }: Evidence): boolean {
  const { family }: Kind = kinds[kind];
  return family === "desktop" || kind === "shell-session" || kind === "shell-after-connection" || kind === "winrm-connection";
}

/** The desk of the account's owner that the movement starts from: its source, or the beginning of the way there. */
function ownerAt(
  { source, account, edges }: Pick<Movement, "source" | "account" | "edges">,
  chains: Chains,
  people: People,
): string | null {
  if (account === null) return null;
  const accounts = new Set([account]);
  if (isOwnersWay(source, accounts, people)) return source;
  const starts = edges.flatMap((edge) => {
    const [first, second] = chains.through(edge.source, edge.target) ?? [];
    if (first === undefined || second !== source) return [];
    const isSame = chains.hop(first, second)?.evidence.some((one) => one.account === account) === true;
    return isSame && isOwnersWay(first, accounts, people) ? [first] : [];
  });
  return starts.sort(compareText)[0] ?? null;
}

function residentsByHost(rows: readonly ResidentRow[], hosts: Hosts): Map<string, Set<string>> {
  const residents = new Map<string, Set<string>>();
  for (const { hostname, account } of rows) {
    const host = hosts.of(hostname, null, "");
    if (host !== null) residents.set(host, (residents.get(host) ?? new Set()).add(account));
  }
  return residents;
}

function scanOf(source: string, scans: readonly ScanRow[], hosts: Hosts): Features["scan"] {
  const own = scans.filter((row) => row.source_ip === source || hosts.addressesOf(source).includes(row.source_ip));
  if (own.length === 0) return null;
  return {
    refusedPorts: Math.max(...own.map((row) => row.refused_ports)),
    refusedTargets: Math.max(...own.map((row) => row.refused_targets)),
  };
}
