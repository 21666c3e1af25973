import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { statusOf } from "../memory/status.ts";
import { compareText } from "../order.ts";
import type { HuntResult, HuntStatus } from "../types.ts";

/** A pursuit whose results lie in a folder. */
export interface KeptPursuit {
  readonly name: string;
  readonly hypothesisId: string;
  /** As the name tells: "2026-11-22 21:30:00 UTC". */
  readonly when: string;
  readonly status: HuntStatus;
  /** What the hunts of the library came to. */
  readonly hunts: readonly Pick<HuntResult, "title" | "status" | "summary">[];
  /** What a model came to, as it was checked, and its cost in US dollars at list prices; null: none was asked. */
  readonly pursuit: { readonly summary: string; readonly because: string; readonly usd: number } | null;
}

const mostKept = 30;
const status = z.enum(["supported", "refuted", "inconclusive", "not-testable"]);
const huntsFile = z.array(z.object({ title: z.string(), status, summary: z.string() }));
const pursuitsFile = z.array(
  z.object({ hypothesisId: z.string(), status, summary: z.string(), because: z.string(), usd: z.number() }),
);
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
  // run.json is written last.
  if (!(await exists(join(folder, "run.json")))) return null;
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
  };
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

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema> | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  try {
    return text === null ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
