import { z } from "zod";
import type { BeaconLane } from "../charts/beacon-timeline.ts";
import { safeId } from "../charts/drawing.ts";
import type { Movement } from "../charts/movement-graph.ts";
import { duration } from "../charts/time.ts";
import type { Finding } from "../types.ts";
import { engineTime } from "../world.ts";
import { type Context, limits } from "./context.ts";
import type { Block, Line, Table } from "./document.ts";
import { number } from "./words.ts";

/** What a finding's `detail` holds when its calls can be drawn on a line of time. */
export const beaconDetail = z.object({
  /** In UTC as the engine writes them, or in seconds since 1970; where there are too many, a stretch of calls in a row. */
  times: z.array(z.union([z.string(), z.number().nonnegative().max(8e9)])).min(2),
  periodSeconds: z.number().positive(),
  jitterSeconds: z.number().nonnegative(),
});

/** What a finding's `detail` holds when it is a movement between hosts. */
export const movementDetail = z.object({
  sources: z.array(z.string()).min(1),
  movements: z.array(z.object({ from: z.string(), to: z.string(), protocol: z.string(), count: z.number() })).min(1),
});

/** The charts of one area: chosen by what its findings hold, not by who found them, so that a user's own detector gets them too. */
export function areaCharts(findings: readonly Finding[], context: Context): Block[] {
  return [...beaconChart(findings, context), ...movementChart(findings, context), ...peopleChart(findings, context)];
}

function beaconChart(findings: readonly Finding[], context: Context): Block[] {
  const lanes = findings.flatMap((finding): BeaconLane[] => {
    const detail = beaconDetail.safeParse(finding.detail);
    if (!detail.success) return [];
    const times = detail.data.times.map((time) => (typeof time === "number" ? engineTime(new Date(time * 1000)) : time));
    return [{ ...detail.data, times, count: finding.rowCount, ...endsOf(finding, context) }];
  });
  const shown = lanes.slice(0, limits.chartLanes);
  const first = findings[0];
  if (shown.length === 0 || first === undefined) return [];
  return [
    {
      kind: "chart",
      id: `beacons-${safeId(first.detector)}`,
      chart: { kind: "beacon-timeline", data: { ...context.input.window, lanes: shown } },
      caption: `The ${shown.length === 1 ? "strongest pair" : `${shown.length} strongest pairs`}: one stroke a call; right, how often each interval occurred.`,
      table: lanesTable(shown),
    },
  ];
}

function endsOf(finding: Finding, { prose }: Context): { source: string; destination: string } {
  const observed = (...names: readonly string[]): string | undefined =>
    names
      .map((name) => finding.observables.find((observable) => observable.name === name)?.value)
      .find((value) => value !== undefined);
  const port = observed("dst_endpoint.port");
  const destination = observed("dst_endpoint.hostname", "query.hostname", "url.hostname", "dst_endpoint.ip") ?? "?";
  return {
    source: prose(
      observed("src_endpoint.hostname", "device.hostname", "src_endpoint.ip", "device.ip") ?? "?",
      limits.valueLength,
    ),
    destination: prose(port === undefined ? destination : `${destination}:${port}`, limits.valueLength),
  };
}

function lanesTable(lanes: readonly BeaconLane[]): Table {
  const rows = lanes.map((lane): Line[] => [
    [lane.source],
    [lane.destination],
    [duration(lane.periodSeconds)],
    [duration(lane.jitterSeconds)],
    [number(lane.count)],
  ]);
  const columns = [
    { title: "From" },
    { title: "To", isWide: true },
    { title: "Every", isNumber: true },
    { title: "Jitter", isNumber: true },
    { title: "Calls", isNumber: true },
  ];
  return { kind: "table", columns, rows, more: null };
}

function movementChart(findings: readonly Finding[], context: Context): Block[] {
  const details = findings.flatMap((finding) => {
    const detail = movementDetail.safeParse(finding.detail);
    return detail.success ? [detail.data] : [];
  });
  const first = findings[0];
  if (details.length === 0 || first === undefined) return [];
  const { movements, sources, omittedHosts } = strongest(details, context);
  const rows = movements.map((movement): Line[] => [
    [movement.from],
    [movement.to],
    [movement.protocol],
    [number(movement.count)],
  ]);
  return [
    {
      kind: "chart",
      id: `movement-${safeId(first.detector)}`,
      chart: { kind: "movement-graph", data: { movements, sources, omittedHosts } },
      caption: "Who reached whom, by which protocol and how often; sources in the strong colour.",
      table: {
        kind: "table",
        columns: [{ title: "From" }, { title: "To", isWide: true }, { title: "By" }, { title: "Times", isNumber: true }],
        rows,
        more: null,
      },
    },
  ];
}

/** Movements of the strongest findings first, until the picture is full. */
function strongest(
  details: readonly z.infer<typeof movementDetail>[],
  { prose }: Context,
): { movements: Movement[]; sources: string[]; omittedHosts: number } {
  const hosts = new Set<string>();
  const omitted = new Set<string>();
  const movements = new Map<string, Movement>();
  const name = (text: string): string => prose(text, limits.valueLength);
  for (const { from, to, protocol, count } of details.flatMap((detail) => detail.movements)) {
    const movement = { from: name(from), to: name(to), protocol: prose(protocol, 40), count };
    const grown = new Set([...hosts, movement.from, movement.to]);
    if (grown.size > limits.chartHosts) {
      for (const host of [movement.from, movement.to]) if (!hosts.has(host)) omitted.add(host);
      continue;
    }
    for (const host of grown) hosts.add(host);
    // The same movement told by two findings is one movement.
    const key = JSON.stringify([movement.from, movement.to, movement.protocol]);
    if ((movements.get(key)?.count ?? 0) < count) movements.set(key, movement);
  }
  const sources = [...new Set(details.flatMap((detail) => detail.sources.map(name)))].filter((host) => hosts.has(host));
  return { movements: [...movements.values()], sources, omittedHosts: [...omitted].filter((host) => !hosts.has(host)).length };
}

function peopleChart(findings: readonly Finding[], { input, prose }: Context): Block[] {
  const detector = findings[0]?.detector ?? "";
  const map = input.people[detector];
  if (map === undefined || map.people.length < 3) return [];
  const people = map.people.map((person) => ({ ...person, name: prose(person.name, limits.valueLength) }));
  return [
    {
      kind: "chart",
      id: `people-${safeId(detector)}`,
      chart: { kind: "people-map", data: { ...map, people } },
      caption: "Everyone by the first two principal components of their behaviour: alike is close together, outliers are named.",
      table: null,
    },
  ];
}
