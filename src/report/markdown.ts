import { visible } from "../charts/text.ts";
import type { Block, Inline, Line, Query, Report, Section, Table } from "./document.ts";
import { withLines } from "./links.ts";
import { statementsOf } from "./statements.ts";

/**
 * The report as Markdown (CommonMark with GitHub's tables). All text is escaped where it is written, because nobody cleans the
 * file afterwards; no HTML, no link but to its own headings. Statements stand once, at the end.
 */
export function toMarkdown(report: Report): string {
  const { tlp, head, foot } = report.marking;
  const sections = linkedByTitle(report.sections);
  const titles = [...report.sections.map((section) => section.title), "Statements"];
  const parts = [
    `# ${escaped(report.title)}`,
    `**${escaped(tlp)}**`,
    ...head.map(escaped),
    ...report.subtitle.map(escaped),
    ...(report.isBrief === true ? [] : [titles.map((title) => `- [${escaped(title)}](#${slug(title)})`).join("\n")]),
    ...sections.flatMap((section) => [`## ${escaped(section.title)}`, ...sectionMarkdown(section)]),
    ...(report.isBrief === true ? [] : appendix(statementsOf(report.sections))),
    ...foot.map(escaped),
    `**${escaped(tlp)}**`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

// Dates, addresses and names stay readable: a hyphen between two letters or digits starts nothing, and a full stop only after a
// number that something other than a letter or digit follows (a list). What defanging wrote, "[.]" with a letter or digit behind it, is
// the text of no link: no definition can have that name. Every other sign that has a meaning in some Markdown is escaped.
const special =
  /[\\`*_{}()#+!|<>~&$=^]|\[(?![.@]\][\p{L}\p{N}])|(?<!\[[.@])\]|(?<=\[[.@])\](?![\p{L}\p{N}])|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])|(?<=\p{N})\.(?![\p{L}\p{N}])/gu;

/** Text that no Markdown reader takes for anything but text, on one line. */
export function escaped(text: string): string {
  return visible(text).replace(special, "\\$&");
}

/** GitHub's anchor of a heading of ours (plain words). */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

/** Links lead to the headings of sections, by the anchors that GitHub makes; to anything else they are its label, to be searched for. */
function linkedByTitle(sections: readonly Section[]): Section[] {
  const anchors = new Map(sections.map(({ id, title }) => [id, slug(title)]));
  return withLines(sections, (pieces) =>
    pieces.map((piece) => {
      if (typeof piece === "string" || piece.kind !== "link") return piece;
      const anchor = anchors.get(piece.to) ?? "";
      return anchor === "" ? piece.text : { ...piece, to: anchor };
    }),
  );
}

/** Cards stand one level under the headings of their section, or in their place where it has none. */
function sectionMarkdown(section: Section): string[] {
  const level = section.blocks.some((block) => block.kind === "heading") ? "####" : "###";
  return blocksMarkdown(section.blocks, level);
}

function blocksMarkdown(blocks: readonly Block[], level: string): string[] {
  return blocks.flatMap((block) => blockMarkdown(block, level));
}

function blockMarkdown(block: Block, level: string): string[] {
  switch (block.kind) {
    case "paragraph":
      return [line(block.line)];
    case "heading":
      return [`### ${escaped(block.title)}${block.count === null ? "" : escaped(` (${block.count})`)}`];
    case "list":
      return [block.items.map((item, index) => `${block.isOrdered ? `${index + 1}.` : "-"} ${line(item)}`).join("\n")];
    case "facts":
      return [block.facts.map((fact) => factMarkdown(fact)).join("\n")];
    case "table":
      return tableMarkdown(block);
    case "chart":
      return block.table === null ? [] : [escaped(block.caption), ...tableMarkdown(block.table)];
    case "card":
      return [`${level} ${block.headline.map(inline).join(" · ")}`, ...blocksMarkdown(block.blocks, level)];
    case "fold":
      return [`**${escaped(block.title)}**`, ...blocksMarkdown(block.blocks, level)];
    case "query":
      return [
        `${escaped(block.label)}, ${escaped(block.question)}: ${line(block.result)}`,
        fenced("text", block.values.join("\n")),
      ];
    case "record":
      return [line(block.caption), fenced("text", block.text)];
  }
}

function factMarkdown(fact: { readonly term: string; readonly lines: readonly Line[] }): string {
  const term = `- **${escaped(fact.term)}:**`;
  if (fact.lines.length === 1) return `${term} ${fact.lines.map(line).join("")}`;
  return [term, ...fact.lines.map((each) => `  - ${line(each)}`)].join("\n");
}

function tableMarkdown(table: Table): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = row(table.columns.map((column) => escaped(column.title)));
  const rule = row(table.columns.map((column) => (column.isNumber === true ? "---:" : "---")));
  const rows = table.rows.map((cells) => row(cells.map(line)));
  return [[head, rule, ...rows].join("\n"), table.more === null ? "" : escaped(table.more)];
}

/** Without spaces at its ends: an indented line would be code. */
function line(pieces: Line): string {
  const isParted = (index: number): boolean => {
    const piece = pieces[index];
    return typeof piece === "object" && piece.kind === "pair" && index < pieces.length - 1;
  };
  return pieces
    .map((piece, index) => `${inline(piece)}${isParted(index) ? "; " : ""}`)
    .join("")
    .trim();
}

function inline(piece: Inline): string {
  if (typeof piece === "string") return escaped(piece);
  switch (piece.kind) {
    case "strong":
      // The marks of strong text must touch it: spaces go outside.
      return `**${escaped(piece.text.trim())}**${piece.text.endsWith(" ") ? " " : ""}`;
    case "pair":
      return `${escaped(piece.name)} ${escaped(piece.text)}`;
    case "severity":
      return `**${piece.severity}**`;
    case "status":
      return `**${piece.status.replace("-", " ")}**`;
    case "points":
      return escaped(`${piece.points > 0 ? "+" : ""}${piece.points.toFixed(1)}`);
    case "link":
      return `[${escaped(piece.text)}](#${piece.to})`;
    case "value":
    case "quiet":
      return escaped(piece.text);
  }
}

function appendix(statements: readonly Query[]): string[] {
  if (statements.length === 0) return ["## Statements", "None was run."];
  return [
    "## Statements",
    ...statements.flatMap((query) => [
      `**${escaped(query.label)}** ${escaped(query.question)}`,
      fenced("sql", query.sql.trimEnd()),
    ]),
  ];
}

/** A code block whose fence is longer than any run of backticks in it. */
function fenced(language: string, text: string): string {
  if (text === "") return "";
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${visible(text, { keepLines: true })}\n${fence}`;
}
