import { shortHash } from "../../findings/hash.ts";
import { oneLine } from "../../findings/text.ts";
import type { LoadedHunt } from "../../hunts/hunt.ts";
import { lacking, observability } from "../../hunts/lacking.ts";
import { compareText } from "../../order.ts";
import type { Finding, Hypothesis, TableCoverage } from "../../types.ts";
import { huntsOf, priorityOf, termsOf } from "../priority.ts";
import { type Idea, lookedFor, type Situation, techniquesOf } from "../situation.ts";
import { windowAround } from "../window.ts";
import type { Proposal } from "./answer.ts";
import type { Digest } from "./digest.ts";
import { plantedTexts, repeatsPlanted } from "./planted.ts";

/** Of one hypothesis at most; the library's best four of the knowledge base's own. */
const mostHunts = 4;
const mostDays = 31;

/** Puts names back into a text of the model, for readers in this house. */
type Reveal = (text: string) => Promise<string>;

/** A checked proposal as a hypothesis: names put back, plain text, ranked by the formula that ranks the knowledge base's. */
export async function hypothesisOf(
  proposal: Proposal,
  digest: Digest,
  situation: Situation,
  revealNames: Reveal,
): Promise<Hypothesis> {
  const { attack } = situation;
  const planted = plantedTexts(situation.findings);
  const plain = async (text: string, limit: number): Promise<string> => {
    const said = plainText(await revealNames(text), limit);
    return repeatsPlanted(said, planted) ? leftOut : said;
  };
  const techniques = attack.resolve(proposal.techniques).techniques;
  const findings = proposal.finding_ids.flatMap((id) => digest.findings.get(id) ?? []);
  const entities = [...new Set(proposal.entities.flatMap((name) => digest.entities.get(name) ?? []))].sort(compareText);
  const hunts = testsOf(
    proposal,
    techniques.map(({ uid }) => uid),
    situation,
  );
  const idea = ideaOf(proposal, techniques[0]?.uid ?? "", entities, findings, situation);
  const because = untestableBecause(proposal, hunts, situation.tables);
  const observed = Math.max(
    0,
    ...hunts.map((hunt) => observability(hunt, situation.tables)),
    ...proposal.able.evidence.map((one) => filledShare(one, situation.tables)),
  );
  const terms = { ...termsOf(idea, situation), observability: because === null ? Math.round(1000 * observed) / 1000 : 0 };
  const saidTitle = await plain(proposal.title, 200);
  // A reader who skims reads titles: one that an intruder may have written is replaced by what the hypothesis is about.
  const title = saidTitle === leftOut ? ownTitle(techniques, entities) : saidTitle;
  const window = windowAround(findings, situation.window, Math.min(mostDays, Math.max(1, Math.ceil(proposal.window_hours / 24))));
  return {
    id: shortHash({ model: techniques.map(({ uid }) => uid), entities, kind: proposal.kind, title }).slice(0, 12),
    title,
    priority: priorityOf(terms),
    priorityTerms: terms,
    origin: "model",
    generator: "model",
    mitreTactics: [...new Set(techniques.flatMap(({ tactics }) => tactics.map(({ name }) => name)))],
    techniques: techniques.map(({ uid }) => uid),
    entities,
    findingUids: findings.map(({ uid }) => uid).sort(compareText),
    description: await plain(descriptionOf(proposal), 2500),
    huntingSteps: await Promise.all(stepsOf(proposal, hunts).map((step) => plain(step, 1200))),
    expectedIndicators: await Promise.all(proposal.expected_indicators.map((text) => plain(text, 300))),
    supportsIf: await plain(proposal.supports_if, 700),
    refutedIf: await plain(proposal.refuted_if, 700),
    benignExplanation: await plain([proposal.benign_explanation, ...proposal.false_positives].join(" "), 1500),
    huntIds: hunts.map(({ id }) => id),
    window,
    testable: because === null,
    notTestableBecause: because,
  };
}

// Stands where the model's sentence would have passed on what somebody wrote into the logs.
const leftOut = "(Left out: it repeats a text of the logs that reads like an order to a machine.)";

function ownTitle(techniques: readonly { readonly name: string }[], entities: readonly string[]): string {
  const whom = entities.length === 0 ? "everybody" : entities.slice(0, 2).join(" and ");
  return oneLine(`${techniques.map(({ name }) => name).join(", ")}: ${whom}`, 200);
}

/** One line without control, invisible and unassigned characters. */
function plainText(text: string, limit: number): string {
  return oneLine(text.replace(/[^\P{C}\n\t]/gu, ""), limit);
}

