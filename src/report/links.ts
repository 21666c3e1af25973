import type { Block, Line, Section, Table } from "./document.ts";

/** Sections whose links all lead somewhere: one to a part that a team's own order leaves out becomes text. */
export function withLiveLinks(sections: readonly Section[]): Section[] {
  const anchors = new Set(sections.flatMap(({ id, blocks }) => [id, ...blocks.flatMap(anchorsIn)]));
  const live = (line: Line): Line =>
    line.map((piece) => (typeof piece === "object" && piece.kind === "link" && !anchors.has(piece.to) ? piece.text : piece));
  return withLines(sections, live);
}

/** Sections with every line made anew. */
export function withLines(sections: readonly Section[], change: (line: Line) => Line): Section[] {
  return sections.map((section) => ({ ...section, blocks: section.blocks.map((block) => mapped(block, change)) }));
}

function anchorsIn(block: Block): string[] {
  const own = "id" in block ? [block.id] : [];
  return "blocks" in block ? [...own, ...block.blocks.flatMap(anchorsIn)] : own;
}

function mapped(block: Block, live: (line: Line) => Line): Block {
  switch (block.kind) {
    case "paragraph":
      return { ...block, line: live(block.line) };
    case "list":
      return { ...block, items: block.items.map(live) };
    case "facts":
      return { ...block, facts: block.facts.map(({ term, lines }) => ({ term, lines: lines.map(live) })) };
    case "table":
      return mappedTable(block, live);
    case "chart":
      return block.table === null ? block : { ...block, table: mappedTable(block.table, live) };
    case "card":
      return { ...block, headline: live(block.headline), blocks: block.blocks.map((each) => mapped(each, live)) };
    case "fold":
      return { ...block, blocks: block.blocks.map((each) => mapped(each, live)) };
    case "query":
      return { ...block, result: live(block.result) };
    case "record":
      return { ...block, caption: live(block.caption) };
    case "heading":
      return block;
  }
}

function mappedTable(table: Table, live: (line: Line) => Line): Table {
  return { ...table, rows: table.rows.map((row) => row.map(live)) };
}
