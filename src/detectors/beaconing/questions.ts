import { z } from "zod";

const times = z.array(z.array(z.number()));
const texts = z.array(z.string());
const quartiles = z.array(z.number().nullable());

/** A host and the address and port that it calls often, with its call times in seconds after the first. */
export const pairRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  destination: z.string(),
  destination_is_inside: z.coerce.boolean(),
  port: z.number(),
  protocol: z.string(),
  connections: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  stretches: times,
  active_hours: z.coerce.number(),
  source_ports: z.coerce.number(),
  unanswered: z.coerce.number(),
  bytes_known: z.coerce.number(),
  bytes_out_quartiles: quartiles,
  bytes_in_quartiles: quartiles,
  bytes_out: z.coerce.number().nullable(),
  bytes_in: z.coerce.number().nullable(),
  applications: texts,
  devices: texts,
  users: texts,
  processes: texts,
});
export type PairRow = z.infer<typeof pairRow>;

/** A host and the address and port whose calls a sensor only counts: Unix time of the hour, and its calls. */
export const hoursRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  destination: z.string(),
  destination_is_inside: z.coerce.boolean(),
  port: z.number(),
  protocol: z.string(),
  connections: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  counts: z.array(z.tuple([z.number(), z.coerce.number()])),
  unanswered: z.coerce.number(),
  names: z.array(z.string().nullable()),
  devices: z.array(z.string().nullable()),
  users: z.array(z.string().nullable()),
  processes: z.array(z.string().nullable()),
});
export type HoursRow = z.infer<typeof hoursRow>;

/** A host and the name that it calls often, with the addresses and ports that answered and how often each did. */
export const nameRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  name: z.string(),
  told_by: z.string(),
  connections: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  stretches: times,
  active_hours: z.coerce.number(),
  places: z.array(z.tuple([z.tuple([z.string(), z.number()]), z.coerce.number()])),
  is_outside: z.coerce.boolean(),
  address_count: z.coerce.number(),
  protocols: texts,
  sent_known: z.coerce.number(),
  sent_quartiles: quartiles,
  sent_total: z.coerce.number().nullable(),
  user_agents: texts,
  devices: texts,
  users: texts,
  processes: texts,
  clients: z.coerce.number().nullable(),
  first_seen: z.string().nullable(),
});
export type NameRow = z.infer<typeof nameRow>;

/** What is known of an address outside. */
export const addressRow = z.object({
  address: z.string(),
  clients: z.coerce.number(),
  first_seen: z.string(),
  names: texts.nullable(),
  handshakes: z.coerce.number().nullable(),
  handshakes_without_name: z.coerce.number().nullable(),
  validated: z.coerce.number().nullable(),
  self_signed: z.coerce.number().nullable(),
  requests_by_address: z.coerce.number().nullable(),
  neighbours: z.array(z.tuple([z.string(), z.coerce.number()])).nullable(),
  owner_number: z.number().nullable(),
  owner_name: z.string().nullable(),
  owner_country: z.string().nullable(),
});
export type AddressRow = z.infer<typeof addressRow>;

/** How many names of a registered domain the estate calls. */
export const domainRow = z.object({ domain: z.string(), names: z.coerce.number(), clients: z.coerce.number() });
export type DomainRow = z.infer<typeof domainRow>;

/** What is seen of a host of the estate. */
export const hostRow = z.object({
  source: z.string(),
  outside_addresses: z.coerce.number(),
  datagram_peers: z.coerce.number(),
  queries: z.coerce.number().nullable(),
});
export type HostRow = z.infer<typeof hostRow>;

/** Inside the estate: how many clients a service or a host has (port 0), or how many hosts one host calls on a port. */
export const insideRow = z.object({
  kind: z.enum(["clients of a service", "clients of a host", "targets of a host"]),
  address: z.string(),
  port: z.number(),
  hosts: z.coerce.number(),
});
export type InsideRow = z.infer<typeof insideRow>;
