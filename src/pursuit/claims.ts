import { messageOf, SpoorError } from "../errors.ts";
import { clipped, oneLine } from "../findings/text.ts";
import { schemaColumns } from "../hunts/columns.ts";
import { sqlTokens } from "../store/sql-tokens.ts";
import type { Hypothesis } from "../types.ts";
import { type CitedRecord, citedRecords } from "./cited-records.ts";
import type { SaidCheck, SaidClaim } from "./formats.ts";
import { type Hunting, Stopped } from "./hunting.ts";
import { numberOf } from "./number-of.ts";
import { bearsOn } from "./proof.ts";
import { cleaned, type Grounds, unfounded, type Vocabulary, vocabularyOf, withNumbers } from "./prose.ts";
import type { Claim, RejectedClaim } from "./pursuit.ts";

/** A claim that stood up to its checks, with what later steps need of it. */
export interface HeldClaim {
  readonly claim: Claim;
  /** What the model calls it. */
  readonly saidId: string;
  /** Its text with numbers in place, names as the model knows them. */
  readonly hiddenText: string;
  /** The events that it cites, as the model was shown them. */
  readonly saidEventIds: readonly string[];
  readonly records: readonly CitedRecord[];
  /** An inference on a technique, with a check that says something of the events that it cites: more than how many were listed. */
  readonly isProven: boolean;
}

export interface Verified {
  readonly held: readonly HeldClaim[];
  readonly rejected: readonly RejectedClaim[];
}

const most = { claims: 12, events: 30, techniques: 8, checks: 6, sql: 4_000 } as const;

/**
 * Claims of the model, each held or rejected with the first reason: cited events were shown in this hunt and are there, techniques
 * exist and fit the hypothesis, checks give the numbers that were expected when asked again, and the text says no more than that.
 * `prefix` begins the ids that held claims are given.
 */
export async function verifyClaims(said: readonly SaidClaim[], prefix: string, hunting: Hunting): Promise<Verified> {
  const words = vocabularyOf(hunting.context.attack, await schemaColumns());
  const wanted = said.slice(0, most.claims).flatMap((claim) => claim.event_ids.filter((id) => hunting.shown.has(id)));
  const ids = [...new Set(wanted)].sort();
  const records = await hunting.within(citedRecords(ids, hunting.context));
  await findNames([...records.keys(), ...said.map(({ text }) => text)], hunting);
  const held: HeldClaim[] = [];
  const rejected: RejectedClaim[] = [];
  for (const [position, claim] of said.entries()) {
    const text = cleaned(claim.text);
    const result =
      position < most.claims
        ? await verified(claim, { id: `${prefix}${held.length + 1}`, records, words, hunting })
        : `only the first ${most.claims} are looked at`;
    if (typeof result === "string") rejected.push({ text: await forReader(text, hunting), because: result });
    else if (held.some(({ claim: other }) => other.text === result.claim.text))
      rejected.push({ text: result.claim.text, because: "it was said before" });
    else held.push(result);
  }
  return { held, rejected };
}

interface Against {
  readonly id: string;
  readonly records: ReadonlyMap<string, CitedRecord>;
  readonly words: Vocabulary;
  readonly hunting: Hunting;
}

async function verified(said: SaidClaim, { id, records, words, hunting }: Against): Promise<HeldClaim | string> {
  const eventIds = [...new Set(said.event_ids)];
  if (eventIds.length === 0) return "it cites no event";
  if (eventIds.length > most.events) return `it cites more than ${most.events} events`;
  const unseen = eventIds.filter((uid) => !hunting.shown.has(uid));
  if (unseen.length > 0)
    return `${unseen.length} of its ${eventIds.length} cited events were not shown in this hunt (${oneLine(unseen[0] ?? "", 60)})`;
  const cited = eventIds.flatMap((uid) => records.get(uid) ?? []);
  if (cited.length < eventIds.length) return `${eventIds.length - cited.length} of its cited events cannot be found`;
  const techniques = techniquesOf(said, hunting);
  if (typeof techniques === "string") return techniques;
  const numbers = await numbersOf(said.checks, hunting);
  if (typeof numbers === "string") return numbers;
  const grounds: Grounds = {
    records: cited,
    names: [],
    numbers: new Map(numbers.map((one) => [one.id, one.value])),
    techniques,
    words,
    shown: hunting.answers,
  };
  const fault = unfounded(said.text, grounds);
  if (fault !== null) return fault;
  const hiddenText = withNumbers(cleaned(said.text), grounds.numbers);
  return {
    claim: {
      id,
      kind: said.kind,
      text: await forReader(hiddenText, hunting),
      eventIds: await realIds(eventIds, hunting),
      techniques,
      checks: await checksForReader(numbers, hunting),
    },
    saidId: said.id,
    hiddenText,
    saidEventIds: eventIds,
    records: cited,
    isProven: said.kind === "inference" && techniques.length > 0 && (await isAnyProof(numbers, eventIds, hunting)),
  };
}

async function isAnyProof(
  checks: readonly { readonly sql: string; readonly value: number }[],
  eventIds: readonly string[],
  hunting: Hunting,
): Promise<boolean> {
  for (const { sql, value } of checks) if (value > 0 && (await bearsOn(sql, eventIds, hunting))) return true;
  return false;
}

