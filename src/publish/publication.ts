import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { z } from "zod";
import { messageOf, SpoorError, systemCode } from "../errors.ts";
import { readFindings } from "../findings/ndjson.ts";
import { fromOcsf } from "../findings/ocsf.ts";
import { isAlert } from "../findings/severity.ts";
import { storyRecord } from "../findings/story-record.ts";
import { digest } from "../objects/folder.ts";
import type { Finding, Story } from "../types.ts";
import type { KeyValues } from "./key.ts";
import { type Ticketing, ticketOf } from "./ticket.ts";

/** A file as it goes out. */
export interface Result {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly contentType: string;
}

/** A run's results, read whole from where the run left them. */
export interface Publication {
  readonly runUid: string;
  readonly window: { readonly from: string; readonly to: string };
  /** When the run ended, engine time. */
  readonly recordedTime: string;
  readonly keys: KeyValues;
  /** The report first, then the other results of the run and what was printed from them, then a ticket for each story. */
  readonly results: readonly Result[];
  readonly models: readonly Result[];
  readonly stories: readonly Story[];
  /** Tickets by the story's uid. */
  readonly tickets: ReadonlyMap<string, string>;
  /** Our own findings at or above the alert line that are not suppressed, best first. */
  readonly alerts: readonly Finding[];
  /** All findings and all gaps of the run, counted. */
  readonly counts: { readonly findings: number; readonly stories: number; readonly gaps: number };
}

const runRecord = z.looseObject({
  run_uid: z.string(),
  recorded_time: z.string(),
  window: z.object({ from: z.string(), to: z.string() }),
  internal: z.array(z.string()),
  counts: z.looseObject({ findings: z.number(), stories: z.number(), gaps: z.number() }),
  hashes: z.record(z.string(), z.string()),
});

// What further commands put beside the results of a run.
const furtherFormats = ["findings.csv", "findings.stix.json", "report.pdf"];

const contentTypes: Readonly<Record<string, string>> = {
  ".md": "text/markdown; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".ndjson": "application/x-ndjson",
  ".csv": "text/csv; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".pdf": "application/pdf",
};

/** A result by its name and bytes. */
export function resultOf(name: string, bytes: Buffer): Result {
  return { name, bytes, sha256: digest(bytes), contentType: contentTypes[extname(name)] ?? "application/octet-stream" };
}

/**
 * Reads the results of the last run below a folder. Rejects with path-missing where there are none, damaged-file where they are not
 * what a run writes.
 */
export async function readPublication(
  out: string,
  options: { readonly case: string; readonly ticketing: Omit<Ticketing, "internal"> },
): Promise<Publication> {
  const run = parsed(runRecord, (await reading(out, "run.json")).toString("utf8"), join(out, "run.json"));
  const findings = readFindings((await reading(out, "findings.ndjson")).toString("utf8"), join(out, "findings.ndjson")).map(
    fromOcsf,
  );
  const stories = parsed(z.array(storyRecord), (await reading(out, "stories.json")).toString("utf8"), join(out, "stories.json"));
  const files: Result[] = [];
  for (const name of namesOf(Object.keys(run.hashes))) files.push(resultOf(name, await reading(out, name)));
  for (const name of furtherFormats) {
    const bytes = (await isOfThisRun(out, name)) ? await readIfThere(out, name) : null;
    if (bytes !== null) files.push(resultOf(name, bytes));
  }
  const ticketing = { ...options.ticketing, internal: run.internal };
  const tickets = new Map(stories.map((story) => [story.uid, ticketOf(story, findings, ticketing)]));
  return {
    runUid: run.run_uid,
    window: run.window,
    recordedTime: run.recorded_time,
    keys: { date: run.recorded_time.slice(0, 10), run: run.run_uid, case: options.case },
    results: [
      ...files.filter(({ name }) => !isModel(name)),
      ...[...tickets].map(([uid, text]) => resultOf(`tickets/${uid}.txt`, Buffer.from(text))),
    ],
    models: files.filter(({ name }) => isModel(name)),
    stories,
    tickets,
    alerts: findings.filter(
      (finding) => isAlert(finding.severity) && !finding.isVendorAlert && finding.suppression === undefined,
    ),
    counts: { findings: run.counts.findings, stories: run.counts.stories, gaps: run.counts.gaps },
  };
}

function isModel(name: string): boolean {
  return name.startsWith("models/");
}

/** A report printed from an earlier run's results may still lie there. */
async function isOfThisRun(out: string, name: string): Promise<boolean> {
  const modified = (file: string): Promise<number> =>
    stat(join(out, file)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.NaN,
    );
  return (await modified(name)) >= (await modified("run.json"));
}

/** Only names that a run itself gives; the report first. */
function namesOf(recorded: readonly string[]): string[] {
  const known = recorded.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(name));
  const others = [...new Set([...known, "run.json"])].filter((name) => name !== "report.md").sort();
  return ["report.md", ...others];
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpoorError("damaged-file", `${path} is not what a run writes`, { hint: "Run `spoor hunt` again.", cause });
  }
}

async function reading(out: string, name: string): Promise<Buffer> {
  const bytes = await readIfThere(out, name);
  if (bytes !== null) return bytes;
  throw new SpoorError("path-missing", `there is no ${join(out, name)}`, {
    hint: "Run `spoor hunt FOLDER` first, or name its results with --out.",
  });
}

async function readIfThere(out: string, name: string): Promise<Buffer | null> {
  return readFile(join(out, name)).catch((thrown: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(thrown))) return null;
    throw new SpoorError("path-missing", `${join(out, name)} cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  });
}
