import { z } from "zod";
import type { Reason } from "../../types.ts";

const number = z.coerce.number();
export const burstRow = z.object({
  person: z.string(),
  subject: z.string(),
  topic: z.string(),
  hour: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  recipients: number,
  messages: number,
  links: number,
  is_condemned: z.coerce.boolean(),
  inside: number,
  outside: number,
  message_uids: z.array(z.string()),
  addresses: z.array(z.string()),
  some_recipients: z.array(z.string()),
  uids: z.array(z.string()),
  most_otherwise: number,
  other_hours: number,
  topic_days: number,
  own_bursts: number,
  senders: number,
  burst_senders: number,
  arrival_uid: z.string(),
  arrival_address: z.string(),
  arrival_country: z.string(),
  rule_uid: z.string(),
  clickers: number,
});
export type BurstRow = z.infer<typeof burstRow>;

/** Reasons for the score of one burst of mail: how many, how unlike the sender and other senders, and what was new just before. */
export function burstReasons(row: BurstRow): Reason[] {
  const reasons = [
    reason(
      "sent to many at once",
      `${row.recipients} recipients within an hour`,
      round(12 + Math.min(12, 4 * Math.log2(row.recipients / 8))),
    ),
  ];
  const times = row.recipients / Math.max(2, row.most_otherwise);
  reasons.push({
    ...reason(
      "against the own mail",
      `${times.toFixed(1)} times the most recipients of any other message`,
      row.own_bursts >= 3 || times < 2 ? -10 : row.other_hours < 2 ? 2 : 10,
    ),
    baseline: `at most ${row.most_otherwise} recipients in ${row.other_hours} other hours with mail`,
  });
  const peers = `${row.burst_senders} of ${row.senders} senders write to so many`;
  if (row.senders >= 10)
    reasons.push({
      ...reason("against other senders", peers, row.burst_senders <= 3 ? 8 : row.burst_senders / row.senders > 0.1 ? -8 : 2),
      peers,
    });
  if (row.links > 0) reasons.push(reason("with a link", `${row.links} links`, 6));
  if (row.topic_days >= 2) reasons.push(reason("comes back", `the same subject on ${row.topic_days} days`, -12));
  if (row.is_condemned)
    reasons.push(reason("condemned by the filter", "the vendor judged one of the messages as phishing or malware", 16));
  if (row.arrival_uid !== "")
    reasons.push(
      reason(
        "a sign-in from a new address before",
        `${row.arrival_address}${row.arrival_country === "" ? "" : ` (${row.arrival_country})`}`,
        22,
      ),
    );
  if (row.rule_uid !== "") reasons.push(reason("a mailbox rule was made", "in the hours around", 12));
  if (row.clickers > 0) reasons.push(reason("recipients clicked", `${row.clickers} of them`, 4));
  return reasons;
}

/** Points of all reasons, within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    ),
  );
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
