import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages/messages";
import type { Sleep } from "../collect/sleep.ts";
import { onOneLine } from "../errors.ts";
import { readAnswer } from "./answer.ts";
import { type Fault, faultOf } from "./faults.ts";
import { paramsOf } from "./params.ts";
import type { Block, CallRecord, Outcome, Reasoner, ReasonerRequest, Usage } from "./port.ts";
import { costOf, type PriceList, worstCost } from "./prices.ts";
import type { ClaudeSettings } from "./settings.ts";
import type { Spend } from "./spend.ts";

/** One try at the Messages API by whatever route; rejects with what the SDK rejects with. The answer is not checked by anybody yet. */
export type AskMessages = (
  params: MessageCreateParamsNonStreaming,
  signal: AbortSignal,
) => Promise<{ readonly body: unknown; readonly requestId: string | null }>;

export interface MessagesOptions {
  /** For the reader: "over the Messages API". */
  readonly route: string;
  readonly ask: AskMessages;
  readonly models: ClaudeSettings["models"];
  readonly prices: PriceList;
  readonly spend: Spend;
  readonly secondsPerCall: number;
  readonly clock: () => Date;
  readonly sleep: Sleep;
  /** Strikes out secrets. */
  readonly redact: (text: string) => string;
}

/** A vendor that asks for more patience is given up for this call, in milliseconds. */
const longestWaitMs = 30_000;
/** Between two tries when the vendor does not say. */
const usualWaitMs = 1000;
/** How often a turn that the vendor interrupted is taken up again. */
const mostContinuations = 3;

interface Answered {
  readonly kind: "answered";
  readonly answer: NonNullable<ReturnType<typeof readAnswer>>;
  readonly usd: number;
  readonly requestId: string | null;
}
interface Failed {
  readonly kind: "failed";
  readonly fault: Fault;
  readonly usd: number;
}
interface Unaffordable {
  readonly kind: "unaffordable";
  readonly reason: string;
}

/**
 * A reasoner over the Messages API. Every call has a deadline that covers connection, answer and a second try; money is held before
 * each try; whatever fails is an outcome.
 */
export function messagesReasoner(options: MessagesOptions): Reasoner {
  const { models, prices } = options;
  const asked = [...new Set(Object.values(models).map(({ model }) => model))].sort();
  // A price that is not known is told before anything is asked.
  for (const model of asked) prices.of(model);
  return {
    name: `${asked.join(", ")} ${options.route}`,
    complete: (request, signal) => complete(request, signal, options),
  };
}

async function complete(request: ReasonerRequest, signal: AbortSignal, options: MessagesOptions): Promise<Outcome> {
  signal.throwIfAborted();
  if (request.tools.length > 0 && request.format !== null)
    return { kind: "invalid", reason: "tools and a format are not asked for in one call", call: null };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.secondsPerCall * 1000);
  const call = new Call(request, { outer: signal, late: late.signal }, options);
  try {
    return await call.run();
  } finally {
    clearTimeout(timer);
  }
}

interface Signals {
  readonly outer: AbortSignal;
  readonly late: AbortSignal;
}

/** One call: its tries and continuations, and what they used together. */
class Call {
  readonly #request: ReasonerRequest;
  readonly #signals: Signals;
  readonly #either: AbortSignal;
  readonly #options: MessagesOptions;
  #content: Block[] = [];
  #asWritten: Block[] = [];
  #usage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  #usd = 0;
  #requestId: string | null = null;

  constructor(request: ReasonerRequest, signals: Signals, options: MessagesOptions) {
    this.#request = request;
    this.#signals = signals;
    this.#either = AbortSignal.any([signals.outer, signals.late]);
    this.#options = options;
  }

