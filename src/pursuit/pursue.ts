import { actionById, actions } from "../findings/actions.ts";
import { shortHash } from "../findings/hash.ts";
import { clipped, oneLine } from "../findings/text.ts";
import type { Json, Reasoner } from "../reasoner/port.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { HuntResult, Hypothesis } from "../types.ts";
import { forReader, type HeldClaim, realIds, verifyClaims, verifySentences } from "./claims.ts";
import { criticise, noCritique } from "./critic.ts";
import { dataBlock } from "./data-block.ts";
import { type Digest, digestOf } from "./digest.ts";
import { jsonIn, type SaidSummary, saidSummary, summaryFormat } from "./formats.ts";
import { Hunting, Stopped } from "./hunting.ts";
import { type Investigation, investigate } from "./investigate.ts";
import { Ledger, type LedgerFile } from "./ledger.ts";
import type { PursuitLimits } from "./limits.ts";
import { summaryPrompt } from "./prompts.ts";
import { cleaned } from "./prose.ts";
import type { Pursuit, RejectedClaim } from "./pursuit.ts";
import { judge, libraryJudgement } from "./verdict.ts";

export interface PursueOptions {
  readonly hypothesis: Hypothesis;
  readonly reasoner: Reasoner;
  /** The caller's signal is that of its world. */
  readonly context: ToolContext;
  /** What the library's hunts of the hypothesis gave. */
  readonly libraryResults: readonly HuntResult[];
  readonly limits: PursuitLimits;
  readonly seed: number;
  readonly ledger: LedgerFile;
  /** Records of past hunts that may matter; data, like any other. */
  readonly memory?: readonly string[];
}

/**
 * Pursues a hypothesis with a language model and keeps what stands up to its checks: a tool loop, a summary, verification, and a critic
 * who argues the other side. Whatever stops it before it finishes leaves the verdict of the library's hunts, and says why. Rejects only
 * when the caller's signal ends it, or when the store or the ledger fails.
 */
export async function pursue(options: PursueOptions): Promise<Pursuit> {
  const { hypothesis, context, libraryResults } = options;
  const digest = digestOf(hypothesis, libraryResults, options.memory ?? [], context);
  const hunting = new Hunting({
    ...options,
    ledger: new Ledger(options.ledger),
    boundary: shortHash({ seed: options.seed, digest: digest.value }),
  });
  for (const id of digest.eventIds) hunting.shown.add(id);
  const told = (pursuit: Told): Pursuit => ({
    hypothesisId: hypothesis.id,
    reasoner: options.reasoner.name,
    ...pursuit,
    usd: hunting.usd,
    usage: hunting.usage,
    steps: hunting.ledger.steps,
  });
  try {
    const investigation = await investigate(digest, hunting);
    const summary = await summarise(digest, investigation, hunting);
    return told(await conclude(summary, digest, investigation, hunting));
  } catch (cause) {
    if (!(cause instanceof Stopped)) throw cause;
    return told(withoutModel(cause, hypothesis, libraryResults));
  }
}

type Told = Omit<Pursuit, "hypothesisId" | "reasoner" | "usd" | "usage" | "steps">;

/** What stands when the model did not get to its end: the library's verdict. */
function withoutModel(stopped: Stopped, hypothesis: Hypothesis, results: readonly HuntResult[]): Told {
  return {
    ended: stopped.ended,
    endedBecause: stopped.message,
    ...libraryJudgement(hypothesis, results),
    summary: librarySummary(hypothesis, results),
    claims: [],
    counterEvidence: [],
    critic: [],
    trials: [],
    rejected: [],
    gaps: [],
    nextQuestion: null,
    recommendedActions: [],
    instructionLikeEventIds: [],
  };
}

/** The summary is asked for without tools, in a conversation of its own: structure and tools in one request are not reliable. */
async function summarise(digest: Digest, investigation: Investigation, hunting: Hunting): Promise<SaidSummary> {
  const catalogue = actions.map(({ id, text }) => ({ id, text }));
  const value = { ...recordOf(digest, investigation, hunting), catalogue_of_actions: catalogue };
  const { content } = await hunting.ask({
    purpose: "summary",
    system: summaryPrompt,
    tools: [],
    format: summaryFormat,
    messages: [{ role: "user", content: [{ type: "text", text: dataBlock(hunting.boundary, value) }] }],
  });
  const said = saidSummary.safeParse(jsonIn(content));
  if (!said.success) throw new Stopped("invalid", "the summary does not have the form that was asked for");
  return said.data;
}

