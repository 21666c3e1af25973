import type { Attack } from "../../attack/attack.ts";
import { meddles } from "../../findings/meddling.ts";
import type { SchemaColumns } from "../../hunts/columns.ts";
import type { LoadedHunt } from "../../hunts/hunt.ts";
import type { Proposal } from "./answer.ts";
import type { Digest } from "./digest.ts";
import { isAmong, namesIn } from "./names-in.ts";
import { isDecidable } from "./testable.ts";
import { wordsOf } from "./words.ts";

/** What a proposal is checked against: what there is, and what the model was shown. */
export interface Shown {
  readonly digest: Digest;
  readonly attack: Attack;
  readonly columns: SchemaColumns;
  readonly hunts: readonly LoadedHunt[];
}

const limits = {
  title: [10, 200],
  statement: [40, 1500],
  criterion: [25, 700],
  list: 10,
  item: 300,
  steps: 10,
  sql: 4000,
  techniques: 3,
  entities: 8,
  findings: 12,
  evidence: 6,
  columns: 12,
  hours: 24 * 92,
} as const;

/** Why a proposal cannot be taken, in words of our own (never the model's); null when it holds what it must. */
export function faultOf(proposal: Proposal, shown: Shown): string | null {
  const { digest, attack, columns, hunts } = shown;
  const tables = proposal.able.evidence;
  const texts = textsOf(proposal);
  const said = texts.join("\n");
  const rules: readonly (readonly [boolean, string])[] = [
    [isOutsideLimits(proposal), "is longer or shorter than a hypothesis may be"],
    [texts.some(isNotPlain), "carries markup, placeholders or control characters"],
    // A hypothesis is a question. Looked for where a reader is told what to do: in what an intruder is said to do and in innocent readings
    // such words have their place.
    [
      [proposal.title, ...proposal.steps.map(({ purpose }) => purpose)].some(meddles),
      "asks to close, hide or change what was found",
    ],
    [proposal.techniques.length === 0, "names no technique"],
    [
      [...proposal.techniques, ...techniquesIn(said)].some((id) => attack.technique(id) === null),
      "names a technique that ATT&CK does not have",
    ],
    [proposal.finding_ids.length === 0 && proposal.kind !== "gap", "rests on no finding"],
    [proposal.finding_ids.some((id) => !digest.findings.has(id)), "cites a finding that it was not shown"],
    [proposal.entities.some((name) => !digest.entities.has(name)), "is about an entity that it was not shown"],
    [[...namesIn(said)].some((name) => !isAmong(name, digest.names)), "names a host, address or token that it was not shown"],
    [tables.length === 0, "says no table in which it would show"],
    [tables.some(({ table }) => !columns.has(table)), "names a table that there is not"],
    [
      tables.some(
        (one) => one.columns.length === 0 || one.columns.some((column) => columns.get(one.table)?.has(column) !== true),
      ),
      "names a column that there is not",
    ],
    [
      proposal.steps.some(({ hunt_id: id }) => id !== null && !hunts.some((hunt) => hunt.id === id)),
      "names a hunt that the library does not have",
    ],
    [
      proposal.steps.some(({ sql }) => sql !== null && !isSelectOver(sql, columns)),
      "suggests a statement that is no question to the tables",
    ],
    [!isFalsifiable(proposal), "does not say what would support it, what would refute it, or what else it could be"],
    [
      [proposal.supports_if, proposal.refuted_if].some((text) => !isDecidable(text, { columns, names: digest.names })),
      "would be supported or refuted by nothing that stands in the data",
    ],
  ];
  return rules.find(([isBroken]) => isBroken)?.[1] ?? null;
}

/** Every sentence of a proposal. */
export function textsOf(proposal: Proposal): string[] {
  const { able } = proposal;
  return [
    proposal.title,
    proposal.statement,
    ...(able.actor === null ? [] : [able.actor]),
    able.behavior,
    able.location,
    ...able.evidence.map(({ expect }) => expect),
    ...proposal.steps.map(({ purpose }) => purpose),
    proposal.supports_if,
    proposal.refuted_if,
    proposal.benign_explanation,
    ...proposal.expected_indicators,
    ...proposal.false_positives,
  ];
}

