import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { loadPlugins } from "../plugins.ts";
import { columnTest, recordTest } from "./recognise.ts";
import type { Format, Recognise, Source } from "./source.ts";

/** A normalise statement: where its rows go, which files it is for, and the SELECT itself. */
export interface Mapping {
  readonly file: string;
  readonly into: string;
  readonly format: string;
  readonly sql: string;
}

/** A source with its statements read. */
export interface LoadedSource extends Source {
  readonly folder: string;
  /** The user's own: what it recognises is not offered to the built-in sources. */
  readonly isOwn: boolean;
  readonly mappings: readonly Mapping[];
  /** Statements that formats name as `notRecords`, `reasons` and `rawOnly`, by file name. */
  readonly statements: ReadonlyMap<string, string>;
}

// A mapping folder may be plain data (index.json): recognition is then by column names instead of a function.
const recogniseData = z.union([
  z.object({
    by: z.literal("json"),
    keys: z.array(z.string()).min(1),
    equals: z.record(z.string(), z.array(z.unknown())).optional(),
  }),
  z.object({ by: z.literal("columns"), columns: z.array(z.string()).min(1) }),
]);
const recogniseFunction = z.custom<Recognise>(
  (value) => typeof value === "object" && value !== null && "test" in value && typeof value.test === "function",
);
const sourceSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  version: z.string(),
  formats: z
    .array(
      z.object({
        id: z.string().regex(/^[a-z0-9-]+$/),
        name: z.string(),
        recognise: z.union([recogniseFunction, recogniseData]),
        notRecords: z.string().optional(),
        reasons: z.string().optional(),
        rawOnly: z.string().optional(),
      }),
    )
    .min(1),
});

/** The built-in sources, then the user's own. Rejects with bad-plugin, naming the folder and what is wrong with it. */
export async function loadSources(ownFolder?: string): Promise<LoadedSource[]> {
  const builtIn = dirname(fileURLToPath(import.meta.url));
  const own = ownFolder === undefined ? [] : await loadPlugins(ownFolder);
  const sources: LoadedSource[] = [];
  for (const plugin of [...(await loadPlugins(builtIn)), ...own]) {
    const parsed = sourceSchema.safeParse(plugin.definition);
    if (!parsed.success) throw badSource(plugin.folder, z.prettifyError(parsed.error));
    if (parsed.data.id !== plugin.id)
      throw badSource(plugin.folder, `its id is ${parsed.data.id}, but the folder is named ${plugin.id}`);
    const { folder } = plugin;
    const declared = { ...parsed.data, formats: parsed.data.formats.map(asFormat), folder, isOwn: own.includes(plugin) };
    sources.push(await withStatements(declared));
  }
  const twice = repeated(sources.map(({ id }) => id));
  if (twice !== undefined)
    throw new SpoorError("bad-plugin", `two sources are named ${twice}`, { hint: "Rename your own folder." });
  const format = repeated(sources.flatMap(({ formats }) => formats.map(({ id }) => id)));
  if (format !== undefined)
    throw new SpoorError("bad-plugin", `two formats are named ${format}`, {
      hint: "Begin the ids of your formats with your source's.",
    });
  return sources;
}

function repeated(ids: readonly string[]): string | undefined {
  return ids.find((id, position) => ids.indexOf(id) !== position);
}

/** The formats that a name stands for, a format's own or its source's; throws SpoorError "usage" for a name that none has. */
export function formatsNamed(name: string, sources: readonly LoadedSource[]): { source: LoadedSource; format: Format }[] {
  const named = sources.flatMap((source) =>
    source.formats.filter((format) => format.id === name || source.id === name).map((format) => ({ source, format })),
  );
  if (named.length > 0) return named;
  const known = sources.flatMap((source) => source.formats.map((format) => format.id)).sort();
  throw new SpoorError("usage", `there is no format ${name}`, { hint: `Known formats: ${known.join(", ")}.` });
}

function asFormat(format: z.infer<typeof sourceSchema>["formats"][number]): Format {
  const { recognise, notRecords, reasons, rawOnly, ...rest } = format;
  return {
    ...rest,
    recognise:
      "test" in recognise
        ? recognise
        : recognise.by === "json"
          ? recordTest(recognise.keys, recognise.equals ?? {})
          : columnTest(recognise.columns),
    ...(notRecords === undefined ? {} : { notRecords }),
    ...(reasons === undefined ? {} : { reasons }),
    ...(rawOnly === undefined ? {} : { rawOnly }),
  };
}

async function withStatements(source: Source & { folder: string; isOwn: boolean }): Promise<LoadedSource> {
  const folder = join(source.folder, "normalise");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".sql")).sort();
  const files = new Map<string, string>();
  for (const name of names) files.set(name, await readFile(join(folder, name), "utf8"));
  const { texts, included } = withIncludes(source.folder, files);
  const aside = new Set([
    ...source.formats.flatMap((format) => [format.notRecords, format.reasons, format.rawOnly]),
    ...included,
  ]);
  const mappings = [...texts].filter(([name]) => !aside.has(name)).flatMap(([name, sql]) => mappingsOf(source, name, sql));
  for (const name of aside)
    if (name !== undefined && !texts.has(name)) throw badSource(source.folder, `normalise/${name} is named but absent`);
  return { ...source, mappings, statements: texts };
}

/** Puts files in the place of the lines that include them; what is included is a part of statements, not one itself. */
function withIncludes(folder: string, files: ReadonlyMap<string, string>): { texts: Map<string, string>; included: string[] } {
  const included: string[] = [];
  const texts = new Map<string, string>();
  for (const [name, sql] of files)
    texts.set(
      name,
      sql.replace(/^[ \t]*-- include: ([\w-]+\.sql)$/gm, (_line, part: string) => {
        const text = files.get(part);
        if (text === undefined) throw badSource(folder, `normalise/${name} includes ${part}, which is absent`);
        included.push(part);
        return text.trimEnd();
      }),
    );
  return { texts, included };
}

function mappingsOf(source: Source & { folder: string }, file: string, sql: string): Mapping[] {
  const into = /^-- into: (\w+)$/m.exec(sql)?.[1];
  const formats = /^-- format: ([\w-]+(?:, [\w-]+)*)$/m.exec(sql)?.[1]?.split(", ") ?? [];
  if (into === undefined || formats.length === 0)
    throw badSource(source.folder, `normalise/${file} must say "-- into: TABLE" and "-- format: FORMAT"`);
  const unknown = formats.find((format) => !source.formats.some((known) => known.id === format));
  if (unknown !== undefined)
    throw badSource(source.folder, `normalise/${file} is for the format ${unknown}, which index does not declare`);
  return formats.map((format) => ({ file: `${source.id}/normalise/${file}`, into, format, sql: sql.trim().replace(/;$/, "") }));
}

function badSource(folder: string, what: string): SpoorError {
  return new SpoorError("bad-plugin", `${folder}: ${what}`, {
    hint: "docs/guide/own-sources.md shows the shape of a source folder.",
  });
}
