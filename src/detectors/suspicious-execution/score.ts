import { z } from "zod";
import { compareText } from "../../order.ts";
import { dayMs, epochMilliseconds } from "../../time.ts";
import type { Reason } from "../../types.ts";
import { behaviours, type Family, families, rarity } from "./behaviours.ts";

const number = z.coerce.number();
export const hitRow = z.object({
  device: z.string(),
  behaviour: z.string(),
  command_shape: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  events: number,
  days: number,
  program: z.string(),
  parent_program: z.string(),
  account_name: z.string(),
  command_line: z.string(),
  program_path: z.string(),
  origin: z.string(),
  account_names: z.array(z.string()),
  processes: z.array(z.string()),
  parents: z.array(z.string()),
  uids: z.array(z.string()),
  moments: z.array(z.string()),
  estate_devices: number,
  estate_days: number,
  estate_accounts: number,
  all_devices: number,
});
export type HitRow = z.infer<typeof hitRow>;

export const reachRow = z.object({
  device: z.string(),
  program: z.string(),
  destination: z.string(),
  destination_name: z.string(),
  destination_port: number,
  first_seen: z.string(),
  last_seen: z.string(),
  events: number,
  days: number,
  example: z.tuple([z.string(), z.string()]),
  estate_devices: number,
  processes: z.array(z.string()),
  uids: z.array(z.string()),
  moments: z.array(z.string()),
});
export type ReachRow = z.infer<typeof reachRow>;

/** A behaviour of one device with what it is worth here. */
export interface Hit extends HitRow {
  readonly family: Family;
  readonly points: number;
  readonly rarity: number;
  /** Address and name outside, where a system program called there. */
  readonly destination: { readonly address: string; readonly name: string; readonly port: number } | null;
}

/** One family of behaviours on one device, within a day. */
export interface Deed {
  readonly device: string;
  readonly family: Family;
  /** Strongest first. */
  readonly hits: readonly Hit[];
  readonly reasons: readonly Reason[];
  readonly score: number;
}

const surveyMinutes = 30;
const surveyKinds = 4;
// Further hits of a family and other families of the device count for so much of their points.
const furtherShare = 0.3;
const mostFurther = 20;
const otherShare = 0.3;
const mostOther = 24;

/** Rows of both questions as hits, with points and rarity. */
export function hitsOf(rows: readonly HitRow[], reached: readonly ReachRow[]): Hit[] {
  const allDevices = Math.max(1, ...rows.map(({ all_devices }) => all_devices));
  const commands = rows.flatMap((row): Hit[] => {
    const behaviour = behaviours[row.behaviour];
    if (behaviour === undefined) return [];
    const share = rarity({
      family: behaviour.family,
      devices: row.estate_devices,
      allDevices: row.all_devices,
      days: row.estate_days,
      ownDays: row.days,
    });
    return [{ ...row, family: behaviour.family, points: behaviour.points, rarity: share, destination: null }];
  });
  const calls = reached.map((row): Hit => {
    // Programs that administrators' scripts live in call out now and then; the others never have a reason to.
    const points = /^(powershell|pwsh|cmd|msiexec|dllhost|werfault)/i.test(row.program) ? 12 : 26;
    const ownDays = row.days;
    return {
      device: row.device,
      behaviour: "system program calls outside",
      command_shape: row.destination,
      first_seen: row.first_seen,
      last_seen: row.last_seen,
      events: row.events,
      days: row.days,
      program: row.program,
      parent_program: "",
      account_name: row.example[0],
      command_line: row.example[1],
      program_path: "",
      origin: "connection",
      account_names: row.example[0] === "" ? [] : [row.example[0]],
      processes: row.processes,
      parents: [],
      uids: row.uids,
      moments: row.moments,
      estate_devices: row.estate_devices,
      estate_days: row.days,
      estate_accounts: 1,
      all_devices: allDevices,
      family: "execution",
      points,
      rarity: rarity({ family: "execution", devices: row.estate_devices, allDevices, days: row.days, ownDays }),
      destination: { address: row.destination, name: row.destination_name, port: row.destination_port },
    };
  });
  return [...commands, ...calls];
}

/** What each device did, one deed a family, with its score: the best of its hits, further ones, and what else the device did that day. */
export function deedsOf(hits: readonly Hit[]): Deed[] {
  const byDevice = new Map<string, Hit[]>();
  for (const hit of hits) byDevice.set(hit.device, [...(byDevice.get(hit.device) ?? []), hit]);
  return [...byDevice.entries()].sort(([a], [b]) => compareText(a, b)).flatMap(([device, own]) => deedsOfDevice(device, own));
}

