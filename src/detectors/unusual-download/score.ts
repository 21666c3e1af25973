import { z } from "zod";
import type { Reason } from "../../types.ts";

const number = z.coerce.number();
export const dayRow = z.object({
  person: z.string(),
  day: z.string(),
  files: number,
  bytes: number,
  events: number,
  synced: number,
  sites: number,
  first_seen: z.string(),
  last_seen: z.string(),
  hours: number,
  addresses: z.array(z.string()),
  agents: z.array(z.string()),
  sessions: z.array(z.string()),
  some_sites: z.array(z.string()),
  uids: z.array(z.string()),
  /** Files on each of the person's other days with downloads. */
  other_days: z.array(number),
  days_active: number,
  people_with_as_many: number,
  people_who_download: number,
  middle_person: number,
});
export type DayRow = z.infer<typeof dayRow>;

/** Reasons for the score of one day: how many times the person's own best other day, and how many others ever have such a day. */
export function dayReasons(row: DayRow): Reason[] {
  const reasons = [ownReason(row), peersReason(row)];
  reasons.push(
    reason(
      "amount",
      `${row.files} different files${row.bytes === 0 ? "" : `, ${size(row.bytes)}`}`,
      round(Math.min(14, 4 * Math.log10(row.files))),
    ),
  );
  if (row.files / Math.max(1, row.hours) >= 60)
    reasons.push(reason("pace", `${Math.round(row.files / Math.max(1, row.hours))} files an hour`, 6));
  if (row.sites >= 4) reasons.push(reason("many places", `${row.sites} sites`, Math.min(8, row.sites)));
  // A client that synchronises a library for the first time takes all of it.
  if (row.synced / row.events > 0.8)
    reasons.push(reason("synchronisation", `${row.synced} of ${row.events} by the synchronising client`, -18));
  if (row.days_active < 3) reasons.push(reason("short history", `${row.days_active} days on record`, -10));
  return reasons;
}

function ownReason(row: DayRow): Reason {
  // Days without a download count as days with none.
  const most = Math.max(0, ...row.other_days);
  const times = row.files / Math.max(5, most);
  return {
    feature: "against the own days",
    observed: `${row.files} files on ${row.day}, ${times.toFixed(1)} times the most of any other day`,
    baseline: `at most ${most} on each of ${Math.max(0, row.days_active - 1)} other days`,
    peers: null,
    contribution: round(Math.max(-25, Math.min(42, 11 * Math.log2(times)))),
  };
}

function peersReason(row: DayRow): Reason {
  const others = Math.max(0, row.people_with_as_many - 1);
  const peers = `${others} of ${Math.max(0, row.people_who_download - 1)} other people have such a day; the middle one's best has ${row.middle_person}`;
  const share = row.people_who_download <= 1 ? 0 : others / (row.people_who_download - 1);
  const points = row.people_who_download < 5 ? 0 : share === 0 ? 16 : share < 0.05 ? 8 : share < 0.15 ? 0 : -20;
  return { feature: "against other people", observed: peers, baseline: null, peers, contribution: points };
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

/** Bytes as a reader says them. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
