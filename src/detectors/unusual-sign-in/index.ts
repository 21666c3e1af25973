import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { commonnessOf } from "./likelihood.ts";
import { desktopSystems, machineDraft, machineRow } from "./machine.ts";
import { estateRow, personRow, promptRow, sessionRow } from "./rows.ts";
import { type Stranger, short, strangest } from "./score.ts";

const parameters = z.strictObject({
  /** A network that a larger share of the people use is nobody's strange network. */
  mostShare: z.number().positive().max(1).default(0.2),
  /** Refused second factors before an approval counts as worn down. */
  leastRefusals: z.number().int().positive().default(4),
  /** Within how many minutes before the approval. */
  promptMinutes: z.number().int().positive().default(60),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 20;

export default detector({
  id: "unusual-sign-in",
  name: "Unusual sign-in",
  version: "1",
  question:
    "Did somebody else sign in as one of ours: from a network, with a client and device that are not theirs, or with their session?",
  analyticType: "Statistical",
  techniques: ["T1078.004", "T1539", "T1550.004", "T1621"],
  anyOf: [
    { table: "authentication", columns: ["status", "src_endpoint_ip"] },
    { table: "api_activity", columns: ["api_operation", "actor_user_name", "http_request_user_agent"] },
  ],
  techniqueNeeds: {
    "T1078.004": [{ table: "authentication", columns: ["status", "src_endpoint_ip"] }],
    T1539: [{ table: "authentication", columns: ["session_uid", "http_request_user_agent"] }],
    "T1550.004": [{ table: "authentication", columns: ["session_uid", "http_request_user_agent"] }],
    T1621: [{ table: "authentication", columns: ["status", "status_code"] }],
  },
  parameters,
  questions: {
    people: { file: "detect.sql", row: personRow },
    estate: { file: "estate.sql", row: estateRow },
    sessions: { file: "sessions.sql", row: sessionRow },
    prompts: { file: "prompts.sql", row: promptRow },
    machines: { file: "machines.sql", row: machineRow, parameters: { desktopSystems } },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ people, estate, sessions, prompts, machines }) => {
    const commonness = commonnessOf(estate);
    const sessionsOf = grouped(sessions);
    const promptsOf = grouped(prompts);
    const strangers = people.flatMap((row) => {
      const found = strangest(row, sessionsOf.get(row.person) ?? [], promptsOf.get(row.person) ?? [], commonness);
      return found === null || found.score < leastScore ? [] : [draft(found)];
    });
    return [...strangers, ...machines.map(machineDraft)];
  },
});

function grouped<Row extends { readonly person: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const byPerson = new Map<string, Row[]>();
  for (const row of rows) byPerson.set(row.person, [...(byPerson.get(row.person) ?? []), row]);
  return byPerson;
}

function draft(found: Stranger): FindingDraft {
  const { person, places, replay, prompts, score } = found;
  const addresses = [...new Set(places.flatMap((place) => place.addresses))].sort();
  const [place] = places;
  const times = [
    ...places.flatMap(({ firstTime, lastTime }) => [firstTime, lastTime]),
    ...(prompts === null ? [] : [prompts.first_time]),
    ...(replay === null ? [] : [replay.far.firstTime, replay.far.lastTime]),
  ].sort();
  const network = place === undefined || place.networkName === "" ? found.network : `${found.network} ${place.networkName}`;
  const country = place?.country ?? "";
  const where = `${network}${country === "" ? "" : ` (${country})`}`;
  const events = places.reduce((sum, { eventCount }) => sum + eventCount, 0);
  const uids = [
    ...new Set([
      ...(replay === null ? [] : [...replay.origin.eventUids.slice(0, 3), ...replay.far.eventUids]),
      ...(prompts?.event_uids ?? []),
      ...places.flatMap(({ eventUids }) => eventUids),
    ]),
  ];
  return {
    keys: { user: person },
    title: titleOf(found, where),
    description: descriptionOf(found, where, events),
    score,
    confidence: replay !== null || prompts !== null ? 80 : 55,
    reasons: found.reasons,
    benign:
      replay === null
        ? "A journey, a new provider, a private device or a phone's network looks the same. Harmless when the person confirms place and device, or the device there is one that the estate manages; an attack when they were elsewhere."
        : "A browser that changes its name (an update, a mode for mobile pages) behind a tunnel looks similar. Harmless when both networks and both clients belong to the person; an attack when one does not: the session's first sign-in shows which client it was issued to.",
    blindSpots: [
      "An intruder in the victim's own network and with the same client is not seen.",
      ...(replay === null ? ["Sessions are compared only where the log names them together with the client."] : []),
      "What was read with the sign-in is told by the audit logs of the applications, where they are collected.",
    ],
    firstSeen: times[0] ?? "",
    lastSeen: times.at(-1) ?? "",
    techniques: [
      ...(person.includes("@") ? ["T1078.004"] : []),
      ...(replay === null ? [] : ["T1539", "T1550.004"]),
      ...(prompts === null ? [] : ["T1621"]),
    ],
    observables: observablesOf(found, addresses),
    evidence: { person, addresses: addresses.join("\n") },
    eventUids: uids,
    rowCount: events,
    detail: {
      session: replay?.session ?? null,
      sessions: replay === null ? [] : [replay.session],
      origin:
        replay === null
          ? null
          : { network: replay.origin.network, address: replay.origin.address, userAgent: replay.origin.userAgent },
    },
  };
}

function titleOf({ person, replay, prompts }: Stranger, where: string): string {
  if (replay !== null) return `The session of ${person} was used from ${where} by another client than the one it was issued to`;
  if (prompts !== null) return `${person} approved a sign-in from ${where} after refusing ${prompts.refusals_before} prompts`;
  return `${person} signed in from ${where}, with little that is theirs`;
}

function descriptionOf({ person, places, replay, prompts }: Stranger, where: string, events: number): string {
  const clients = [...new Set(places.map(({ client }) => client).filter((client) => client !== ""))]
    .slice(0, 2)
    .map(short)
    .join("; ");
  const applications = [...new Set(places.flatMap((place) => place.applications))].slice(0, 4).join(", ");
  return (
    `${events} sign-ins of ${person} came from ${where}${clients === "" ? "" : ` with ${clients}`}${applications === "" ? "" : `, to ${applications}`}.` +
    (replay === null
      ? ""
      : ` Session ${replay.session} was issued to ${short(replay.origin.userAgent)} at ${replay.origin.address} (${replay.origin.firstTime.slice(0, 19)} UTC) and used by ${short(replay.far.userAgent)} at ${replay.far.address} from ${replay.far.firstTime.slice(0, 19)} UTC on${replay.isOwnerActive ? ", while the owner went on" : ""}.`) +
    (prompts === null
      ? ""
      : ` ${prompts.refusals_before} prompts were refused or ignored from ${prompts.first_time.slice(0, 19)} UTC before one was approved at ${prompts.approved_time.slice(0, 19)} UTC.`)
  );
}

function observablesOf({ person, places, network, replay }: Stranger, addresses: readonly string[]): Observable[] {
  const countries = [...new Set(places.map(({ country }) => country).filter((country) => country !== ""))].sort();
  const agents = replay === null ? [] : [replay.far.userAgent];
  const applications = [...new Set(places.flatMap((place) => place.applications))].sort().slice(0, 3);
  return [
    { name: "user.name", value: person },
    ...addresses.slice(0, 5).map((value): Observable => ({ name: "src_endpoint.ip", value })),
    ...countries.slice(0, 3).map((value): Observable => ({ name: "src_endpoint.location.country", value })),
    ...(network.startsWith("AS") ? [{ name: "src_endpoint.autonomous_system.number" as const, value: network.slice(2) }] : []),
    ...agents.map((value): Observable => ({ name: "http_request.user_agent", value })),
    ...applications.map((value): Observable => ({ name: "service.name", value })),
  ];
}
