import { z } from "zod";
import type { FindingDraft, Observable, Reason } from "../../types.ts";

const number = z.coerce.number();

/** The role of a virtual machine whose keys a desktop used. */
export const machineRow = z.object({
  principal: z.string(),
  machine: z.string(),
  issuer: z.string(),
  addresses: z.array(z.string()),
  desktop_agents: z.array(z.string()),
  operations: z.array(z.string()),
  /** Different operations that only look around. */
  looks: number,
  calls: number,
  first_seen: z.string(),
  last_seen: z.string(),
  event_uids: z.array(z.string()),
});
export type MachineRow = z.infer<typeof machineRow>;

/** Words of a user agent (a regular expression of the engine) for desktop systems that hardly any virtual machine of a cloud runs. */
export const desktopSystems = "(?i)\\b(Darwin|macOS|Macintosh|Windows/(10|11))\\b";

/** Why the use of a machine's keys on a desktop is somebody else's sign-in. */
export function machineReasons(row: MachineRow): Reason[] {
  const reasons = [reason("a machine's keys on a desktop", row.desktop_agents.join(", "), 62)];
  if (row.looks >= 2) reasons.push(reason("looks around", `${row.looks} different operations that list or describe`, 10));
  if (row.addresses.length > 1) reasons.push(reason("from several addresses", row.addresses.join(", "), 4));
  return reasons;
}

/** The finding of it. */
export function machineDraft(row: MachineRow): FindingDraft {
  const reasons = machineReasons(row);
  const role = row.issuer === "" ? row.machine : `${row.issuer}/${row.machine}`;
  return {
    keys: { machine: row.principal },
    title: `The keys of the virtual machine ${role} were used on a desktop`,
    description: `${row.calls} calls were made as ${role}, a role that a virtual machine has for itself, from ${row.addresses.join(", ")} with ${row.desktop_agents.join(", ")}: ${row.operations.join(", ")}. A machine's keys are handed out to the machine only.`,
    score: reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    confidence: 80,
    reasons,
    benign:
      "Clouds rent out a few machines that run desktop systems, and developers sometimes copy keys to try something. Harmless when the owner of the machine did it and says so; a theft when the address is nobody's of the estate.",
    blindSpots: ["Keys that are used with a client like the machine's own are not seen."],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1078.004"],
    observables: [
      { name: "actor.user.name", value: role },
      ...row.addresses.map((value): Observable => ({ name: "src_endpoint.ip", value })),
      ...row.desktop_agents.slice(0, 1).map((value): Observable => ({ name: "http_request.user_agent", value })),
    ],
    evidence: { person: role, addresses: row.addresses.join("\n") },
    eventUids: row.event_uids,
    rowCount: row.calls,
  };
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
