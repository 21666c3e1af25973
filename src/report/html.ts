import { createHash } from "node:crypto";
import { type Markup, markup, trusted } from "../charts/markup.ts";
import { chartStyle } from "../charts/style.ts";
import type { Query, Report, Section } from "./document.ts";
import { blocksHtml, statementHtml } from "./html-blocks.ts";
import { pageStyle } from "./page-style.ts";
import { pageMargins } from "./paper.ts";
import { statementsOf } from "./statements.ts";

/**
 * The report as one self-contained HTML file. It runs no script and loads nothing: the content policy allows one style sheet, by
 * its hash, so that even markup that slipped through could not act, and the file may be kept, mailed and opened anywhere.
 */
export function toHtml(report: Report): string {
  const style = `${pageStyle}${chartStyle}${pageMargins(report)}`;
  const statements = statementsOf(report.sections);
  const { tlp, head, foot } = report.marking;
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<div class="page">
<header>
<a class="skip" href="#${report.sections[0]?.id ?? "statements"}">Skip to the report</a>
<p class="tlp tlp-${levelOf(tlp)}">${tlp}</p>${head.map((line) => markup`<p class="marking">${line}</p>`)}
<h1>${report.title}</h1>
<div class="subtitle">${report.subtitle.map((line) => markup`<p>${line}</p>`)}</div>
</header>
<nav aria-label="Contents"><ol>${report.sections.map(entry)}<li><a href="#statements">Statements</a> <span class="count">${statements.length}</span></li></ol></nav>
<main>
${report.sections.map(sectionHtml)}
${statementsHtml(statements)}
</main>
<footer>${foot.map((line) => markup`<p class="marking">${line}</p>`)}<p class="tlp tlp-${levelOf(tlp)}">${tlp}</p></footer>
</div>
</body>
</html>
`;
  return page.markup;
}

function entry(section: Section): Markup {
  const headings = section.blocks.flatMap((block) => (block.kind === "heading" ? [block] : []));
  const below = headings.length === 0 ? null : markup`<ol>${headings.map((heading) => markup`<li>${link(heading)}</li>`)}</ol>`;
  return markup`<li>${link(section)}${below}</li>`;
}

function link(target: { readonly id: string; readonly title: string; readonly count: number | null }): Markup {
  return markup`<a href="#${target.id}">${target.title}</a>${target.count === null ? null : markup` <span class="count">${target.count}</span>`}`;
}

function sectionHtml(section: Section): Markup {
  const count = section.count === null ? null : markup` <span class="count">${section.count}</span>`;
  return markup`<section id="${section.id}"><h2>${section.title}${count}</h2>
${blocksHtml(section.blocks)}${onPaper(section)}
</section>
`;
}

/** Paper has no folds to open: it says what stands there by its headline alone, and where the rest is. */
function onPaper({ blocks }: Section): Markup | null {
  const brief = blocks.filter((block) => block.kind === "card" && block.isBriefOnPaper === true).length;
  if (brief === 0) return null;
  return markup`<p class="quiet on-paper">On paper ${brief} of these ${brief === 1 ? "stands" : "stand"} here by ${brief === 1 ? "its" : "their"} headline; report.html tells the rest.</p>\n`;
}

/** The appendix: every statement once; findings and hunts tell the values and the events. */
function statementsHtml(statements: readonly Query[]): Markup {
  return markup`<section id="statements"><h2>Statements <span class="count">${statements.length}</span></h2>
${statements.length === 0 ? markup`<p class="quiet">None was run.</p>` : statements.map(statementHtml)}
<p class="quiet on-paper">On paper by their names; report.html has each in full, and findings.ndjson with the values bound to it.</p>
</section>
`;
}

/** "TLP:AMBER+STRICT" as the name of a class: "amber". */
function levelOf(tlp: string): string {
  return tlp
    .slice("TLP:".length)
    .toLowerCase()
    .replace(/[^a-z].*$/, "");
}
