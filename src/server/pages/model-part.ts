import { lines, type Markup, markup, type Part } from "../../charts/markup.ts";
import type { RawRecord } from "../../findings/raw-records.ts";
import { money } from "../../reasoner/spend.ts";
import { counted, number } from "../../report/words.ts";
import type { KeptClaim, KeptModelPart } from "../kept.ts";

/** Records of one claim that are shown; the others are named by their ids. */
export const mostRecordsOfClaim = 5;

/** What a model made of a hypothesis, with the records behind each claim. */
export function modelPart(part: KeptModelPart, records: ReadonlyMap<string, RawRecord>): Markup {
  const { because, summary, confidence, ended, endedBecause, usd, usage, reasoner } = part;
  const asked = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const stopped =
    ended === "finished"
      ? null
      : markup`<p class="note">It did not get to its end (${ended}): ${endedBecause}. What the library's hunts say stands.</p>`;
  return markup`<section id="claude"><h2>Claude, as checked</h2>
${stopped}<p>By rule: ${because}. Speaks for it: ${number(confidence)} of 100.</p>
<p>${summary}</p>
${claims("Claims", part.claims, records)}${claims("Against it", part.counterEvidence, records)}${claims("The benign case", part.critic, records)}
${texts("Not seen", part.gaps)}${texts("Ask next", part.nextQuestion === null ? [] : [part.nextQuestion])}${texts("To do", part.recommendedActions)}
${texts("Records that read like an instruction to a machine", part.instructionLikeEventIds)}${rejected(part)}
<p class="quiet">${reasoner}: $${money(usd)} at list prices; ${number(asked)} tokens asked, ${number(usage.outputTokens)} answered. A claim that stands cites records that exist, and its numbers were counted again; what it makes of them is the model's reading.</p>
</section>
`;
}

function claims(title: string, all: readonly KeptClaim[], records: ReadonlyMap<string, RawRecord>): Part {
  if (all.length === 0) return null;
  return markup`<h3>${title}</h3>${all.map((one) => claim(one, records))}`;
}

function claim({ text, techniques, eventIds, checks }: KeptClaim, records: ReadonlyMap<string, RawRecord>): Markup {
  const shown = eventIds.slice(0, mostRecordsOfClaim);
  const left = eventIds.slice(mostRecordsOfClaim);
  return markup`<details class="card"><summary><span class="title">${text}</span><span class="quiet">${counted(eventIds.length, "record")}</span></summary>
<div class="body">${techniques.length === 0 ? null : markup`<p class="quiet">${techniques.join(", ")}</p>`}
${shown.map((uid) => record(uid, records.get(uid)))}
${left.length === 0 ? null : markup`<p class="quiet">And ${counted(left.length, "more record", "more records")}: <code>${left.join(", ")}</code></p>`}
${checks.map(({ sql, value }) => markup`<p>Counted ${number(value)}:</p><pre class="talk">${lines(sql)}</pre>`)}</div></details>
`;
}

function record(uid: string, found: RawRecord | undefined): Markup {
  if (found === undefined)
    return markup`<p><code>${uid}</code> <span class="quiet">is not in the store any more, or outside the window</span></p>`;
  const { file, line, text, isCut } = found;
  return markup`<p><code>${uid}</code> <span class="quiet">${file}, line ${String(line)}${isCut ? ", its beginning" : ""}</span></p><pre class="record">${lines(text)}</pre>`;
}

function texts(title: string, all: readonly string[]): Part {
  return all.length === 0 ? null : markup`<h3>${title}</h3><ul>${all.map((text) => markup`<li>${text}</li>`)}</ul>`;
}

function rejected({ rejected: all }: KeptModelPart): Part {
  if (all.length === 0) return null;
  return markup`<details class="fold"><summary>${counted(all.length, "statement")} did not stand up to the checks</summary><ul>${all.map(({ text, because }) => markup`<li>${text} <span class="quiet">(${because})</span></li>`)}</ul></details>`;
}