function deedsOfDevice(device: string, hits: readonly Hit[]): Deed[] {
  const groups = (Object.keys(families) as Family[]).flatMap((family) => {
    const own = (family === "survey" ? surveys(hits) : hits).filter((hit) => hit.family === family).sort(strongest);
    const [best] = own;
    return best === undefined ? [] : [{ family, best, own: own.filter((hit) => distance(hit, best) <= dayMs) }];
  });
  return groups.map(({ family, best, own }) => {
    const others = groups
      .filter((other) => other.family !== family)
      .flatMap(({ own: theirs }) => theirs.filter((hit) => distance(hit, best) <= dayMs && worth(hit) >= 6).slice(0, 1));
    const reasons = [...hitReasons(best), ...furtherReasons(further(own)), ...otherReasons(others)];
    return { device, family, hits: own, reasons, score: Math.min(100, Math.max(0, sum(reasons))) };
  });
}

/** Survey commands count when so many different ones came within half an hour: one alone is everyday work. */
function surveys(hits: readonly Hit[]): Hit[] {
  const commands = hits.filter(({ behaviour }) => behaviour === "survey command");
  const moments = commands
    .flatMap((hit) => hit.moments.map((time) => ({ hit, at: epochMilliseconds(time) })))
    .sort((a, b) => a.at - b.at);
  let most: ReadonlySet<Hit> = new Set();
  for (const { at } of moments) {
    const burst = new Set(
      moments.filter((other) => other.at >= at && other.at <= at + surveyMinutes * 60_000).map(({ hit }) => hit),
    );
    if (burst.size > most.size) most = burst;
  }
  const burst = most.size < surveyKinds ? [] : [...most];
  return [...hits.filter(({ behaviour }) => behaviour === "directory survey tool"), ...burst];
}

function hitReasons(hit: Hit): Reason[] {
  const peers = `${hit.estate_devices} of ${Math.max(hit.all_devices, hit.estate_devices)} devices, on ${hit.estate_days} days`;
  const reasons: Reason[] = [
    {
      feature: hit.behaviour,
      observed: hit.command_line === "" ? hit.program : hit.command_line.slice(0, 200),
      baseline: `${hit.events} ${hit.events === 1 ? "time" : "times"} on ${hit.days} ${hit.days === 1 ? "day" : "days"} here`,
      peers,
      contribution: hit.points,
    },
  ];
  if (hit.rarity < 1)
    reasons.push({
      feature: "known here",
      observed: peers,
      baseline: `on ${hit.days} days on this device`,
      peers,
      contribution: round(-hit.points * (1 - hit.rarity)),
    });
  if (hit.family === "remote-access" && /\\(users|temp|programdata|perflogs|public)\\/i.test(hit.program_path))
    reasons.push(reason("from a folder anybody may write to", hit.program_path, round(8 * hit.rarity)));
  if (hit.family === "collection" && /\\(programdata|public|temp|perflogs|\$recycle\.bin|windows)\\/i.test(hit.command_line))
    reasons.push(reason("to an odd place", hit.command_line.slice(0, 120), round(7 * hit.rarity)));
  return reasons;
}

function furtherReasons(hits: readonly Hit[]): Reason[] {
  const share = hits[0]?.family === "survey" ? 1 : furtherShare;
  const points = Math.min(mostFurther, share * hits.reduce((total, hit) => total + worth(hit), 0));
  if (points < 0.5) return [];
  return [
    reason("further of its kind", [...new Set(hits.map(({ behaviour }) => behaviour))].slice(0, 6).join(", "), round(points)),
  ];
}

/** Hits after the best: of each other behaviour the best one; different survey commands count each. */
function further([best, ...others]: readonly Hit[]): Hit[] {
  const seen = new Set([best?.behaviour]);
  return others.filter((hit) => {
    if (hit.behaviour === "survey command") return true;
    const isNew = !seen.has(hit.behaviour);
    seen.add(hit.behaviour);
    return isNew;
  });
}

function otherReasons(hits: readonly Hit[]): Reason[] {
  const points = Math.min(mostOther, otherShare * hits.reduce((total, hit) => total + worth(hit), 0));
  if (points < 0.5) return [];
  return [reason("what else the device did that day", hits.map(({ behaviour }) => behaviour).join(", "), round(points))];
}

function worth(hit: Hit): number {
  return hit.points * hit.rarity;
}

function strongest(a: Hit, b: Hit): number {
  return worth(b) - worth(a) || compareText(a.first_seen, b.first_seen) || compareText(a.command_shape, b.command_shape);
}

function distance(one: Hit, other: Hit): number {
  const [earlier, later] = one.first_seen <= other.first_seen ? [one, other] : [other, one];
  return Math.max(0, epochMilliseconds(later.first_seen) - epochMilliseconds(earlier.last_seen));
}

function sum(reasons: readonly Reason[]): number {
  return reasons.reduce((total, { contribution }) => total + contribution, 0);
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
