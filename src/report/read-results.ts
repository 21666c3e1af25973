import { z } from "zod";
import { history } from "../findings/changes.ts";
import { fromOcsf } from "../findings/ocsf.ts";
import { storyRecord } from "../findings/story-record.ts";
import { readResult, readResultFindings } from "../results/read.ts";
import { gap } from "../types.ts";
import type { ReportInput } from "./input.ts";
import type { ReportSettings } from "./settings.ts";

const run = z.object({
  window: z.object({ from: z.string(), to: z.string() }),
  seed: z.number(),
  budget: z.number(),
  internal: z.array(z.string()),
  command: z.string(),
  versions: z.record(z.string(), z.string()),
});

/** What a hand-over is made of, from the files of a run. Rejects as path-missing, and as damaged-file for one that a run of this version did not write. */
export async function handoverInput(
  out: string,
  settings: ReportSettings,
): Promise<ReportInput & { readonly history: NonNullable<ReportInput["history"]> }> {
  const record = await readResult(out, "run.json", run);
  return {
    window: record.window,
    run: { versions: record.versions, parameters: {}, seed: record.seed, command: record.command },
    sources: [],
    tables: [],
    detectors: [],
    findings: (await readResultFindings(out)).map(fromOcsf),
    stories: await readResult(out, "stories.json", z.array(storyRecord)),
    hypotheses: [],
    hunts: [],
    coverage: {
      version: "",
      notice: "",
      byTactic: {},
      techniques: [],
      counts: { seen: 0, "looked-and-clean": 0, "no-data": 0, "no-analytic": 0 },
      unknown: [],
    },
    tacticOrder: [],
    gaps: await readResult(out, "gaps.json", z.array(gap)),
    people: {},
    budget: { perDay: record.budget },
    internal: record.internal,
    history: await readResult(out, "changes.json", history),
    settings,
  };
}