/** What the formula needs to know; how likely it is follows from the kind and from ATT&CK, never from what the model thinks of itself. */
function ideaOf(
  proposal: Proposal,
  technique: string,
  entities: readonly string[],
  findings: readonly Finding[],
  situation: Situation,
): Idea {
  const { attack } = situation;
  const seen = findings.flatMap((finding) => techniquesOf(finding, attack));
  const likely = Math.max(
    0,
    ...seen.flatMap((from) =>
      attack
        .coOccurring(from)
        .filter(({ technique: other }) => other.uid === technique)
        .map(({ probability }) => probability),
    ),
  );
  const unlooked = 1 - lookedFor(situation)(technique);
  const byKind = {
    // As the knowledge base's generators have it: explain.ts, next-step.ts, spread.ts, gap.ts.
    explain: { generator: "explain", plausibility: seen.includes(technique) ? 1 : likely, gain: 0.5 },
    next_step: { generator: "next-step", plausibility: likely, gain: likely * unlooked },
    spread: { generator: "spread", plausibility: 0.5, gain: 0.5 },
    gap: { generator: "gap", plausibility: 0, gain: 0.5 * unlooked },
  } as const;
  return { technique, entities, findings, because: "", benign: null, ...byKind[proposal.kind] };
}

/**
 * The library's hunts that test it: those that the model names and whose rows show one of its techniques, then what the knowledge base
 * would ask. A hunt for something else is no test, whoever names it.
 */
function testsOf(proposal: Proposal, techniques: readonly string[], situation: Situation): LoadedHunt[] {
  const named = proposal.steps.flatMap(({ hunt_id: id }) => situation.hunts.filter((hunt) => hunt.id === id));
  const able = named.filter(
    (hunt) => hunt.techniques.length === 0 || hunt.techniques.some((shown) => techniques.some((asked) => isKindOf(shown, asked))),
  );
  const others = techniques.flatMap((technique) => huntsOf(technique, situation));
  return [...new Map([...able, ...others].map((hunt) => [hunt.id, hunt])).values()].slice(0, mostHunts);
}

function isKindOf(shown: string, asked: string): boolean {
  return shown === asked || shown.startsWith(`${asked}.`);
}

function filledShare(
  { table, columns }: Proposal["able"]["evidence"][number],
  tables: ReadonlyMap<string, TableCoverage>,
): number {
  const coverage = tables.get(table);
  if (coverage === undefined || coverage.rows === 0) return 0;
  return columns.filter((column) => (coverage.filled[column] ?? 0) >= 0.8).length / columns.length;
}

/** Why nothing can be asked; null when a hunt of the library can, or the columns in which it would show have values. */
function untestableBecause(
  { able }: Proposal,
  hunts: readonly LoadedHunt[],
  tables: ReadonlyMap<string, TableCoverage>,
): string | null {
  if (hunts.some((hunt) => lacking(hunt, tables).length === 0)) return null;
  const lacks = able.evidence.flatMap(({ table, columns }) => {
    const coverage = tables.get(table);
    if (coverage === undefined || coverage.rows === 0) return [`no ${table} events in the window`];
    const empty = columns.filter((column) => (coverage.filled[column] ?? 0) === 0);
    return empty.length === 0 ? [] : [`${table} has no values in ${empty.join(", ")}`];
  });
  return lacks.length < able.evidence.length ? null : [...new Set(lacks)].join("; ");
}

function descriptionOf({ statement, able }: Proposal): string {
  const where = able.evidence.map(({ table, columns, expect }) => `in ${table} (${columns.join(", ")}) ${bare(expect)}`);
  return [
    `${bare(statement)}.`,
    ...(able.actor === null ? [] : [`Who: ${bare(able.actor)}.`]),
    `What: ${bare(able.behavior)}.`,
    `Where: ${bare(able.location)}.`,
    `It would show ${where.join("; ")}.`,
  ].join(" ");
}

/** The library's hunts first, then the model's own steps; its statements are shown and never run as they stand. */
function stepsOf(proposal: Proposal, hunts: readonly LoadedHunt[]): string[] {
  return [
    ...hunts.map((hunt) => `Run the hunt "${hunt.title}" (${hunt.id}).`),
    ...proposal.steps.map(({ purpose, sql }) =>
      sql === null
        ? `${bare(purpose)}.`
        : `${bare(purpose)}. A statement to start from, not run: ${sql.replace(/\s+/g, " ").trim()}`,
    ),
  ];
}

function bare(text: string): string {
  return text.trim().replace(/[.\s]+$/, "");
}