/** The techniques as ATT&CK numbers them now; a reason where one does not exist or has nothing to do with the hypothesis. */
function techniquesOf(said: SaidClaim, { context: { attack }, hypothesis }: Hunting): string[] | string {
  if (said.techniques.length > most.techniques) return `it names more than ${most.techniques} techniques`;
  const uids: string[] = [];
  for (const id of said.techniques) {
    const uid = /^T\d{4}(?:\.\d{3})?$/i.test(id) ? attack.technique(id)?.uid : undefined;
    if (uid === undefined) return `${oneLine(cleaned(id), 40)} is no technique of ATT&CK ${attack.version}`;
    if (!fits(uid, hypothesis, attack)) return `${uid} has nothing to do with the techniques of the hypothesis`;
    uids.push(uid);
  }
  return [...new Set(uids)];
}

/** The same technique or kind of it, one with a tactic in common, or one that the same actors use. */
function fits(uid: string, { techniques }: Hypothesis, attack: Hunting["context"]["attack"]): boolean {
  if (techniques.length === 0) return true;
  const tactics = new Set(attack.technique(uid)?.tactics.map((tactic) => tactic.uid));
  const family = (id: string) => id.split(".")[0];
  return techniques.some(
    (asked) =>
      family(asked) === family(uid) ||
      attack.technique(asked)?.tactics.some((tactic) => tactics.has(tactic.uid)) === true ||
      attack.coOccurring(asked).some(({ technique }) => technique.uid === uid),
  );
}

/** Checks asked again; a reason where one cannot be asked or gives another number than the model said. */
async function numbersOf(
  checks: readonly SaidCheck[],
  hunting: Hunting,
): Promise<{ readonly id: string; readonly sql: string; readonly value: number }[] | string> {
  if (checks.length > most.checks) return `it has more than ${most.checks} checks`;
  const numbers: { id: string; sql: string; value: number }[] = [];
  for (const { id, sql, expect } of checks) {
    const name = oneLine(cleaned(id), 30);
    if (numbers.some((one) => one.id === id)) return `the check ${name} is given twice`;
    if (sql.length > most.sql) return `the check ${name} is longer than ${most.sql} characters`;
    try {
      const value = await numberOf(sql, "check", hunting);
      if (Math.abs(value - expect) > 1e-6 * Math.max(1, Math.abs(value)))
        return `the check ${name} gives ${value}, not ${expect}`;
      numbers.push({ id, sql, value });
    } catch (cause) {
      if (cause instanceof Stopped || !(cause instanceof SpoorError) || hunting.signal.aborted) throw cause;
      return `the check ${name} cannot be asked: ${oneLine(messageOf(cause), 200)}`;
    }
  }
  return numbers;
}

/** Sentences that cite nothing (what could not be seen, what to ask next): held when they say no number and name nobody but the hypothesis' own. */
export async function verifySentences(
  said: readonly string[],
  names: readonly string[],
  hunting: Hunting,
): Promise<{ readonly held: readonly string[]; readonly rejected: readonly RejectedClaim[] }> {
  const words = vocabularyOf(hunting.context.attack, await schemaColumns());
  const techniques = [...hunting.hypothesis.techniques];
  await findNames(said, hunting);
  const held: string[] = [];
  const rejected: RejectedClaim[] = [];
  for (const [position, sentence] of said.entries()) {
    const text = cleaned(sentence);
    const because =
      position < most.claims
        ? unfounded(sentence, { records: [], names, numbers: new Map(), techniques, words, shown: hunting.answers })
        : `only the first ${most.claims} are looked at`;
    if (because === null) held.push(await forReader(text, hunting));
    else rejected.push({ text: await forReader(text, hunting), because });
  }
  return { held, rejected };
}

/** The statements of checks with names put back, so that a reader can ask them of the real tables. */
export async function checksForReader(
  checks: readonly { readonly sql: string; readonly value: number }[],
  hunting: Hunting,
): Promise<Claim["checks"]> {
  const { privacy } = hunting.context;
  const told: Claim["checks"][number][] = [];
  for (const { sql, value } of checks) {
    const pieces: string[] = [];
    // Text that is escaped already is left as it is.
    for (const { kind, text } of sqlTokens(sql))
      pieces.push(
        kind === "string" && !/[\\']/.test(text.slice(1, -1))
          ? quoted(await hunting.within(privacy.reveal(text.slice(1, -1))), text)
          : text,
      );
    told.push({ sql: pieces.join("").trim(), value });
  }
  return told;
}

/** Text between quotation marks of SQL; as it was where nothing in it was put back. */
function quoted(text: string, before: string): string {
  return `'${text}'` === before ? before : `'${cleaned(text).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** Ids of events as the store has them, for ids as the model was shown them. */
export async function realIds(ids: readonly string[], hunting: Hunting): Promise<string[]> {
  const { privacy } = hunting.context;
  const real: string[] = [];
  await findNames(ids, hunting);
  for (const id of ids) real.push((await hunting.within(privacy.valueOf(id))) ?? id);
  return real;
}

/** Names put back, in one line of bounded length: what a name brings along is made harmless too. */
export async function forReader(text: string, hunting: Hunting): Promise<string> {
  const revealed = await hunting.within(hunting.context.privacy.reveal(clipped(text, 1_200)));
  return clipped(cleaned(revealed), 1_600);
}

/** Looks for what stands behind all tokens of some texts in one go: one look through the tables, not one a text. */
async function findNames(texts: readonly string[], hunting: Hunting): Promise<void> {
  await hunting.within(hunting.context.privacy.reveal(texts.map((text) => clipped(text, 1_200)).join("\n")));
}
