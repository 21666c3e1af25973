import { type Chart, draw } from "../charts/chart.ts";
import { lines, markup } from "../charts/markup.ts";
import { visible } from "../charts/text.ts";

// The name under which the kernels of notebooks look for a rich form of a value.
const jupyterDisplay = Symbol.for("Jupyter.display");

/** What a notebook shows: as HTML that runs nothing and loads nothing, and as plain text where there is no HTML. */
export class Shown {
  readonly html: string;
  readonly text: string;

  constructor(html: string, text: string) {
    this.html = html;
    this.text = text;
  }

  [jupyterDisplay](): { readonly "text/html": string; readonly "text/plain": string } {
    return { "text/html": this.html, "text/plain": this.text };
  }
}

/** A chart. As HTML, because some exporters leave a picture of kind SVG blank; on white, since it stands between cells. */
export function pictureOf(chart: Chart, options: { readonly title: string; readonly id: string }): Shown {
  const svg = draw(chart, options);
  return new Shown(`<div style="color-scheme:light;background:#fff;padding:8px">${svg}</div>`, options.title);
}

/** Rows as a table: what is in them is text and stays text, whoever wrote it. */
export function tableOf(records: readonly object[]): Shown {
  const rows: readonly Readonly<Record<string, unknown>>[] = records.map((record) => ({ ...record }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (rows.length === 0) return textOf("nothing");
  const head = columns.map((column) => markup`<th style="text-align:left">${column}</th>`);
  const body = rows.map(
    (row) =>
      markup`<tr>${columns.map((column) => markup`<td style="text-align:left;vertical-align:top">${said(row[column])}</td>`)}</tr>`,
  );
  const { markup: html } = markup`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  return new Shown(html, rows.map((row) => columns.map((column) => said(row[column])).join("  ")).join("\n"));
}

/** Lines of text, wrapped to the page. */
export function textOf(text: string): Shown {
  const clean = visible(text, { keepLines: true });
  const { markup: html } = markup`<pre style="white-space:pre-wrap">${lines(text)}</pre>`;
  return new Shown(html, clean);
}

function said(value: unknown): string {
  if (value === null || value === undefined) return "unknown";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(1);
  if (Array.isArray(value)) return value.map(said).join(", ");
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}
