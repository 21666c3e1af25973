import { z } from "zod";
import type { Reason } from "../../types.ts";

/** An indicator that was met, with everything that its feeds and the estate say of it. */
export const matchRow = z.object({
  type: z.string(),
  value: z.string(),
  events: z.coerce.number(),
  valid_events: z.coerce.number(),
  answered_events: z.coerce.number(),
  feeds: z.array(z.string()),
  highest_confidence: z.coerce.number().nullable(),
  valid_from_time: z.string().nullable(),
  valid_until_time: z.string().nullable(),
  all_labels: z.array(z.string()),
  techniques: z.array(z.string()),
  about: z.string().nullable(),
  first_time: z.string(),
  last_time: z.string(),
  table_names: z.array(z.string()),
  matched_columns: z.array(z.string()),
  matched_values: z.array(z.string()),
  sources: z.coerce.number(),
  source_addresses: z.array(z.string().nullable()),
  source_names: z.array(z.string().nullable()),
  destinations: z.array(z.string().nullable()),
  ports: z.array(z.coerce.number().nullable()),
  users: z.array(z.string().nullable()),
  estate_sources: z.coerce.number().nullable(),
});
export type MatchRow = z.infer<typeof matchRow>;

// What at most one source in fifty meets is nobody's everyday service.
const rareShare = 0.02;

// How much a kind of value pins down: a file or a full URL is one thing, a block of addresses is many (after the "pyramid of pain", Bianco 2013).
const precision: ReadonlyMap<string, number> = new Map([
  ["sha256", 20],
  ["sha1", 18],
  ["md5", 16],
  ["url", 16],
  ["email", 12],
  ["domain", 12],
  ["ip", 6],
  ["cidr", 0],
]);

/**
 * Reasons for the score of a match, in points: what the feed vouches for, how precise the value is, whether the other side answered,
 * against how old the listing is and how many of the estate's own devices meet the value every day.
 */
export function matchReasons(row: MatchRow): Reason[] {
  const confidence = row.highest_confidence ?? 50;
  const share = row.estate_sources === null || row.estate_sources < 10 ? 0 : row.sources / row.estate_sources;
  const reasons = [
    reason("listed by a feed", row.feeds.join(", "), 34),
    reason("the feed's confidence", row.highest_confidence === null ? "not stated" : `${confidence} of 100`, 0.3 * confidence),
    reason("kind of value", row.type, precision.get(row.type) ?? 0),
  ];
  if (row.feeds.length > 1) reasons.push(reason("listed more than once", `${row.feeds.length} feeds`, 6));
  if (row.answered_events > 0)
    reasons.push(reason("answered", `${row.answered_events} of ${row.events} events had an answer or succeeded`, 6));
  if (row.valid_events === 0)
    reasons.push(
      reason(
        "outside its validity",
        `valid ${row.valid_from_time ?? "since ever"} to ${row.valid_until_time ?? "further notice"}`,
        -32,
      ),
    );
  if (row.estate_sources !== null && row.estate_sources >= 50 && row.sources <= rareShare * row.estate_sources)
    reasons.push(
      reason(
        "rare in the estate",
        `${row.sources} of ${row.estate_sources} sources ${row.sources === 1 ? "meets" : "meet"} it`,
        4,
      ),
    );
  if (share > 0.1)
    reasons.push(
      reason("common in the estate", `${row.sources} of ${row.estate_sources} sources meet it`, -35 * Math.min(1, share / 0.5)),
    );
  return reasons;
}

/** The sum of contributions within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, one) => sum + one.contribution, 0),
    ),
  );
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
