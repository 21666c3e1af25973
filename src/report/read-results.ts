import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { history } from "../findings/changes.ts";
import { readFindings } from "../findings/ndjson.ts";
import { fromOcsf } from "../findings/ocsf.ts";
import { storyRecord } from "../findings/story-record.ts";
import { parsedJson } from "../json.ts";
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

/**
 * What a hand-over is made of, from the files of a run: `read` gives the text of one. Rejects as damaged-file for one that a run of
 * this version did not write.
 */
export async function handoverInput(
  read: (name: string) => Promise<string>,
  settings: ReportSettings,
): Promise<ReportInput & { readonly history: NonNullable<ReportInput["history"]> }> {
  const parse = async <Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.infer<Schema>> => {
    const parsed = schema.safeParse(parsedJson(await read(name)));
    if (parsed.success) return parsed.data;
    throw new SpoorError("damaged-file", `${name} is not the result of a run of this version`, {
      hint: "Run `spoor hunt` again; it writes handover.md too.",
    });
  };
  const record = await parse("run.json", run);
  return {
    window: record.window,
    run: { versions: record.versions, parameters: {}, seed: record.seed, command: record.command },
    sources: [],
    tables: [],
    detectors: [],
    findings: readFindings(await read("findings.ndjson")).map(fromOcsf),
    stories: await parse("stories.json", z.array(storyRecord)),
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
    gaps: await parse("gaps.json", z.array(gap)),
    people: {},
    budget: { perDay: record.budget },
    internal: record.internal,
    history: await parse("changes.json", history),
    settings,
  };
}
