import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, SpoorError } from "./errors.ts";

const indexNames: readonly string[] = ["index.ts", "index.js", "index.mjs", "index.json"];

/** A folder that was found, with what its entry file exports by default. */
export interface Plugin {
  readonly folder: string;
  readonly id: string;
  readonly definition: unknown;
}

/**
 * The plug-ins of a folder: one for each sub-folder that has an entry file (an index file, unless other names are given), by name.
 * Built-in ones and the user's own go through here. Rejects with bad-plugin, naming the folder, when an entry file cannot be loaded.
 */
export async function loadPlugins(directory: string, entryNames = indexNames): Promise<Plugin[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SpoorError("path-missing", `${directory} is not a folder that can be read`, {
      hint: "Name a folder with one sub-folder a plug-in.",
      cause,
    });
  });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(resolve(directory), entry.name));
  const plugins: Plugin[] = [];
  for (const folder of folders.sort()) {
    const entry = await entryOf(folder, entryNames);
    if (entry !== null) plugins.push({ folder, id: basename(folder), definition: await load(entry) });
  }
  return plugins;
}

async function entryOf(folder: string, entryNames: readonly string[]): Promise<string | null> {
  const names = new Set(await readdir(folder));
  const name = entryNames.find((candidate) => names.has(candidate));
  return name === undefined ? null : join(folder, name);
}

async function load(file: string): Promise<unknown> {
  const url = pathToFileURL(file).href;
  try {
    if (file.endsWith(".json")) return (await import(url, { with: { type: "json" } })).default;
    // A plug-in written in TypeScript needs a loader that strips its types; ours is only asked for when one is met.
    if (file.endsWith(".ts") && !import.meta.url.endsWith(".ts")) {
      const { tsImport } = await import("tsx/esm/api");
      return defaultOf(await tsImport(url, import.meta.url));
    }
    return defaultOf(await import(url));
  } catch (cause) {
    throw new SpoorError("bad-plugin", `${file} could not be loaded: ${messageOf(cause)}`, {
      hint: "Its default export must be the definition.",
      cause,
    });
  }
}

function defaultOf(module: { default?: unknown }): unknown {
  return module.default;
}
