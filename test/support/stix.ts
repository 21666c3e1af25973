import { z } from "zod";

// STIX 2.1 (OASIS Standard, 10 June 2021), sections 2, 3, 4.1, 4.6, 4.7, 4.14, 4.16, 5 and 6: the properties of the kinds of object
// that Spoor writes, closed, with what is required of each.
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const idOf = (kind: string): z.ZodString => z.string().regex(new RegExp(`^${kind}--${uuid}$`));
const id = idOf("[a-z][a-z0-9-]+[a-z0-9]");
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const refs = z.array(id).min(1);
const confidence = z.number().int().min(0).max(100);
const marked = { spec_version: z.literal("2.1"), object_marking_refs: refs };
const domain = { ...marked, created: time, modified: time, created_by_ref: idOf("identity").optional() };
const reference = z.strictObject({ source_name: z.string(), external_id: z.string(), url: z.url() });
const killChain = z.strictObject({ kill_chain_name: z.string(), phase_name: z.string().regex(/^[a-z0-9-]+$/) });
const value = <Kind extends string>(type: Kind) =>
  z.strictObject({ ...marked, type: z.literal(type), id: idOf(type), value: z.string().min(1) });

const stixObject = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("marking-definition"),
    spec_version: z.literal("2.1"),
    id: idOf("marking-definition"),
    created: time,
    definition_type: z.literal("tlp"),
    name: z.string(),
    definition: z.strictObject({ tlp: z.enum(["white", "green", "amber", "red"]) }),
  }),
  z.strictObject({
    ...domain,
    type: z.literal("identity"),
    id: idOf("identity"),
    name: z.string(),
    identity_class: z.enum(["individual", "group", "system", "organization", "class", "unknown"]),
    description: z.string().optional(),
  }),
  z.strictObject({
    ...domain,
    type: z.literal("indicator"),
    id: idOf("indicator"),
    name: z.string(),
    description: z.string(),
    pattern: z.string().regex(/^\[[a-z0-9-]+:[a-z0-9_.'-]+ = '(?:[^'\\]|\\.)*'\]$/i),
    pattern_type: z.literal("stix"),
    indicator_types: z.array(z.literal("anomalous-activity")).min(1),
    valid_from: time,
    confidence,
  }),
  z.strictObject({
    ...domain,
    type: z.literal("observed-data"),
    id: idOf("observed-data"),
    first_observed: time,
    last_observed: time,
    number_observed: z.number().int().min(1).max(999_999_999),
    object_refs: refs,
  }),
  z.strictObject({
    ...domain,
    type: z.literal("attack-pattern"),
    id: idOf("attack-pattern"),
    name: z.string(),
    external_references: z.array(reference).min(1),
    kill_chain_phases: z.array(killChain).min(1),
  }),
  z.strictObject({
    ...domain,
    type: z.literal("relationship"),
    id: idOf("relationship"),
    relationship_type: z.enum(["indicates", "based-on"]),
    source_ref: idOf("indicator"),
    target_ref: id,
  }),
  z.strictObject({
    ...domain,
    type: z.literal("sighting"),
    id: idOf("sighting"),
    first_seen: time,
    last_seen: time,
    count: z.number().int().min(0).max(999_999_999),
    sighting_of_ref: idOf("indicator"),
    observed_data_refs: z.array(idOf("observed-data")).min(1),
    where_sighted_refs: z.array(idOf("identity")).min(1),
  }),
  z.strictObject({
    ...domain,
    type: z.literal("report"),
    id: idOf("report"),
    name: z.string(),
    report_types: z.array(z.literal("threat-report")).min(1),
    published: time,
    object_refs: refs,
  }),
  value("ipv4-addr"),
  value("ipv6-addr"),
  value("domain-name"),
  value("url"),
  value("email-addr"),
  z.strictObject({ ...marked, type: z.literal("user-account"), id: idOf("user-account"), account_login: z.string() }),
  z.strictObject({
    ...marked,
    type: z.literal("file"),
    id: idOf("file"),
    hashes: z.partialRecord(z.enum(["MD5", "SHA-1", "SHA-256"]), z.string()),
  }),
]);

const bundle = z.strictObject({ type: z.literal("bundle"), id: idOf("bundle"), objects: z.array(stixObject).min(1) });

/** The objects of a STIX 2.1 bundle; throws where one breaks the standard's rules, is there twice or refers to none. */
export function stixObjects(text: string): z.infer<typeof stixObject>[] {
  const { objects } = bundle.parse(JSON.parse(text));
  const ids = new Set(objects.map((one) => one.id));
  if (ids.size !== objects.length) throw new Error("an id is there twice");
  for (const one of objects) {
    const named = Object.entries(one).flatMap(([name, to]) => (/_refs?$/.test(name) ? [to].flat() : []));
    const lost = named.find((to) => typeof to !== "string" || !ids.has(to));
    if (lost !== undefined) throw new Error(`${one.id} refers to ${String(lost)}, which is not there`);
    if ("created" in one && "modified" in one && one.modified < one.created)
      throw new Error(`${one.id} changed before it was made`);
  }
  return objects;
}
