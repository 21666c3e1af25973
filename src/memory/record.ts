import { stringify } from "yaml";
import { oneLine } from "../findings/text.ts";
import { compareText } from "../order.ts";
import type { Pursuit } from "../pursuit/pursuit.ts";
import { defanger, type Own } from "../report/defang.ts";
import { escaped } from "../report/markdown.ts";
import type { HuntResult, Hypothesis } from "../types.ts";
import type { RecordHead } from "./past-hunt.ts";
import { statusOf } from "./status.ts";

/** A hypothesis that was hunted in a run: what the library's hunts gave, and a pursuit where there was one. */
export interface Hunted {
  readonly hypothesis: Hypothesis;
  readonly results: readonly HuntResult[];
  readonly pursuit: Pursuit | null;
}

/** The run that a record tells of. */
export interface RecordedRun {
  readonly runUid: string;
  /** Day of the hunt by the clock, UTC: "2026-11-08". */
  readonly date: string;
  readonly own: Own;
}

const most = { evidence: 100, rows: 10, ids: 5, statements: 10, text: 1500 } as const;

/** Ids of the events that a hunt rests on, ordered, each once. */
function eventIdsOf({ results, pursuit }: Hunted): string[] {
  const ids = [
    ...results.flatMap(({ evidence }) => evidence.flatMap(({ eventIds }) => eventIds)),
    ...(pursuit?.claims ?? []).flatMap(({ eventIds }) => eventIds),
  ];
  return [...new Set(ids.map((id) => oneLine(id, 200)))].sort(compareText).slice(0, most.evidence);
}

/** The front matter of a hunt in its n-th revision. */
export function headOf(hunted: Hunted, run: RecordedRun, revision: number): RecordHead {
  const { hypothesis } = hunted;
  const title = oneLine(hypothesis.title, 400);
  return {
    id: hypothesis.id,
    hypothesis: title === "" ? hypothesis.id : title,
    origin: hypothesis.origin,
    techniques: [...hypothesis.techniques],
    entities: hypothesis.entities.map((entity) => oneLine(entity, 300)).slice(0, 50),
    window: { from: hypothesis.window.from, to: hypothesis.window.to },
    status: statusOf(hunted.results, hunted.pursuit, hypothesis),
    date: run.date,
    evidence: eventIdsOf(hunted),
    run: run.runUid,
    revision,
  };
}

/**
 * A hunt as a record in the LOCK form (Learn, Observe, Check, Keep: Nebulock's Agentic Threat Hunting Framework), Markdown with YAML
 * front matter. Text of logs and models stands in it as text alone: no link, no markup. The same hunt gives the same bytes.
 */
export function recordText(hunted: Hunted, run: RecordedRun): string {
  const { hypothesis } = hunted;
  const say = sayer(run);
  return document(headOf(hunted, run, 1), [
    `# ${say(hypothesis.title, 300)}`,
    "## Learn",
    say(hypothesis.description, most.text),
    list([
      `**ATT&CK:** ${say([...hypothesis.mitreTactics, ...hypothesis.techniques].join(", "), 300)}`,
      `**About:** ${hypothesis.entities.length === 0 ? "everybody" : say(hypothesis.entities.join(", "), 600)}`,
      `**Thought of by:** ${hypothesis.origin === "model" ? "a language model" : "the knowledge base"}, priority ${Math.round(hypothesis.priority)} of 100`,
      ...(hypothesis.findingUids.length === 0
        ? []
        : [`**Findings behind it:** ${hypothesis.findingUids.map((uid) => say(uid, 64)).join(", ")}`]),
    ]),
    "## Observe",
    list([
      ...hypothesis.expectedIndicators.map((indicator) => say(indicator, 300)),
      `**Supported if:** ${say(hypothesis.supportsIf, most.text)}`,
      `**Refuted if:** ${say(hypothesis.refutedIf, most.text)}`,
      `**What else it could be:** ${say(hypothesis.benignExplanation, most.text)}`,
    ]),
    "## Check",
    ...checkOf(hunted, run),
    "## Keep",
    ...keepOf(hunted, run),
    "## Notes of the team",
    "What should be known next time. This text is yours: it stays as it is when the hunt is repeated.",
  ]);
}

