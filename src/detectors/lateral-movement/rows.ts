import { z } from "zod";
import { kinds, protocols } from "./kinds.ts";

const text = z.string().nullable();
const texts = z.array(z.string());

const kindName = z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]]);
/** What a statement found without saying who brought it: a connection of the same minute may. */
const unattributed = z.enum(["service-alone", "shell-alone", "process-alone"]);

/** One kind of evidence between two hosts, as one account. */
export const traceRow = z.object({
  kind: z.union([kindName, unattributed]),
  protocol: z.enum(protocols).nullable(),
  source_ip: text,
  source_hostname: text,
  target_ip: text,
  target_hostname: text,
  account: text,
  first_seen: z.string(),
  last_seen: z.string(),
  event_count: z.coerce.number(),
  days: texts,
  artefacts: texts,
  event_uids: texts,
});
export type TraceRow = z.infer<typeof traceRow>;

/** Connections between two addresses at the ports of one service. */
export const connectionRow = z.object({
  source_ip: z.string(),
  source_hostname: text,
  target_ip: z.string(),
  target_hostname: text,
  service: z.enum(["smb", "winrm", "rdp", "ssh", "rpc"]),
  first_seen: z.string(),
  last_seen: z.string(),
  event_count: z.coerce.number(),
  /** Of the events, those at another port than the end point mapper's. */
  beyond_mapper: z.coerce.number(),
  bytes_out: z.coerce.number(),
  days: texts,
  /** Starts of minutes with a connection, in seconds since 1970; the first 200. */
  minutes: z.array(z.coerce.number()),
  /** Programs that connected, and programs that answered, in lower case. */
  clients: texts,
  servers: texts,
  accounts: texts,
  /** Other hosts that reach the target in this way, each counted less the more targets it has; in thousandths. */
  other_sources_thousandths: z.coerce.number(),
  /** Hosts of the estate that were seen to connect in any of these ways. */
  estate_sources: z.coerce.number(),
  event_uids: texts,
});
export type ConnectionRow = z.infer<typeof connectionRow>;

export const ticketRow = z.object({
  account: z.string(),
  source_ip: text,
  source_hostname: text,
  target_hostname: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  event_count: z.coerce.number(),
  is_explicit: z.coerce.boolean(),
  days: texts,
  minutes: z.array(z.coerce.number()),
  /** Classes of the service principals: "cifs", "http", "termsrv". */
  services: texts,
  event_uids: texts,
});
export type TicketRow = z.infer<typeof ticketRow>;

export const residentRow = z.object({ hostname: z.string(), account: z.string(), event_count: z.coerce.number() });
export type ResidentRow = z.infer<typeof residentRow>;

export const infrastructureRow = z.object({ ip: text, hostname: text, clients: z.coerce.number() });
export type InfrastructureRow = z.infer<typeof infrastructureRow>;

export const scanRow = z.object({
  source_ip: z.string(),
  targets: z.coerce.number(),
  refused_targets: z.coerce.number(),
  ports: z.coerce.number(),
  refused_ports: z.coerce.number(),
});
export type ScanRow = z.infer<typeof scanRow>;
