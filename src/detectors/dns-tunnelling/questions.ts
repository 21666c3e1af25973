import { z } from "zod";

const texts = z.array(z.string());
const counted = z.array(z.tuple([z.string(), z.coerce.number()]));

/** A host that asks for many names below one registered domain. */
export const domainRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  domain: z.string(),
  first_time: z.string(),
  last_time: z.string(),
  queries: z.coerce.number(),
  names: z.coerce.number(),
  /** Different names asked for in the busiest minute. */
  busiest_minute: z.coerce.number(),
  /** Bytes of the different names, without the domain. */
  payload_bytes: z.coerce.number(),
  length_quartiles: z.array(z.number().nullable()),
  label_length: z.coerce.number(),
  odd_names: z.coerce.number(),
  /** Up to 100 of the names, without the domain. */
  sample: texts,
  /** The commonest labels next to the domain, with their names. */
  deeper: counted,
  types: counted,
  responses: z.coerce.number(),
  missing: z.coerce.number(),
  answered: z.coerce.number(),
  answer_bytes: z.coerce.number(),
  /** Lookups answered out of 127.0.0.0/8. */
  listed: z.coerce.number(),
  resolvers: texts,
  devices: texts,
  processes: texts,
  clients: z.coerce.number().nullable(),
});
export type DomainRow = z.infer<typeof domainRow>;

/** How many of the addresses that a host was given for names of a domain it called. */
export const contactRow = z.object({
  source: z.string(),
  domain: z.string(),
  addresses: z.coerce.number(),
  called: z.coerce.number(),
});
export type ContactRow = z.infer<typeof contactRow>;

/** A host that asks for many registered domains that do not exist. */
export const missingRow = z.object({
  source: z.string(),
  source_is_address: z.coerce.boolean(),
  domains: z.coerce.number(),
  lookups: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  busiest_hour: z.coerce.number(),
  sample: texts,
  resolvers: texts,
  devices: texts,
  processes: texts,
  domains_asked: z.coerce.number().nullable(),
});
export type MissingRow = z.infer<typeof missingRow>;

/** How many hosts ask the name service. */
export const clientsRow = z.object({ clients: z.coerce.number() });
