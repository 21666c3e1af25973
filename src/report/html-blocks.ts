import { draw } from "../charts/chart.ts";
import { type Markup, markup, lines as multiline, trusted } from "../charts/markup.ts";
import type { Block, Inline, Line, Query, Table } from "./document.ts";
import { statementAnchor } from "./statements.ts";

/** Blocks as HTML, in order. */
export function blocksHtml(blocks: readonly Block[]): Markup[] {
  return blocks.map(blockHtml);
}

function blockHtml(block: Block): Markup {
  switch (block.kind) {
    case "paragraph":
      return markup`<p${block.isQuiet === true ? trusted(' class="quiet"') : null}>${lineHtml(block.line)}</p>\n`;
    case "heading":
      return markup`<h3 id="${block.id}">${block.title}${block.count === null ? null : markup` <span class="count">${block.count}</span>`}</h3>\n`;
    case "list":
      return listHtml(block);
    case "facts":
      return markup`<dl>${block.facts.map((fact) => markup`<dt>${fact.term}</dt><dd>${factHtml(fact.lines)}</dd>\n`)}</dl>\n`;
    case "table":
      return tableHtml(block);
    case "chart":
      return chartHtml(block);
    case "card":
      return markup`<details class="card${block.isBriefOnPaper === true ? " brief" : ""}" id="${block.id}"${block.isOpen ? trusted(" open") : null}><summary>${headlineHtml(block.headline)}</summary><div class="body">
${blocksHtml(block.blocks)}</div></details>\n`;
    case "fold":
      return markup`<details class="fold${block.isOnPaper === true ? " paper" : ""}"><summary>${block.title}</summary>${blocksHtml(block.blocks)}</details>\n`;
    case "query":
      return queryHtml(block);
    case "record":
      return markup`<div class="query"><p>${lineHtml(block.caption)}</p><pre class="record" tabindex="0">${multiline(block.text)}</pre></div>\n`;
  }
}

function listHtml(block: Extract<Block, { kind: "list" }>): Markup {
  const kind = block.isLead === true ? trusted(' class="lead"') : null;
  const items = block.items.map((item) => markup`<li>${lineHtml(item)}</li>\n`);
  return block.isOrdered ? markup`<ol${kind}>${items}</ol>\n` : markup`<ul${kind}>${items}</ul>\n`;
}

/** One line stands bare, several are a list. */
function factHtml(lines: readonly Line[]): Markup[] {
  const only = lines[0];
  if (lines.length === 1 && only !== undefined) return lineHtml(only);
  return [markup`<ul>${lines.map((line) => markup`<li>${lineHtml(line)}</li>`)}</ul>`];
}

/** The prose of a headline is its title and takes the room that is left. */
function headlineHtml(line: Line): Markup[] {
  return line.map((piece) => (typeof piece === "string" ? markup`<span class="title">${piece}</span>` : inlineHtml(piece)));
}

function lineHtml(line: Line): Markup[] {
  return line.map(inlineHtml);
}

function inlineHtml(piece: Inline): Markup {
  if (typeof piece === "string") return markup`${piece}`;
  switch (piece.kind) {
    case "value":
      return markup`<code>${piece.text}</code>`;
    case "pair":
      return markup`<span class="pair"><span class="quiet">${piece.name}</span> <code>${piece.text}</code></span> `;
    case "strong":
      return markup`<strong>${piece.text}</strong>`;
    case "quiet":
      return markup`<span class="quiet">${piece.text}</span>`;
    case "severity":
      return markup`<span class="severity severity-${piece.severity.toLowerCase()}">${piece.severity}</span>`;
    case "status":
      return markup`<span class="status status-${piece.status}">${piece.status.replace("-", " ")}</span>`;
    case "link":
      return markup`<a href="#${piece.to}">${piece.text}</a>`;
    case "points":
      return pointsHtml(piece.points, piece.share);
  }
}

