import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { loadPlugins } from "../plugins.ts";
import type { Collector } from "./collector.ts";

/** A collector with its settings, checked, and the streams that are wanted of it (null: all). */
export interface ConfiguredCollector {
  readonly collector: Collector;
  readonly settings: unknown;
  readonly streams: readonly string[] | null;
}

const entryNames: readonly string[] = ["collector.ts", "collector.js", "collector.mjs"];

const collectorSchema = z.object({
  id: z.string(),
  name: z.string(),
  // Not by class: a collector of the user's own may bring a zod of its own.
  settings: z.custom<z.ZodType>((value) => typeof value === "object" && value !== null && "safeParse" in value),
  connect: z.custom<Collector["connect"]>((value) => typeof value === "function"),
});

/** The collectors of the built-in sources, then of the user's own. Rejects with bad-plugin, naming the folder that is wrong. */
export async function loadCollectors(ownFolder?: string): Promise<Collector[]> {
  const builtIn = fileURLToPath(new URL("../sources/", import.meta.url));
  const own = ownFolder === undefined ? [] : await loadPlugins(ownFolder, entryNames);
  return [...(await loadPlugins(builtIn, entryNames)), ...own].map(({ folder, id, definition }) => {
    const parsed = collectorSchema.safeParse(definition);
    const wrong = parsed.success
      ? parsed.data.id === id
        ? null
        : `its collector's id is ${parsed.data.id}, but the folder is named ${id}`
      : z.prettifyError(parsed.error);
    if (!parsed.success || wrong !== null)
      throw new SpoorError("bad-plugin", `${folder}: ${wrong ?? ""}`, {
        hint: "The default export of collector.ts is collector({ id, name, settings, connect }).",
      });
    return parsed.data;
  });
}

/**
 * Which collectors are set up, with their settings parsed. `wanted` names some of them ("id" or "id/stream"; empty: all that the
 * settings name). Throws SpoorError "configuration" that names each wrong setting, "usage" for a name that is not set up.
 */
export function configuredCollectors(
  collectors: readonly Collector[],
  settings: Readonly<Record<string, unknown>>,
  wanted: readonly string[] = [],
): ConfiguredCollector[] {
  const known = collectors.map(({ id }) => id).sort();
  const complaints: string[] = [];
  for (const id of Object.keys(settings).sort())
    if (!known.includes(id)) complaints.push(`collect.${id}: there is no collector of that name (there are ${known.join(", ")})`);
  const streamsOf = wantedStreams(wanted, settings);
  const configured = collectors
    .filter(({ id }) => id in settings && (wanted.length === 0 || streamsOf.has(id)))
    .flatMap((collector): ConfiguredCollector[] => {
      const parsed = collector.settings.safeParse(settings[collector.id]);
      if (parsed.success) return [{ collector, settings: parsed.data, streams: streamsOf.get(collector.id) ?? null }];
      complaints.push(...parsed.error.issues.flatMap((issue) => complaintsOf(collector.id, issue)));
      return [];
    });
  if (complaints.length === 0) return configured;
  throw new SpoorError("configuration", complaints.join("\n"), {
    hint: "docs/guide/collecting.md tells the settings of each collector.",
  });
}

function complaintsOf(id: string, issue: z.core.$ZodIssue): string[] {
  const place = ["collect", id, ...issue.path.map(String)].join(".");
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => `${place}.${key}: there is no such setting`)
    : [`${place}: ${issue.message}`];
}

function wantedStreams(
  wanted: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, readonly string[] | null> {
  const streams = new Map<string, readonly string[] | null>();
  for (const name of wanted) {
    const [id = "", stream] = name.split("/", 2);
    if (!(id in settings))
      throw new SpoorError("usage", `${id} is not set up to be collected`, {
        hint: `The settings name it under collect; set up: ${Object.keys(settings).sort().join(", ") || "none"}.`,
      });
    const before = streams.get(id);
    streams.set(id, stream === undefined || before === null ? null : [...(before ?? []), stream]);
  }
  return streams;
}
