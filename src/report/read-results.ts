import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { history } from "../findings/changes.ts";
import { readFindings } from "../findings/ndjson.ts";
import { fromOcsf } from "../findings/ocsf.ts";
import { gap, severities } from "../types.ts";
import type { ReportInput } from "./input.ts";
import type { ReportSettings } from "./settings.ts";

const strings = z.array(z.string());
const story = z.object({
  uid: z.string(),
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
      sensors: strings,
      joinedBy: z.string().nullable(),
      joinedTo: z.number().nullable(),
      notEvaluable: strings,
    }),
  ),
  tactics: strings,
  techniques: strings,
  benign: z.string(),
  nextChecks: strings,
  actions: strings,
  stillActive: strings,
});
const run = z.object({
  window: z.object({ from: z.string(), to: z.string() }),
  seed: z.number(),
  budget: z.number(),
  internal: strings,
  command: z.string(),
  versions: z.record(z.string(), z.string()),
});

/**
 * What a hand-over is made of, from the files of a run: `read` gives the text of one. Rejects as usage error for a file that a run of
 * this version did not write.
 */
export async function handoverInput(
  read: (name: string) => Promise<string>,
  settings: ReportSettings,
): Promise<ReportInput & { readonly history: NonNullable<ReportInput["history"]> }> {
  const parse = async <Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.infer<Schema>> => {
    const parsed = schema.safeParse(parsedJson(await read(name)));
    if (parsed.success) return parsed.data;
    throw new SpoorError("usage", `${name} is not the result of a run of this version`, {
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
    stories: await parse("stories.json", z.array(story)),
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
