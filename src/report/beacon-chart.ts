import { z } from "zod";
import type { BeaconLane } from "../charts/beacon-timeline.ts";
import { safeId } from "../charts/drawing.ts";
import { duration } from "../charts/time.ts";
import type { Finding } from "../types.ts";
import { engineTime } from "../world.ts";
import { type Context, limits } from "./context.ts";
import type { Block, Line, Table } from "./document.ts";
import { number } from "./words.ts";

/** What a finding's `detail` holds when its calls can be drawn on a line of time. */
const beaconDetail = z.object({
  /** In UTC as the engine writes them, or in seconds since 1970; where there are too many, a stretch of calls in a row. */
  times: z.array(z.union([z.string(), z.number().nonnegative().max(8e9)])).min(2),
  periodSeconds: z.number().positive(),
  jitterSeconds: z.number().nonnegative(),
});

/** The timeline of the strongest findings that carry the times of their calls; none when no finding does. */
export function beaconChart(findings: readonly Finding[], context: Context): Block[] {
  const lanes: BeaconLane[] = [];
  for (const finding of findings) {
    if (lanes.length === limits.chartLanes) break;
    lanes.push(...laneOf(finding, context));
  }
  const first = findings[0];
  if (lanes.length === 0 || first === undefined) return [];
  return [
    {
      kind: "chart",
      id: `beacons-${safeId(first.detector)}`,
      chart: { kind: "beacon-timeline", data: { ...context.input.window, lanes } },
      caption: `The ${lanes.length === 1 ? "strongest pair" : `${lanes.length} strongest pairs`}: one stroke a call; right, how often each interval occurred.`,
      table: lanesTable(lanes),
    },
  ];
}

function laneOf(finding: Finding, context: Context): BeaconLane[] {
  const detail = beaconDetail.safeParse(finding.detail);
  if (!detail.success) return [];
  const times = detail.data.times.map((time) => (typeof time === "number" ? engineTime(new Date(time * 1000)) : time));
  return [{ ...detail.data, times, count: finding.rowCount, ...endsOf(finding, context) }];
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
