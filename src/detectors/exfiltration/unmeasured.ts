import { isIP } from "node:net";
import { z } from "zod";
import type { FindingDraft, Observable, Reason } from "../../types.ts";
import { knownService } from "../known-services.ts";

const texts = z.array(z.string());

/** A host and a rare place outside that it called, in records without byte counts. */
export const unmeasuredRow = z.object({
  source: z.string(),
  destination: z.string(),
  first_time: z.string(),
  last_time: z.string(),
  connections: z.coerce.number(),
  names: texts,
  ports: z.array(z.number()),
  processes: texts,
  devices: texts,
  users: texts,
  days: z.coerce.number(),
  hosts: z.coerce.number(),
});
type UnmeasuredRow = z.infer<typeof unmeasuredRow>;

const browsers = /^(msedge|chrome|firefox|brave|opera|safari|iexplore|msedgewebview2)(\.exe)?$/i;

/** A finding for a rare place made for uploads; null for any other place. Low: how much went there is not known. */
export function unmeasuredDraft(row: UnmeasuredRow): FindingDraft | null {
  const service = row.names.map(knownService).find((known) => known?.kind === "drop" || known?.kind === "storage");
  if (service === undefined || service === null) return null;
  const isBrowser = row.processes.length > 0 && row.processes.every((name) => browsers.test(name));
  const reasons: Reason[] = [
    reason("a place made for uploads", `${row.names.join(", ")}: ${service.owner}`, service.kind === "drop" ? 20 : 8),
    reason("upload bytes", "not evaluable: no record of these connections has byte counts", 0),
    reason("who else calls it", row.hosts === 1 ? "no other host" : `${row.hosts} hosts`, row.hosts === 1 ? 8 : 2),
    ...(row.processes.length > 0 && !isBrowser ? [reason("calling program", `${row.processes.join(", ")}, no browser`, 8)] : []),
    ...(row.days >= 4 ? [reason("comes back", `on ${row.days} days`, -12)] : []),
  ];
  const place = row.names[0] ?? row.destination;
  const [device] = row.devices;
  return {
    keys: { source: row.source, destination: row.destination },
    title: `${device ?? row.source} called ${place}, a place made for uploads that ${row.hosts === 1 ? "no other host calls" : "hardly any host calls"} (upload bytes: not evaluable)`,
    description: `${device ?? row.source} called ${row.names.join(", ")} (${row.destination}) between ${row.first_time.slice(0, 19)} and ${row.last_time.slice(0, 19)} UTC${row.processes.length === 0 ? "" : ` with ${row.processes.join(", ")}`}. The records have no byte counts, so whether and how much was uploaded is not evaluable.`,
    score: Math.max(
      0,
      reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    ),
    confidence: 35,
    reasons,
    benign:
      "A person's own storage, or a file that somebody sent. Refuted by the byte counts of a firewall or proxy, or by the program's owner.",
    blindSpots: [
      "Upload bytes: not evaluable. Endpoint sensors tell of connections without sizes; a firewall, a proxy or a tap would tell.",
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: ["T1567.002"],
    observables: [
      ...(isIP(row.source) === 0 ? [] : [{ name: "src_endpoint.ip" as const, value: row.source }]),
      ...row.devices.slice(0, 1).map((value): Observable => ({ name: "src_endpoint.hostname", value })),
      { name: "dst_endpoint.ip", value: row.destination },
      ...row.names.map((value): Observable => ({ name: "dst_endpoint.hostname", value })),
      ...row.ports.slice(0, 3).map((port): Observable => ({ name: "dst_endpoint.port", value: String(port) })),
      ...row.processes.map((value): Observable => ({ name: "process.name", value })),
      ...row.users.slice(0, 1).map((value): Observable => ({ name: "actor.user.name", value })),
    ],
    evidence: { source: row.source, destination: row.destination, principal: "" },
    rowCount: row.connections,
    detail: { not_evaluable: ["upload bytes"] },
  };
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
