import { z } from "zod";
import { type Story, severities } from "../types.ts";

const texts = z.array(z.string());

/** A story as stories.json holds it. Its uid becomes part of the names of files. */
export const storyRecord = z.object({
  uid: z.string().regex(/^[A-Za-z0-9_-]+$/),
  title: z.string(),
  summary: z.string(),
  score: z.number(),
  severity: z.enum(severities),
  firstSeen: z.string(),
  lastSeen: z.string(),
  entities: z.array(z.object({ kind: z.enum(["user", "device", "ip", "domain"]), value: z.string() })),
  steps: z.array(
    z.object({
      time: z.string(),
      lastTime: z.string(),
      findingUid: z.string(),
      tactic: z.string(),
      text: z.string(),
      person: z.string().nullable(),
      device: z.string().nullable(),
      sensors: texts,
      joinedBy: z.string().nullable(),
      joinedTo: z.number().nullable(),
      notEvaluable: texts,
    }),
  ),
  tactics: texts,
  techniques: texts,
  benign: z.string(),
  nextChecks: texts,
  actions: texts,
  stillActive: texts,
}) satisfies z.ZodType<Story>;
