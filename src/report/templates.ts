import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";

/** The sections of a report, in our order. */
export const sectionNames = [
  "executive",
  "first",
  "changes",
  "stories",
  "findings",
  "hypotheses",
  "hunts",
  "attack",
  "coverage",
  "read",
  "method",
] as const;
export type SectionName = (typeof sectionNames)[number];

/** Values that may stand anywhere in a line. */
export const valueNames = [
  "title",
  "window",
  "tlp",
  "organisation",
  "timeZone",
  "version",
  "events",
  "findings",
  "findings.high",
  "stories",
  "hypotheses",
  "hunts",
  "gaps",
  "executive.happened",
  "executive.sure",
  "executive.affected",
  "executive.unseen",
  "executive.compared",
] as const;
export type ValueName = (typeof valueNames)[number];

/** What stands alone in a line of executive.md. */
export const blockNames = ["today", "ranked"] as const;
export type BlockName = (typeof blockNames)[number];

/** A piece of a line: the team's own text, or the name of a value. */
export type TemplatePiece = string | { readonly value: ValueName };
export type TemplateLine = readonly TemplatePiece[];

export type TemplatePart =
  | { readonly kind: "heading"; readonly line: TemplateLine }
  | { readonly kind: "paragraph"; readonly line: TemplateLine }
  | { readonly kind: "item"; readonly line: TemplateLine }
  | { readonly kind: "block"; readonly name: BlockName }
  | { readonly kind: "section"; readonly name: SectionName };

/** The team's own parts of a report, read and checked; what is absent is ours. */
export interface Templates {
  readonly head?: readonly TemplateLine[];
  readonly foot?: readonly TemplateLine[];
  readonly executive?: readonly TemplatePart[];
  readonly report?: readonly TemplatePart[];
}

const files = ["head.md", "foot.md", "executive.md", "report.md"] as const;

/**
 * Reads a folder of templates: head.md, foot.md, executive.md, report.md, each of which may be absent. Rejects as configuration
 * error, with file and line, for anything that is no part of the language.
 */
export async function loadTemplates(folder: string): Promise<Templates> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new SpoorError("configuration", `the templates in ${folder} cannot be read: ${messageOf(cause)}`, {
      hint: "report.templates names a folder with head.md, foot.md, executive.md or report.md.",
      cause,
    });
  });
  const strange = entries.filter((name) => name.endsWith(".md") && !files.some((known) => known === name)).sort()[0];
  if (strange !== undefined)
    throw new SpoorError("configuration", `${join(folder, strange)} is no part of a report`, {
      hint: `Templates are ${files.join(", ")}; another file does not end in .md.`,
    });
  const read = async (name: (typeof files)[number]): Promise<Written | null> =>
    entries.includes(name) ? { file: join(folder, name), text: await readFile(join(folder, name), "utf8") } : null;
  const [head, foot, executive, report] = await Promise.all(files.map(read));
  return {
    ...(head ? { head: linesOf(head) } : {}),
    ...(foot ? { foot: linesOf(foot) } : {}),
    ...(executive ? { executive: partsOf(executive, blockNames, []) } : {}),
    ...(report ? { report: partsOf(report, [], sectionNames) } : {}),
  };
}

/** A template as it was written, and where. */
interface Written {
  readonly file: string;
  readonly text: string;
}

const longestLine = 2000;

/** Lines that are not blank, with their numbers. */
function numbered({ text, file }: Written): { readonly line: string; readonly where: string }[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const where = `${file} line ${index + 1}`;
    if (line.length > longestLine) throw wrong(where, `has more than ${longestLine} characters`, "Write it as several lines.");
    return line.trim() === "" ? [] : [{ line: line.trim(), where }];
  });
}

function linesOf(written: Written): TemplateLine[] {
  return numbered(written).map(({ line, where }) => piecesOf(line, where));
}

function partsOf(written: Written, blocks: readonly BlockName[], sections: readonly SectionName[]): TemplatePart[] {
  return numbered(written).map(({ line, where }): TemplatePart => {
    const name = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(line)?.[1];
    const block = blocks.find((known) => name === known);
    if (block !== undefined) return { kind: "block", name: block };
    const section = sections.find((known) => name === `sections.${known}`);
    if (section !== undefined) return { kind: "section", name: section };
    const own = [...blocks, ...sections.map((known) => `sections.${known}`)];
    if (line.startsWith("## ")) return { kind: "heading", line: piecesOf(line.slice(3).trim(), where, own) };
    if (line.startsWith("- ")) return { kind: "item", line: piecesOf(line.slice(2).trim(), where, own) };
    return { kind: "paragraph", line: piecesOf(line, where, own) };
  });
}

function piecesOf(line: string, where: string, alone: readonly string[] = []): TemplatePiece[] {
  return line.split(/(\{\{[^{}]*\}\})/).flatMap((piece): TemplatePiece[] => {
    const name = /^\{\{\s*(.*?)\s*\}\}$/.exec(piece)?.[1];
    if (name === undefined) {
      if (/\{\{|\}\}/.test(piece)) throw wrong(where, "has braces that are not closed", "A placeholder is {{name}}.");
      return piece === "" ? [] : [piece];
    }
    const value = valueNames.find((known) => known === name);
    if (value !== undefined) return [{ value }];
    if (alone.includes(name)) throw wrong(where, `has {{${name}}} among other text`, "It stands alone in its line.");
    throw wrong(where, `has an unknown placeholder {{${name}}}`, `Known here: ${[...valueNames, ...alone].join(", ")}.`);
  });
}

function wrong(where: string, what: string, hint: string): SpoorError {
  return new SpoorError("configuration", `${where} ${what}`, { hint });
}
