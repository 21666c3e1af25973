import type { LoadedSource } from "./load.ts";
import type { Format, Recognise } from "./source.ts";

/** What is known of a file before it is read whole: its first lines and, for JSON, its first records. */
export interface Sample {
  readonly lines: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** A format with the source that declares it. */
export interface Match {
  readonly source: LoadedSource;
  readonly format: Format;
}

/**
 * Every format that at least one line or record of the sample belongs to, in the order of sources and formats. A file can hold several.
 * The user's own formats come first, and a built-in one is asked only about what none of them recognises: who maps a record means it.
 */
export function recognise(sample: Sample, sources: readonly LoadedSource[]): Match[] {
  const own = matches(sample, sources, true);
  const rest = {
    lines: own.some(({ format }) => format.recognise.by === "lines") ? [] : sample.lines,
    records: sample.records.filter((record) => !own.some(({ format }) => isOf(record, format))),
  };
  return [...own, ...matches(rest, sources, false)];
}

function matches(sample: Sample, sources: readonly LoadedSource[], isOwn: boolean): Match[] {
  return sources
    .filter((source) => source.isOwn === isOwn)
    .flatMap((source) => source.formats.filter((format) => belongs(sample, format)).map((format) => ({ source, format })));
}

function belongs(sample: Sample, format: Format): boolean {
  if (format.recognise.by === "lines") return sample.lines.length > 0 && format.recognise.test(sample.lines);
  return sample.records.some((record) => isOf(record, format));
}

function isOf(record: Sample["records"][number], { recognise }: Format): boolean {
  return recognise.by === "json" && recognise.test(record);
}

/** Recognises JSON records that have all these keys ("a.b" reaches inside), and for some keys one of these values. */
export function recordTest(
  keys: readonly string[],
  equals: Readonly<Record<string, readonly unknown[]>> = {},
): Extract<Recognise, { by: "json" }> {
  return {
    by: "json",
    test: (record) =>
      keys.every((key) => valueAt(record, key) !== undefined) &&
      Object.entries(equals).every(([key, values]) => values.includes(valueAt(record, key))),
  };
}

/** Recognises delimited text whose first line names all these columns. */
export function columnTest(columns: readonly string[]): Extract<Recognise, { by: "lines" }> {
  return {
    by: "lines",
    test: (lines) => {
      const header = (lines[0] ?? "")
        .replace(/^\uFEFF/, "")
        .split(/[,;\t|]/)
        .map((name) => name.trim().replace(/^"|"$/g, ""));
      return columns.every((column) => header.includes(column));
    },
  };
}

/** The lines that are JSON objects, parsed. */
export function recordsOf(lines: readonly string[]): Record<string, unknown>[] {
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRecord(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** The value at a path of keys; a key that itself holds dots is tried whole first. */
export function valueAt(record: Readonly<Record<string, unknown>>, path: string): unknown {
  if (path in record) return record[path];
  const dot = path.indexOf(".");
  if (dot < 0) return undefined;
  const inner = record[path.slice(0, dot)];
  return isRecord(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
