import { z } from "zod";
import { type Indicator, type IndicatorType, normalised } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { feedConfidence, feedTime } from "./when.ts";

const bundle = z.object({ type: z.literal("bundle"), objects: z.array(z.looseObject({ type: z.string() })).default([]) });
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

// One comparison of a STIX pattern: an object path and a literal. AND, FOLLOWEDBY and the like need more than one value; each value alone would be a guess.
const comparison = /\[\s*([a-z0-9-]+):([\w.'"-]+(?:\[[^\]]*\])?)\s*=\s*'((?:[^'\\]|\\.)*)'\s*\]/gi;
const types: Readonly<Record<string, IndicatorType | null>> = {
  "ipv4-addr:value": null,
  "ipv6-addr:value": null,
  "domain-name:value": "domain",
  "url:value": "url",
  "email-addr:value": "email",
  "email-message:from_ref.value": "email",
  "file:hashes.md5": "md5",
  "file:hashes.sha-1": "sha1",
  "file:hashes.sha1": "sha1",
  "file:hashes.sha-256": "sha256",
  "file:hashes.sha256": "sha256",
};

/** Indicators of a STIX 2.1 bundle (single comparisons, also joined by OR) with the techniques they indicate; null when the document is no bundle. */
export function readStix(document: unknown): IndicatorFile | null {
  const parsed = bundle.safeParse(document);
  if (!parsed.success) return null;
  const techniques = techniquesByIndicator(parsed.data.objects);
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const object of parsed.data.objects.filter((one) => one.type === "indicator")) {
    const one = indicatorObject.safeParse(object);
    if (!one.success) leftOut.push({ value: String(object.id ?? "indicator"), reason: "not a STIX 2.1 indicator" });
    else if (one.data.revoked) leftOut.push({ value: one.data.id ?? one.data.pattern, reason: "revoked by its source" });
    else {
      const found = valuesOf(one.data);
      if (found.length === 0)
        leftOut.push({ value: one.data.pattern.slice(0, 200), reason: "its pattern is more than single values joined by OR" });
      indicators.push(...found.map((value) => indicatorOf(one.data, value, techniques.get(one.data.id ?? "") ?? [])));
    }
  }
  return { format: "stix", indicators, leftOut };
}

function indicatorOf(
  object: z.infer<typeof indicatorObject>,
  value: { type: IndicatorType; value: string },
  techniques: readonly string[],
): Indicator {
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

function valuesOf({ pattern, pattern_type: kind }: z.infer<typeof indicatorObject>): { type: IndicatorType; value: string }[] {
  if (kind !== "stix") return [];
  const matches = [...pattern.matchAll(comparison)];
  const rest = pattern
    .replace(comparison, "")
    .replaceAll(/\bOR\b/gi, "")
    .replaceAll(/[()\s]/g, "");
  if (rest !== "") return [];
  return matches.flatMap((match) => {
    const path = `${match[1]}:${match[2]}`.toLowerCase().replaceAll(/['"]/g, "");
    const literal = (match[3] ?? "").replaceAll(/\\(.)/g, "$1");
    const hint = types[path];
    if (hint === undefined) return [];
    const value = hint === null ? normalised(literal) : normalised(literal, hint);
    return value === null ? [] : [value];
  });
}

function techniquesByIndicator(objects: readonly z.infer<typeof bundle>["objects"][number][]): Map<string, string[]> {
  const patterns = new Map(
    objects.flatMap((object) => {
      const one = object.type === "attack-pattern" ? attackPattern.safeParse(object) : null;
      const id =
        one?.success === true
          ? one.data.external_references
              .map((reference) => reference.external_id)
              .find((text) => /^T\d{4}(\.\d{3})?$/.test(text ?? ""))
          : undefined;
      return one?.success === true && id !== undefined ? [[one.data.id, id] as const] : [];
    }),
  );
  const found = new Map<string, string[]>();
  for (const object of objects) {
    const link = object.type === "relationship" ? relationship.safeParse(object) : null;
    const technique =
      link?.success === true && link.data.relationship_type === "indicates" ? patterns.get(link.data.target_ref) : undefined;
    if (link?.success === true && technique !== undefined)
      found.set(link.data.source_ref, [...(found.get(link.data.source_ref) ?? []), technique]);
  }
  return found;
}
