import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { messageOf, SpoorError, systemCode } from "../errors.ts";
import { readFindings } from "../findings/ndjson.ts";
import type { OcsfFinding } from "../findings/ocsf.ts";
import { parsedJson } from "../json.ts";

/** The text of a file that a run left in the folder of its results. Rejects with path-missing. */
export async function resultText(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  return readFile(path, "utf8").catch((cause: unknown) => {
    const isAbsent = systemCode(cause) === "ENOENT";
    throw new SpoorError("path-missing", isAbsent ? `there is no ${path}` : `${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Run `spoor hunt FOLDER` first, or name its results with --out.",
      cause,
    });
  });
}

/** What a file of results holds. Rejects with path-missing, and with damaged-file that names the file and the first thing wrong in it. */
export async function readResult<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const parsed = schema.safeParse(parsedJson(await resultText(folder, name)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
  throw new SpoorError("damaged-file", `${join(folder, name)} is not what a run writes${where}`, {
    hint: "Run `spoor hunt` again: it writes its results anew.",
    cause: parsed.error,
  });
}

/** The findings of a run as findings.ndjson holds them. Rejects with path-missing, and with damaged-file that names file and line. */
export async function readResultFindings(folder: string): Promise<OcsfFinding[]> {
  return readFindings(await resultText(folder, "findings.ndjson"), join(folder, "findings.ndjson"));
}
