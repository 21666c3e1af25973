import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Store } from "../store/store.ts";
import type { Window } from "../types.ts";

// What the tests of hunts share: the cases beside each hunt, written small.

/** The span of time that cases are asked about, and the networks that are the estate's own. */
export const caseWindow: Window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
export const caseNetworks = ["10.0.0.0/8"];

const repetition = z.strictObject({
  count: z.number().int().positive(),
  everySeconds: z.number(),
  jitterSeconds: z.number().int().default(0),
});

const line = z.looseObject({ time: z.string(), repeat: repetition.optional() });

/** A case of a hunt: rows by table, as they are inserted. */
export interface HuntCase {
  readonly name: string;
  readonly expectedFile: string;
  readonly expected: unknown;
  readonly rows: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
}

/** The cases of a hunt's folder, by name. */
export function huntCases(folder: string): HuntCase[] {
  const directory = join(folder, "cases");
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .map((name) => huntCase(join(directory, name)));
}

function huntCase(directory: string): HuntCase {
  const tables = readdirSync(directory)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  const expectedFile = join(directory, "expected.json");
  return {
    name: basename(directory),
    expectedFile,
    expected: existsSync(expectedFile) ? JSON.parse(readFileSync(expectedFile, "utf8")) : null,
    rows: new Map(
      tables.map((file) => [
        basename(file, ".ndjson"),
        caseRows(basename(file, ".ndjson"), readFileSync(join(directory, file), "utf8")),
      ]),
    ),
  };
}

/**
 * The rows of an .ndjson file. A line with {"repeat": {"count", "everySeconds", "jitterSeconds"}} stands for as many events, one
 * after the other; in its texts {i} is the number of the repetition and {hex} forty characters that follow from it.
 */
function caseRows(table: string, text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((one) => one.trim() !== "")
    .flatMap((one, number) => {
      const { repeat, ...row } = line.parse(JSON.parse(one));
      const { count, everySeconds, jitterSeconds } = repeat ?? { count: 1, everySeconds: 0, jitterSeconds: 0 };
      return Array.from({ length: count }, (_, i) => ({
        metadata_uid: `${table}-${number + 1}${repeat === undefined ? "" : `-${String(i).padStart(4, "0")}`}`,
        metadata_product_vendor_name: "Example",
        metadata_product_name: "Example",
        raw_file_uid: "case",
        raw_line_number: number + 1,
        ...filled(row, i),
        time: shifted(row.time, i * everySeconds + wobble(i, jitterSeconds)),
      }));
    });
}

function filled(row: Readonly<Record<string, unknown>>, i: number): Record<string, unknown> {
  const hex = createHash("sha256").update(String(i)).digest("hex").slice(0, 40);
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll("{i}", String(i)).replaceAll("{hex}", hex);
    return Array.isArray(value) ? value.map(fill) : value;
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, fill(value)]));
}

/** A whole number of seconds between -most and most that looks irregular and is always the same for the same i. */
function wobble(i: number, most: number): number {
  const digest = createHash("sha256").update(`wobble ${i}`).digest();
  return (digest.readUInt32BE(0) % (2 * most + 1)) - most;
}

function shifted(time: string, seconds: number): string {
  const moment = new Date(Date.parse(`${time.slice(0, 19).replace(" ", "T")}Z`) + seconds * 1000);
  return `${moment.toISOString().slice(0, 19).replace("T", " ")}.000000`;
}

/** Writes the rows of a case; gives the tables that it wrote to. */
export async function insertCase(store: Store, { rows }: HuntCase): Promise<string[]> {
  for (const [table, some] of rows) await store.insert(table, some);
  return [...rows.keys()];
}
