import { epochMilliseconds } from "../../time.ts";
import type { Reason } from "../../types.ts";
import type { FirstTicketRow, ReplicationRow, TicketRow } from "./rows.ts";

// Below so many requests with their encryption on record nobody can say what is usual here.
const fewestKnown = 50;
// An estate that has done away with weak encryption still has a device or two.
const weakIsRare = 0.05;
// Fewer accounts or devices say nothing of what is unusual among them.
const fewestPeers = 10;

/** What an account's requests were, where it matters: the weak ones where they name as many services as the busiest hour, else that hour. */
export function focusOf(row: TicketRow): {
  readonly services: number;
  readonly first: string;
  readonly last: string;
  readonly isWeak: boolean;
} {
  if (row.weak_services > 0 && row.weak_services >= row.burst_services)
    return { services: row.weak_services, first: row.weak_first, last: row.weak_last, isWeak: true };
  return { services: row.burst_services, first: row.burst_first, last: row.burst_last, isWeak: false };
}

/** Reasons for the score of an account: how many services, how weak the tickets, how fast, and how unlike its other days and other people. */
export function ticketReasons(row: TicketRow): Reason[] {
  const { services, first, last, isWeak } = focusOf(row);
  const reasons = [
    reason("services asked for", `${services} services that run under ordinary accounts`, 12 + 18 * steps(services, 2, 20)),
    weakReason(row, Math.min(1, row.weak_services / services)),
  ];
  const minutes = (epochMilliseconds(last) - epochMilliseconds(first)) / 60_000;
  if (services >= 3 && minutes <= 10)
    reasons.push(reason("haste", `${services} services within ${inWords(minutes)}`, minutes <= 2 ? 10 : 5));
  if (row.people >= fewestPeers) {
    if (row.lonely_services > 0)
      reasons.push(
        reason(
          "nobody else's services",
          `${row.lonely_services} of ${row.services} services are asked for by no other account`,
          10 * (row.lonely_services / row.services),
        ),
      );
    // By the hour or by weakness, whichever fewer others share.
    const others = Math.max(0, isWeak ? Math.min(row.people_with_as_many, row.weak_people) - 1 : row.people_with_as_many - 1);
    const share = others / (row.people - 1);
    const peers = `${others} of ${row.people - 1} other accounts ask for as many in an hour${isWeak ? ", or get weak tickets" : ""}`;
    reasons.push({ ...reason("against other accounts", peers, 10 - 35 * Math.min(1, share / 0.2)), peers });
  }
  reasons.push(isWeak ? repeatedReason(row) : otherDaysReason(row, services));
  return reasons.filter(({ contribution }) => contribution !== 0);
}

/** Old systems get the same weak tickets day after day; who goes through a list asks for each once. */
function repeatedReason(row: TicketRow): Reason {
  const times = row.weak_service_days / row.weak_services;
  return reason("as on other days", `each service on ${times.toFixed(1)} days`, -Math.min(40, 20 * Math.max(0, times - 1)));
}

function otherDaysReason(row: TicketRow, services: number): Reason {
  const busy = row.other_days.filter((day) => day >= 0.7 * services).length;
  return {
    ...reason("as on other days", `about as many services on ${busy} other days`, -Math.min(40, 15 * busy)),
    baseline: row.other_days.slice(0, 5).join(", "),
  };
}

function weakReason(row: TicketRow, share: number): Reason {
  if (row.known === 0) return reason("encryption", "not on record", 0);
  const told = `${row.weak} of ${row.known} tickets with RC4 or DES`;
  return {
    ...reason("weak encryption", told, share * weakPoints(row.estate_known - row.known, row.estate_weak - row.weak)),
    baseline: `${row.estate_weak - row.weak} of ${row.estate_known - row.known} tickets of others`,
  };
}

/** Weak tickets stand out by how seldom the rest of the estate has them. */
function weakPoints(known: number, weak: number): number {
  if (known < fewestKnown) return 20;
  const share = weak / known;
  return share <= weakIsRare ? 32 : Math.max(4, 32 * (1 - share / 0.4));
}

/** Reasons for the score of a device that was given weak first tickets of many accounts. */
export function firstTicketReasons(row: FirstTicketRow): Reason[] {
  const minutes = (epochMilliseconds(row.last_seen) - epochMilliseconds(row.first_seen)) / 60_000;
  const others = Math.max(0, row.weak_devices - 1);
  const reasons = [
    reason(
      "accounts asked for",
      `first tickets of ${row.weak_accounts} accounts, with RC4 or DES`,
      20 + 15 * steps(row.weak_accounts, 2, 20),
    ),
    reason(
      "weak encryption",
      `${row.weak_accounts} of ${row.accounts} accounts; ${row.estate_weak} of ${row.estate_known} first tickets in the estate`,
      (row.weak_accounts / row.accounts) *
        (others === 0 ? 30 : weakPoints(row.estate_known - row.weak_accounts, row.estate_weak - row.weak_accounts)),
    ),
    reason("haste", `within ${inWords(minutes)}`, minutes <= 2 ? 10 : minutes <= 10 ? 5 : 0),
  ];
  if (row.devices >= fewestPeers && others === 0)
    reasons.push(reason("against other devices", "no other device is given such", 8));
  if (row.busy_days > 1)
    reasons.push(reason("as on other days", `on ${row.busy_days} days`, -Math.min(40, 15 * (row.busy_days - 1))));
  return reasons.filter(({ contribution }) => contribution !== 0);
}

/** Reasons for the score of replication by what is no controller. Synchronisation with another directory comes back hour by hour. */
export function replicationReasons(row: ReplicationRow): Reason[] {
  const reasons = [
    reason("replication", `${row.operations.join(", ")} from a device that answers for no directory`, 62),
    reason("few calls", `${row.calls} calls`, row.calls <= 50 ? 8 : 0),
    reason("one hour only", `in ${row.hours} different hours on ${row.days} days`, row.hours <= 2 ? 12 : 0),
    reason(
      "again and again",
      `in ${row.hours} different hours on ${row.days} days`,
      row.hours >= 6 ? -Math.min(44, 22 + 2 * row.hours) : 0,
    ),
  ];
  return reasons.filter(({ contribution }) => contribution !== 0);
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

/** 0 up to `low`, 1 from `high`, by order of magnitude in between. */
function steps(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, Math.log(Math.max(1, value) / low) / Math.log(high / low)));
}

/** "40 s", "12 min", "3.4 h": a stretch of minutes as a reader says it. */
export function inWords(minutes: number): string {
  if (minutes < 1.5) return `${Math.max(1, Math.round(60 * minutes))} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

function reason(feature: string, observed: string, points: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution: Math.round(points * 10) / 10 };
}
