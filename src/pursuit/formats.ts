import { z } from "zod";
import type { Block, ToolDefinition } from "../reasoner/port.ts";
import { trimmedSchema } from "../tools/definition.ts";

// What the model is asked to answer in. Within what the vendor's structured output can promise: every property required, null in place
// of absent, no limits; the limits are ours and looked at when the answer is there.

const check = z.object({
  /** Stands in the text as {{id}}. */
  id: z.string(),
  /** One aggregate over one table: SELECT count() FROM … WHERE … */
  sql: z.string(),
  /** What the model says the statement gives. */
  expect: z.number(),
});

const claim = z.object({
  id: z.string(),
  kind: z.enum(["inference", "hypothesis"]),
  text: z.string(),
  event_ids: z.array(z.string()),
  techniques: z.array(z.string()),
  checks: z.array(check),
});
export type SaidClaim = z.infer<typeof claim>;
export type SaidCheck = z.infer<typeof check>;

const verdicts = z.enum(["supported", "refuted", "inconclusive", "not-testable"]);

/** The summary of an investigation, as the model gives it. */
export const saidSummary = z.object({
  /** Asked for so that the text agrees with something; it decides nothing. */
  verdict: verdicts,
  claims: z.array(claim),
  counter_evidence: z.array(claim),
  gaps: z.array(z.string()),
  next_question: z.string().nullable(),
  actions: z.array(z.object({ action_id: z.string(), target: z.string(), reason_claim: z.string() })),
  instruction_like_event_ids: z.array(z.string()),
});
export type SaidSummary = z.infer<typeof saidSummary>;

const trial = z.object({
  /** A benign reading of the records. */
  explanation: z.string(),
  /** SELECT count() FROM … WHERE …: records that decide about it, whatever the claims cite. */
  sql: z.string(),
  /** Whether there are such records if the reading is right. */
  foretells: z.enum(["some", "none"]),
});
export type SaidTrial = z.infer<typeof trial>;

/** The benign case, as the critic argues it, and what would decide it. */
export const saidCritique = z.object({ claims: z.array(claim), trials: z.array(trial) });

export const summaryFormat = trimmedSchema(saidSummary);
export const critiqueFormat = trimmedSchema(saidCritique);

/** The JSON that an answer holds; undefined where it holds none. */
export function jsonIn(content: readonly Block[]): unknown {
  const text = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const noteEvidenceInput = z.object({
  event_ids: z.array(z.string()),
  claim: z.string(),
  check_sql: z.string().nullable(),
});
export const finishInput = z.object({ verdict: verdicts });

/** The two tools that belong to the hunt itself; all others only read. */
export const ownTools: readonly ToolDefinition[] = [
  {
    name: "finish",
    description:
      "Ends the investigation. Call it as soon as further questions would not change the answer. The verdict is noted, not followed: it is computed from what can be checked.",
    inputSchema: trimmedSchema(finishInput),
  },
  {
    name: "note_evidence",
    description:
      "Notes a piece of evidence for the summary. event_ids are metadata_uid values that an answer of this hunt showed. check_sql, where a number matters, is one aggregate over one table: SELECT count() FROM dns_activity WHERE …; else null.",
    inputSchema: trimmedSchema(noteEvidenceInput),
  },
];
