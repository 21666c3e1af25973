import { z } from "zod";
import { type Indicator, type IndicatorType, normalised } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { feedTime } from "./when.ts";

const tags = z.array(z.looseObject({ name: z.string() })).default([]);
const attribute = z.looseObject({
  type: z.string(),
  value: z.string(),
  to_ids: z.boolean().default(false),
  deleted: z.boolean().default(false),
  comment: z.string().nullish(),
  timestamp: z.union([z.string(), z.number()]).optional(),
  first_seen: z.string().nullish(),
  Tag: tags,
});
type Attribute = z.infer<typeof attribute>;
// One bad attribute does not spoil an event: each is parsed for itself.
const event = z.looseObject({
  info: z.string().default(""),
  date: z.string().optional(),
  Attribute: z.array(z.unknown()).default([]),
  Object: z.array(z.looseObject({ Attribute: z.array(z.unknown()).default([]) })).default([]),
  Tag: tags,
});
type Event = z.infer<typeof event>;
const wrapped = z.looseObject({ Event: event });
const answer = z.looseObject({ response: z.array(wrapped) });
const attributeAnswer = z.looseObject({ response: z.looseObject({ Attribute: z.array(z.unknown()) }) });

// MISP attribute types whose value (or one part of it, behind a bar) can be matched; null: the value tells its type.
const types: ReadonlyMap<string, readonly (IndicatorType | null | "skip")[]> = new Map([
  ["ip-src", [null]],
  ["ip-dst", [null]],
  ["ip-src|port", [null, "skip"]],
  ["ip-dst|port", [null, "skip"]],
  ["domain", ["domain"]],
  ["hostname", ["domain"]],
  ["hostname|port", ["domain", "skip"]],
  ["domain|ip", ["domain", null]],
  ["url", ["url"]],
  ["uri", ["url"]],
  ["email", ["email"]],
  ["email-src", ["email"]],
  ["email-reply-to", ["email"]],
  ["md5", ["md5"]],
  ["sha1", ["sha1"]],
  ["sha256", ["sha256"]],
  ["filename|md5", ["skip", "md5"]],
  ["filename|sha1", ["skip", "sha1"]],
  ["filename|sha256", ["skip", "sha256"]],
  ["malware-sample", ["skip", "md5"]],
]);

// MISP's own words for confidence (taxonomy "misp", predicate confidence-level).
const confidences: ReadonlyMap<string, number> = new Map([
  ["completely-confident", 100],
  ["usually-confident", 75],
  ["fairly-confident", 50],
  ["rarely-confident", 25],
  ["unconfident", 0],
]);

/** Indicators of MISP events, or of an answer with events or attributes: attributes marked for detection (to_ids); null for other documents. */
export function readMisp(document: unknown): IndicatorFile | null {
  const events = eventsOf(document);
  if (events === null) return null;
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const one of events)
    for (const raw of [...one.Attribute, ...one.Object.flatMap((object) => object.Attribute)]) {
      const each = attribute.safeParse(raw).data;
      const found = each === undefined ? [] : indicatorsOf(each, one);
      if (each === undefined) leftOut.push({ value: "attribute", reason: "not a MISP attribute" });
      else if (found.length === 0) leftOut.push({ value: each.value.slice(0, 200), reason: whyLeftOut(each) });
      indicators.push(...found);
    }
  return { format: "misp", indicators, leftOut };
}

function whyLeftOut({ type, deleted, to_ids: isForDetection }: Attribute): string {
  if (deleted) return "deleted";
  if (!isForDetection) return "not marked for detection (to_ids)";
  return types.has(type) ? `not a value of type ${type}` : `attributes of type ${type.slice(0, 40)} are not matched`;
}

function eventsOf(document: unknown): Event[] | null {
  const one = wrapped.safeParse(document).data;
  if (one !== undefined) return [one.Event];
  const several = answer.safeParse(document).data;
  if (several !== undefined) return several.response.map((each) => each.Event);
  const attributes = attributeAnswer.safeParse(document).data;
  if (attributes !== undefined) return [event.parse({ Attribute: attributes.response.Attribute })];
  return (
    z
      .array(wrapped)
      .min(1)
      .safeParse(document)
      .data?.map((each) => each.Event) ?? null
  );
}

function indicatorsOf(each: Attribute, one: Event): Indicator[] {
  if (each.deleted || !each.to_ids) return [];
  const kinds = types.get(each.type) ?? [];
  const parts = kinds.length > 1 ? each.value.split("|") : [each.value];
  const labels = [...new Set([...one.Tag, ...each.Tag].map((tag) => tag.name))];
  return kinds.flatMap((type, position) => {
    const text = parts[position] ?? "";
    const value = type === "skip" ? null : type === null ? normalised(text) : normalised(text, type);
    if (value === null) return [];
    return [
      {
        ...value,
        validFrom: feedTime(each.first_seen ?? one.date ?? each.timestamp),
        validUntil: null,
        confidence: confidenceIn(labels),
        labels,
        attackTechniques: [...new Set(labels.flatMap((label) => label.match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []))].sort(),
        description: each.comment || one.info || null,
      },
    ];
  });
}

function confidenceIn(labels: readonly string[]): number | null {
  const words = labels.flatMap((label) => /^misp:confidence-level="([a-z-]+)"$/.exec(label)?.[1] ?? []);
  const known = words.flatMap((word) => confidences.get(word) ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