const rail = 44;

function pointsHtml(points: number, share: number): Markup {
  const length = Math.max(1, Math.min(1, Math.abs(share)) * rail);
  const sign = points > 0 ? "+" : points < 0 ? "−" : "";
  return markup`<span class="points">${sign}${Math.abs(points).toFixed(1)}<svg width="${rail}" height="8" viewBox="0 0 ${rail} 8" aria-hidden="true"><rect class="rail" y="3.5" width="${rail}" height="1"/><rect class="${points < 0 ? "against" : "for"}" width="${length}" height="8"/></svg></span>`;
}

function tableHtml(table: Table): Markup {
  const head = table.columns.map(
    (column) => markup`<th scope="col"${column.isNumber === true ? trusted(' class="number"') : null}>${column.title}</th>`,
  );
  // Where several columns share the room, the first of them is what the reader came for.
  const wide = table.columns.flatMap((column, index) => (column.isWide === true ? [index] : []));
  const main = wide.length > 1 ? wide[0] : undefined;
  const rows = table.rows.map(
    (row) =>
      markup`<tr>${row.map((cell, index) => {
        const column = table.columns[index];
        const kind = `${cellKind(cell, column)}${index === main ? " main" : ""}`;
        return markup`<td class="${kind}" data-label="${column?.title ?? ""}">${lineHtml(cell)}</td>`;
      })}</tr>\n`,
  );
  const more = table.more === null ? null : markup`<p class="more">${table.more}</p>\n`;
  return markup`<div class="scroll" tabindex="0"><table${table.columns.length > 2 ? trusted(' class="stack"') : null}><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody></table></div>
${more}`;
}

/** Words up to here are never cut within, however narrow the column. */
const wholeWord = 12;

/** A time of 19 characters stays on one line, on paper too. */
const shortCell = 19;

function cellKind(cell: Line, column: Table["columns"][number] | undefined): string {
  if (column?.isNumber === true) return "number";
  if (column?.isWide === true) return "wide";
  const length = cell.reduce(
    (sum, piece) => sum + (typeof piece === "string" ? piece.length : "text" in piece ? piece.text.length : 8),
    0,
  );
  if (length <= shortCell) return "short";
  const words = cell.flatMap((piece) => (typeof piece === "string" ? piece : "text" in piece ? piece.text : "").split(/\s+/));
  return words.every((word) => word.length <= wholeWord) ? "long words" : "long";
}

const wideChart = 860;
const narrowChart = 340;

/** Drawn twice, for a page and for a telephone: scaling one drawing would make its text too small to read. */
function chartHtml(block: Extract<Block, { kind: "chart" }>): Markup {
  const svg = (width: number, suffix: string): Markup =>
    trusted(draw(block.chart, { id: `${block.id}-${suffix}`, width, isStandalone: false }));
  const table =
    block.table === null ? null : markup`<details class="fold"><summary>As a table</summary>${tableHtml(block.table)}</details>`;
  return markup`<figure id="${block.id}"><div class="wide-chart">${svg(wideChart, "wide")}</div><div class="narrow-chart" tabindex="0">${svg(narrowChart, "narrow")}</div><figcaption>${block.caption}</figcaption>${table}</figure>\n`;
}

function queryHtml(query: Query): Markup {
  return markup`<div class="query"><p><a href="#${statementAnchor(query.label)}">${query.label}</a> <code>${query.question}</code>: ${lineHtml(query.result)}</p>
${query.values.length === 0 ? null : markup`<pre class="values">${multiline(query.values.join("\n"))}</pre>`}</div>\n`;
}

/** A statement in the appendix. */
export function statementHtml(query: Query): Markup {
  return markup`<div class="query" id="${statementAnchor(query.label)}"><p><strong>${query.label}</strong> <code>${query.question}</code></p>
<pre tabindex="0">${multiline(query.sql.trimEnd())}</pre></div>\n`;
}
