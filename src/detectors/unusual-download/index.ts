import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { type DayRow, dayReasons, dayRow, size, total } from "./score.ts";

const parameters = z.strictObject({
  /** Different files on one day before anybody looks. */
  leastFiles: z.number().int().positive().default(40),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 20;

export default detector({
  id: "unusual-download",
  name: "Unusual download",
  version: "1",
  question: "Did somebody take many more files out of shared storage than they and others do?",
  analyticType: "Statistical",
  techniques: ["T1213.002", "T1530"],
  anyOf: [{ table: "api_activity", columns: ["api_operation", "actor_user_name"] }],
  parameters,
  questions: { days: { file: "detect.sql", row: dayRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ days }) =>
    worstDays(days)
      .map(draft)
      .filter(({ score }) => score >= leastScore),
});

/** Each person's strangest day. */
function worstDays(days: readonly DayRow[]): DayRow[] {
  const worst = new Map<string, DayRow>();
  for (const day of days) {
    const known = worst.get(day.person);
    if (known === undefined || total(dayReasons(day)) > total(dayReasons(known))) worst.set(day.person, day);
  }
  return [...worst.values()];
}

function draft(row: DayRow): FindingDraft {
  const reasons = dayReasons(row);
  const amount = row.bytes === 0 ? "" : `, ${size(row.bytes)}`;
  return {
    keys: { user: row.person },
    title: `${row.person} downloaded ${row.files} files${amount} on ${row.day}`,
    description:
      `${row.person} downloaded ${row.files} different files${amount} from ${row.sites} ${row.sites === 1 ? "site" : "sites"} on ${row.day}, in ${row.hours} hours${row.addresses.length === 0 ? "" : `, from ${row.addresses.join(", ")}`}. ` +
      `The most on any of ${Math.max(0, row.days_active - 1)} other days is ${Math.max(0, ...row.other_days)}.`,
    score: total(reasons),
    confidence: Math.min(85, 40 + 5 * row.days_active),
    reasons,
    benign:
      "A new computer that is filled, a handover, an audit or a move of a library looks the same. Harmless when the person's manager knows of it and the files stay on a device that the estate manages; a theft when they go on to private storage or an unmanaged device.",
    blindSpots: [
      "Files that are opened and copied by hand, mail and printing are not counted.",
      ...(row.bytes === 0 ? ["The records name no sizes: bytes are not evaluable."] : []),
    ],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1213.002", "T1530"],
    observables: [
      { name: "actor.user.name", value: row.person },
      ...row.addresses.map((value): Observable => ({ name: "src_endpoint.ip", value })),
      ...row.some_sites.map((value): Observable => ({ name: "resource.name", value })),
      ...row.agents.slice(0, 1).map((value): Observable => ({ name: "http_request.user_agent", value })),
    ],
    evidence: { person: row.person, first: row.first_seen, last: row.last_seen },
    rowCount: row.events,
    detail: { sessions: row.sessions, other_days: row.other_days },
  };
}
