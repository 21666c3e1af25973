import { isAlert } from "../findings/severity.ts";
import { type Context, limits } from "./context.ts";
import type { Block, Line, Section } from "./document.ts";
import { executiveLines } from "./sections/executive.ts";
import { rankedTable } from "./sections/first.ts";
import { todayBlock } from "./sections/today.ts";
import { tlpLabel } from "./settings.ts";
import type { SectionName, TemplateLine, TemplatePart, ValueName } from "./templates.ts";
import { number } from "./words.ts";

/** The executive page as the team wrote it. */
export function executiveFrom(parts: readonly TemplatePart[], context: Context): Section {
  return { id: "executive", title: "In short", count: null, blocks: blocksFrom(parts, context, "executive") };
}

/** Sections in the team's order; a heading of its own begins a section of its own. */
export function sectionsFrom(parts: readonly TemplatePart[], context: Context, ours: (name: SectionName) => Section): Section[] {
  const sections: Section[] = [];
  let own: { readonly title: string; readonly parts: TemplatePart[] } | null = null;
  const close = (): void => {
    if (own !== null) {
      const id = `own-${sections.length + 1}`;
      sections.push({ id, title: own.title, count: null, blocks: blocksFrom(own.parts, context, id) });
    }
    own = null;
  };
  for (const part of parts) {
    if (part.kind === "section") {
      close();
      // A section that is named twice stands once: its anchors must be its own.
      if (!sections.some(({ id }) => id === part.name)) sections.push(ours(part.name));
    } else if (part.kind === "heading") {
      close();
      own = { title: wordsOf(part.line, context), parts: [] };
    } else {
      own ??= { title: "Note", parts: [] };
      own.parts.push(part);
    }
  }
  close();
  return sections;
}

/** Lines of a head or foot as text. */
export function linesFrom(lines: readonly TemplateLine[] | undefined, context: Context): string[] {
  return (lines ?? []).slice(0, 6).map((line) => wordsOf(line, context));
}

function blocksFrom(parts: readonly TemplatePart[], context: Context, id: string): Block[] {
  const blocks: Block[] = [];
  let items: Line[] = [];
  for (const part of parts) {
    if (part.kind === "item") {
      // Items that follow each other are one list.
      if (items.length === 0) blocks.push({ kind: "list", isOrdered: false, items });
      items.push(lineOf(part.line, context));
    } else {
      items = [];
      blocks.push(blockOf(part, context, `${id}-${blocks.length + 1}`));
    }
  }
  return blocks;
}

function blockOf(part: Exclude<TemplatePart, { kind: "item" }>, context: Context, id: string): Block {
  switch (part.kind) {
    case "heading":
      return { kind: "heading", id, title: wordsOf(part.line, context), count: null };
    case "paragraph":
      return { kind: "paragraph", line: lineOf(part.line, context) };
    case "block":
      return part.name === "today" ? todayBlock(context) : rankedTable(context, ownFindings(context));
    case "section":
      return { kind: "paragraph", line: [] };
  }
}

function lineOf(line: TemplateLine, context: Context): Line {
  return line.flatMap((piece) => (typeof piece === "string" ? [context.prose(piece)] : lineOfValue(piece.value, context)));
}

/** As lineOf, for a title or a page's head, where nothing but text can stand. */
function wordsOf(line: TemplateLine, context: Context): string {
  const words = lineOf(line, context).map((piece) => {
    if (typeof piece === "string") return piece;
    if ("text" in piece) return piece.text;
    return piece.kind === "severity" ? piece.severity : "";
  });
  return context.prose(words.join(""), limits.titleLength);
}

/** As the report counts them: without the vendors' alerts and what is suppressed. */
function ownFindings({ ranked }: Context): Context["ranked"] {
  return ranked.filter(({ isVendorAlert, suppression }) => !isVendorAlert && suppression === undefined);
}

function lineOfValue(name: ValueName, context: Context): Line {
  const { input, settings, zone, prose } = context;
  const lines = executiveLines(context);
  const values: Readonly<Record<ValueName, Line>> = {
    title: [prose(input.run.title ?? "Threat hunt", 120)],
    window: [zone.span(input.window.from, input.window.to, "minutes")],
    tlp: [tlpLabel(settings.tlp)],
    organisation: [prose(settings.organisation ?? "", 80)],
    timeZone: [settings.timeZone],
    version: [`Spoor ${prose(input.run.versions.spoor ?? "", 40)}`.trim()],
    events: [number(context.tables.reduce((sum, { rows }) => sum + rows, 0))],
    findings: [number(ownFindings(context).length)],
    "findings.high": [number(ownFindings(context).filter(({ severity }) => isAlert(severity)).length)],
    stories: [number(context.stories.length)],
    hypotheses: [number(context.hypotheses.length)],
    hunts: [number(context.hunts.length)],
    gaps: [number(input.gaps.length)],
    "executive.happened": lines.happened,
    "executive.sure": lines.sure,
    "executive.affected": lines.affected,
    "executive.unseen": lines.unseen,
    "executive.compared": lines.compared,
  };
  return values[name];
}
