import { z } from "zod";
import { isNobody } from "../../entities/well-known.ts";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { behaviours, families } from "./behaviours.ts";
import { type Deed, deedsOf, type Hit, hitRow, hitsOf, reachRow } from "./score.ts";

const parameters = z.strictObject({
  /** A system program's destination is rare when at most so many devices call it. */
  mostDevices: z.number().int().positive().default(2),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 15;
const eventsKept = 60;

export default detector({
  id: "suspicious-execution",
  name: "Suspicious execution",
  version: "1",
  question: "Did a device run programs and commands as an intruder at the keyboard does?",
  analyticType: "Behavioral",
  techniques: [...new Set(Object.values(behaviours).flatMap(({ techniques }) => techniques))].sort(),
  anyOf: [
    { table: "process_activity", columns: ["device_hostname", "process_cmd_line"] },
    { table: "script_activity", columns: ["device_hostname", "script_content"] },
    { table: "registry_activity", columns: ["device_hostname", "reg_value_data"] },
  ],
  techniqueNeeds: {
    "T1204.004": [
      { table: "registry_activity", columns: ["reg_value_data"] },
      { table: "process_activity", columns: ["parent_process_name"] },
    ],
  },
  parameters,
  questions: {
    hits: { file: "detect.sql", row: hitRow },
    reached: {
      file: "reach.sql",
      row: reachRow,
      needs: [{ table: "network_activity", columns: ["actor_process_name", "dst_endpoint_ip"] }],
    },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ hits, reached }) =>
    deedsOf(hitsOf(hits, reached))
      .filter(({ score }) => score >= leastScore)
      .map(draft),
});

function draft(deed: Deed): FindingDraft {
  const { device, family, hits, score } = deed;
  const [best] = hits;
  if (best === undefined) throw new RangeError("a deed without a hit");
  const account = accountOf(hits);
  const times = hits.flatMap(({ first_seen, last_seen }) => [first_seen, last_seen]).sort();
  const firstSeen = times[0] ?? best.first_seen;
  const lastSeen = times.at(-1) ?? best.last_seen;
  const uids = [...new Set(hits.flatMap((hit) => hit.uids))].slice(0, eventsKept);
  const named = [...new Set(hits.map(({ behaviour }) => behaviour))];
  return {
    keys: { device, family },
    title: `${device}${account === null ? "" : ` as ${account}`} ${families[family]}: ${named.slice(0, 3).join(", ")}`,
    description: `${hits.slice(0, 3).map(told).join(" ")}${hits.length > 3 ? ` ${hits.length - 3} more of the kind are among the events.` : ""} ${best.estate_devices} of ${Math.max(best.all_devices, best.estate_devices)} devices ran the like, on ${best.estate_days} days.`,
    score,
    confidence: Math.min(90, 50 + 8 * named.length + (best.rarity === 1 ? 10 : 0)),
    reasons: deed.reasons,
    benign:
      "Administrators, software deployment and support run the same programs. They come from the same accounts on many devices, again and again; harmless when the account's owner or a change request names this very command; an attack when neither can.",
    blindSpots: [
      "Renamed programs and commands that a sensor cuts off are judged by what is left of them.",
      ...(hits.some(({ parent_program }) => parent_program !== "")
        ? []
        : ["The records name no parent: what started the program is not known."]),
      ...(best.all_devices < 5 ? ["With few devices, what is rare in the estate can hardly be told."] : []),
    ],
    firstSeen,
    lastSeen,
    techniques: [...new Set(hits.slice(0, 8).flatMap(({ behaviour }) => behaviours[behaviour]?.techniques ?? []))].sort(),
    observables: observablesOf(deed, account),
    evidence: { events: uids.join("\n"), first: firstSeen, last: lastSeen },
    rowCount: hits.reduce((sum, { events }) => sum + events, 0),
    detail: {
      family,
      processes: [...new Set(hits.flatMap(({ processes }) => processes))].sort(),
      parents: [...new Set(hits.flatMap(({ parents }) => parents))].sort(),
      commands: hits
        .slice(0, 6)
        .map(({ behaviour, command_line, first_seen }) => ({ behaviour, command: command_line, time: first_seen })),
    },
  };
}

function told(hit: Hit): string {
  const where =
    hit.destination === null
      ? ""
      : ` calling ${hit.destination.name === "" ? hit.destination.address : `${hit.destination.name} (${hit.destination.address})`}`;
  const by = hit.parent_program === "" ? "" : ` started by ${hit.parent_program}`;
  return `${hit.first_seen.slice(0, 19)} ${hit.behaviour}: ${hit.program}${by}${where}${hit.command_line === "" ? "" : `, ${hit.command_line.slice(0, 160)}`}.`;
}

/** The account of the strongest hit that names a person or a service; the system's own accounts are nobody. */
function accountOf(hits: readonly Hit[]): string | null {
  return hits.flatMap(({ account_names }) => account_names).find((name) => !isNobody(name) && !name.endsWith("$")) ?? null;
}

function observablesOf({ device, hits }: Deed, account: string | null): Observable[] {
  const programs = [...new Set(hits.map(({ program }) => program).filter((name) => name !== "" && name !== "RunMRU"))].slice(
    0,
    5,
  );
  const commands = [...new Set(hits.map(({ command_line }) => command_line).filter((command) => command !== ""))].slice(0, 5);
  return [
    { name: "device.hostname", value: device },
    ...(account === null ? [] : [{ name: "actor.user.name" as const, value: account }]),
    ...programs.map((value): Observable => ({ name: "process.name", value })),
    ...commands.map((value): Observable => ({ name: "process.cmd_line", value })),
    ...hits
      .slice(0, 5)
      .flatMap(({ destination }): Observable[] =>
        destination === null
          ? []
          : [
              { name: "dst_endpoint.ip", value: destination.address },
              ...(destination.name === "" ? [] : [{ name: "dst_endpoint.hostname" as const, value: destination.name }]),
            ],
      ),
  ];
}
