import { z } from "zod";

const columnName = z.string().regex(/^[a-z][a-z0-9_]*$/, "must be a name in lower case with underscores");
const parameterName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, "must be a camelCase name");

/** A table that a hunt reads, and what must be in it before its silence means anything. */
export const huntNeed = z.strictObject({
  table: columnName,
  columns: z.array(columnName).min(1),
  /** Only rows with one of these values count: { activity_name: ["Service Ticket Request"] }. */
  only: z.record(columnName, z.array(z.string()).min(1)).default({}),
  /** The columns that the hunt compares with {entities}: those that name hosts, addresses or people. */
  entities: z.array(columnName).min(1),
});
export type HuntNeed = z.infer<typeof huntNeed>;

/** At least one of the alternatives must be met; a need that stands alone is the only one. */
const alternatives = z.union([
  z.strictObject({ anyOf: z.array(huntNeed).min(2) }),
  huntNeed.transform((need) => ({ anyOf: [need] })),
]);

const parameterValue = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);

/** The front matter of a hunt.md. */
export const huntHead = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(10),
  /** What a row shows most directly comes first; empty where rows of any technique are meant. */
  techniques: z.array(z.string()),
  /** All must be met. */
  needs: z.array(alternatives).min(1),
  /** Values for the statement, with their defaults; each name is a place {name:Type} of hunt.sql. */
  parameters: z.record(parameterName, parameterValue).default({}),
  /** A row of this score or more supports the hypothesis; weaker ones leave it open. */
  supportedFrom: z.number().min(1).max(100).default(60),
  /**
   * How often a row of the full score would turn out to be what the hunt looks for, 0 to 1: a judgement by how much else looks
   * like it, not a measurement. Confidence is the score times this.
   */
  reliability: z.number().min(0.05).max(0.95),
});
export type HuntHead = z.infer<typeof huntHead>;

/** The parts of a hunt.md below its front matter, each under a heading of its own. */
export const huntHeadings = {
  hypothesis: "Hypothesis",
  looksFor: "What it looks for",
  looksLike: "What else looks like that",
  reading: "How to read the result",
  blindSpots: "Blind spots",
} as const;
export type HuntSections = Readonly<Record<keyof typeof huntHeadings, string>>;

/** A hunt: one question in SQL whose rows support a hypothesis, with what a hunter must know to read them. */
export type LoadedHunt = HuntHead & { readonly folder: string; readonly sql: string; readonly sections: HuntSections };

/**
 * What every row of a hunt says. `entity` is the one host, address, person or name that the row is about; `score` (0 to 100) how
 * well it fits the hypothesis; `n` how many events stand behind it; `event_ids` the first of them (metadata_uid); `description` one
 * sentence of values; `indicators` what to search for elsewhere. A hunt whose rows show different things says in `techniques` which
 * of its techniques each row shows; without it a row may show any of them.
 */
export const huntRow = z.object({
  entity: z.string().min(1),
  score: z.coerce.number().min(0).max(100),
  n: z.coerce.number().int().min(0),
  first_time: z.string(),
  last_time: z.string(),
  event_ids: z.array(z.string()).max(20),
  description: z.string().min(1),
  indicators: z.array(z.string()),
  techniques: z.array(z.string()).optional(),
});
export type HuntRow = z.infer<typeof huntRow>;

/** Values that every hunt is bound with, beside its own parameters; `entities` may be empty: everybody. */
export const commonPlaces = ["from", "to", "internal", "entities"] as const;
