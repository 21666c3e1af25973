import { visible } from "../charts/text.ts";
import { sendersOutside } from "../findings/senders.ts";
import { clipped } from "../findings/text.ts";
import { defanger } from "../report/defang.ts";
import type { HuntingLanguage, HuntingQuestion } from "../sources/hunting-language.ts";
import { loadHuntingLanguages } from "../sources/hunting-languages.ts";
import { statement } from "../store/statement.ts";
import { epochMilliseconds } from "../time.ts";
import type { Finding, ObservableName, Story } from "../types.ts";
import { questionsOf } from "./question.ts";

/** What tickets are written with. */
export interface Ticketing {
  /** The estate's own networks (CIDR): their addresses are not defanged. */
  readonly internal: readonly string[];
  /** For local times: "Europe/Amsterdam". */
  readonly timeZone: string;
  /** "TLP:AMBER". */
  readonly marking: string;
  readonly languages: readonly HuntingLanguage[];
  /** Settings of sources by id: which console their pages are on. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Our own SQL by the kind of question. */
  readonly statements: ReadonlyMap<string, string>;
}

const kinds = [
  "connections",
  "names",
  "processes",
  "logons",
  "sign-ins",
  "messages",
  "clicks",
] as const satisfies readonly HuntingQuestion["kind"][];

/** Reads what tickets need beside the results. */
export async function loadTicketing(options: {
  readonly timeZone: string;
  readonly marking: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sources?: string;
}): Promise<Omit<Ticketing, "internal">> {
  const statements = new Map<string, string>();
  for (const kind of kinds) statements.set(kind, withoutComments(await statement(import.meta.url, `questions/${kind}.sql`)));
  return {
    timeZone: options.timeZone,
    marking: options.marking,
    settings: options.settings,
    statements,
    languages: await loadHuntingLanguages(options.sources),
  };
}

/** A ticket has fewer characters than this. */
export const ticketLimit = 3_000;

/** How much of each list is printed; less is tried until the ticket is short enough. */
interface Lengths {
  readonly text: number;
  readonly steps: number;
  readonly indicators: number;
  readonly ids: number;
  readonly checks: number;
  readonly hasQuestions: boolean;
}

const lengths: readonly Lengths[] = [
  { text: 160, steps: 8, indicators: 14, ids: 6, checks: 3, hasQuestions: true },
  { text: 140, steps: 6, indicators: 10, ids: 4, checks: 2, hasQuestions: true },
  { text: 120, steps: 5, indicators: 8, ids: 3, checks: 2, hasQuestions: true },
  { text: 110, steps: 5, indicators: 6, ids: 2, checks: 1, hasQuestions: true },
  { text: 100, steps: 4, indicators: 5, ids: 1, checks: 1, hasQuestions: true },
  { text: 90, steps: 4, indicators: 4, ids: 1, checks: 0, hasQuestions: true },
  { text: 70, steps: 3, indicators: 3, ids: 1, checks: 0, hasQuestions: true },
  { text: 100, steps: 6, indicators: 8, ids: 3, checks: 2, hasQuestions: false },
  { text: 60, steps: 2, indicators: 3, ids: 1, checks: 0, hasQuestions: false },
];

/**
 * A story as plain text under 3,000 characters for a ticket: what happened when (UTC and local), whom it concerns, indicators defanged,
 * the products' own ids and console pages, and one question in SQL and in the products' languages. Values stand exact in questions
 * alone. Whatever a log says is one harmless line.
 */
export function ticketOf(story: Story, findings: readonly Finding[], ticketing: Ticketing): string {
  const uids = new Set(story.steps.map(({ findingUid }) => findingUid));
  const own = findings.filter(({ uid }) => uids.has(uid));
  // Of all findings: an account of ours that only sent mail in this story may have done more in another.
  const senders = sendersOutside(findings);
  const concerned = story.entities
    .filter(({ kind, value }) => (kind === "user" || kind === "device") && !senders.has(value.toLowerCase()))
    .map(({ value }) => value);
  const attempts = lengths.map((length) => written({ story, concerned, findings: own }, length, ticketing));
  return attempts.find((text) => text.length < ticketLimit) ?? clipped(attempts.at(-1) ?? "", ticketLimit - 1);
}

interface Subject {
  readonly story: Story;
  /** Accounts and devices of ours. */
  readonly concerned: readonly string[];
  readonly findings: readonly Finding[];
}

