import { z } from "zod";
import type { FindingDraft, Observable, Reason } from "../../types.ts";
import { detector } from "../detector.ts";

const parameters = z.strictObject({
  /** How long after the click a sign-in from a new place still belongs to it. */
  hoursAfter: z.number().int().positive().default(12),
  /** From so many recipients on a message was sent to everybody: a broad campaign, or a simulation. */
  broadRecipients: z.number().int().positive().default(20),
});
type Parameters = z.infer<typeof parameters>;

const number = z.coerce.number();
const clickRow = z.object({
  person: z.string(),
  host: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  clicks: number,
  classification: z.string(),
  campaign: z.string(),
  sender: z.string(),
  subject: z.string(),
  messages: z.array(z.string()),
  urls: z.array(z.string()),
  addresses: z.array(z.string()),
  products: z.array(z.string()),
  uids: z.array(z.string()),
  host_people: number,
  host_permitted: number,
  host_messages: number,
  host_hours: number,
  recipients: number,
  arrival_uid: z.string(),
  arrival_address: z.string(),
  arrival_country: z.string(),
  arrival_minutes: number.nullable(),
});
type ClickRow = z.infer<typeof clickRow>;

// Below this many points there is nothing worth a reader's time.
const leastScore = 15;

export default detector({
  id: "phishing-click",
  name: "Click on a condemned link",
  version: "1",
  question: "Who followed a link that was condemned, then or later, and did a sign-in from a new place follow?",
  analyticType: "Behavioral",
  techniques: ["T1566.002", "T1204.001"],
  anyOf: [{ table: "email_url_activity", columns: ["user_email_addr", "disposition", "threat_classification"] }],
  parameters,
  questions: { clicks: { file: "detect.sql", row: clickRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ clicks }, context) => clicks.map((row) => draft(row, context.parameters)).filter(({ score }) => score >= leastScore),
});

function clickReasons(row: ClickRow, { broadRecipients }: Parameters): Reason[] {
  const reasons = [
    reason("a condemned link was opened", row.classification === "" ? row.host : `${row.host}, ${row.classification}`, 28),
  ];
  const reach = Math.max(row.recipients, row.host_people);
  const peers = `${row.host_people} people met the link, ${row.host_permitted} were let through; ${row.recipients} got the mail`;
  if (reach >= broadRecipients) reasons.push({ ...reason("sent to everybody", peers, -10), peers });
  else if (row.host_people <= 2 && row.recipients <= 5) reasons.push({ ...reason("sent to few", peers, 6), peers });
  if (row.clicks >= 3) reasons.push(reason("came back", `${row.clicks} clicks`, 3));
  if (row.arrival_minutes !== null)
    reasons.push(
      reason(
        "a sign-in from a new address followed",
        `${row.arrival_address}${row.arrival_country === "" ? "" : ` (${row.arrival_country})`} ${Math.round(row.arrival_minutes)} min later`,
        row.arrival_minutes <= 60 ? 22 : 14,
      ),
    );
  return reasons;
}

function draft(row: ClickRow, given: Parameters): FindingDraft {
  const reasons = clickReasons(row, given);
  const score = Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    ),
  );
  const by = row.sender === "" ? "" : ` in a mail from ${row.sender}`;
  return {
    keys: { user: row.person, host: row.host },
    title: `${row.person} opened a link to ${row.host}${by} that was condemned${row.classification === "" ? "" : ` (${row.classification})`}`,
    description:
      `${row.person} was let through to ${row.host}${by}${row.subject === "" ? "" : `, "${row.subject}"`} at ${row.first_seen.slice(0, 19)} UTC. ` +
      `${row.host_people} people of the estate met the link.` +
      (row.arrival_minutes === null
        ? ""
        : ` ${Math.round(row.arrival_minutes)} minutes later the account signed in from ${row.arrival_address}, for the first time on record.`),
    score,
    confidence: row.arrival_minutes === null ? 60 : 75,
    reasons,
    benign:
      "A simulation for training, a scanner that opens links, or a person who looked and closed the page. Harmless when nothing followed: no sign-in from a new place, no new session and nothing run on the device in the hours after; an attack when one of these did.",
    blindSpots: [
      "Filters tell of clicks on links they condemned; that no click is told does not mean that nobody clicked.",
      "What was typed on the page is not seen.",
    ],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1566.002", "T1204.001"],
    observables: observablesOf(row),
    evidence: { person: row.person, host: row.host },
    eventUids: [...row.uids, ...(row.arrival_uid === "" ? [] : [row.arrival_uid])],
    rowCount: row.clicks,
    detail: { messages: row.messages, urls: row.urls, campaign: row.campaign, recipients: row.recipients },
  };
}

function observablesOf(row: ClickRow): Observable[] {
  return [
    { name: "user.name", value: row.person },
    { name: "url.hostname", value: row.host },
    ...row.urls.slice(0, 2).map((value): Observable => ({ name: "url.url_string", value })),
    ...(row.sender === "" ? [] : [{ name: "email.from" as const, value: row.sender }]),
    ...(row.arrival_address === "" ? [] : [{ name: "src_endpoint.ip" as const, value: row.arrival_address }]),
  ];
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
