import { type Page, sections } from "./pages.ts";
import type { Rendered } from "./render.ts";

interface TitledPage extends Page {
  readonly title: string;
}

interface Common {
  readonly pages: readonly TitledPage[];
  readonly style: string;
  readonly hashes: { readonly style: string; readonly script: string };
  /** The way from one file of the site to another. */
  readonly relative: (from: string, to: string) => string;
}

/** What the search looks through: a stretch of a page under one heading. */
interface Entry {
  readonly url: string;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
}

/** One page of the site as a whole HTML document. */
export function frame(input: Common & { readonly page: TitledPage; readonly rendered: Rendered }): string {
  const { page, rendered } = input;
  const here = rendered.parts.filter(({ level }) => level === 2);
  const contents =
    here.length < 3
      ? ""
      : `<nav class="contents" aria-label="On this page"><ul>${here.map(({ anchor, heading }) => `<li><a href="#${escaped(anchor)}">${escaped(heading)}</a></li>`).join("")}</ul></nav>`;
  return documentOf(input, page.url, page.title, `${withContents(rendered.html, contents)}${neighbours(input)}`, "");
}

/** The page that searches all others: its index lies in it, so that it works without a server. */
export function searchFrame(input: Common & { readonly entries: readonly Entry[]; readonly script: string }): string {
  const index = JSON.stringify(input.entries).replaceAll("<", "\\u003c");
  const main = `<h1>Search</h1>
<form class="search" role="search"><label for="words">Words that all stand there</label><input id="words" name="q" type="search" autocomplete="off" autofocus></form>
<p id="count" role="status"></p>
<ol id="found" class="found"></ol>
<noscript><p>The search needs JavaScript; everything else here does without.</p></noscript>
<script type="application/json" id="index">${index}</script>
<script>${input.script}</script>`;
  return documentOf(input, "search.html", "Search", main, ` script-src ${input.hashes.script};`);
}

function documentOf(input: Common, url: string, title: string, main: string, scripts: string): string {
  const { style, hashes, relative } = input;
  const policy = `default-src 'none'; img-src 'self' file:; style-src ${hashes.style};${scripts} base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}${url === "index.html" ? "" : " · Spoor"}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<header><a class="name" href="${relative(url, "index.html")}">Spoor</a><span><a class="to-pages" href="#pages">Pages</a> <a href="${relative(url, "search.html")}">Search</a></span></header>
<div class="columns">
<main id="main">
${main}
</main>
${navigation(input, url)}
</div>
</body>
</html>
`;
}

function navigation({ pages, relative }: Common, url: string): string {
  const current = pages.find((page) => page.url === url)?.section ?? "Start";
  const here = current === "Start" ? "Guide" : current;
  const groups = sections.map((section) => {
    const own = pages.filter((page) => page.section === section);
    const isOpen = section === "Start" || section === here;
    const items = own.map((page) => {
      const mark = page.url === url ? ' aria-current="page"' : "";
      return `<li><a href="${relative(url, page.url)}"${mark}>${escaped(page.title)}</a></li>`;
    });
    return `<details${isOpen ? " open" : ""}><summary>${section}</summary><ul>${items.join("")}</ul></details>`;
  });
  return `<nav id="pages" class="pages" aria-label="Pages">${groups.join("\n")}</nav>`;
}

/** The list of headings goes under the title. */
function withContents(html: string, contents: string): string {
  const end = html.indexOf("</h1>");
  return end === -1 ? `${contents}${html}` : `${html.slice(0, end + 5)}${contents}${html.slice(end + 5)}`;
}

/** The pages before and behind within the section, for reading on. */
function neighbours({ pages, page, relative }: Common & { readonly page: TitledPage }): string {
  const own = pages.filter(({ section }) => section === page.section);
  const position = own.findIndex(({ url }) => url === page.url);
  const link = (to: TitledPage | undefined, word: string): string =>
    to === undefined
      ? "<span></span>"
      : `<a href="${relative(page.url, to.url)}"><small>${word}</small> ${escaped(to.title)}</a>`;
  return `<nav class="neighbours" aria-label="Before and next">${link(own[position - 1], "Before")}${link(own[position + 1], "Next")}</nav>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
