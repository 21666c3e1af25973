import { SpoorError } from "../errors.ts";
import { canonicalJson } from "../findings/canonical-json.ts";
import { shortHash } from "../findings/hash.ts";
import { clipped } from "../findings/text.ts";
import type { Block, CallRecord, Message, Outcome, Purpose, Reasoner, ReasonerRequest, Usage } from "../reasoner/port.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { HuntResult, Hypothesis } from "../types.ts";
import type { Ledger } from "./ledger.ts";
import type { PursuitLimits } from "./limits.ts";
import type { Pursuit } from "./pursuit.ts";

type Ended = Pursuit["ended"];

/** The end of a pursuit before its time: a limit, or what came of a call. Caught where the pursuit is put together, never by a caller. */
export class Stopped extends Error {
  readonly ended: Exclude<Ended, "finished">;

  constructor(ended: Exclude<Ended, "finished">, because: string) {
    super(because);
    this.name = "Stopped";
    this.ended = ended;
  }
}

/** A pursuit under way: what it works on, what it was shown, and what it has used up. */
export class Hunting {
  readonly hypothesis: Hypothesis;
  readonly libraryResults: readonly HuntResult[];
  readonly context: ToolContext;
  readonly limits: PursuitLimits;
  readonly ledger: Ledger;
  readonly boundary: string;
  /** Events that an answer of this hunt showed: nothing else can be cited. */
  readonly shown = new Set<string>();
  /** What answers showed, as words: text of strangers that a claim must not pass on as its own. */
  readonly answers: string[] = [];
  usage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  usd = 0;
  #queries = 0;
  #checks = 0;
  // Milliseconds that the store worked for the model, and for the checks.
  #investigated = 0;
  #verified = 0;
  readonly #reasoner: Reasoner;
  readonly #deadline: AbortSignal;

