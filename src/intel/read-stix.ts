import { z } from "zod";
import type { Indicator, IndicatorValue } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { patternValues } from "./stix-pattern.ts";
import { feedConfidence, feedTime } from "./when.ts";

const stixObject = z.looseObject({ type: z.string() });
/** A bundle, or the envelope in which a TAXII 2.1 server sends objects. */
const bundle = z
  .object({ type: z.string().optional(), objects: z.array(z.unknown()).default([]) })
  .refine(({ type, objects }) => type === "bundle" || (type === undefined && objects.length > 0));
const indicatorObject = z.looseObject({
  id: z.string().optional(),
  pattern: z.string(),
  pattern_type: z.string().default("stix"),
  name: z.string().optional(),
  description: z.string().optional(),
  valid_from: z.string().optional(),
  valid_until: z.string().optional(),
  confidence: z.number().optional(),
  revoked: z.boolean().default(false),
  labels: z.array(z.string()).default([]),
  indicator_types: z.array(z.string()).default([]),
});
const relationship = z.looseObject({ relationship_type: z.string(), source_ref: z.string(), target_ref: z.string() });
const attackPattern = z.looseObject({
  id: z.string(),
  external_references: z.array(z.looseObject({ external_id: z.string().optional() })).default([]),
});

/** Indicators of a STIX 2.1 bundle with the techniques they indicate; null when the document is no bundle. */
export function readStix(document: unknown): IndicatorFile | null {
  const parsed = bundle.safeParse(document);
  if (!parsed.success) return null;
  const objects = parsed.data.objects.flatMap((object) => stixObject.safeParse(object).data ?? []);
  const techniques = techniquesByIndicator(objects);
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const object of objects.filter((one) => one.type === "indicator")) {
    const one = indicatorObject.safeParse(object);
    if (!one.success) {
      leftOut.push({
        value: (typeof object.id === "string" ? object.id : "indicator").slice(0, 200),
        reason: "not a STIX 2.1 indicator",
      });
      continue;
    }
    const found = valuesOf(one.data);
    if ("reason" in found) leftOut.push({ value: one.data.pattern.slice(0, 200), reason: found.reason });
    else indicators.push(...found.values.map((value) => indicatorOf(one.data, value, techniques.get(one.data.id ?? "") ?? [])));
  }
  return { format: "stix", indicators, leftOut };
}

function valuesOf({ pattern, pattern_type: kind, revoked }: z.infer<typeof indicatorObject>): ReturnType<typeof patternValues> {
  if (revoked) return { reason: "revoked by its source" };
  return kind === "stix" ? patternValues(pattern) : { reason: `patterns of type ${kind.slice(0, 40)} are not read` };
}

function indicatorOf(object: z.infer<typeof indicatorObject>, value: IndicatorValue, techniques: readonly string[]): Indicator {
  return {
    ...value,
    validFrom: feedTime(object.valid_from),
    validUntil: feedTime(object.valid_until),
    confidence: feedConfidence(object.confidence),
    labels: [...new Set([...object.labels, ...object.indicator_types])],
    attackTechniques: techniques,
    description: object.name ?? object.description ?? null,
  };
}

function techniquesByIndicator(objects: readonly z.infer<typeof stixObject>[]): Map<string, string[]> {
  const patterns = new Map(
    objects.flatMap((object) => {
      const one = object.type === "attack-pattern" ? attackPattern.safeParse(object).data : undefined;
      const id = one?.external_references
        .map((reference) => reference.external_id)
        .find((text) => /^T\d{4}(\.\d{3})?$/.test(text ?? ""));
      return one === undefined || id === undefined ? [] : [[one.id, id] as const];
    }),
  );
  const found = new Map<string, string[]>();
  for (const object of objects) {
    const link = object.type === "relationship" ? relationship.safeParse(object).data : undefined;
    const technique = link?.relationship_type === "indicates" ? patterns.get(link.target_ref) : undefined;
    if (link !== undefined && technique !== undefined)
      found.set(link.source_ref, [...new Set([...(found.get(link.source_ref) ?? []), technique])].sort());
  }
  return found;
}