async function conclude(said: SaidSummary, digest: Digest, investigation: Investigation, hunting: Hunting): Promise<Told> {
  const { hypothesis, libraryResults } = hunting;
  const library = libraryJudgement(hypothesis, libraryResults);
  const claims = await verifyClaims(said.claims, "c", hunting);
  const counter = await verifyClaims(said.counter_evidence, "k", hunting);
  // A critic is heard before anything is called supported; where claims alone could not do so, there is nothing to argue with.
  const isArguable = claims.held.length > 0;
  const record = recordOf(digest, investigation, hunting);
  const critique = isArguable ? await criticise(claims.held, { record, names: digest.names }, hunting) : noCritique;
  const against = [...counter.held, ...critique.verified.held];
  const judgement = judge(library, { claims: claims.held, against, trials: critique.ended === null ? critique.trials : null });
  const gaps = await verifySentences(said.gaps, digest.names, hunting);
  const next = await verifySentences(said.next_question === null ? [] : [said.next_question], digest.names, hunting);
  const recommended = await recommend(said.actions, claims.held, hunting);
  const texts = claims.held.map(({ claim }) => claim.text);
  return {
    ended: critique.ended?.ended ?? "finished",
    endedBecause: critique.ended === null ? "the model had no further question" : `the critic: ${critique.ended.message}`,
    ...judgement,
    summary: texts.length > 0 ? texts.join(" ") : librarySummary(hypothesis, libraryResults),
    claims: claims.held.map(({ claim }) => claim),
    counterEvidence: counter.held.map(({ claim }) => claim),
    critic: critique.verified.held.map(({ claim }) => claim),
    trials: critique.trials,
    rejected: [
      ...claims.rejected,
      ...counter.rejected,
      ...critique.verified.rejected,
      ...critique.rejected,
      ...gaps.rejected,
      ...next.rejected,
      ...recommended.rejected,
    ],
    gaps: gaps.held,
    nextQuestion: next.held[0] ?? null,
    recommendedActions: recommended.held,
    instructionLikeEventIds: await realIds(
      [...new Set(said.instruction_like_event_ids)]
        .filter((id) => hunting.shown.has(id))
        .sort()
        .slice(0, 100),
      hunting,
    ),
  };
}

/** Everything asked and shown, newest in full: what does not fit is cut, oldest first. */
function recordOf(digest: Digest, { asked, notes }: Investigation, { limits }: Hunting) {
  let room = Math.floor(limits.requestBytes / 4);
  const record = [...asked].reverse().map((one) => {
    const answer = clipped(one.answer, Math.max(200, Math.min(one.answer.length, room)));
    room -= answer.length;
    return { ...one, answer };
  });
  const value: { readonly [key: string]: Json } = {
    started_from: digest.value,
    record: record.reverse().map(({ tool, input, answer, isError }) => ({ tool, input, answer, is_error: isError })),
    notes: notes.map((note) => ({ ...note, event_ids: [...note.event_ids] })),
  };
  return value;
}

/** Actions of the catalogue, each against something that the claim it rests on names in its records. */
async function recommend(
  said: SaidSummary["actions"],
  held: readonly HeldClaim[],
  hunting: Hunting,
): Promise<{ readonly held: readonly string[]; readonly rejected: readonly RejectedClaim[] }> {
  const texts: string[] = [];
  const rejected: RejectedClaim[] = [];
  for (const { action_id, target, reason_claim } of said.slice(0, 12)) {
    const named = cleaned(target);
    const action = actionById(action_id);
    const reason = held.find(({ saidId }) => saidId === reason_claim);
    const reject = (because: string) =>
      rejected.push({ text: oneLine(`Action ${cleaned(action_id)} for ${named}`, 300), because });
    if (action === null) reject("there is no such action in the catalogue");
    else if (reason === undefined) reject("the claim that it rests on did not hold");
    else if (named === "" || !isNamedIn(named, reason)) reject("its target is not in the records of the claim that it rests on");
    else texts.push(`${action.text} For: ${await forReader(named, hunting)}.`);
  }
  return { held: [...new Set(texts)], rejected };
}

function isNamedIn(target: string, { records }: HeldClaim): boolean {
  return records.some(({ values }) => values.includes(target.toLowerCase()));
}

function librarySummary(hypothesis: Hypothesis, results: readonly HuntResult[]): string {
  const texts = results.map(({ title, summary }) => `${title}: ${summary}`);
  return texts.length > 0 ? texts.join(" ") : `No hunt of the library was run for it. ${hypothesis.description}`;
}