/** The record of an earlier hunt with this one added at its end; what was written before stays, whoever wrote it. */
export function revisedText(
  before: { readonly text: string; readonly revision: number },
  hunted: Hunted,
  run: RecordedRun,
): string {
  const head = headOf(hunted, run, before.revision + 1);
  return document(head, [
    bodyOf(before.text),
    `## Revision ${head.revision} (${head.date}): ${head.status}`,
    ...checkOf(hunted, run),
    ...keepOf(hunted, run),
  ]);
}

/** The record of an earlier hunt that came to the same: one more line, newer front matter. */
export function repeatedText(
  before: { readonly text: string; readonly revision: number },
  hunted: Hunted,
  run: RecordedRun,
): string {
  const head = headOf(hunted, run, before.revision + 1);
  const line = `- ${head.date}: ${head.status} again, ${head.window.from.slice(0, 19)} to ${head.window.to.slice(0, 19)} UTC, ${head.run}`;
  const body = bodyOf(before.text);
  // Under the heading of the last repetition where nothing else came since.
  const isOpen = /(?:^|\n)## Again\n\n(?:- .*(?:\n|$))+$/.test(`${body}\n`);
  return document(head, isOpen ? [`${body}\n${line}`] : [body, "## Again", line]);
}

function document(head: RecordHead, parts: readonly string[]): string {
  return `---\n${stringify(head, { lineWidth: 0 })}---\n\n${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function bodyOf(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .trim();
}

function checkOf({ hypothesis, results, pursuit }: Hunted, run: RecordedRun): string[] {
  const say = sayer(run);
  const from = hypothesis.window.from.slice(0, 19);
  const to = hypothesis.window.to.slice(0, 19);
  return [
    `${from} to ${to} UTC, in ${say(run.runUid, 60)}.`,
    list(
      results.map(({ huntId, title, status, summary, coverage, resultHash }) => {
        const read = coverage.map(({ table, rows }) => `${rows} rows of ${table}`).join(", ");
        return `**${say(title, 200)}** (${say(huntId, 80)}): ${status}. ${say(summary, most.text)}${read === "" ? "" : ` Read: ${say(read, 400)}.`} Result ${resultHash}.`;
      }),
    ),
    ...(pursuit === null
      ? []
      : [
          `Pursued by ${say(pursuit.reasoner, 100)}: ${pursuit.status}, ${say(pursuit.because, 600)} (${pursuit.steps.length} steps, $${pursuit.usd.toFixed(4)}).`,
          list(
            pursuit.steps
              .flatMap(({ statement }) => (statement === null ? [] : [statement]))
              .slice(0, most.statements)
              .map(({ sql, rowCount, hash }) => `${say(sql, 800)} (${rowCount} rows, result ${say(hash, 64)})`),
          ),
        ]),
  ];
}

function keepOf(hunted: Hunted, run: RecordedRun): string[] {
  const { hypothesis, results, pursuit } = hunted;
  const say = sayer(run);
  const rows = results
    .filter(({ status }) => status === "supported" || status === "inconclusive")
    .flatMap(({ evidence }) => evidence)
    .slice(0, most.rows);
  const actions = [...new Set([...results.flatMap((one) => one.recommendedActions), ...(pursuit?.recommendedActions ?? [])])];
  return [
    `**${statusOf(results, pursuit, hypothesis)}.** ${say(pursuit?.summary ?? results.map(({ summary }) => summary).join(" "), most.text)}`,
    list([
      ...rows.map(
        ({ description, eventIds }) =>
          `${say(description, 600)}${
            eventIds.length === 0
              ? ""
              : ` (events ${eventIds
                  .slice(0, most.ids)
                  .map((id) => say(id, 200))
                  .join(", ")})`
          }`,
      ),
      ...(pursuit?.claims ?? []).map(
        ({ text, eventIds }) =>
          `${say(text, 600)} (events ${eventIds
            .slice(0, most.ids)
            .map((id) => say(id, 200))
            .join(", ")})`,
      ),
      ...actions.map((action) => `Do: ${say(action, 400)}`),
      ...(pursuit?.gaps ?? []).map((gap) => `Not seen: ${say(gap, 400)}`),
      ...(pursuit?.nextQuestion == null ? [] : [`Next: ${say(pursuit.nextQuestion, 400)}`]),
    ]),
  ];
}

/** Says text of any origin as text: one line, no markup, addresses of others defanged. */
function sayer({ own }: RecordedRun): (text: string, limit: number) => string {
  const defanged = defanger(own);
  return (text, limit) => escaped(defanged(oneLine(text, limit)));
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
