import { z } from "zod";

/** A name below a place with {date}, {run}, {case} and {name} in it, such as threat-hunting-reports/{date}.md. */
export const keyTemplate = z.string().refine(isTemplate, {
  error: "it must be a name such as reports/{date}.md: letters, digits, . _ - and /, with {date}, {run}, {case} and {name}",
});

/** What the words of a template stand for in one publication. */
export interface KeyValues {
  /** "2026-11-22", the day of the run in UTC. */
  readonly date: string;
  readonly run: string;
  readonly case: string;
}

/**
 * The name of a result at its place. With {name} the template names every file; where it ends in .md it names the report, and all else
 * lies in a folder of that name without its ending; otherwise it names a folder.
 */
export function keyOf(template: string, name: string, values: KeyValues): string {
  const filled = template.replace(/\{(date|run|case)\}/g, (_, word: keyof KeyValues) => safe(values[word]));
  if (filled.includes("{name}")) return filled.replaceAll("{name}", name);
  if (!filled.endsWith(".md")) return `${filled}/${name}`;
  return name === "report.md" ? filled : `${filled.slice(0, -".md".length)}/${name}`;
}

function isTemplate(text: string): boolean {
  const filled = text.replace(/\{(date|run|case|name)\}/g, "x");
  return filled.split("/").every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
}

/** A value as a part of a name: what does not belong there becomes a dash. */
function safe(value: string): string {
  const text = value.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[.-]+/, "");
  return text === "" ? "x" : text.slice(0, 100);
}
