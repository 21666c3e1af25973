import { z } from "zod";

/** A labelled pair of hosts. `port` and `conns` may be unknown; `host` names the destination where the label authors gave a name. */
export const labelledPair = z.looseObject({
  src: z.string(),
  dst: z.string(),
  port: z.number().nullish(),
  host: z.string().nullish(),
  conns: z.number().nullish(),
  technique: z.string().nullish(),
});
export type LabelledPair = z.infer<typeof labelledPair>;

const endpoint = z.looseObject({ host: z.string().nullish(), ip: z.string().nullish() });

/** One of several captures that a truth file describes: a file of its own beside the truth file. */
export const truthItem = z.looseObject({
  dataset: z.string().optional(),
  name: z.string().optional(),
  file: z.string(),
  label: z.string().optional(),
  technique: z.string().optional(),
  protocol: z.string().optional(),
  source: endpoint.optional(),
  targets: z.array(endpoint).optional(),
  user: z.string().optional(),
  log_window: z.tuple([z.string(), z.string()]).optional(),
  span_seconds: z.number().optional(),
  malicious_lateral_pairs: z.array(labelledPair).optional(),
  malicious_c2_pairs: z.array(labelledPair).optional(),
  /** A table of numbers for comparing models, not a log. */
  features: z.number().optional(),
});
export type TruthItem = z.infer<typeof truthItem>;

/**
 * A truth file as it stands beside the data. Tolerant: unknown members are kept, and what does not have the expected shape is
 * left for truth.ts to give as a reason. `internal`, `year` and `not_scored` are read where a set wants to state them itself.
 */
export const truthFile = z.looseObject({
  source: z.string().default(""),
  area: z.array(z.string()).default([]),
  stats: z.record(z.string(), z.unknown()).default({}),
  malicious: z.unknown().optional(),
  malicious_labelled_other: z.array(labelledPair).default([]),
  hard_negatives: z.array(labelledPair).default([]),
  benign_periodic_hard_negatives: z.array(labelledPair).default([]),
  large_benign_uploads: z.array(labelledPair).default([]),
  exfiltration: z.array(labelledPair).optional(),
  lateral_movement: z.array(labelledPair).optional(),
  malicious_sources: z.record(z.string(), z.number()).optional(),
  benign_sources: z.record(z.string(), z.number()).default({}),
  bursts: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  query_registered_domains: z.record(z.string(), z.number()).optional(),
  incidents: z.array(z.unknown()).optional(),
  attack_phases: z.record(z.string(), z.unknown()).optional(),
  items: z.array(truthItem).optional(),
  internal: z.array(z.string()).optional(),
  year: z.number().optional(),
  not_scored: z.array(z.looseObject({ src: z.string().optional(), dst: z.string().optional() })).default([]),
});
export type TruthFile = z.infer<typeof truthFile>;
