import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { Gap } from "../types.ts";
import { compareText, distinct } from "./order.ts";
import { groupBy } from "./sightings.ts";

/** Tells the reader what of a bundle could not be used; nothing is told for a count of 0. */
export type Note = (kind: Gap["kind"], reason: string, count: number) => void;

// Names are shown in terminals, reports and pages: no control characters, no text-direction tricks.
const text = z
  .string()
  .max(2000)
  .transform((value) =>
    value
      .replace(/[\p{Cc}\p{Cf}]/gu, " ")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 200),
  )
  .pipe(z.string().min(1));
const reference = z.string().regex(/^[a-z0-9-]+--[0-9a-f-]{36}$/);

const common = z.object({
  id: reference,
  modified: z.string().max(40).default(""),
  revoked: z.boolean().default(false),
  x_mitre_deprecated: z.boolean().default(false),
  x_mitre_domains: z.array(z.string()).optional(),
  external_references: z.array(z.object({ source_name: z.string(), external_id: z.string().optional() })).default([]),
});

const stixObject = z.discriminatedUnion("type", [
  common.extend({
    type: z.literal("attack-pattern"),
    name: text,
    kill_chain_phases: z.array(z.object({ kill_chain_name: z.string(), phase_name: z.string() })).default([]),
    x_mitre_platforms: z.array(text).default([]),
  }),
  common.extend({ type: z.literal("x-mitre-tactic"), name: text, x_mitre_shortname: z.string().regex(/^[a-z]+(-[a-z]+)*$/) }),
  common.extend({ type: z.literal("x-mitre-matrix"), tactic_refs: z.array(reference) }),
  common.extend({ type: z.literal("x-mitre-collection"), x_mitre_version: z.string().optional() }),
  common.extend({ type: z.literal("course-of-action"), name: text }),
  common.extend({ type: z.literal("x-mitre-data-component"), name: text }),
  common.extend({ type: z.literal("x-mitre-detection-strategy"), x_mitre_analytic_refs: z.array(reference).default([]) }),
  common.extend({
    type: z.literal("x-mitre-analytic"),
    x_mitre_log_source_references: z.array(z.object({ x_mitre_data_component_ref: reference })).default([]),
  }),
  common.extend({ type: z.literal("relationship"), relationship_type: z.string(), source_ref: reference, target_ref: reference }),
]);
/** An object of the kinds that matter here. */
export type StixObject = z.infer<typeof stixObject>;
type StixType = StixObject["type"];
const stixTypes = new Set<string>(stixObject.options.map((option) => option.shape.type.value));

const bundle = z.object({ type: z.literal("bundle"), objects: z.array(z.unknown()) });
const typed = z.object({ type: z.string() });

/** Objects of the kinds in use, live or revoked, of the Enterprise domain; of several versions of an id the newest. */
export function usableObjects(input: string, note: Note): StixObject[] {
  let json: unknown;
  try {
    json = JSON.parse(input.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw refusal(`The file is not JSON: ${messageOf(cause).slice(0, 200)}`, cause);
  }
  const parsed = bundle.safeParse(json);
  if (!parsed.success) throw refusal("The file is not a STIX bundle: it has no list of objects");
  const newest = new Map<string, StixObject>();
  let damaged = 0;
  for (const candidate of parsed.data.objects) {
    const kind = typed.safeParse(candidate);
    if (kind.success && !stixTypes.has(kind.data.type)) continue;
    const object = stixObject.safeParse(candidate);
    if (!object.success) damaged += 1;
    else if (isEnterprise(object.data) && object.data.modified >= (newest.get(object.data.id)?.modified ?? ""))
      newest.set(object.data.id, object.data);
  }
  note("damaged", "Objects without the fields their kind has in ATT&CK were left out.", damaged);
  return [...newest.values()].sort((a, b) => compareText(a.id, b.id));
}

function isEnterprise({ type, x_mitre_domains: domains }: StixObject): boolean {
  return type === "relationship" || domains === undefined || domains.length === 0 || domains.includes("enterprise-attack");
}

/** The objects of one kind. */
export function ofType<Type extends StixType>(objects: readonly StixObject[], type: Type): Extract<StixObject, { type: Type }>[] {
  return objects.filter((object): object is Extract<StixObject, { type: Type }> => object.type === type);
}

/** Neither revoked nor deprecated. */
export function isLive(object: StixObject): boolean {
  return !object.revoked && !object.x_mitre_deprecated;
}

/** The ATT&CK id of an object ("T1059.001"), where it has one of the given look. */
export function attackId(object: StixObject, look: RegExp): string | null {
  const ids = object.external_references
    .filter((each) => each.source_name === "mitre-attack")
    .map((each) => each.external_id ?? "");
  return ids.find((id) => look.test(id)) ?? null;
}

/** Relationships by what they say and either end: byTarget "mitigates attack-pattern--…" gives the sources' STIX ids. */
export function relations(objects: readonly StixObject[]): { bySource: Map<string, string[]>; byTarget: Map<string, string[]> } {
  const live = ofType(objects, "relationship").filter(isLive);
  const ends = (groups: Map<string, typeof live>, end: (each: (typeof live)[number]) => string) =>
    new Map([...groups].map(([key, group]) => [key, distinct(group.map(end))]));
  return {
    byTarget: ends(
      groupBy(live, (each) => [`${each.relationship_type} ${each.target_ref}`]),
      (each) => each.source_ref,
    ),
    bySource: ends(
      groupBy(live, (each) => [`${each.relationship_type} ${each.source_ref}`]),
      (each) => each.target_ref,
    ),
  };
}
export type Relations = ReturnType<typeof relations>;
/** The error for a file that is no usable bundle. */
export function refusal(message: string, cause?: unknown): SpoorError {
  return new SpoorError("configuration", message, {
    hint: "Give the file enterprise-attack.json of MITRE's attack-stix-data, or of mitre/cti together with its version.",
    cause,
  });
}
