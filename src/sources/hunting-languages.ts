import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { loadPlugins } from "../plugins.ts";
import type { HuntingLanguage } from "./hunting-language.ts";

const entryNames: readonly string[] = ["hunting-language.ts", "hunting-language.js", "hunting-language.mjs"];

const languageSchema = z.object({
  id: z.string(),
  name: z.string(),
  ask: z.custom<HuntingLanguage["ask"]>((value) => typeof value === "function"),
  page: z.custom<HuntingLanguage["page"]>((value) => typeof value === "function"),
});

/** The languages of the built-in sources, then of the user's own. Rejects with bad-plugin, naming the folder that is wrong. */
export async function loadHuntingLanguages(ownFolder?: string): Promise<HuntingLanguage[]> {
  const builtIn = fileURLToPath(new URL(".", import.meta.url));
  const own = ownFolder === undefined ? [] : await loadPlugins(ownFolder, entryNames);
  return [...(await loadPlugins(builtIn, entryNames)), ...own].map(({ folder, id, definition }) => {
    const parsed = languageSchema.safeParse(definition);
    if (parsed.success && parsed.data.id === id) return parsed.data;
    const wrong = parsed.success ? `its id is ${parsed.data.id}, but the folder is named ${id}` : z.prettifyError(parsed.error);
    throw new SpoorError("bad-plugin", `${folder}: ${wrong}`, {
      hint: "The default export of hunting-language.ts is { id, name, ask, page }.",
    });
  });
}
