import { type Markup, markup, type Part } from "../../charts/markup.ts";
import { statusOf } from "../../memory/status.ts";
import { counted, moment, span } from "../../report/words.ts";
import type { HuntStatus, Hypothesis } from "../../types.ts";
import type { KeptPursuit } from "../kept.ts";
import type { Attempt } from "../pursuits.ts";
import type { Decision, ModelInUse, Results } from "../workbench.ts";
import { findingsTable } from "./findings.ts";
import { changing, page, statusMark } from "./page.ts";

export interface OverviewInput {
  readonly results: Results | null;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  readonly running: Attempt | null;
  readonly kept: readonly KeptPursuit[];
  readonly rounds: readonly string[];
  readonly model: ModelInUse | null;
  /** US dollars that the model cost today. */
  readonly usdToday: number;
  /** The last run asked a language model, and what it sent is there. */
  readonly isSent: boolean;
  readonly formToken: string;
}

const mostFindings = 8;

/** The first page: what the last run came to, hypotheses to pursue, and what became of those that were. */
export function overviewPage(input: OverviewInput): string {
  const { results, decisions, running, rounds } = input;
  const body =
    results === null
      ? markup`<p>There are no results yet. <code>spoor hunt FOLDER</code> makes some; then load this page again.</p>`
      : [
          lastRun(results, input.isSent),
          hypotheses(results, input),
          pursued(input, results),
          best(results, decisions),
          earlier(rounds),
        ];
  return page({ title: "Spoor", at: "/", running }, body);
}

function lastRun({ run }: Results, isSent: boolean): Markup {
  const { events = 0, findings = 0, hypotheses: many = 0 } = run.counts;
  return markup`<p>The last run ended ${moment(run.recorded_time, "minutes")}. It looked at ${counted(events, "event")}, ${span(run.window.from, run.window.to, "minutes")}, and came to ${counted(findings, "finding")} and ${counted(many, "hypothesis", "hypotheses")}. <a href="/report">Read the report</a>, or go on to the <a href="#findings">findings</a>.${isSent ? markup` It asked a language model: <a href="/sent">exactly what was sent</a>.` : null}</p>`;
}

function hypotheses(results: Results, input: OverviewInput): Markup {
  const rows = results.hypotheses.map((hypothesis) => hypothesisRow(hypothesis, latestStatus(hypothesis, results, input), input));
  return markup`<section id="hypotheses"><h2>Hypotheses <span class="count">${rows.length}</span></h2>
${howPursued(input)}
${rows.length === 0 ? markup`<p>The last run has none.</p>` : markup`<ol class="rows">${rows}</ol>`}
</section>
`;
}

function howPursued({ model, usdToday }: OverviewInput): Markup {
  const alone =
    "Pursuing one runs the hunts of the library for it, over the time of the last run, and writes a report of its own.";
  if (model === null) return markup`<p class="quiet">${alone} No language model is asked.</p>`;
  return markup`<p class="quiet">${alone} Claude investigates it too, and nothing that it claims counts unchecked.</p>
<dl><dt>Model</dt><dd>${model.name}</dd>
<dt>Price cap</dt><dd>${money(model, usdToday)}</dd>
<dt>Privacy</dt><dd>${privacyWords[model.privacy]}</dd>
<dt>Time</dt><dd>at most ${model.mostSeconds} s for its part of a pursuit</dd></dl>
`;
}

function money({ isReplay, usdPerHunt, usdPerDay }: ModelInUse, usdToday: number): string {
  if (isReplay) return "none is needed: answers come from a recording, and nothing is sent";
  const today = `$${usdToday.toFixed(2)} of $${usdPerDay.toFixed(2)} are spent today (UTC)`;
  return `$${usdPerHunt.toFixed(2)} a pursuit at list prices; ${today}${usdToday < usdPerDay ? "" : ": until midnight it is not asked"}`;
}

const privacyWords: Readonly<Record<ModelInUse["privacy"], string>> = {
  pseudonymised:
    "pseudonymised: names of people, devices, mailboxes and inner addresses leave as tokens; public addresses, outside domains and hashes as they are",
  raw: "raw: names leave as they are, secrets are taken out",
};