function isOutsideLimits(proposal: Proposal): boolean {
  const isWithin = (text: string, [least, most]: readonly [number, number]) => text.trim().length >= least && text.length <= most;
  const { able } = proposal;
  const items = [...proposal.expected_indicators, ...proposal.false_positives, ...proposal.steps.map(({ purpose }) => purpose)];
  return !(
    isWithin(proposal.title, limits.title) &&
    isWithin(proposal.statement, limits.statement) &&
    [proposal.supports_if, proposal.refuted_if, proposal.benign_explanation].every(
      (text) => text.length <= limits.criterion[1],
    ) &&
    [able.actor ?? "", able.behavior, able.location, ...able.evidence.map(({ expect }) => expect)].every(
      (text) => text.length <= limits.criterion[1],
    ) &&
    items.every((text) => text.length <= limits.item) &&
    proposal.expected_indicators.length <= limits.list &&
    proposal.false_positives.length <= limits.list &&
    proposal.steps.length <= limits.steps &&
    proposal.steps.every(({ sql }) => sql === null || sql.length <= limits.sql) &&
    proposal.techniques.length <= limits.techniques &&
    proposal.entities.length <= limits.entities &&
    proposal.finding_ids.length <= limits.findings &&
    able.evidence.length <= limits.evidence &&
    able.evidence.every((one) => one.columns.length <= limits.columns) &&
    proposal.window_hours > 0 &&
    proposal.window_hours <= limits.hours
  );
}

// What no plain sentence needs: tags, Markdown images and links, placeholders, formulas, control and invisible characters.
const marks = /<[/!?a-z]|!\[|\]\s*\(|\{\{|\$\{|^[=+@|]|[^\P{C}\n\t]/iu;

function isNotPlain(text: string): boolean {
  return marks.test(text) || /\b(?:javascript|data|vbscript):/i.test(text);
}

function techniquesIn(text: string): string[] {
  return [...text.matchAll(/\bT\d{4}(?:\.\d{3})?\b/g)].map(([id]) => id);
}

/** One SELECT whose sources are event tables or named by itself. The guard of src/privacy is what protects; this keeps nonsense from the reader. */
function isSelectOver(sql: string, columns: SchemaColumns): boolean {
  const text = sql.replace(/'(?:[^'\\]|\\.|'')*'/g, "''").replace(/;\s*$/, "");
  if (
    !/^\s*(?:select|with)\b/i.test(text) ||
    /;|\b(?:insert|alter|drop|create|attach|settings|format|outfile|system)\b/i.test(text)
  )
    return false;
  const own = new Set([...text.matchAll(/\b(\w+)\s+as\s*\(/gi)].map(([, name]) => name ?? ""));
  const sources = [...text.matchAll(/\b(?:from|join)\s+([\w.`"]+)(\s*\()?/gi)];
  return sources.length > 0 && sources.every(([, name = "", call]) => call === undefined && (columns.has(name) || own.has(name)));
}

// Sentences that hold whatever the data say.
const hollow =
  /\b(?:hypothesis|theory|assumption) (?:is|was|proves) (?:true|false|right|wrong|correct|confirmed|supported|refuted)\b|\b(?:malicious|suspicious|attacker) (?:activity|behaviou?r) (?:is|was) (?:found|seen|detected|confirmed|observed)\b|^\W*(?:none|unknown|n\/?a|not applicable|nothing)\b\W*$/i;

/** Each of the three says something, and no two say the same. */
function isFalsifiable(proposal: Proposal): boolean {
  const sentences = [proposal.supports_if, proposal.refuted_if, proposal.benign_explanation];
  const normal = sentences.map((text) => [...wordsOf(text)].sort().join(" "));
  const saysSomething = (text: string) =>
    text.trim().length >= limits.criterion[0] && wordsOf(text).size >= 4 && !hollow.test(text);
  return sentences.every(saysSomething) && new Set(normal).size === sentences.length;
}
