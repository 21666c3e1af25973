import { z } from "zod";
import type { ObservedTechnique } from "../attack/sightings.ts";
import type { PeopleMap, Window } from "../types.ts";
import { engineTime } from "../world.ts";
import type { BeaconingResult, LateralMovementResult } from "./results.ts";
import { pictureOf, type Shown } from "./shown.ts";

const beaconDetail = z.object({
  times: z.array(z.union([z.string(), z.number()])).min(2),
  periodSeconds: z.number(),
  jitterSeconds: z.number(),
});
const movementDetail = z.object({
  sources: z.array(z.string()),
  movements: z.array(z.object({ from: z.string(), to: z.string(), protocol: z.string(), count: z.number() })),
});

/** One stroke a call, for the strongest channels that carry the times of their calls. */
export function beaconPicture(results: readonly BeaconingResult[], window: Window): Shown {
  const lanes = results.slice(0, 8).flatMap(({ host, destination_ip, destination_port, finding }) => {
    const detail = beaconDetail.safeParse(finding.detail);
    if (!detail.success) return [];
    const times = detail.data.times.map((time) => (typeof time === "number" ? engineTime(new Date(time * 1000)) : time));
    const destination = destination_port === null ? destination_ip : `${destination_ip}:${destination_port}`;
    return [{ ...detail.data, times, count: finding.rowCount, source: host, destination }];
  });
  return pictureOf({ kind: "beacon-timeline", data: { ...window, lanes } }, { title: "Calls that keep time", id: "beacons" });
}

/** Who reached whom, by which protocol, in the strongest movements. */
export function movementPicture(results: readonly LateralMovementResult[]): Shown {
  const details = results.slice(0, 3).flatMap(({ finding }) => {
    const detail = movementDetail.safeParse(finding.detail);
    return detail.success ? [detail.data] : [];
  });
  const movements = details.flatMap((detail) => detail.movements).slice(0, 24);
  const hosts = new Set(movements.flatMap(({ from, to }) => [from, to]));
  const sources = [...new Set(details.flatMap((detail) => detail.sources))].filter((host) => hosts.has(host));
  return pictureOf({ kind: "movement-graph", data: { movements, sources } }, { title: "Who reached whom", id: "movement" });
}

/** Everybody in the plane of the first two principal components of how they sign in. */
export function peoplePicture(map: PeopleMap): Shown {
  return pictureOf({ kind: "people-map", data: map }, { title: "People by how they sign in", id: "people" });
}

/** The techniques with evidence, by tactic. */
export function techniquePicture(byTactic: Readonly<Record<string, readonly ObservedTechnique[]>>): Shown {
  const tactics = Object.entries(byTactic).map(([name, techniques]) => ({
    name,
    techniques: techniques.map(({ id, name, evidence_count }) => ({
      uid: id,
      name,
      state: "seen" as const,
      evidenceCount: evidence_count,
    })),
  }));
  return pictureOf({ kind: "heat-map", data: { tactics } }, { title: "ATT&CK techniques with evidence", id: "techniques" });
}
