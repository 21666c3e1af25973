import { type Markup, markup, type Part, trusted } from "../../charts/markup.ts";
import type { HuntStatus, Severity } from "../../types.ts";
import { style } from "../style.ts";

export interface PageOptions {
  readonly title: string;
  /** Which entry of the contents this is. */
  readonly at: "/" | "/findings" | null;
  /** Loads itself again after so many seconds. */
  readonly refreshSeconds?: number;
  /** The pursuit that runs, for a line on every page. */
  readonly running?: { readonly name: string; readonly title: string } | null;
}

/** A page of the workbench as HTML. It runs no script and loads nothing. */
export function page({ title, at, refreshSeconds, running }: PageOptions, body: Part): string {
  const refresh = refreshSeconds === undefined ? null : markup`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const isIdle = running === undefined || running === null;
  const told = isIdle
    ? null
    : markup`<p class="note">Being pursued: <a href="/pursuits/${running.name}">${running.title}</a></p>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}<title>${title === "Spoor" ? title : `${title} · Spoor`}</title>
<style>${trusted(style)}</style>
</head>
<body>
<div class="page">
<header>
<a class="skip" href="#main">Skip to the page</a>
<h1>${title}</h1>
</header>
<nav aria-label="Contents"><ol>${entry("/", "Overview", at)}${entry("/findings", "Findings", at)}${entry("/report", "Report", at)}</ol></nav>
<main id="main">
${told}${body}
</main>
</div>
</body>
</html>
`.markup;
}

function entry(address: string, title: string, at: string | null): Markup {
  const current = address === at ? markup` aria-current="page"` : null;
  return markup`<li><a href="${address}"${current}>${title}</a></li>`;
}

export function severityMark(severity: Severity): Markup {
  return markup`<span class="severity severity-${severity.toLowerCase()}">${severity}</span>`;
}

export function statusMark(status: HuntStatus): Markup {
  return markup`<span class="status status-${status}">${status.replace("-", " ")}</span>`;
}

/** A form that changes something: it carries the word that pages of elsewhere do not know. */
export function changing(action: string, formToken: string, inside: Part): Markup {
  return markup`<form method="post" action="${action}"><input type="hidden" name="form_token" value="${formToken}">${inside}</form>`;
}

/** A page that says one thing. */
export function notice(title: string, ...texts: readonly string[]): string {
  return page(
    { title, at: null },
    texts.map((text) => markup`<p>${text}</p>`),
  );
}
