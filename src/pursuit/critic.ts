import { messageOf, SpoorError } from "../errors.ts";
import { shortHash } from "../findings/hash.ts";
import { oneLine } from "../findings/text.ts";
import type { Json } from "../reasoner/port.ts";
import { notACheck, partsOf } from "./check.ts";
import { checksForReader, type HeldClaim, type Verified, verifyClaims, verifySentences } from "./claims.ts";
import { dataBlock } from "./data-block.ts";
import { critiqueFormat, jsonIn, type SaidTrial, saidCritique } from "./formats.ts";
import { type Hunting, Stopped } from "./hunting.ts";
import { criticPrompt } from "./prompts.ts";
import { couldGoEitherWay } from "./proof.ts";
import { cleaned } from "./prose.ts";
import type { RejectedClaim, Trial } from "./pursuit.ts";

/** The benign case as the critic argued it, checked. */
export interface Critique {
  readonly verified: Verified;
  /** Benign readings that were put to a test. */
  readonly trials: readonly Trial[];
  readonly rejected: readonly RejectedClaim[];
  /** Why the critic was not heard; null when it was. */
  readonly ended: Stopped | null;
}

const nothing = { verified: { held: [], rejected: [] }, trials: [], rejected: [] } as const;
export const noCritique: Critique = { ...nothing, ended: null };
const most = { trials: 4, sql: 4_000 } as const;

/**
 * Hears the critic, another call, who argues the benign case over the same record. One who cannot be heard does not take away what was
 * checked before; it only keeps it from being called supported.
 */
export async function criticise(
  held: readonly HeldClaim[],
  { record, names }: { readonly record: Readonly<Record<string, Json>>; readonly names: readonly string[] },
  hunting: Hunting,
): Promise<Critique> {
  const value = {
    ...record,
    claims: held.map(({ claim, hiddenText, saidEventIds }) => ({
      text: hiddenText,
      event_ids: [...saidEventIds],
      techniques: [...claim.techniques],
    })),
  };
  try {
    const { content } = await hunting.ask({
      purpose: "critic",
      system: criticPrompt,
      tools: [],
      format: critiqueFormat,
      messages: [{ role: "user", content: [{ type: "text", text: dataBlock(hunting.boundary, value) }] }],
    });
    const said = saidCritique.safeParse(jsonIn(content));
    if (!said.success) throw new Stopped("invalid", "the answer does not have the form that was asked for");
    const verified = await verifyClaims(said.data.claims, "b", hunting);
    return { verified, ...(await tryOut(said.data.trials, held, names, hunting)), ended: null };
  } catch (cause) {
    if (!(cause instanceof Stopped)) throw cause;
    return { ...nothing, ended: cause };
  }
}

/**
 * Puts benign readings to the test that the critic named: it foretells whether records of a kind are there, before anybody looked, and
 * the program looks among the records that no claim cites. Those that could only go one way are no test.
 */
async function tryOut(
  said: readonly SaidTrial[],
  held: readonly HeldClaim[],
  names: readonly string[],
  hunting: Hunting,
): Promise<Pick<Critique, "trials" | "rejected">> {
  const cited = [...new Set(held.flatMap(({ saidEventIds }) => saidEventIds))].sort();
  const trials: Trial[] = [];
  const rejected: RejectedClaim[] = [];
  for (const [position, one] of said.entries()) {
    const { held: texts, rejected: unfounded } = await verifySentences([one.explanation], names, hunting);
    const [explanation] = texts;
    const result =
      position >= most.trials
        ? `only the first ${most.trials} are tried`
        : explanation === undefined
          ? (unfounded[0]?.because ?? "it says nothing")
          : await tried(one, explanation, cited, hunting);
    if (typeof result !== "string") trials.push(result);
    else rejected.push({ text: oneLine(`Benign reading: ${explanation ?? unfounded[0]?.text ?? ""}`, 700), because: result });
  }
  return { trials, rejected };
}

async function tried(said: SaidTrial, explanation: string, cited: readonly string[], hunting: Hunting): Promise<Trial | string> {
  const { sql, foretells } = said;
  const fault = sql.length > most.sql ? `its check is longer than ${most.sql} characters` : notACheck(sql);
  if (fault !== null) return fault;
  const { aggregate, column } = partsOf(sql);
  if (aggregate !== "count" || column !== null) return "its check counts no records: SELECT count() FROM … WHERE …";
  try {
    if (!(await couldGoEitherWay(sql, cited, hunting)))
      return "its check says nothing of what records hold, or could have come out one way only";
    const value = await countBeyond(sql, cited, hunting);
    const [check = { sql, value }] = await checksForReader([{ sql, value }], hunting);
    return { explanation, foretells, check, isBorneOut: value > 0 === (foretells === "some") };
  } catch (cause) {
    if (cause instanceof Stopped || !(cause instanceof SpoorError) || hunting.signal.aborted) throw cause;
    return `its check cannot be asked: ${oneLine(cleaned(messageOf(cause)), 200)}`;
  }
}

/** How many records meet the condition of a check beside those that claims cite: what was said already proves nothing again. */
async function countBeyond(sql: string, cited: readonly string[], hunting: Hunting): Promise<number> {
  const { table, condition } = partsOf(sql);
  const all = await countOf(`SELECT count() AS records FROM ${table} WHERE ${condition}`, {}, hunting);
  if (all === 0) return 0;
  // Ids of events are quick to ask for by themselves, and slow to leave out.
  const own = await countOf(
    `SELECT count() AS records FROM ${table} WHERE has({uids:Array(String)}, metadata_uid) AND (${condition})`,
    { uids: [...cited] },
    hunting,
  );
  return Math.max(0, all - own);
}

async function countOf(sql: string, parameters: { readonly uids?: string[] }, hunting: Hunting): Promise<number> {
  const seen = await hunting.check(() => hunting.context.privacy.ask(sql, hunting.signal, { ...parameters }));
  const value = Number(seen.rows[0]?.records);
  await hunting.ledger.add({
    kind: "check",
    what: "trial",
    input: null,
    outcome: String(value),
    statement: { sql, parameters, rowCount: seen.rowCount, hash: shortHash(seen.rows) },
    eventIds: [],
    usage: null,
    usd: 0,
  });
  if (!Number.isFinite(value)) throw new SpoorError("usage", "the statement gives no number");
  return value;
}
