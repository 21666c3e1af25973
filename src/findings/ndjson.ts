import { SpoorError } from "../errors.ts";
import { parsedJson } from "../json.ts";
import type { Finding } from "../types.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Activity, type OcsfFinding, ocsfFinding, toOcsf } from "./ocsf.ts";
import { byRank } from "./rank.ts";

/** A finding with what happened to its record in this run. */
export interface RevisedFinding {
  readonly finding: Finding;
  readonly activity: Activity;
}

/** The text of findings.ndjson: one OCSF Detection Finding a line, keys in canonical order, by score and then uid. */
export function findingsNdjson(findings: readonly RevisedFinding[], options: { readonly version: string }): string {
  const ordered = [...findings].sort((a, b) => byRank(a.finding, b.finding));
  return ordered.map(({ finding, activity }) => `${canonicalJson(toOcsf(finding, { ...options, activity }))}\n`).join("");
}

/** The records of a findings.ndjson, in their order. Throws SpoorError "damaged-file" that names the line that is none, and the file where one is given. */
export function readFindings(text: string, file?: string): OcsfFinding[] {
  const lines = text.split("\n").map((line, position) => ({ line: line.trim(), number: position + 1 }));
  return lines
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => readRecord(line, `${file === undefined ? "" : `${file}: `}line ${number}`));
}

/** One record from its JSON text; `where` names it in the error. */
export function readRecord(text: string, where: string): OcsfFinding {
  const parsed = ocsfFinding.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const reason = issue === undefined ? "" : ` (${issue.path.join(".") || "record"}: ${issue.message})`;
  throw new SpoorError("damaged-file", `${where} is not a finding of Spoor${reason}`, {
    hint: "Run `spoor hunt` again: it writes its findings anew.",
  });
}