function written({ story, concerned, findings }: Subject, length: Lengths, ticketing: Ticketing): string {
  const names = new Set(concerned.map((value) => value.toLowerCase()));
  const defang = defanger({ networks: ticketing.internal, names });
  const line = (text: string): string => defang(clipped(visible(text), length.text));
  const both = (time: string): string =>
    `${time.slice(0, 16)} UTC${ticketing.timeZone === "UTC" ? "" : ` (${localTime(time, ticketing.timeZone)})`}`;
  const steps = story.steps.map(({ time, text }) => `  ${time.slice(5, 16)}Z ${line(text)}`);
  const question = length.hasQuestions ? asked(findings, ticketing) : [];
  return [
    `${story.severity.toUpperCase()} ${Math.round(story.score)}/100: ${line(story.title)}`,
    `${ticketing.marking}  Story ${story.uid}, ${story.techniques.length === 0 ? "no technique" : listed(story.techniques, 12)}`,
    `First ${both(story.firstSeen)}`,
    `Last  ${both(story.lastSeen)}`,
    `Concerns: ${listed(concerned.map(line), 6)}`,
    "",
    "What happened",
    ...some(steps, length.steps, "steps"),
    ...part(
      "Goes on",
      story.stillActive.map((text) => `  ${line(text)}`),
      1,
    ),
    ...part("Indicators (defanged)", indicatorsOf(findings, line), length.indicators),
    ...part("Ids in the products", idsOf(findings, ticketing, defang), length.ids),
    ...part(
      "Check next",
      story.nextChecks.map((text) => `  ${line(text)}`),
      length.checks,
    ),
    ...question,
  ]
    .join("\n")
    .concat("\n");
}

function part(title: string, lines: readonly string[], most: number): string[] {
  return lines.length === 0 || most === 0 ? [] : ["", title, ...some(lines, most, "")];
}

function some(lines: readonly string[], most: number, what: string): string[] {
  const left = lines.length - most;
  return left <= 0 ? [...lines] : [...lines.slice(0, most), `  and ${left} more${what === "" ? "" : ` ${what}`}: see the report`];
}

function listed(values: readonly string[], most: number): string {
  const left = values.length - most;
  if (values.length === 0) return "nobody by name";
  return `${values.slice(0, most).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}

/** The wall clock of a zone, with the zone's name for it: "2026-11-19 11:21 GMT+1". */
function localTime(time: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).formatToParts(new Date(epochMilliseconds(time)));
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")} ${of("hour")}:${of("minute")} ${of("timeZoneName")}`;
}

const indicatorNames: ReadonlySet<ObservableName> = new Set<ObservableName>([
  "dst_endpoint.ip",
  "dst_endpoint.hostname",
  "query.hostname",
  "url.hostname",
  "url.url_string",
  "email.from",
  "file.hashes",
  "src_endpoint.ip",
]);

/** Values of outsiders: what was defanged, and hashes. */
function indicatorsOf(findings: readonly Finding[], line: (text: string) => string): string[] {
  const found = new Map<string, string>();
  for (const { observables } of findings)
    for (const { name, value } of observables)
      if (indicatorNames.has(name) && (name === "file.hashes" || isDefanged(line(value)))) found.set(line(value), name);
  return [...found].map(([value, name]) => `  ${name} ${value}`).sort();
}

function isDefanged(text: string): boolean {
  return /\[[.:@]\]|^hxxp/.test(text);
}

/** The products' alerts first: people look there first. */
function idsOf(findings: readonly Finding[], { languages, settings }: Ticketing, defang: (text: string) => string): string[] {
  const ids = findings.flatMap(({ evidences, isVendorAlert }) =>
    evidences.flatMap(({ event_ids }) => event_ids.slice(0, isVendorAlert ? 4 : 1)),
  );
  const rows = [...new Set(ids.filter((id) => id.trim() !== ""))].map((id) => {
    const pages = languages.flatMap((language) => language.page(id, settings[language.id] ?? {}) ?? []);
    const [page] = pages;
    const shown = defang(clipped(visible(id), 110));
    return {
      id,
      hasPage: page !== undefined,
      text: page === undefined ? `  ${shown}` : `  ${page.label}: ${page.url}`,
    };
  });
  return rows.sort((a, b) => Number(b.hasPage) - Number(a.hasPage) || (a.id < b.id ? -1 : 1)).map(({ text }) => text);
}

/** One question about the story in SQL and in every language that can ask it: of the best finding whose question most can ask. */
function asked(findings: readonly Finding[], { languages, statements }: Ticketing): string[] {
  const offered = findings
    .filter(({ isVendorAlert }) => !isVendorAlert)
    .sort((a, b) => b.score - a.score || (a.uid < b.uid ? -1 : 1))
    .flatMap(questionsOf)
    .map((question) => ({
      question,
      answers: languages.flatMap((language) => {
        const text = language.ask(question);
        return text === null ? [] : [`${language.name}:\n${text}`];
      }),
    }));
  const [best] = [...offered].sort((a, b) => b.answers.length - a.answers.length);
  if (best === undefined) return [];
  const { kind, window, ...values } = best.question;
  const parameters = Object.entries({ ...window, ...values }).map(
    ([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return [
    "",
    `The same question in each language (values exact, do not open them)`,
    `SQL (spoor query, each value with --param): ${parameters.join(", ")}`,
    statements.get(kind) ?? "",
    ...best.answers,
  ];
}

function withoutComments(sql: string): string {
  return sql
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n");
}
