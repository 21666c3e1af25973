import { lines, type Markup, markup, type Part } from "../../charts/markup.ts";
import { verdicts } from "../../findings/verdict.ts";
import { counted, moment, span } from "../../report/words.ts";
import { type Finding, type Severity, severities } from "../../types.ts";
import type { Attempt } from "../pursuits.ts";
import type { Decision } from "../workbench.ts";
import { changing, page, severityMark } from "./page.ts";

/** What a list of findings is narrowed to; null: any. `place` counts pages from 1. */
export interface FindingsFilter {
  readonly detector: string | null;
  readonly severity: Severity | null;
  readonly place: number;
}

const perPage = 50;

/** The list of findings, best first, with a filter. */
export function findingsPage(
  findings: readonly Finding[],
  decisions: ReadonlyMap<string, Decision>,
  filter: FindingsFilter,
  running: Attempt | null,
): string {
  const fitting = findings.filter(
    ({ detector, severity }) =>
      (filter.detector === null || detector === filter.detector) && (filter.severity === null || severity === filter.severity),
  );
  const pages = Math.max(1, Math.ceil(fitting.length / perPage));
  const place = Math.min(filter.place, pages);
  const shown = fitting.slice((place - 1) * perPage, place * perPage);
  const body = [
    filterForm(findings, filter),
    markup`<p class="quiet">${counted(fitting.length, "finding")}${pages === 1 ? null : `, page ${place} of ${pages}`}</p>`,
    findingsTable(shown, decisions),
    markup`<p class="more">${turn(filter, place - 1, pages, "Before")} ${turn(filter, place + 1, pages, "More")}</p>`,
  ];
  return page({ title: "Findings", at: "/findings", running }, body);
}

function filterForm(findings: readonly Finding[], { detector, severity }: FindingsFilter): Markup {
  const detectors = [...new Set(findings.map((finding) => finding.detector))].sort();
  return markup`<form method="get" action="/findings"><div class="fields">
<label>Detector ${select("detector", ["", ...detectors], detector ?? "")}</label>
<label>Severity ${select("severity", ["", ...[...severities].reverse()], severity ?? "")}</label>
<button type="submit" class="plain">Show</button></div></form>
`;
}

function select(name: string, values: readonly string[], chosen: string): Markup {
  const option = (value: string): Markup =>
    markup`<option value="${value}"${value === chosen ? markup` selected` : null}>${value === "" ? "all" : value.replaceAll("_", " ")}</option>`;
  return markup`<select name="${name}">${values.map(option)}</select>`;
}

function turn({ detector, severity }: FindingsFilter, place: number, pages: number, words: string): Markup | null {
  if (place < 1 || place > pages) return null;
  const query = new URLSearchParams({ detector: detector ?? "", severity: severity ?? "", page: String(place) });
  return markup`<a href="/findings?${query.toString()}">${words}</a>`;
}

/** Findings as a table, with the verdict that stands on each. */
export function findingsTable(findings: readonly Finding[], decisions: ReadonlyMap<string, Decision>): Markup {
  if (findings.length === 0) return markup`<p>None.</p>`;
  return markup`<div class="scroll"><table><thead><tr><th class="number">Score</th><th>Severity</th><th>Finding</th><th>Verdict</th></tr></thead><tbody>
${findings.map((finding) => row(finding, decisions.get(finding.uid)))}
</tbody></table></div>
`;
}

function row(finding: Finding, decision: Decision | undefined): Markup {
  const { uid, score, severity, title, detector, suppression } = finding;
  const aside = `${detector}${suppression === undefined ? "" : ", suppressed"}`;
  return markup`<tr><td class="number">${score.toFixed(0)}</td><td>${severityMark(severity)}</td><td class="wide"><a href="/findings/${encodeURIComponent(uid)}">${title}</a> <span class="verdict">${aside}</span></td><td>${words(decision)}</td></tr>
`;
}

function words(decision: Decision | undefined): string {
  return decision === undefined ? "" : decision.verdict.replaceAll("_", " ");
}

/** One finding: why it stands out, what speaks against it, what proves it, and the form for a verdict. */
export function findingPage(
  finding: Finding,
  decision: Decision | undefined,
  formToken: string,
  running: Attempt | null,
): string {
  const { title, severity, score, confidence, detectorName, description, firstSeen, lastSeen } = finding;
  const body = [
    markup`<p>${severityMark(severity)} score ${score.toFixed(1)}, confidence ${confidence.toFixed(0)}; ${detectorName}; ${span(firstSeen, lastSeen)}</p>
<p>${description}</p>`,
    verdictForm(finding, decision, formToken),
    reasons(finding),
    markup`<section><h2>What else it could be</h2><p>${finding.benign}</p>
${finding.blindSpots.length === 0 ? null : markup`<p>Not seen here:</p><ul>${finding.blindSpots.map((text) => markup`<li>${text}</li>`)}</ul>`}</section>`,
    values(finding),
    finding.evidences.map(evidence),
  ];
  return page({ title, at: null, running }, body);
}

function verdictForm({ uid }: Finding, decision: Decision | undefined, formToken: string): Markup {
  const standing =
    decision === undefined
      ? null
      : markup`<p class="note"><strong>${words(decision)}</strong>, by ${decision.author}, ${moment(decision.recordedTime, "minutes")}${decision.note === "" ? "" : `: ${decision.note}`}</p>`;
  const form = changing(
    `/findings/${encodeURIComponent(uid)}/verdict`,
    formToken,
    markup`<div class="fields"><label>Verdict ${select("verdict", verdicts, decision?.verdict ?? verdicts[0])}</label>
<label class="grow">Why <input name="note" maxlength="2000" autocomplete="off"></label>
<button type="submit">Write down</button></div>`,
  );
  return markup`<section id="verdict"><h2>Verdict</h2>${standing}${form}</section>`;
}

function reasons({ reasons: all }: Finding): Markup {
  const line = ({ feature, observed, baseline, contribution }: Finding["reasons"][number]): Markup =>
    markup`<tr><td>${feature}</td><td class="wide">${observed}</td><td>${baseline ?? ""}</td><td class="number">${contribution.toFixed(1)}</td></tr>`;
  return markup`<section><h2>Why</h2><div class="scroll"><table><thead><tr><th>Feature</th><th>Seen</th><th>Usual</th><th class="number">Points</th></tr></thead><tbody>${all.map(line)}</tbody></table></div></section>`;
}

function values({ observables, attacks, uid }: Finding): Markup {
  const techniques = attacks.map(
    ({ technique, subTechnique }) => `${(subTechnique ?? technique).uid} ${(subTechnique ?? technique).name}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ...observables.map(({ name, value }) => [name, value] as const),
    ["ATT&CK", [...new Set(techniques)].join(", ")],
    ["uid", uid],
  ];
  return markup`<section><h2>Values</h2><dl>${facts.map(([name, value]) => markup`<dt>${name}</dt><dd><code>${value}</code></dd>`)}</dl></section>`;
}

function evidence({ question, sql, parameters, event_ids, row_count }: Finding["evidences"][number]): Part {
  return markup`<section><h2>Evidence</h2><p>${question}: ${counted(row_count, "row")}.</p>
<details class="fold"><summary>The statement, its values and the events</summary><pre>${lines(sql)}</pre><pre>${lines(JSON.stringify(parameters, null, 2))}</pre><pre class="record">${lines(event_ids.join("\n"))}</pre></details></section>`;
}