/** What the newest pursuit says, and where there is none, what the last run found when it looked. */
function latestStatus({ id }: Hypothesis, results: Results, { kept }: OverviewInput): HuntStatus | null {
  const newest = kept.find(({ hypothesisId }) => hypothesisId === id);
  if (newest !== undefined) return newest.status;
  const hunts = results.hunts.filter(({ hypothesisId }) => hypothesisId === id);
  const pursuit = results.pursuits.find(({ hypothesisId }) => hypothesisId === id) ?? null;
  return hunts.length === 0 && pursuit === null ? null : statusOf(hunts, pursuit);
}

function hypothesisRow(hypothesis: Hypothesis, status: HuntStatus | null, { running, model, formToken }: OverviewInput): Markup {
  const { id, title, priority, origin, testable, notTestableBecause } = hypothesis;
  const told = status === null ? markup`<span class="quiet">not looked for</span>` : statusMark(status);
  const from = origin === "model" ? markup`<span class="quiet">language model</span>` : null;
  return markup`<li><details class="card" id="hypothesis-${id}"><summary>${told}<span class="title">${title}</span>${from}<span class="quiet">${priority.toFixed(0)}</span></summary>
<div class="body">${testable ? null : markup`<p class="note">It cannot be tested: ${notTestableBecause ?? "the data is not there"}</p>`}
<p>${hypothesis.description}</p>
<dl><dt>Supported if</dt><dd>${hypothesis.supportsIf}</dd>
<dt>Refuted if</dt><dd>${hypothesis.refutedIf}</dd>
<dt>Harmless if</dt><dd>${hypothesis.benignExplanation}</dd>
<dt>How to look</dt><dd>${items(hypothesis.huntingSteps)}</dd>
<dt>Techniques</dt><dd>${hypothesis.techniques.join(", ")}</dd>
<dt>Id</dt><dd><code>${id}</code></dd></dl></div></details>
${running === null && testable ? pursueForm(id, title, model, formToken) : null}</li>
`;
}

function pursueForm(id: string, title: string, model: ModelInUse | null, formToken: string): Markup {
  const words = model === null || model.isReplay ? "Pursue" : `Pursue, up to $${model.usdPerHunt.toFixed(2)}`;
  const button = markup`<button type="submit" aria-label="${words}: ${title}">${words}</button>`;
  return changing(`/hypotheses/${encodeURIComponent(id)}/pursue`, formToken, button);
}

function items(texts: readonly string[]): Part {
  return texts.length === 0 ? "" : markup`<ul>${texts.map((text) => markup`<li>${text}</li>`)}</ul>`;
}

function best({ findings }: Results, decisions: ReadonlyMap<string, Decision>): Markup {
  const open = findings.filter(({ isVendorAlert, suppression }) => !isVendorAlert && suppression === undefined);
  return markup`<section id="findings"><h2>Findings <span class="count">${findings.length}</span></h2>
${findingsTable(open.slice(0, mostFindings), decisions)}
<p class="more"><a href="/findings">All findings</a>, with a verdict for each</p>
</section>
`;
}

function pursued({ attempts, kept }: OverviewInput, results: Results): Markup | null {
  // Those that came to their end are told by their folders, which outlive this server.
  const others = attempts.filter(({ name }) => !kept.some((one) => one.name === name));
  if (others.length + kept.length === 0) return null;
  const titleOf = (id: string): string => results.hypotheses.find((one) => one.id === id)?.title ?? id;
  const line = (name: string, when: string, told: Part, title: string): Markup =>
    markup`<tr><td class="short">${when}</td><td>${told}</td><td class="wide"><a href="/pursuits/${name}">${title}</a></td></tr>`;
  return markup`<section id="pursued"><h2>Pursued <span class="count">${others.length + kept.length}</span></h2>
<div class="scroll"><table><thead><tr><th>Begun (UTC)</th><th>Status</th><th>Hypothesis</th></tr></thead><tbody>
${others.map(({ name, startedTime, state, title }) => line(name, startedTime.slice(0, 19), state, title))}
${kept.map(({ name, when, status, hypothesisId }) => line(name, when.slice(0, 19), statusMark(status), titleOf(hypothesisId)))}
</tbody></table></div>
</section>
`;
}

function earlier(names: readonly string[]): Markup | null {
  if (names.length === 0) return null;
  return markup`<section id="rounds"><h2>Rounds <span class="count">${names.length}</span></h2>
<ul>${names.map((name) => markup`<li><a href="/rounds/${name}/report">The report of ${name}</a></li>`)}</ul>
</section>
`;
}
