import { parse } from "yaml";
import { type HuntSections, huntHeadings } from "./hunt.ts";

/** A Markdown file taken apart: its YAML front matter as data, and the text under each second-level heading. */
export interface MarkdownParts {
  readonly head: unknown;
  readonly sections: ReadonlyMap<string, string>;
}

/** Splits a Markdown file at its front matter and "## " headings. Throws when it has no front matter or the YAML cannot be read. */
export function markdownParts(text: string): MarkdownParts {
  const found = /^---\n(?<head>[\s\S]*?)\n---\n(?<body>[\s\S]*)$/.exec(text.replaceAll("\r\n", "\n"));
  if (found === null) throw new Error("it does not begin with front matter between two lines of ---");
  const sections = new Map<string, string>();
  for (const part of (found.groups?.body ?? "").split(/^## /m).slice(1)) {
    const [heading = "", ...lines] = part.split("\n");
    sections.set(heading.trim(), lines.join("\n").trim());
  }
  return { head: parse(found.groups?.head ?? ""), sections };
}

/** The sections that a hunt must have, each as one paragraph of text. Throws, naming those that are missing or empty. */
export function huntSections(sections: ReadonlyMap<string, string>): HuntSections {
  const missing = Object.values(huntHeadings).filter((heading) => (sections.get(heading) ?? "") === "");
  if (missing.length > 0) throw new Error(`it has no text under ${missing.map((heading) => `"## ${heading}"`).join(", ")}`);
  const text = (name: keyof typeof huntHeadings) => (sections.get(huntHeadings[name]) ?? "").replace(/\s*\n\s*/g, " ");
  return {
    hypothesis: text("hypothesis"),
    looksFor: text("looksFor"),
    looksLike: text("looksLike"),
    reading: text("reading"),
    blindSpots: text("blindSpots"),
  };
}