  async run(): Promise<Outcome> {
    for (let continuation = 0; continuation <= mostContinuations; continuation++) {
      const tried = await this.#tryTwice(this.#params());
      if (tried.kind === "unaffordable") {
        // A turn that was begun and cannot be paid to its end is cut short, with what there is of it.
        if (continuation > 0) return { kind: "truncated", content: this.#content, call: this.#record() };
        return { kind: "budget", reason: tried.reason };
      }
      if (tried.kind === "failed") return this.#failure(tried.fault);
      const { answer } = tried;
      this.#content.push(...answer.content);
      this.#asWritten.push(...answer.asWritten);
      switch (answer.stop) {
        case "end":
        case "tools":
          return { kind: "ok", content: this.#content, endsFor: answer.stop, call: this.#record() };
        case "limit":
          return { kind: "truncated", content: this.#content, call: this.#record() };
        case "refusal":
          return { kind: "refusal", category: answer.category, call: this.#record() };
        case "pause":
          // Tools of ours that were asked for before the pause are answered first: the vendor takes nothing else.
          if (answer.content.some(({ type }) => type === "tool_use"))
            return { kind: "ok", content: this.#content, endsFor: "tools", call: this.#record() };
      }
    }
    return { kind: "truncated", content: this.#content, call: this.#record() };
  }

  /** The request, with what the model has said so far where its turn was interrupted. */
  #params(): MessageCreateParamsNonStreaming {
    const { messages } = this.#request;
    const soFar = this.#asWritten.length === 0 ? [] : [{ role: "assistant" as const, content: this.#asWritten }];
    return paramsOf({ ...this.#request, messages: [...messages, ...soFar] }, this.#options.models[this.#request.purpose]);
  }

  async #tryTwice(params: MessageCreateParamsNonStreaming): Promise<Answered | Failed | Unaffordable> {
    const first = await this.#try(params);
    if (first.kind !== "failed" || !first.fault.isPassing) return first;
    const wait = first.fault.waitMs ?? usualWaitMs;
    if (wait > longestWaitMs) return first;
    try {
      await this.#options.sleep(wait, this.#either);
    } catch {
      this.#signals.outer.throwIfAborted();
      return first;
    }
    const second = await this.#try(params);
    return second.kind === "unaffordable" ? first : second;
  }

  async #try(params: MessageCreateParamsNonStreaming): Promise<Answered | Failed | Unaffordable> {
    const { prices, spend, ask, clock } = this.#options;
    const price = prices.of(params.model);
    const most = worstCost({ bytes: Buffer.byteLength(JSON.stringify(params)), maxTokens: params.max_tokens }, price);
    const held = await spend.reserve(this.#request.account, most);
    if (held.kind === "refused") return { kind: "unaffordable", reason: held.reason };
    try {
      const { body, requestId } = await orAborted(ask(params, this.#either), this.#either);
      this.#requestId = requestId;
      const answer = readAnswer(body);
      // What an answer does not tell of its cost stays reckoned at the most that it can have been.
      const isMetered =
        answer !== null && answer.usage.inputTokens + answer.usage.cacheWriteTokens + answer.usage.cacheReadTokens > 0;
      const usd = isMetered ? costOf(answer.usage, price) : held.usd;
      this.#usd += usd;
      if (isMetered) await held.settle(usd);
      if (answer === null) return { kind: "failed", usd, fault: unreadable(requestId) };
      this.#usage = added(this.#usage, answer.usage);
      return { kind: "answered", answer, usd, requestId };
    } catch (thrown) {
      const fault = this.#faultOf(thrown, clock().getTime());
      if (fault.isFree) await held.settle(0);
      else this.#usd += held.usd;
      this.#signals.outer.throwIfAborted();
      this.#requestId = fault.requestId ?? this.#requestId;
      return { kind: "failed", fault, usd: fault.isFree ? 0 : held.usd };
    }
  }

  #faultOf(thrown: unknown, now: number): Fault {
    const late = (reason: string): Fault => ({ ...unreadable(null), kind: "timeout", reason });
    if (this.#signals.late.aborted) return late(`no answer within ${this.#options.secondsPerCall} seconds`);
    const stopped = causes(thrown).find(({ name }) => name === "HeldBack");
    if (stopped !== undefined) return { ...unreadable(null), reason: stopped.message, isFree: true };
    const silence = causes(thrown).find(({ name }) => name === "FellSilent");
    if (silence !== undefined) return late(`the answer stopped: ${silence.message}`);
    return faultOf(thrown, now);
  }

  #failure({ kind, reason }: Fault): Outcome {
    const call = this.#usd === 0 && this.#requestId === null ? null : this.#record();
    return { kind, reason: this.#told(reason), call };
  }

  /** What a vendor says may repeat anything: one line, cut, without secrets. */
  #told(reason: string): string {
    return onOneLine(this.#options.redact(reason), 300);
  }

  #record(): CallRecord {
    const { model } = this.#options.models[this.#request.purpose];
    // A header of whoever answered: a name, or nothing.
    const requestId = this.#requestId !== null && /^[\w-]{1,100}$/.test(this.#requestId) ? this.#requestId : null;
    return { model, requestId, usage: this.#usage, usd: Math.round(this.#usd * 1e6) / 1e6 };
  }
}

function unreadable(requestId: string | null): Fault {
  return { kind: "invalid", reason: "the answer cannot be read", isPassing: false, waitMs: null, isFree: false, requestId };
}

/** Waits for work until the signal aborts, even if the work does not listen to it. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error("stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function causes(thrown: unknown): Error[] {
  const found: Error[] = [];
  for (let error: unknown = thrown; error instanceof Error && found.length < 8; error = error.cause) found.push(error);
  return found;
}

function added(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
  };
}
