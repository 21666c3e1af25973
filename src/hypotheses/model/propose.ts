import { messageOf } from "../../errors.ts";
import { withFindings } from "../../findings/entity-names.ts";
import { shortHash } from "../../findings/hash.ts";
import { clipped } from "../../findings/text.ts";
import { schemaColumns } from "../../hunts/columns.ts";
import type { PastHunt } from "../../memory/past-hunt.ts";
import { compareText } from "../../order.ts";
import type { Privacy } from "../../privacy/privacy.ts";
import type { CallRecord, Outcome, Reasoner, ReasonerRequest } from "../../reasoner/port.ts";
import type { Gap, Hypothesis } from "../../types.ts";
import type { Situation } from "../situation.ts";
import { answerFormat, type Proposal, proposal, readAnswer } from "./answer.ts";
import { type Digest, digestOf } from "./digest.ts";
import { repeats } from "./duplicates.ts";
import { faultOf } from "./faults.ts";
import { hypothesisOf } from "./hypothesis.ts";
import { instructions } from "./instructions.ts";
import { type Dropped, gapOfDropped, gapOfOutcome } from "./told.ts";

export interface ProposeWithModelOptions {
  readonly reasoner: Reasoner;
  readonly privacy: Privacy;
  readonly situation: Situation;
  /** The knowledge base's hypotheses of the run. */
  readonly known: readonly Hypothesis[];
  readonly past: readonly PastHunt[];
  /** What could not be seen so far. */
  readonly gaps: readonly Gap[];
  /** Decides the mark around the data: the same seed gives the same request. */
  readonly seed: number;
}

/** What a model gave, after the checks. */
export interface ModelHypotheses {
  /** By priority; none of them repeats a known one. */
  readonly hypotheses: readonly Hypothesis[];
  readonly dropped: readonly Dropped[];
  readonly outcome: Outcome["kind"];
  /** What the reader must know: that there was no answer, and how much was dropped. */
  readonly gaps: readonly Gap[];
  /** The call for the ledger; null where none was made. Hashes are of the text as it was sent. */
  readonly call: (CallRecord & { readonly reasoner: string; readonly requestHash: string }) | null;
}

// Of one run: beyond this a hunter does not read, and the knowledge base has twenty-five of its own.
const most = { read: 12, kept: 8 } as const;
// Thinking counts. Eight hypotheses are some 6,000 tokens.
const maxTokens = 12_000;

/**
 * Asks a language model for hypotheses and takes only those that hold: one call with a fixed form, everything in the answer checked
 * against what there is and what was shown. Never rejects but with what `signal` was aborted for; whatever else goes wrong is told as
 * a gap, and the known hypotheses stand.
 */
export async function proposeWithModel(options: ProposeWithModelOptions, signal: AbortSignal): Promise<ModelHypotheses> {
  const { reasoner, privacy, known, past } = options;
  const { findings, entities } = options.situation;
  const situation = { ...options.situation, entities: withFindings(entities, findings) };
  const digest = digestOf({ situation, known, past, gaps: options.gaps, seed: options.seed }, privacy);
  const request: ReasonerRequest = {
    purpose: "hypotheses",
    account: null,
    system: instructions,
    tools: [],
    format: answerFormat(),
    messages: [{ role: "user", content: [{ type: "text", text: digest.text }] }],
    maxTokens,
  };
  const leaks = privacy.leaks(digest.text);
  const outcome: Outcome =
    leaks.length > 0
      ? { kind: "invalid", reason: `the request would have shown ${leaks.length} names or secrets and was not sent`, call: null }
      : await asked(reasoner, request, signal);
  const proposals = outcome.kind === "ok" ? readAnswer(textOf(outcome)) : [];
  const unread: Outcome = { kind: "invalid", reason: "its answer is not of the form that was asked for", call: null };
  const told = gapOfOutcome(proposals === null ? unread : outcome);
  const { hypotheses, dropped } = await taken(proposals ?? [], digest, { ...options, situation });
  const ofDropped = gapOfDropped(dropped);
  return {
    hypotheses: [...hypotheses].sort((a, b) => b.priority - a.priority || compareText(a.id, b.id)),
    dropped,
    outcome: proposals === null ? "invalid" : outcome.kind,
    gaps: [...(told === null ? [] : [told]), ...(ofDropped === null ? [] : [ofDropped])],
    call:
      "call" in outcome && outcome.call !== null
        ? { ...outcome.call, reasoner: reasoner.name, requestHash: shortHash(request) }
        : null,
  };
}

async function asked(reasoner: Reasoner, request: ReasonerRequest, signal: AbortSignal): Promise<Outcome> {
  try {
    return await reasoner.complete(request, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    // The port promises outcomes; an adapter that breaks its promise must not end the run.
    return { kind: "invalid", reason: clipped(messageOf(thrown), 200), call: null };
  }
}

function textOf(outcome: Extract<Outcome, { kind: "ok" }>): string {
  return outcome.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
}

/** Those that hold, in the order of the answer, and what became of the others. */
async function taken(
  proposals: readonly unknown[],
  digest: Digest,
  { privacy, situation, known, past }: ProposeWithModelOptions,
): Promise<{ hypotheses: Hypothesis[]; dropped: Dropped[] }> {
  const columns = await schemaColumns();
  const hypotheses: Hypothesis[] = [];
  const dropped: Dropped[] = [];
  for (const [position, given] of proposals.entries()) {
    const read = proposal.safeParse(given);
    const drop = (because: string) => dropped.push({ title: titleOf(given), because });
    if (!read.success) {
      drop("is not of the form that was asked for");
      continue;
    }
    const fault =
      position >= most.read
        ? "stands beyond the number that is read"
        : faultOf(read.data, { digest, attack: situation.attack, columns, hunts: situation.hunts });
    if (fault !== null) {
      drop(fault);
      continue;
    }
    const hypothesis = await hypothesisOf(read.data, digest, situation, (text) => privacy.reveal(text));
    const repeated = repeats(hypothesis, [...known, ...hypotheses], past);
    if (repeated !== null) drop(repeated);
    else if (hypotheses.length >= most.kept) drop("stands beyond the number that is kept");
    else hypotheses.push(hypothesis);
  }
  return { hypotheses, dropped };
}

function titleOf(given: unknown): string {
  const title = typeof given === "object" && given !== null && "title" in given ? (given as Partial<Proposal>).title : "";
  return clipped(String(title ?? "").replace(/[^\P{C}\n\t]/gu, ""), 200);
}
