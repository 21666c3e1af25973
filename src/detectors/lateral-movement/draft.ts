import type { FindingDraft, Observable } from "../../types.ts";
import type { Evidence } from "./edges.ts";
import type { Hosts } from "./hosts.ts";
import { type Kind, kinds, type Protocol, protocols } from "./kinds.ts";
import { type Movement, type MovementEdge, saysOf } from "./movements.ts";
import { reasonsOf, total } from "./score.ts";

/** What the detector could look at beside connections: for what it says it cannot see. */
export interface Sight {
  readonly hasHostLogs: boolean;
  readonly hasConnections: boolean;
}

// An edge weaker than this is told in a finding only when nothing stronger is there; weaker evidence names no protocol.
const leastToldEdge = 15;
const leastToldPoints = 10;
// Things are named where the evidence is more than a door that was opened.
const leastNamedPoints = 36;
// More targets than these are counted, not named; events by which the evidence is read again.
const targetsKept = 50;
const eventsKept = 200;

/** A movement as a finding; null when it is not worth a reader's time. */
export function draftOf(movement: Movement, hosts: Hosts, sight: Sight, leastScore: number): FindingDraft | null {
  const reasons = reasonsOf(movement.features);
  const score = total(reasons);
  const [strongest] = movement.edges;
  const best = strongest?.evidence[0];
  if (score < leastScore || strongest === undefined || best === undefined) return null;
  const strong = movement.edges.filter((edge) => edge.points >= leastToldEdge);
  const told = (strong.length > 0 ? strong : [strongest]).slice(0, targetsKept);
  const ways = protocolsOf(told);
  const evidence = told.flatMap((edge) => edge.evidence);
  const times = evidence.flatMap((one) => [one.firstSeen, one.lastSeen]).sort();
  const [firstSeen, lastSeen] = [times[0] ?? best.firstSeen, times.at(-1) ?? best.lastSeen];
  const riskScore = Math.round(score) / 10;
  const { source, account } = movement;
  const who = account === null ? source : `${source} as ${account}`;
  const headline = headlineOf(strongest) ?? best;
  return {
    keys: { source, account },
    title: `${who} ${verbOf(headline)} ${listed(
      told.map((edge) => edge.target),
      3,
    )} (${ways.join(", ")})`,
    description: descriptionOf(movement, told, riskScore),
    score,
    confidence: confidenceOf(best, movement.features.corroboration.length),
    reasons,
    benign: benignOf(headline),
    blindSpots: blindSpotsOf(movement, sight),
    firstSeen,
    lastSeen,
    techniques: techniquesOf(told),
    observables: observablesOf(movement, told, ways, hosts),
    evidence: { events: eventsOf(told).join("\n"), first: firstSeen, last: lastSeen },
    rowCount: evidence.reduce((sum, one) => sum + one.eventCount, 0),
    detail: detailOf(movement, told, ways, riskScore),
  };
}

// How far below the strongest evidence an execution may lie and still be what the finding is about: a copied program that then ran ran.
const headlineReach = 12;

function headlineOf(edge: MovementEdge): Evidence | null {
  const most = edge.evidence[0]?.points ?? 0;
  return edge.evidence.find((one) => isExecution(one) && one.points >= most - headlineReach) ?? null;
}

function isExecution({ kind }: Evidence): boolean {
  const { family }: Kind = kinds[kind];
  return family === "execution" || kind === "service-call" || kind === "task-call" || kind === "wmi-execution-call";
}

function verbOf({ kind, protocols: ways }: Evidence): string {
  if (kind.startsWith("service-") && kinds[kind].family === "execution") return "installed a service on";
  if (kind === "service-call") return "ran a service on";
  if (kind.startsWith("task-") && kinds[kind].points >= 60) return "registered a scheduled task on";
  const { family }: Kind = kinds[kind];
  if (ways.includes("winrm") && family !== "connection") return "opened a remote shell on";
  if (family === "execution" || kind === "wmi-execution-call" || kind === "command-pipe") return "ran programs on";
  if (kind === "program-written") return "copied a program to";
  if (family === "files") return "reached into the administrative shares of";
  if (kind === "remote-desktop") return "opened a desktop on";
  if (kind === "secure-shell") return "opened a secure shell on";
  if (family === "command") return "gave commands to";
  if (family === "pipes" || family === "calls") return "spoke to the remote administration of";
  return "reached the administration ports of";
}

