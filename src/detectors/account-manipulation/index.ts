import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { type ActRow, actReasons, actRow, kinds, total } from "./score.ts";

const parameters = z.strictObject({
  /** How long before the change a risky sign-in or a click still belongs to it. */
  hoursBefore: z.number().int().positive().default(24),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 20;

export default detector({
  id: "account-manipulation",
  name: "Account manipulation",
  version: "1",
  question:
    "Did somebody change a mailbox, an account, an application or the directory so that access stays or mail goes astray?",
  analyticType: "Behavioral",
  techniques: [...new Set(Object.values(kinds).flatMap(({ techniques }) => techniques))].sort(),
  anyOf: [{ table: "api_activity", columns: ["api_operation", "actor_user_name"] }],
  parameters,
  questions: { acts: { file: "detect.sql", row: actRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ acts }) => [...byPersonAndKind(acts).values()].map(draft).filter(({ score }) => score >= leastScore),
});

function byPersonAndKind(acts: readonly ActRow[]): Map<string, ActRow[]> {
  const groups = new Map<string, ActRow[]>();
  for (const act of acts) {
    const key = JSON.stringify([act.actor, act.kind]);
    groups.set(key, [...(groups.get(key) ?? []), act]);
  }
  return groups;
}

function draft(acts: readonly ActRow[]): FindingDraft {
  const judged = acts.map((act) => ({ act, reasons: actReasons(act) }));
  judged.sort(
    (a, b) => total(b.reasons) - total(a.reasons) || (a.act.time < b.act.time ? -1 : 1) || (a.act.uid < b.act.uid ? -1 : 1),
  );
  const [worst] = judged;
  if (worst === undefined) throw new RangeError("a person without an act");
  const { act, reasons } = worst;
  const kind = kinds[act.kind];
  const times = acts.map(({ time }) => time).sort();
  const target = act.target === "" || act.target === act.actor ? "" : ` of ${act.target}`;
  const from = act.ip === "" ? "" : ` from ${act.ip}${act.country === null || act.country === "" ? "" : ` (${act.country})`}`;
  const outside =
    act.outside_addresses.length > 0 && /forward|transport/.test(act.kind) ? ` to ${act.outside_addresses.join(", ")}` : "";
  const events = [
    ...new Set([act.click_uid, act.risk_uid, act.arrival_uid, ...judged.slice(0, 20).map((one) => one.act.uid)]),
  ].filter((uid) => uid !== "");
  return {
    keys: { user: act.actor, kind: act.kind },
    title: `${act.actor} ${kind?.told ?? act.operation}${target}${outside}${from === "" ? "" : `,${from}`}`,
    description:
      `${act.actor} did ${act.operation}${act.resource === "" ? "" : ` on ${act.resource.slice(0, 120)}`}${from} at ${act.time.slice(0, 19)} UTC` +
      `${acts.length > 1 ? `, and ${acts.length - 1} more of its kind` : ""}. ${act.kind_actors} of ${Math.max(act.estate_people, act.kind_actors)} people did such in the window.` +
      (act.parameters === "" ? "" : ` It says: ${act.parameters}`),
    score: total(reasons),
    confidence: act.network === null || act.network === "" ? 50 : 70,
    reasons,
    benign:
      "People tidy their mailboxes, administrators give rights, and programs ask for consent. Harmless when the person made the change from a place that is theirs or a change request names it; an attack when they know nothing of it.",
    blindSpots: [
      "Changes made before the window, or by ways that write no audit record, are not seen.",
      ...(act.network === null || act.network === ""
        ? ["The record names no address, or one from which no sign-in is known: where it was made from could not be judged."]
        : []),
    ],
    firstSeen: times[0] ?? act.time,
    lastSeen: times.at(-1) ?? act.time,
    techniques: kind?.techniques ?? [],
    observables: observablesOf(act),
    evidence: { events: events.join("\n") },
    rowCount: events.length,
    detail: {
      sessions: [...new Set(acts.map(({ session }) => session).filter((session) => session !== ""))].sort(),
      outside: act.outside_addresses,
    },
  };
}

function observablesOf(act: ActRow): Observable[] {
  return [
    { name: "actor.user.name", value: act.actor },
    ...(act.target === "" || act.target === act.actor ? [] : [{ name: "user.name" as const, value: act.target }]),
    ...(act.ip === "" ? [] : [{ name: "src_endpoint.ip" as const, value: act.ip }]),
    ...(act.country === null || act.country === ""
      ? []
      : [{ name: "src_endpoint.location.country" as const, value: act.country }]),
    { name: "api.operation", value: act.operation },
    ...(act.resource === "" ? [] : [{ name: "resource.name" as const, value: act.resource.slice(0, 200) }]),
    ...(act.agent === "" ? [] : [{ name: "http_request.user_agent" as const, value: act.agent }]),
  ];
}
