import { z } from "zod";

const texts = z.array(z.string());
const byPort = z.array(z.tuple([z.tuple([z.string(), z.number()]), z.coerce.number()]));
const byDay = z.array(z.tuple([z.string(), z.coerce.number()]));

/** A host and an address outside that it sent much to. */
export const uploadRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  destination: z.string(),
  first_time: z.string(),
  last_time: z.string(),
  connections: z.coerce.number(),
  bytes_out: z.coerce.number(),
  bytes_in: z.coerce.number().nullable(),
  /** Protocols and ports with what was sent to each, most first. */
  ports: byPort,
  protocols: texts,
  applications: texts,
  days: byDay,
  /** Connections that sent anything, and those of them that sent at least five times what they received. */
  sending: z.coerce.number(),
  one_way: z.coerce.number(),
  /** Quartile, median and ninth decile of what a connection sent. */
  sizes: z.array(z.number()),
  devices: texts,
  users: texts,
  processes: texts,
});
export type UploadRow = z.infer<typeof uploadRow>;

/** A host that sends files or forms to a server outside over plain HTTP. */
export const webRow = z.object({
  source: z.string(),
  destination: z.string(),
  first_time: z.string(),
  last_time: z.string(),
  ports: z.array(z.number()),
  names: texts,
  puts: z.coerce.number(),
  posts: z.coerce.number(),
  gets: z.coerce.number(),
  dav_requests: z.coerce.number(),
  body_bytes: z.coerce.number(),
  put_bytes: z.coerce.number(),
  answer_bytes: z.coerce.number(),
  by_address: z.coerce.number(),
  archives: texts,
  user_agents: texts,
});
export type WebRow = z.infer<typeof webRow>;

/** A host that hands mail or files to a server outside itself. */
export const serviceRow = z.object({
  source: z.string(),
  destination: z.string(),
  service: z.enum(["ftp", "smtp"]),
  ports: z.array(z.number()),
  first_time: z.string(),
  last_time: z.string(),
  connections: z.coerce.number(),
  bytes_out: z.coerce.number(),
  bytes_in: z.coerce.number(),
  data_connections: z.coerce.number(),
  data_bytes: z.coerce.number(),
  data_ports: z.array(z.number()),
  devices: texts,
  servers: z.coerce.number().nullable(),
  /** Calls of the host for somebody's mail box, anywhere. */
  mail_box_calls: z.coerce.number().nullable(),
});
export type ServiceRow = z.infer<typeof serviceRow>;

/** What is known of an address outside. */
export const destinationRow = z.object({
  address: z.string(),
  clients: z.coerce.number(),
  first_seen: z.string(),
  names: texts.nullable(),
  handshakes: z.coerce.number().nullable(),
  self_signed: z.coerce.number().nullable(),
  owner_number: z.number().nullable(),
  owner_name: z.string().nullable(),
  owner_country: z.string().nullable(),
});
export type DestinationRow = z.infer<typeof destinationRow>;

/** What a host sends outside, by day. */
export const hostRow = z.object({
  source: z.string(),
  days: byDay,
  most_to_one: z.coerce.number(),
  queries: z.coerce.number(),
});
export type HostRow = z.infer<typeof hostRow>;

/** A host that asked what its own address is, by the minute. */
export const ownAddressRow = z.object({ source: z.string(), minutes: texts, names: texts });
export type OwnAddressRow = z.infer<typeof ownAddressRow>;

/** A registered domain that the estate's people sign in by. */
export const ownNameRow = z.object({ domain: z.string(), people: z.coerce.number() });

/** An identity that reads objects out of cloud storage or shared drives. */
export const readRow = z.object({
  principal: z.string(),
  user_name: z.string(),
  user_type: z.string(),
  issuer: z.string(),
  addresses: texts,
  user_agents: texts,
  services: texts,
  resources: texts,
  reads: z.coerce.number(),
  lists: z.coerce.number(),
  objects: z.coerce.number(),
  bytes: z.coerce.number(),
  days: byDay,
  busiest_hour: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  owner_names: texts.nullable(),
});
export type ReadRow = z.infer<typeof readRow>;
