import type { Markup, Part } from "./markup.ts";
import { markup, trusted } from "./markup.ts";
import { chartStyle } from "./style.ts";

/** How a chart is drawn; the data decide everything else. */
export interface DrawOptions {
  /** Unique in the page: the chart's title and description get ids that start with it. Letters, digits and hyphens. */
  readonly id: string;
  /** In CSS pixels; the chart lays itself out for it. 860 suits a page, 340 a telephone. */
  readonly width?: number;
  /** With its own style sheet, to stand alone as a file. Without, the page carries `chartStyle` once. Default true. */
  readonly isStandalone?: boolean;
}

/** What a chart drew: everything inside the frame. */
export interface Drawing {
  readonly title: string;
  /** For readers who do not see it: what it shows and its main numbers. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: readonly Part[];
}

export const defaultWidth = 860;

/** The SVG of a drawing, as text: accessible, themed by the reader's colour scheme, light in print. */
export function frame(drawing: Drawing, options: DrawOptions): string {
  const id = safeId(options.id);
  const height = Math.ceil(drawing.height);
  const style = options.isStandalone === false ? null : markup`<style>${trusted(chartStyle)}</style>`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="spoor-chart" id="${id}" role="img" aria-labelledby="${id}-title ${id}-description" viewBox="0 0 ${drawing.width} ${height}" width="${drawing.width}" height="${height}"><title id="${id}-title">${drawing.title}</title><desc id="${id}-description">${drawing.description}</desc>${style}${drawing.body}</svg>`
    .markup;
}

/** An id that needs no escaping anywhere. */
export function safeId(text: string): string {
  return text.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+|-+$/g, "") || "chart";
}

/** One line of text; `whole` becomes the tooltip when the label was cut. */
export function label(
  x: number,
  y: number,
  text: string,
  options: { kind?: string; anchor?: "start" | "middle" | "end"; whole?: string } = {},
): Markup {
  const tooltip = options.whole === undefined || options.whole === text ? null : markup`<title>${options.whole}</title>`;
  const anchor = options.anchor === undefined || options.anchor === "start" ? null : markup` text-anchor="${options.anchor}"`;
  const kind = options.kind === undefined ? null : markup` class="${options.kind}"`;
  return markup`<text x="${x}" y="${y}"${anchor}${kind}>${text}${tooltip}</text>`;
}
