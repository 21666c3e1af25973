import { z } from "zod";

const number = z.coerce.number();

/** What one account asked for, in its busiest hour and in all. Machines' services are left out. */
export const ticketRow = z.object({
  account: z.string(),
  requests: number,
  /** Of these: with the encryption on record; with one that is quick to guess (RC4, DES). */
  known: number,
  weak: number,
  services: number,
  weak_services: number,
  /** Pairs of a service and a day with a weak ticket: as many as services where each was asked for on one day only. */
  weak_service_days: number,
  /** Services that nobody else asks for. */
  lonely_services: number,
  service_names: z.array(z.string()),
  sources: z.array(z.string()),
  burst_services: number,
  burst_requests: number,
  burst_first: z.string(),
  burst_last: z.string(),
  weak_first: z.string(),
  weak_last: z.string(),
  /** Services on each other day, most first. */
  other_days: z.array(number),
  people_with_as_many: number,
  people: number,
  weak_people: number,
  estate_known: number,
  estate_weak: number,
});
export type TicketRow = z.infer<typeof ticketRow>;

/** The busiest hour of a device that was given weakly encrypted first tickets. */
export const firstTicketRow = z.object({
  source: z.string(),
  weak_accounts: number,
  accounts: number,
  first_seen: z.string(),
  last_seen: z.string(),
  requests: number,
  names: z.array(z.string()),
  busy_days: number,
  estate_known: number,
  estate_weak: number,
  devices: number,
  weak_devices: number,
});
export type FirstTicketRow = z.infer<typeof firstTicketRow>;

/** Replication calls from what is no domain controller. */
export const replicationRow = z.object({
  source: z.string(),
  target: z.string(),
  calls: number,
  days: number,
  hours: number,
  first_seen: z.string(),
  last_seen: z.string(),
  operations: z.array(z.string()),
  people: z.array(z.string()),
});
export type ReplicationRow = z.infer<typeof replicationRow>;