  /** `context.world.signal` is the caller's; the one of `this.context` ends with the deadline too. */
  constructor(given: {
    readonly hypothesis: Hypothesis;
    readonly libraryResults: readonly HuntResult[];
    readonly context: ToolContext;
    readonly limits: PursuitLimits;
    readonly ledger: Ledger;
    readonly boundary: string;
    readonly reasoner: Reasoner;
  }) {
    this.hypothesis = given.hypothesis;
    this.libraryResults = given.libraryResults;
    this.limits = given.limits;
    this.ledger = given.ledger;
    this.boundary = given.boundary;
    this.#reasoner = given.reasoner;
    this.#deadline = AbortSignal.timeout(given.limits.seconds * 1000);
    const { world } = given.context;
    this.context = { ...given.context, world: { ...world, signal: AbortSignal.any([world.signal, this.#deadline]) } };
  }

  get signal(): AbortSignal {
    return this.context.world.signal;
  }

  /** Asks the model once. Throws Stopped for every outcome but ok, and for what may not or cannot be sent. */
  async ask(asked: Pick<ReasonerRequest, "system" | "tools" | "format" | "messages"> & { readonly purpose: Purpose }): Promise<{
    readonly content: readonly Block[];
    readonly endsFor: "tools" | "end";
  }> {
    const request: ReasonerRequest = { ...asked, account: this.hypothesis.id, maxTokens: this.limits.answerTokens };
    const bytes = Buffer.byteLength(JSON.stringify(request));
    if (bytes > this.limits.requestBytes)
      return this.#unsent(request, "budget", `the request grew to ${bytes} bytes, more than ${this.limits.requestBytes}`);
    const leaks = this.context.privacy.leaks(textOf(request));
    if (leaks.length > 0)
      return this.#unsent(
        request,
        "invalid",
        `the request still showed what must not leave the house (in ${leaks.length} ${leaks.length === 1 ? "place" : "places"}), and was not sent`,
      );
    const outcome = await this.within(this.#reasoner.complete(request, this.signal));
    const call = "call" in outcome ? outcome.call : null;
    await this.#note(request, outcome, call);
    if (outcome.kind === "ok") return { content: outcome.content, endsFor: outcome.endsFor };
    throw new Stopped(outcome.kind, reasonOf(outcome));
  }

  /** What a work gives, unless the deadline or the caller ends the wait first. */
  async within<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this;
    let stopWaiting = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      stopWaiting = () => reject(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
      if (signal.aborted) stopWaiting();
      else signal.addEventListener("abort", stopWaiting, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } catch (cause) {
      // Whatever broke: if it was the deadline that broke it, that is what there is to tell.
      if (this.#deadline.aborted && signal.reason === this.#deadline.reason)
        throw new Stopped("deadline", `${this.limits.seconds} seconds were over`);
      throw cause;
    } finally {
      signal.removeEventListener("abort", stopWaiting);
    }
  }

  /** A question to the store on the model's behalf: counted, timed, and the end of the hunt when it has had its share. */
  async question<Result>(work: () => Promise<Result>): Promise<Result> {
    const { queries, databaseSeconds } = this.limits;
    if (this.#queries >= queries) throw new Stopped("budget", `${queries} questions to the store were asked`);
    if (this.#investigated >= databaseSeconds * 1000)
      throw new Stopped("budget", `the store worked ${databaseSeconds} seconds for it`);
    this.#queries += 1;
    return this.#timed(work, (milliseconds) => {
      this.#investigated += milliseconds;
    });
  }

  /**
   * A question of the verification: it has a share of its own, so that a hunt that asked all it may can still be checked. Rejects with
   * store-limit beyond it: the claim in question falls, and the others stand.
   */
  async check<Result>(work: () => Promise<Result>): Promise<Result> {
    const { checks, databaseSeconds } = this.limits;
    if (this.#checks >= checks || this.#verified >= databaseSeconds * 1000)
      throw new SpoorError("store-limit", "the checks of this hunt have had their share of the store");
    this.#checks += 1;
    return this.#timed(work, (milliseconds) => {
      this.#verified += milliseconds;
    });
  }

  async #timed<Result>(work: () => Promise<Result>, took: (milliseconds: number) => void): Promise<Result> {
    const { clock } = this.context.world;
    const began = clock().getTime();
    try {
      return await this.within(work());
    } finally {
      took(Math.max(0, clock().getTime() - began));
    }
  }

  async #unsent(request: ReasonerRequest, ended: "budget" | "invalid", because: string): Promise<never> {
    await this.#note(request, { kind: ended, reason: because, call: null }, null);
    throw new Stopped(ended, because);
  }

  async #note(request: ReasonerRequest, outcome: Outcome, call: CallRecord | null): Promise<void> {
    if (call !== null) {
      this.usd += call.usd;
      this.usage = {
        inputTokens: this.usage.inputTokens + call.usage.inputTokens,
        outputTokens: this.usage.outputTokens + call.usage.outputTokens,
        cacheWriteTokens: this.usage.cacheWriteTokens + call.usage.cacheWriteTokens,
        cacheReadTokens: this.usage.cacheReadTokens + call.usage.cacheReadTokens,
      };
    }
    await this.ledger.add({
      kind: "call",
      what: request.purpose,
      input: {
        messages: request.messages.length,
        request_hash: shortHash(request),
        model: call?.model ?? null,
        request_id: call?.requestId ?? null,
      },
      outcome: outcome.kind === "ok" ? `ok, ${outcome.endsFor}` : `${outcome.kind}: ${reasonOf(outcome)}`,
      statement: null,
      eventIds: [],
      usage: call?.usage ?? null,
      usd: call?.usd ?? 0,
    });
  }
}

/** What came of a call, in words; for all but ok. */
function reasonOf(outcome: Outcome): string {
  if (outcome.kind === "ok") return "";
  if (outcome.kind === "refusal") return `the model refused${outcome.category === null ? "" : ` (${outcome.category})`}`;
  if (outcome.kind === "truncated") return "the answer was cut at its limit";
  return clipped(outcome.reason, 300);
}

/** Everything in a request that is text of ours or of the data; what the vendor gave and wants back as it was is left out. */
function textOf({ system, tools, format, messages }: ReasonerRequest): string {
  return [...system, canonicalJson(tools), canonicalJson(format), ...messages.flatMap(textsOf)].join("\n");
}

function textsOf({ content }: Message): string[] {
  return content.flatMap((block) => {
    if (block.type === "opaque") return [];
    return [block.type === "tool_use" ? canonicalJson(block.input) : block.text];
  });
}
