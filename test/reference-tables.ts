import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { z } from "zod";

/** Reference data beside the checkout: inputs with the answers that scikit-learn gave, and labelled benchmark tables. */
const shared = new URL("../../shared/", import.meta.url);

/** Where a file of the reference data is. */
export function referenceFile(path: string): URL {
  return new URL(path, shared);
}

/** Whether the reference data is there; tests that need it are skipped where it is not, and say so in their title. */
export const hasReferenceData = existsSync(referenceFile("fixtures/index.json"));

/** Columns of a table by name, and the f0, f1, … of it row after row. */
export interface ReferenceTable {
  readonly rows: number;
  readonly features: { readonly rows: number; readonly columns: number; readonly values: Float64Array };
  readonly column: (name: string) => Float64Array;
}

/** A CSV of numbers with a header, gzipped or not; its features are the columns that are not named in `others`. */
export function readReferenceTable(path: string, others: readonly string[] = ["label"]): ReferenceTable {
  const bytes = readFileSync(referenceFile(path));
  const [header = "", ...lines] = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim().split("\n");
  const names = header.trim().split(",");
  const cells = lines.map((line) => line.split(",").map(Number));
  const column = (name: string) => {
    const index = names.indexOf(name);
    if (index < 0) throw new RangeError(`${path} has no column ${name}`);
    return Float64Array.from(cells, (row) => row[index] ?? Number.NaN);
  };
  const features = names.flatMap((name, index) => (others.includes(name) ? [] : [index]));
  const values = Float64Array.from(cells.flatMap((row) => features.map((index) => row[index] ?? Number.NaN)));
  return { rows: cells.length, features: { rows: cells.length, columns: features.length, values }, column };
}

/** A JSON file of the reference data, parsed. */
export function readReferenceJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(referenceFile(path), "utf8")));
}
