import { visible } from "../charts/text.ts";
import type { Report } from "./document.ts";

/**
 * What stands in the margins of every printed page (CSS Paged Media): whose report it is, what it covers, its marking, and the page of
 * how many. Text in it is written as CSS escapes: none of it can end the string that it stands in.
 */
export function pageMargins({ title, subtitle, marking }: Report): string {
  const box = (place: string, content: string): string =>
    `@${place}{content:${content};font:8pt system-ui,"Liberation Sans","DejaVu Sans",sans-serif;color:#56606c}`;
  const left = [...marking.head.slice(0, 1), title].join(" · ");
  return `@media print{@page{size:A4;margin:18mm 12mm 16mm;${box("top-left", quoted(left))}${box("top-right", quoted(marking.tlp))}${box(
    "bottom-left",
    quoted(marking.foot[0] ?? (subtitle[0] ?? "").replace(/ \(.*$/, "")),
  )}${box("bottom-right", `${quoted(`${marking.tlp} · `)} counter(page) ${quoted(" of ")} counter(pages)`)}}}
`;
}

const longest = 90;

function quoted(text: string): string {
  const shown = visible(text).slice(0, longest);
  const escaped = Array.from(shown, (character) =>
    /[A-Za-z0-9]/.test(character) ? character : `\\${(character.codePointAt(0) ?? 0).toString(16).padStart(6, "0")}`,
  );
  return `"${escaped.join("")}"`;
}
