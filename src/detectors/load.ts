import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { loadPlugins } from "../plugins.ts";
import type { Detector } from "./detector.ts";

/** A detector with its folder and the text of its statements, by file name. */
export type LoadedDetector = Detector & { readonly folder: string; readonly statements: ReadonlyMap<string, string> };

const anyFunction = z.custom<(...values: never[]) => unknown>((value) => typeof value === "function", "must be a function");
const schema = z.custom<z.ZodType>((value) => value instanceof z.ZodType, "must be a zod schema");
const need = z.object({ table: z.string(), columns: z.array(z.string()) });
const shape = z.looseObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  version: z.string(),
  question: z.string(),
  analyticType: z.string(),
  techniques: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)),
  anyOf: z.array(need),
  parameters: schema,
  questions: z.record(z.string(), z.looseObject({ file: z.string(), row: schema, needs: z.array(need).optional() })),
  evidenceQuestion: z.string(),
  assess: anyFunction,
});

/** The built-in detectors, then the user's own, by folder name. Rejects with bad-plugin, naming the folder and the fault. */
export async function loadDetectors(ownFolder?: string): Promise<LoadedDetector[]> {
  const builtIn = dirname(fileURLToPath(import.meta.url));
  const plugins = [...(await loadPlugins(builtIn)), ...(ownFolder === undefined ? [] : await loadPlugins(ownFolder))];
  const detectors: LoadedDetector[] = [];
  for (const plugin of plugins) {
    const checked = shape.safeParse(plugin.definition);
    if (!checked.success) throw bad(plugin.folder, z.prettifyError(checked.error));
    if (checked.data.id !== plugin.id)
      throw bad(plugin.folder, `its id is ${checked.data.id}, but the folder is named ${plugin.id}`);
    if (detectors.some((other) => other.id === plugin.id)) throw bad(plugin.folder, "another detector has this name");
    detectors.push(await withStatements(plugin.definition as Detector, plugin.folder));
  }
  return detectors;
}

async function withStatements(detector: Detector, folder: string): Promise<LoadedDetector> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const statements = new Map<string, string>();
  for (const name of names) statements.set(name, (await readFile(join(folder, name), "utf8")).trim().replace(/;$/, ""));
  for (const file of [detector.evidenceQuestion, ...Object.values(detector.questions).map((question) => question.file)])
    if (!statements.has(file)) throw bad(folder, `${file} is named but absent`);
  return { ...detector, folder, statements };
}

function bad(folder: string, what: string): SpoorError {
  return new SpoorError("bad-plugin", `${folder}: ${what}`, {
    hint: "docs/guide/own-detectors.md shows the shape of a detector folder.",
  });
}
