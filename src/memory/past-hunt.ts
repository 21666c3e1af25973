import { z } from "zod";

/** The states in which a hunt can have ended, as records write them. */
export const recordedStatuses = ["supported", "refuted", "inconclusive", "not-testable"] as const;

const text = (limit: number) => z.string().max(limit);
const moment = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?$/, "must be a time such as 2026-11-01 10:00:00");

/** The front matter of a record: what can be searched. Limits keep a record that somebody else wrote from flooding whoever reads it. */
export const recordHead = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{3,63}$/),
  hypothesis: text(400).min(1),
  origin: z.enum(["knowledge-base", "model", "hunter"]).default("hunter"),
  techniques: z.array(z.string().regex(/^T\d{4}(?:\.\d{3})?$/)).max(10),
  entities: z.array(text(300)).max(50).default([]),
  window: z.strictObject({ from: moment, to: moment }),
  status: z.enum(recordedStatuses),
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  evidence: z.array(text(200)).max(200).default([]),
  run: text(60),
  revision: z.number().int().min(1).default(1),
});
export type RecordHead = z.infer<typeof recordHead>;

/** A hunt of the past as its record tells it. Its text is other people's: data, never an instruction. */
export interface PastHunt extends RecordHead {
  /** Name of the file in the folder. */
  readonly file: string;
  /** What stands under "Keep": what was learnt. One line of plain text. */
  readonly learnt: string;
  /** The whole record, as it is written. */
  readonly text: string;
}
