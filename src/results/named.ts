import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { fromOcsf } from "../findings/ocsf.ts";
import { idNamed, type Numbered, type NumberedKind, numberedKind } from "../report/reading-order.ts";
import { readResult, readResultFindings } from "./read.ts";

const story = z.looseObject({ uid: z.string(), score: z.number() });
const hypothesis = z.looseObject({ id: z.string(), priority: z.number() });

const read: Readonly<Record<NumberedKind, (folder: string) => Promise<Numbered>>> = {
  findings: async (folder) => ({ findings: (await readResultFindings(folder)).map(fromOcsf) }),
  stories: async (folder) => ({ stories: await readResult(folder, "stories.json", z.array(story)) }),
  hypotheses: async (folder) => ({ hypotheses: await readResult(folder, "hypotheses.json", z.array(hypothesis)) }),
};

/**
 * The uid or id that a short name stands for ("F3", "S1", "H2") in the report below a folder; a text that is no short name of this kind
 * as it is. Rejects with not-found where the report numbers none so, path-missing and damaged-file where it cannot be looked up.
 */
export async function idNamedIn(folder: string, kind: NumberedKind, name: string): Promise<string> {
  if (numberedKind(name) !== kind) return name;
  const id = idNamed(name, await read[kind](folder));
  if (id === name)
    throw new SpoorError("not-found", `the report in ${folder} has no ${name}`, { hint: "Name the report's folder with --out." });
  return id;
}

/**
 * The id of the hypothesis that is meant by an id, the beginning of one or its short name (H2) in the results below a folder. What they
 * do not hold is given as it is: it may be one of a run to come. Rejects as idNamedIn does, and with usage where several ids begin so.
 */
export async function hypothesisNamedIn(folder: string, name: string): Promise<string> {
  const wanted = await idNamedIn(folder, "hypotheses", name);
  // A run needs no earlier results.
  const known = await readResult(folder, "hypotheses.json", z.array(hypothesis)).catch(() => []);
  const found = known.map(({ id }) => id).filter((id) => id.startsWith(wanted));
  if (found.length > 1 && !found.includes(wanted))
    throw new SpoorError("usage", `${name} begins the ids of several hypotheses`, { hint: "Give more of it." });
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : wanted;
}