/** "a", "a and b", "a, b and 3 more". */
function listed(names: readonly string[], most: number): string {
  if (names.length <= 1) return names[0] ?? "";
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

function descriptionOf({ source, account, features }: Movement, told: readonly MovementEdge[], riskScore: number): string {
  const seen = told.slice(0, 3).flatMap((edge) => {
    const first = headlineOf(edge) ?? edge.evidence[0];
    return first === undefined ? [] : [`${first.firstSeen.slice(0, 19)} ${saysOf(first, edge.target)}`];
  });
  const more = told.length > 3 ? ` ${told.length - 3} further targets are named below.` : "";
  const spread =
    features.fanOut.targets >= features.fanOut.minTargets
      ? ` It reached ${features.fanOut.targets} targets within ${features.fanOut.hours} h.`
      : "";
  const chain =
    features.chain === null || features.chain.habit === 1 ? "" : ` It is part of the way ${features.chain.hosts.join(" → ")}.`;
  return `From ${source}${account === null ? "" : ` as ${account}`}: ${seen.join("; ")}.${more}${spread}${chain} Risk score ${riskScore.toFixed(1)} of 10.`;
}

function confidenceOf(best: Evidence, corroboration: number): number {
  return Math.min(97, kinds[best.kind].confidence + 3 * corroboration);
}

function benignOf(best: Evidence): string {
  const { family }: Kind = kinds[best.kind];
  if (family === "connection" || family === "logon")
    return "Administrators, inventories, backups and monitoring use the same ports. Ask who owns the source, and whether it does this every week; the logs of the targets say what was done there.";
  if (family === "desktop")
    return "People work on other machines this way, and administrators go over a jump host. Ask the account's owner, and look whether the source is where they usually come from.";
  return "Software deployment, remote support and administrators' scripts do the same. They come from the same few hosts, with the same accounts and the same names, again and again; ask whether this change was planned, and look at what was run.";
}

function blindSpotsOf({ account, features }: Movement, { hasHostLogs, hasConnections }: Sight): string[] {
  return [
    ...(hasHostLogs ? [] : ["Without logs of the hosts it is not seen what was done over these connections, nor as whom."]),
    ...(hasConnections ? [] : ["Without connections, targets that write no log are not seen."]),
    ...(account === null ? ["No record names the account."] : []),
    ...(features.habit === null ? ["The window is too short to tell a habit from a first time."] : []),
  ];
}

function protocolsOf(edges: readonly MovementEdge[]): Protocol[] {
  const named = new Set(edges.flatMap((edge) => namedWays(edge)));
  return protocols.filter((protocol) => named.has(protocol));
}

// What remote calls through the end point mapper can be.
const callProtocols: readonly Protocol[] = ["service", "scheduled-task", "wmi", "dcom"];

/** How an edge was made; remote calls of which no more is known are DCOM's. */
function namedWays(edge: MovementEdge): readonly Protocol[] {
  const told = edge.evidence.filter((one) => one.points >= leastToldPoints);
  const named = new Set(told.flatMap((one) => one.protocols));
  const hasCalls = told.some((one) => one.kind === "rpc-connection" || one.kind === "mapper-connection");
  if (hasCalls && !callProtocols.some((protocol) => named.has(protocol))) named.add("dcom");
  return protocols.filter((protocol) => named.has(protocol));
}

function techniquesOf(edges: readonly MovementEdge[]): string[] {
  const shown = edges.flatMap((edge) => {
    const own = edge.evidence.filter((one) => one.points >= leastToldPoints).flatMap((one) => one.techniques);
    return own.length > 0 ? own : namedWays(edge).includes("dcom") ? ["T1021.003"] : [];
  });
  return [...new Set(shown)].sort();
}

function observablesOf(movement: Movement, told: readonly MovementEdge[], ways: readonly Protocol[], hosts: Hosts): Observable[] {
  const end = (side: "src_endpoint" | "dst_endpoint", host: string): Observable[] => [
    ...(hosts.isAddress(host) ? [] : [{ name: `${side}.hostname` as const, value: host }]),
    ...hosts.addressesOf(host).map((value) => ({ name: `${side}.ip` as const, value })),
  ];
  const telling = told.slice(0, 1).flatMap((edge) => edge.evidence.filter((one) => one.points >= leastNamedPoints));
  return [
    ...end("src_endpoint", movement.source),
    ...told.flatMap((edge) => end("dst_endpoint", edge.target)),
    ...ways.map((value): Observable => ({ name: "connection_info.protocol_name", value })),
    ...(movement.account === null ? [] : [{ name: "actor.user.name" as const, value: movement.account }]),
    ...telling.flatMap(thingsOf),
  ];
}

/** What was made, run or written, under the names that observables have. */
function thingsOf({ kind, artefacts }: Evidence): Observable[] {
  const { family }: Kind = kinds[kind];
  if (family === "files") return artefacts.flatMap(shareAndFile);
  if (family === "command") return artefacts.map((value) => ({ name: "process.cmd_line", value }));
  if (family !== "execution") return [];
  const name = kind.startsWith("service-") ? "service.name" : kind.startsWith("task-") ? "job.name" : "process.name";
  return artefacts.map((value) => ({ name, value }));
}

/** Share and file of "C$\\tools\\x.exe". */
function shareAndFile(path: string): Observable[] {
  const [share = "", ...parts] = path.split("\\");
  return [{ name: "share", value: share }, ...parts.slice(-1).map((value): Observable => ({ name: "file.name", value }))];
}

/** The ids of the events, the strongest evidence first. */
function eventsOf(told: readonly MovementEdge[]): string[] {
  return [...new Set(told.flatMap((edge) => edge.evidence.flatMap((one) => one.eventUids)))].slice(0, eventsKept);
}

function detailOf(
  movement: Movement,
  told: readonly MovementEdge[],
  ways: readonly Protocol[],
  riskScore: number,
): Record<string, unknown> {
  return {
    risk_score: riskScore,
    source_host: movement.source,
    target_hosts: told.map((edge) => edge.target),
    protocol: ways[0] ?? null,
    edges: told.map((edge) => ({
      source: edge.source,
      target: edge.target,
      protocol: namedWays(edge).join(", "),
      time: edge.evidence[0]?.firstSeen ?? null,
      strength: Math.round(edge.points) / 100,
      account: edge.evidence.find((one) => one.account !== null)?.account ?? null,
    })),
    chain: movement.features.chain?.hosts ?? null,
    sources: [movement.source],
    movements: told.map((edge) => ({
      from: edge.source,
      to: edge.target,
      protocol: namedWays(edge).join(", "),
      count: edge.evidence.reduce((sum, one) => sum + one.eventCount, 0),
    })),
  };
}
