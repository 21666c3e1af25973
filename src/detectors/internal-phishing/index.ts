import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { type BurstRow, burstReasons, burstRow, total } from "./score.ts";

const parameters = z.strictObject({
  /** Different recipients of one message within an hour before anybody looks. */
  leastRecipients: z.number().int().positive().default(10),
  /** How long before the mail a new sign-in or rule still belongs to it. */
  hoursBefore: z.number().int().positive().default(48),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 25;

export default detector({
  id: "internal-phishing",
  name: "Internal phishing",
  version: "1",
  question: "Whose mailbox suddenly sent one message with links to many, as an account that was taken over does?",
  analyticType: "Behavioral",
  techniques: ["T1534"],
  anyOf: [{ table: "email_activity", columns: ["email_from", "email_to"] }],
  parameters,
  questions: { bursts: { file: "detect.sql", row: burstRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ bursts }) =>
    worstOf(bursts)
      .map(draft)
      .filter(({ score }) => score >= leastScore),
});

/** Each sender's strangest burst. */
function worstOf(bursts: readonly BurstRow[]): BurstRow[] {
  const worst = new Map<string, BurstRow>();
  for (const burst of bursts) {
    const known = worst.get(burst.person);
    if (known === undefined || total(burstReasons(burst)) > total(burstReasons(known))) worst.set(burst.person, burst);
  }
  return [...worst.values()];
}

function draft(row: BurstRow): FindingDraft {
  const reasons = burstReasons(row);
  const where =
    row.outside > 0 && row.inside === 0 ? "people outside" : row.outside > 0 ? "people inside and outside" : "colleagues";
  const events = [...new Set([row.arrival_uid, row.rule_uid, ...row.uids])].filter((uid) => uid !== "");
  return {
    keys: { user: row.person },
    title: `${row.person} sent "${row.subject.slice(0, 80)}" to ${row.recipients} ${where} within an hour`,
    description:
      `${row.person} sent ${row.messages} ${row.messages === 1 ? "message" : "messages"} with ${row.links} links to ${row.recipients} ${where} from ${row.first_seen.slice(0, 19)} UTC on; ` +
      `in ${row.other_hours} other hours with mail it was never more than ${row.most_otherwise} at once.` +
      (row.arrival_uid === ""
        ? ""
        : ` Before that the account signed in from ${row.arrival_address}, for the first time on record.`),
    score: total(reasons),
    confidence: row.arrival_uid === "" && !row.is_condemned ? 45 : 75,
    reasons,
    benign:
      "Invitations, announcements and newsletters go to many at once. Harmless when the sender confirms it by another channel, it came from their own device and place, and the link leads into the estate; an attack when one of the three fails.",
    blindSpots: [
      "The links themselves are not in the mail log: whether they are new is not judged here.",
      "Mail sent by another way than the estate's own service is not seen.",
    ],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1534"],
    observables: [
      { name: "user.name", value: row.person },
      { name: "email.from", value: row.person },
      ...(row.arrival_address === "" ? [] : [{ name: "src_endpoint.ip" as const, value: row.arrival_address }]),
      ...row.addresses
        .filter((address) => address !== row.arrival_address)
        .map((value): Observable => ({ name: "src_endpoint.ip", value })),
    ],
    evidence: { events: events.join("\n") },
    rowCount: events.length,
    detail: { messages: row.message_uids, recipients: row.some_recipients, recipient_count: row.recipients },
  };
}
