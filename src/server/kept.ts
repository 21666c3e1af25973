import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parsedJson } from "../json.ts";
import { statusOf } from "../memory/status.ts";
import { compareText } from "../order.ts";
import type { HuntResult, HuntStatus, Window } from "../types.ts";

/** A pursuit whose results lie in a folder. */
export interface KeptPursuit {
  readonly name: string;
  readonly hypothesisId: string;
  /** As the name tells: "2026-11-22 21:30:00 UTC". */
  readonly when: string;
  readonly status: HuntStatus;
  /** What the hunts of the library came to. */
  readonly hunts: readonly Pick<HuntResult, "title" | "status" | "summary">[];
  /** What a model came to, as it was checked; null: none was asked. */
  readonly pursuit: KeptModelPart | null;
  readonly window: Window;
}

const texts = z.array(z.string());
const claim = z.object({
  text: z.string(),
  eventIds: texts,
  techniques: texts,
  checks: z.array(z.object({ sql: z.string(), value: z.number() })),
});
/** A statement of the model that stood up to its checks. */
export type KeptClaim = z.infer<typeof claim>;

const mostKept = 30;
const status = z.enum(["supported", "refuted", "inconclusive", "not-testable"]);
const huntsFile = z.array(z.object({ title: z.string(), status, summary: z.string() }));
const modelPart = z.object({
  hypothesisId: z.string(),
  reasoner: z.string(),
  ended: z.string(),
  endedBecause: z.string(),
  status,
  because: z.string(),
  confidence: z.number(),
  summary: z.string(),
  claims: z.array(claim),
  counterEvidence: z.array(claim),
  critic: z.array(claim),
  rejected: z.array(z.object({ text: z.string(), because: z.string() })),
  gaps: texts,
  nextQuestion: z.string().nullable(),
  recommendedActions: texts,
  instructionLikeEventIds: texts,
  /** US dollars at list prices. */
  usd: z.number(),
  usage: z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheWriteTokens: z.number(),
    cacheReadTokens: z.number(),
  }),
});
/** A hypothesis pursued by a model, as pursuits.json tells it, but for its steps. */
export type KeptModelPart = z.infer<typeof modelPart>;
const pursuitsFile = z.array(modelPart);
const runFile = z.object({ window: z.object({ from: z.string(), to: z.string() }) });
const step = z.object({
  kind: z.enum(["call", "tool", "check"]),
  what: z.string(),
  input: z.unknown(),
  outcome: z.string(),
  statement: z.object({ rowCount: z.number() }).nullable(),
  usd: z.number(),
});
/** A step of a model's work: a question to it, one of its own, or a check. */
export type KeptStep = z.infer<typeof step>;
const pursuitName = /^([\w-]{1,64})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{3}Z$/;
const roundName = /^[\dTZ-]{1,40}$/;

/** The pursuits below a folder of results that came to an end, newest first, at most 30. */
export async function keptPursuits(out: string): Promise<KeptPursuit[]> {
  const timeOf = (name: string): string => name.slice(name.lastIndexOf("-") + 1);
  const names = (await namesIn(join(out, "pursuits"))).filter((name) => pursuitName.test(name));
  names.sort((a, b) => compareText(timeOf(b), timeOf(a)) || compareText(a, b));
  const kept: KeptPursuit[] = [];
  for (const name of names) {
    const one = await keptPursuit(out, name);
    if (one !== null) kept.push(one);
    if (kept.length === mostKept) break;
  }
  return kept;
}

/** One of them; null where nothing whole lies under that name. */
export async function keptPursuit(out: string, name: string): Promise<KeptPursuit | null> {
  const [, hypothesisId, year, month, day, hour, minute, second] = pursuitName.exec(name) ?? [];
  if (hypothesisId === undefined) return null;
  const folder = join(out, "pursuits", name);
  // It is written last.
  const run = await read(join(folder, "run.json"), runFile);
  if (run === null) return null;
  const hunts = await read(join(folder, "hunts.json"), huntsFile);
  const pursuit =
    (await read(join(folder, "pursuits.json"), pursuitsFile))?.find((one) => one.hypothesisId === hypothesisId) ?? null;
  if (hunts === null) return null;
  return {
    name,
    hypothesisId,
    when: `${year}-${month}-${day} ${hour}:${minute}:${second} UTC`,
    status: statusOf(hunts, pursuit),
    hunts,
    pursuit,
    window: run.window,
  };
}

/** What a model did in a pursuit, step by step, those of one that is under way too; a line that is being written is left out. */
export async function keptSteps(out: string, name: string): Promise<KeptStep[]> {
  const [, hypothesisId] = pursuitName.exec(name) ?? [];
  if (hypothesisId === undefined) return [];
  const text = await readFile(join(out, "pursuits", name, "claude", "ledger", `${hypothesisId}.ndjson`), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const parsed = step.safeParse(parsedJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** The folder of a pursuit's results; null for a name that Spoor does not give. */
export function pursuitFolder(out: string, name: string): string | null {
  return pursuitName.test(name) ? join(out, "pursuits", name) : null;
}

/** Names of the rounds whose reports are kept, newest first, at most 30. */
export async function keptRounds(out: string): Promise<string[]> {
  const names = (await namesIn(join(out, "rounds"))).filter((name) => roundName.test(name));
  return names.sort((a, b) => compareText(b, a)).slice(0, mostKept);
}

/** Where a report lies: that of the last run, of a pursuit or of a round. */
export type ReportPlace =
  | { readonly kind: "last" }
  | { readonly kind: "pursuit"; readonly name: string }
  | { readonly kind: "round"; readonly name: string };

/** The text of a report; null where there is none. Only names that Spoor gives lead to a file. */
export async function keptReport(out: string, place: ReportPlace): Promise<string | null> {
  const below = placeBelow(place);
  return below === null ? null : readFile(join(out, ...below, "report.html"), "utf8").catch(() => null);
}

function placeBelow(place: ReportPlace): string[] | null {
  if (place.kind === "last") return [];
  if (place.kind === "pursuit") return pursuitName.test(place.name) ? ["pursuits", place.name] : null;
  return roundName.test(place.name) ? ["rounds", place.name] : null;
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema> | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  try {
    return text === null ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
