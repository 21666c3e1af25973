import { z } from "zod";
import { type Indicator, type IndicatorType, normalised } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { feedTime } from "./when.ts";

const attribute = z.looseObject({
  type: z.string(),
  value: z.string(),
  to_ids: z.boolean().default(false),
  deleted: z.boolean().default(false),
  comment: z.string().default(""),
  timestamp: z.union([z.string(), z.number()]).optional(),
  first_seen: z.string().nullish(),
  last_seen: z.string().nullish(),
  Tag: z.array(z.looseObject({ name: z.string() })).default([]),
});
const event = z.looseObject({
  info: z.string().default(""),
  date: z.string().optional(),
  Attribute: z.array(attribute).default([]),
  Object: z.array(z.looseObject({ Attribute: z.array(attribute).default([]) })).default([]),
  Tag: z.array(z.looseObject({ name: z.string() })).default([]),
});
const wrapped = z.looseObject({ Event: event });
const answer = z.looseObject({ response: z.array(wrapped) });

// MISP attribute types whose value (or one part of it, behind a bar) can be matched; null: the value tells its type.
const types: Readonly<Record<string, readonly (IndicatorType | null | "skip")[]>> = {
  "ip-src": [null],
  "ip-dst": [null],
  "ip-src|port": [null, "skip"],
  "ip-dst|port": [null, "skip"],
  domain: ["domain"],
  hostname: ["domain"],
  "domain|ip": ["domain", null],
  url: ["url"],
  uri: ["url"],
  "email-src": ["email"],
  "email-reply-to": ["email"],
  md5: ["md5"],
  sha1: ["sha1"],
  sha256: ["sha256"],
  "filename|md5": ["skip", "md5"],
  "filename|sha1": ["skip", "sha1"],
  "filename|sha256": ["skip", "sha256"],
};

/** Indicators of a MISP event or of an answer that holds several: attributes marked for detection (to_ids); null for other documents. */
export function readMisp(document: unknown): IndicatorFile | null {
  const events = eventsOf(document);
  if (events === null) return null;
  const leftOut: { value: string; reason: string }[] = [];
  const indicators = events.flatMap((one) =>
    [...one.Attribute, ...one.Object.flatMap((object) => object.Attribute)].flatMap((each) => {
      if (each.deleted || !each.to_ids) {
        leftOut.push({ value: each.value.slice(0, 200), reason: each.deleted ? "deleted" : "not marked for detection (to_ids)" });
        return [];
      }
      const found = indicatorsOf(each, one);
      if (found.length === 0)
        leftOut.push({ value: each.value.slice(0, 200), reason: `attributes of type ${each.type} are not matched` });
      return found;
    }),
  );
  return { format: "misp", indicators, leftOut };
}

function eventsOf(document: unknown): z.infer<typeof event>[] | null {
  const one = wrapped.safeParse(document);
  if (one.success) return [one.data.Event];
  const several = answer.safeParse(document);
  if (several.success) return several.data.response.map((each) => each.Event);
  const list = z.array(wrapped).min(1).safeParse(document);
  return list.success ? list.data.map((each) => each.Event) : null;
}

function indicatorsOf(each: z.infer<typeof attribute>, one: z.infer<typeof event>): Indicator[] {
  const parts = (types[each.type]?.length ?? 0) > 1 ? each.value.split("|") : [each.value];
  const labels = [...one.Tag, ...each.Tag].map((tag) => tag.name);
  return (types[each.type] ?? []).flatMap((type, position) => {
    const text = parts[position] ?? "";
    const value = type === "skip" ? null : type === null ? normalised(text) : normalised(text, type);
    if (value === null) return [];
    return [
      {
        ...value,
        validFrom: feedTime(each.first_seen ?? one.date ?? each.timestamp),
        validUntil: null,
        confidence: null,
        labels: [...new Set(labels)],
        attackTechniques: [...new Set(labels.flatMap((label) => label.match(/T\d{4}(?:\.\d{3})?/g) ?? []))],
        description: each.comment || one.info || null,
      },
    ];
  });
}
