import { lines, type Markup, markup, type Part } from "../../charts/markup.ts";
import type { RawRecord } from "../../findings/raw-records.ts";
import { money } from "../../reasoner/spend.ts";
import { counted, moment } from "../../report/words.ts";
import { epochMilliseconds } from "../../time.ts";
import type { KeptPursuit, KeptStep } from "../kept.ts";
import type { Attempt } from "../pursuits.ts";
import type { ModelInUse } from "../workbench.ts";
import { modelPart } from "./model-part.ts";
import { changing, page, statusMark } from "./page.ts";
import { stepsTable } from "./steps.ts";

export interface PursuitInput {
  readonly title: string;
  /** Null: an earlier server pursued it. */
  readonly attempt: Attempt | null;
  /** Null: it came to no end. */
  readonly kept: KeptPursuit | null;
  readonly name: string;
  readonly formToken: string;
  /** What a model did so far. */
  readonly steps: readonly KeptStep[];
  /** By event uid, for those that claims cite. */
  readonly records: ReadonlyMap<string, RawRecord>;
  readonly model: ModelInUse | null;
  /** Questions that left this machine for it; null: no recording is there. */
  readonly sent: number | null;
  readonly now: Date;
}

const secondsBetweenLooks = 2;
const stepsUnderWay = 8;

/** A pursuit: how far it is while it runs, and what became of it. */
export function pursuitPage(input: PursuitInput): string {
  const { attempt, kept, title, name } = input;
  const isUnderWay = attempt?.state === "running" || attempt?.state === "stopping";
  const body = [
    attempt === null ? null : isUnderWay ? underWay(attempt, input) : ended(attempt, kept),
    kept === null || isUnderWay ? null : outcome(kept, input),
    isUnderWay ? null : traces(input),
    attempt === null || isUnderWay ? null : said(attempt),
    kept === null || isUnderWay
      ? null
      : markup`<p class="quiet">All of its files lie in <code>pursuits/${name}</code> of the folder of results.</p>`,
    markup`<p><a href="/#hypotheses">Back to the hypotheses</a></p>`,
  ];
  return page({ title, at: null, ...(isUnderWay ? { refreshSeconds: secondsBetweenLooks } : {}) }, body);
}

function ended({ state, startedTime, exitCode }: Attempt, kept: KeptPursuit | null): Markup {
  const begun = `begun ${moment(startedTime)}`;
  if (state === "done") return markup`<p>Done, ${begun}.</p>`;
  if (state === "cancelled")
    return markup`<p class="note">Stopped, ${begun}. What was stored stays${kept === null ? "" : ", and what was found by then stands below"}.</p>`;
  return markup`<p class="note">Failed (${exitCode === null ? "ended from outside" : `exit code ${exitCode}`}), ${begun}.</p>`;
}

function underWay(attempt: Attempt, { formToken, steps, model, now }: PursuitInput): Markup {
  const { state, startedTime, progress } = attempt;
  const bar =
    progress === null || progress.total === null || progress.total === 0
      ? markup`<progress aria-label="Progress"></progress>`
      : markup`<progress aria-label="Progress" max="${progress.total}" value="${Math.min(progress.done, progress.total)}"></progress>`;
  const stop =
    state === "stopping"
      ? markup`<p class="quiet">Stopping …</p>`
      : changing("/pursuits/cancel", formToken, markup`<button type="submit" class="plain">Cancel</button>`);
  return markup`<p>Being pursued, begun ${moment(startedTime)}. This page looks again every ${secondsBetweenLooks} seconds.</p>
<p>${whereItIs(attempt, steps)}</p>
${bar}
${model === null ? null : soFar(attempt, steps, model, now)}
${stop}
${stepsTable(steps, stepsUnderWay)}`;
}

function whereItIs({ progress }: Attempt, steps: readonly KeptStep[]): string {
  if (progress === null) return "Starting";
  const { stage, part, done, total } = progress;
  const round = /: round (\d+)$/.exec(part)?.[1];
  // Rounds are over when it said so: what is left are the summary, the critic and the checks.
  if (steps.some(({ kind, what }) => kind === "tool" && what === "finish")) return "Claude sums up, and what it says is checked";
  if (stage === "pursue")
    return round === undefined ? "Claude begins" : `Claude looks: round ${round} of at most ${total ?? round}`;
  return `${stage}${total === null ? "" : `, ${done} of ${total}`} ${part}`;
}

/** Money and time of the model's part: what is used up, and what there is. */
function soFar({ modelSince }: Attempt, steps: readonly KeptStep[], model: ModelInUse, now: Date): Markup {
  const { usdPerHunt, mostSeconds, isReplay } = model;
  const usd = steps.reduce((sum, step) => sum + step.usd, 0);
  const passed = modelSince === null ? 0 : (now.getTime() - epochMilliseconds(modelSince)) / 1000;
  const left = Math.max(0, Math.ceil(mostSeconds - passed));
  const [asked, looked] = [
    steps.filter(({ kind }) => kind === "call").length,
    steps.filter(({ kind }) => kind === "tool").length,
  ];
  return markup`<dl><dt>Spent so far</dt><dd>${isReplay ? "nothing: answers come from a recording" : `$${money(usd)} of at most $${usdPerHunt.toFixed(2)}`}</dd>
<dt>Time left</dt><dd>${modelSince === null ? `Claude has ${seconds(mostSeconds)} from when the library's hunts are through` : `at most ${seconds(left)}`}</dd>
<dt>Steps</dt><dd>${counted(asked, "question")} to Claude, ${counted(looked, "look")} of its own</dd></dl>`;
}

function seconds(count: number): string {
  return count < 90 ? `${count} s` : `${Math.floor(count / 60)} min ${count % 60} s`;
}

function outcome({ status, hunts, pursuit, when }: KeptPursuit, { records, name }: PursuitInput): Markup {
  return markup`<p>${statusMark(status)} as of ${when}. <a href="/pursuits/${name}/report">Read the report of this pursuit</a></p>
${pursuit === null ? markup`<p class="quiet">No language model came to a result.</p>` : modelPart(pursuit, records)}
<section><h2>Hunts of the library <span class="count">${hunts.length}</span></h2>
${hunts.map((hunt) => markup`<h3>${statusMark(hunt.status)} ${hunt.title}</h3><p>${hunt.summary}</p>`)}
</section>
`;
}

/** What leads to a model's work: what was sent to it, and each of its steps. */
function traces({ steps, sent, name, model }: PursuitInput): Part {
  if (steps.length === 0 && sent === null) return null;
  const list =
    sent === null
      ? null
      : markup`<p><a href="/pursuits/${name}/sent">Exactly what was sent</a> (${counted(sent, "question")})</p>`;
  const elsewhere =
    sent === null && model !== null && model.record !== null
      ? markup`<p class="quiet">What was sent is recorded in <code>${model.record}</code>.</p>`
      : null;
  return markup`<section id="steps"><h2>How it went <span class="count">${steps.length}</span></h2>${list}${elsewhere}
${steps.length === 0 ? null : markup`<details class="fold"><summary>${counted(steps.length, "step")}, in their order</summary>${stepsTable(steps)}</details>`}</section>`;
}

function said({ state, notes, answer }: Attempt): Markup {
  const part = (title: string, text: string): Markup | null =>
    text.trim() === ""
      ? null
      : markup`<details class="fold"${state === "failed" ? markup` open` : null}><summary>${title}</summary><pre class="talk">${lines(text.trimEnd())}</pre></details>`;
  return markup`${part("What the command said", answer)}${part("Notes and errors", notes)}`;
}
