import { posix } from "node:path";
import MarkdownIt, { type Token } from "markdown-it";
import { parse } from "yaml";
import { z } from "zod";

/** A stretch of a page under one heading, for the search and for links to it. */
export interface Part {
  readonly anchor: string;
  readonly heading: string;
  readonly level: number;
  readonly text: string;
}

/** A link as the page's author wrote it, resolved against the file it stands in. */
export interface Link {
  readonly target: string;
  readonly anchor: string;
}

export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly parts: readonly Part[];
  readonly links: readonly Link[];
}

/** Where a file of the repository stands in the site, seen from the page; null: it does not. */
type Place = (target: string) => string | null;

// Markup inside Markdown stays text, so that a page can hold nothing but what Markdown says.
const markdown = new MarkdownIt({ html: false, linkify: false });

/** Markdown of the file at `path` as HTML: headings with anchors, tables that scroll, links and pictures led to their places in the site. */
export function render(text: string, path: string, place: Place): Rendered {
  const tokens = markdown.parse(withoutFrontMatter(text), {});
  const parts = anchored(tokens);
  // Numbers are the only cells that stand at the right; the content security policy lets no style attribute through.
  for (const token of tokens) if (token.attrGet("style") !== null) token.attrs = [["class", "number"]];
  const links = tokens.flatMap((token) => led(token.children ?? [], path, place));
  const html = markdown.renderer
    .render(tokens, markdown.options, {})
    .replaceAll("<table>", '<div class="scroll" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<pre>", '<pre tabindex="0">');
  return { title: parts[0]?.heading ?? path, html, parts, links };
}

const frontMatter = z.looseObject({
  title: z.string(),
  techniques: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** A hunt's front matter as a heading and a table; other files as they are. */
function withoutFrontMatter(text: string): string {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || body === undefined) return text;
  const { title, techniques, parameters } = frontMatter.parse(parse(head));
  const turned = Object.entries(parameters ?? {}).map(([name, value]) => `\`${name}\` (${JSON.stringify(value)})`);
  const rows = [
    ["techniques", techniques.join(", ")],
    ["parameters", turned.join(", ") || "none"],
  ];
  return [`# ${title}`, "", "| | |", "|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`), "", body].join("\n");
}

/** Gives headings their anchors, as GitHub names them, and collects what stands under each. */
function anchored(tokens: readonly Token[]): Part[] {
  const parts: (Part & { readonly words: string[] })[] = [];
  const used = new Map<string, number>();
  tokens.forEach((token, position) => {
    if (token.type === "heading_open") {
      const heading = wordsOf(tokens[position + 1]).trim();
      const anchor = slug(heading, used);
      token.attrSet("id", anchor);
      parts.push({ anchor, heading, level: Number(token.tag.slice(1)), text: "", words: [] });
    } else if (tokens[position - 1]?.type !== "heading_open") parts.at(-1)?.words.push(wordsOf(token));
  });
  return parts.map(({ anchor, heading, level, words }) => ({
    anchor,
    heading,
    level,
    text: words
      .filter((word) => word !== "")
      .join(" ")
      .replace(/\s+/g, " "),
  }));
}

function wordsOf(token: Token | undefined): string {
  if (token === undefined) return "";
  if (token.type === "fence") return token.content;
  return (token.children ?? []).map((child) => (child.type === "softbreak" ? " " : child.content)).join("");
}

function slug(heading: string, used: Map<string, number>): string {
  const plain = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
  const count = used.get(plain) ?? 0;
  used.set(plain, count + 1);
  return count === 0 ? plain : `${plain}-${count}`;
}

/** Leads links and pictures to their places in the site; gives those that stay within the repository. */
function led(tokens: readonly Token[], path: string, place: Place): Link[] {
  return tokens.flatMap((token) => {
    const name = token.type === "link_open" ? "href" : token.type === "image" ? "src" : null;
    const given = name === null ? null : token.attrGet(name);
    if (name === null || given === null) return [];
    const written = String(given);
    if (/^[a-z]+:/i.test(written)) {
      token.attrSet("rel", "noreferrer");
      return [];
    }
    const [file = "", anchor = ""] = written.split("#");
    const target = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
    const url = place(target);
    if (url !== null) token.attrSet(name, anchor === "" ? url : `${url}#${anchor}`);
    return [{ target, anchor }];
  });
}
