import { lines, type Markup, markup } from "../../charts/markup.ts";
import { moment } from "../../report/words.ts";
import type { KeptPursuit } from "../kept.ts";
import type { Attempt } from "../pursuits.ts";
import { changing, page, statusMark } from "./page.ts";

export interface PursuitInput {
  readonly title: string;
  /** Null: an earlier server pursued it. */
  readonly attempt: Attempt | null;
  /** Null: it came to no end. */
  readonly kept: KeptPursuit | null;
  readonly name: string;
  readonly formToken: string;
}

const secondsBetweenLooks = 2;

/** A pursuit: how far it is while it runs, and what became of it. */
export function pursuitPage(input: PursuitInput): string {
  const { attempt, kept, title, name } = input;
  const isUnderWay = attempt?.state === "running" || attempt?.state === "stopping";
  const body = [
    attempt === null ? null : underWay(attempt, input.formToken),
    kept === null || isUnderWay ? null : outcome(kept, name),
    attempt === null || isUnderWay ? null : said(attempt),
    markup`<p><a href="/#hypotheses">Back to the hypotheses</a></p>`,
  ];
  return page({ title, at: null, ...(isUnderWay ? { refreshSeconds: secondsBetweenLooks } : {}) }, body);
}

function underWay({ state, startedTime, progress, exitCode }: Attempt, formToken: string): Markup {
  const begun = `begun ${moment(startedTime)}`;
  if (state === "done") return markup`<p>Done, ${begun}.</p>`;
  if (state === "cancelled") return markup`<p class="note">Stopped, ${begun}. What was stored stays.</p>`;
  if (state === "failed")
    return markup`<p class="note">Failed (${exitCode === null ? "ended from outside" : `exit code ${exitCode}`}), ${begun}.</p>`;
  const bar =
    progress === null || progress.total === null || progress.total === 0
      ? markup`<progress aria-label="Progress"></progress>`
      : markup`<progress aria-label="Progress" max="${progress.total}" value="${Math.min(progress.done, progress.total)}"></progress>`;
  const count = progress === null || progress.total === null ? "" : `, ${progress.done} of ${progress.total}`;
  const where = progress === null ? "Starting" : `${progress.stage}${count} ${progress.part}`;
  const stop =
    state === "stopping"
      ? markup`<p class="quiet">Stopping …</p>`
      : changing("/pursuits/cancel", formToken, markup`<button type="submit" class="plain">Cancel</button>`);
  return markup`<p>Being pursued, ${begun}. This page looks again every ${secondsBetweenLooks} seconds.</p>
<p>${where}</p>
${bar}
${stop}`;
}

function outcome({ status, hunts, pursuit, when }: KeptPursuit, name: string): Markup {
  return markup`<p>${statusMark(status)} as of ${when}. <a href="/pursuits/${name}/report">Read the report of this pursuit</a></p>
${pursuit === null ? markup`<p class="quiet">No language model was asked.</p>` : modelPart(pursuit)}
<section><h2>Hunts of the library <span class="count">${hunts.length}</span></h2>
${hunts.map((hunt) => markup`<h3>${statusMark(hunt.status)} ${hunt.title}</h3><p>${hunt.summary}</p>`)}
</section>
<p class="quiet">All of its files lie in <code>pursuits/${name}</code> of the folder of results.</p>
`;
}

function modelPart({ summary, because, usd }: NonNullable<KeptPursuit["pursuit"]>): Markup {
  return markup`<section><h2>Claude, as checked</h2><p>${because}</p><p>${summary}</p>
<p class="quiet">Its part cost $${usd.toFixed(2)} at list prices.</p></section>`;
}

function said({ state, notes, answer }: Attempt): Markup {
  const part = (title: string, text: string): Markup | null =>
    text.trim() === ""
      ? null
      : markup`<details class="fold"${state === "failed" ? markup` open` : null}><summary>${title}</summary><pre class="talk">${lines(text.trimEnd())}</pre></details>`;
  return markup`${part("What the command said", answer)}${part("Notes and errors", notes)}`;
}
