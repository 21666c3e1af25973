import { visible } from "./text.ts";

/** A piece of SVG or HTML that is safe to print. Only `markup` and its helpers make one; every other string is text. */
export interface Markup {
  readonly markup: string;
}

/** What may stand between the pieces of a template: text (escaped), numbers, markup, lists of those; null prints nothing. */
export type Part = string | number | Markup | null | undefined | readonly Part[];

/**
 * Template tag for SVG and HTML: text put into it is escaped for element content and for quoted attributes alike, so a value
 * from a log cannot become an element, an attribute or a link. Attributes are always written in double quotes.
 */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = literals[0] ?? "";
  parts.forEach((part, index) => {
    text += printed(part) + (literals[index + 1] ?? "");
  });
  return { markup: text };
}

/** Text of several lines (SQL, JSON): escaped, with its line ends and tabs. */
export function lines(text: string): Markup {
  return { markup: escaped(visible(text, { keepLines: true })) };
}

/** A fixed text of ours, printed as it is: style sheets and drawn paths; never anything from a log. */
export function trusted(text: string): Markup {
  return { markup: text };
}

function printed(part: Part): string {
  if (part === null || part === undefined) return "";
  if (typeof part === "string") return escaped(visible(part));
  if (typeof part === "number") return coordinate(part);
  if ("markup" in part) return part.markup;
  return part.map(printed).join("");
}

/** Two decimals are below what a screen shows, and keep the bytes the same on every machine. */
export function coordinate(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100 + 0) : "0";
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
