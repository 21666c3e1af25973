import type { Block, Query, Section } from "./document.ts";

/** The anchor of a statement in the appendix, by its label ("Q3"). */
export function statementAnchor(label: string): string {
  return `statement-${label.toLowerCase()}`;
}

/** Every statement of a report, each once, by its number. */
export function statementsOf(sections: readonly Section[]): Query[] {
  const queries = sections.flatMap(({ blocks }) => blocks.flatMap(queriesIn));
  const byLabel = new Map(queries.map((query) => [query.label, query]));
  return [...byLabel.values()].sort((a, b) => Number(a.label.slice(1)) - Number(b.label.slice(1)));
}

function queriesIn(block: Block): Query[] {
  if (block.kind === "query") return [block];
  return block.kind === "card" || block.kind === "fold" ? block.blocks.flatMap(queriesIn) : [];
}
