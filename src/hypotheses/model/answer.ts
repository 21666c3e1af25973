import { z } from "zod";
import type { Json } from "../../reasoner/port.ts";

/** What the model thinks of: the same four ways in which the knowledge base thinks. */
const kinds = ["explain", "next_step", "spread", "gap"] as const;

/**
 * One hypothesis as the model gives it. Every field is required and nothing is limited here, because the vendor's schema language has
 * no limits: they are checked in code afterwards. The parts of ABLE (actor, behaviour, location, evidence) come from the PEAK framework.
 */
export const proposal = z.strictObject({
  title: z.string(),
  statement: z.string(),
  kind: z.enum(kinds),
  techniques: z.array(z.string()),
  entities: z.array(z.string()),
  finding_ids: z.array(z.string()),
  able: z.strictObject({
    actor: z.string().nullable(),
    behavior: z.string(),
    location: z.string(),
    evidence: z.array(z.strictObject({ table: z.string(), columns: z.array(z.string()), expect: z.string() })),
  }),
  steps: z.array(z.strictObject({ purpose: z.string(), hunt_id: z.string().nullable(), sql: z.string().nullable() })),
  supports_if: z.string(),
  refuted_if: z.string(),
  benign_explanation: z.string(),
  expected_indicators: z.array(z.string()),
  false_positives: z.array(z.string()),
  window_hours: z.number(),
});
export type Proposal = z.infer<typeof proposal>;

/** The whole answer; each hypothesis is read by itself, so that one that is malformed does not cost the others. */
const answer = z.object({ hypotheses: z.array(z.unknown()) });

/** The answer's schema as the vendor takes it: JSON Schema without limits, nothing optional, a choice of types as anyOf. */
export function answerFormat(): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(z.strictObject({ hypotheses: z.array(proposal) }));
  return withChoices(JSON.parse(JSON.stringify(schema)));
}

function withChoices(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withChoices);
  if (typeof schema !== "object" || schema === null) return schema;
  const { type, ...rest } = schema as Readonly<Record<string, Json>>;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withChoices(value)]));
  if (Array.isArray(type)) return { ...inner, anyOf: type.map((each: Json) => ({ type: each })) };
  return type === undefined ? inner : { type: withChoices(type), ...inner };
}

/** The hypotheses in the text of an answer, unread; null when the text is not of the form that was asked for. */
export function readAnswer(text: string): unknown[] | null {
  try {
    return answer.parse(JSON.parse(text)).hypotheses;
  } catch {
    return null;
  }
}
