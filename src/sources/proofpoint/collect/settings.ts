import { z } from "zod";
import { baseUrl } from "../../../collect/origin.ts";
import { secretReference } from "../../../collect/secrets.ts";

/** What may stand under `collect.proofpoint`. */
export const settings = z.strictObject({
  /** The service principal of the TAP dashboard (Settings, Connected Applications). */
  principal: z.string().min(1),
  /** Its secret: a reference, never the value. */
  secret: secretReference,
  baseUrl: baseUrl.default("https://tap-api-v2.proofpoint.com"),
  /** Days that very attacked people and top clickers are counted over; TAP knows these three. */
  peopleDays: z.union([z.literal(14), z.literal(30), z.literal(90)]).default(14),
  /** Calls a day that may be spent on messages and clicks, of the 1,800 that all programs with the same principal share. */
  siemCallsADay: z.number().int().min(1).max(1800).default(1800),
  /** Forensic reports to fetch in one run, of threats that people clicked or were sent, each once a day at most; 0: none. */
  forensicsARun: z.number().int().min(0).max(1800).default(20),
  /** Streams that shall not be asked for, by id. */
  leaveOut: z.array(z.string()).default([]),
});
export type Settings = z.infer<typeof settings>;
