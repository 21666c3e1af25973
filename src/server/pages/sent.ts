import { lines, type Markup, markup } from "../../charts/markup.ts";
import { money } from "../../reasoner/spend.ts";
import { bytes, counted, moment } from "../../report/words.ts";
import type { Sent, SentQuestion } from "../sent.ts";
import type { ModelInUse } from "../workbench.ts";
import { page } from "./page.ts";

export interface SentInput {
  /** What it was sent for. */
  readonly title: string;
  /** Address of the page that leads here, and of this one. */
  readonly from: string;
  readonly address: string;
  readonly sent: Sent;
  /** The question whose text is shown; null: the list. */
  readonly chosen: SentQuestion | null;
  readonly privacy: ModelInUse["privacy"] | null;
}

/** Exactly what left for a language model: a list of the questions, or one of them word for word. */
export function sentPage(input: SentInput): string {
  const { chosen, from, address, title } = input;
  const back = markup`<p>${chosen === null ? null : markup`<a href="${address}">All questions</a> · `}<a href="${from}">Back</a></p>`;
  const heading = chosen === null ? `What was sent: ${title}` : `Question ${chosen.position}: ${title}`;
  return page({ title: heading, at: null }, [chosen === null ? list(input) : question(chosen), back]);
}

function list({ sent: { questions, unread }, address, privacy }: SentInput): Markup {
  const row = ({ position, time, purpose, outcome, model, bytes: size, usd }: SentQuestion): Markup =>
    markup`<tr><td class="number"><a href="${address}/${position}">${position}</a></td><td class="short">${clockOf(time)}</td><td>${purpose ?? "not answered"}</td><td>${model}</td><td class="number">${bytes(size)}</td><td>${outcome ?? ""}</td><td class="number">${usd === null ? "" : `$${money(usd)}`}</td></tr>
`;
  return markup`<p>${counted(questions.length, "question")} left this machine, each on disk before it was sent. ${seen(privacy)} Headers and key are not kept.</p>
<div class="scroll"><table><thead><tr><th class="number">No.</th><th>Sent (UTC)</th><th>For</th><th>Model</th><th class="number">Size</th><th>Came to</th><th class="number">Cost</th></tr></thead><tbody>
${questions.map(row)}</tbody></table></div>
${unread === 0 ? null : markup`<p class="note">${counted(unread, "line")} of the recording cannot be read.</p>`}`;
}

function seen(privacy: SentInput["privacy"]): string {
  if (privacy === "pseudonymised") return "Names of the house are tokens in them.";
  return privacy === "raw" ? "Names stand in them as they are." : "";
}

function question({ time, model, purpose, outcome, bytes: size, body }: SentQuestion): Markup {
  return markup`<p>${moment(engineTimeOf(time))}, ${model}, ${bytes(size)}${purpose === null ? null : `; for ${purpose}, came to ${outcome ?? ""}`}. The body as it was sent, laid out for reading.</p>
<pre class="talk">${lines(body)}</pre>`;
}

function clockOf(iso: string): string {
  return engineTimeOf(iso).slice(0, 19);
}

function engineTimeOf(iso: string): string {
  return iso.replace("T", " ").replace(/Z$/, "");
}
