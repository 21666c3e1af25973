import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fromOcsf } from "../findings/ocsf.ts";
import { storyRecord } from "../findings/story-record.ts";
import { storedHypothesis } from "../hypotheses/stored.ts";
import { type Finding, gap, type HuntResult, type Hypothesis, type Story } from "../types.ts";
import { readResult, readResultFindings } from "./read.ts";

const window = z.object({ from: z.string(), to: z.string() });
const texts = z.array(z.string());

const huntResult = z.object({
  id: z.string(),
  hypothesisId: z.string().nullable(),
  huntId: z.string(),
  title: z.string(),
  techniques: texts,
  status: z.enum(["supported", "refuted", "inconclusive", "not-testable"]),
  evidence: z.array(
    z.object({
      description: z.string(),
      source: z.string(),
      timestamp: z.string(),
      confidence: z.number(),
      indicators: texts,
      eventIds: texts,
      rowCount: z.number(),
    }),
  ),
  summary: z.string(),
  recommendedActions: texts,
  coverage: z.array(z.object({ table: z.string(), rows: z.number() })),
  sql: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  resultHash: z.string(),
});

const claims = z.array(z.object({ text: z.string(), eventIds: texts, techniques: texts }));

const trial = z.object({
  explanation: z.string(),
  foretells: z.enum(["some", "none"]),
  check: z.object({ sql: z.string(), value: z.number() }),
  isBorneOut: z.boolean(),
});

const pursuit = z.object({
  hypothesisId: z.string(),
  reasoner: z.string(),
  ended: z.string(),
  status: huntResult.shape.status,
  because: z.string(),
  confidence: z.number(),
  summary: z.string(),
  claims,
  counterEvidence: claims,
  critic: claims,
  // Absent from results of a version that tried none.
  trials: z.array(trial).default([]),
  rejected: z.array(z.unknown()),
  gaps: texts,
  nextQuestion: z.string().nullable(),
  usd: z.number(),
});
export type PastPursuit = z.infer<typeof pursuit>;

const layer = z.object({
  techniques: z.array(
    z.object({
      techniqueID: z.string(),
      tactic: z.string(),
      score: z.number().optional(),
      comment: z.string(),
      metadata: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
});

const runRecord = z.object({
  run_uid: z.string(),
  recorded_time: z.string(),
  window,
  internal: texts,
  counts: z.record(z.string(), z.number()),
});

/** What the last run left in its folder of results. */
export interface PastRun {
  readonly run: z.infer<typeof runRecord>;
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
  /** What a language model pursued; empty where none did. */
  readonly pursuits: readonly PastPursuit[];
  readonly gaps: readonly z.infer<typeof gap>[];
  readonly techniques: readonly {
    readonly uid: string;
    readonly tactic: string;
    readonly state: string;
    readonly confidence: number;
    readonly comment: string;
  }[];
}

/** A mark that changes when a run writes its results anew; null when there are none. run.json is written last. */
export async function markOf(folder: string): Promise<string | null> {
  const found = await stat(join(folder, "run.json")).catch(() => null);
  return found === null ? null : `${found.mtimeMs} ${found.size} ${found.ino}`;
}

/** Reads the results of the last run. Rejects with path-missing or damaged-file, naming the file that is absent or not what a run writes. */
export async function readPastRun(folder: string): Promise<PastRun> {
  const layerRead = await readResult(folder, "attack-layer.json", layer);
  const findings = await readResultFindings(folder);
  return {
    run: await readResult(folder, "run.json", runRecord),
    findings: findings.filter((record) => record.activity_name !== "Close").map(fromOcsf),
    stories: await readResult(folder, "stories.json", z.array(storyRecord)),
    hypotheses: await readResult(folder, "hypotheses.json", z.array(storedHypothesis)),
    hunts: await readResult(folder, "hunts.json", z.array(huntResult)),
    pursuits: await pursuitsIn(folder),
    gaps: await readResult(folder, "gaps.json", z.array(gap)),
    techniques: layerRead.techniques.map((one) => ({
      uid: one.techniqueID,
      tactic: one.tactic,
      state: (one.metadata.find(({ name }) => name === "state")?.value ?? "").replaceAll(" ", "-"),
      confidence: one.score ?? 0,
      comment: one.comment,
    })),
  };
}

/** The estate's own networks as the last run knew them; null where there are no results yet. Rejects with damaged-file. */
export async function readPastNetworks(folder: string): Promise<readonly string[] | null> {
  if (!(await isThere(folder, "run.json"))) return null;
  return (await readResult(folder, "run.json", runRecord.pick({ internal: true }))).internal;
}

/** The hunts of the last run alone; none where there are no results yet. Rejects with damaged-file where they cannot be read. */
export async function readPastHunts(folder: string): Promise<HuntResult[]> {
  return (await isThere(folder, "hunts.json")) ? readResult(folder, "hunts.json", z.array(huntResult)) : [];
}

/** Only a run with a language model writes them. */
async function pursuitsIn(folder: string): Promise<PastPursuit[]> {
  return (await isThere(folder, "pursuits.json")) ? readResult(folder, "pursuits.json", z.array(pursuit)) : [];
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return (await stat(join(folder, name)).catch(() => null)) !== null;
}

/**
 * What is made of a folder of results, made anew when a run has written others; `hasRun`: whether a run has written any. What failed is
 * tried again by the next call.
 */
export function keptWhileSame<Kept>(out: string, make: (hasRun: boolean) => Promise<Kept>): () => Promise<Kept> {
  let current: { readonly mark: string | null; readonly kept: Promise<Kept> } | null = null;
  return async () => {
    const mark = await markOf(out);
    if (current === null || current.mark !== mark) {
      const kept = make(mark !== null);
      current = { mark, kept };
      kept.catch(() => {
        if (current?.kept === kept) current = null;
      });
    }
    return current.kept;
  };
}
