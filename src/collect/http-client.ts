import { setMaxListeners } from "node:events";
import { SpoorError } from "../errors.ts";
import { parsedOrText, type Reader, readFile, readJson, textOf } from "./answers.ts";
import { connectionComplaint, gaveUp, kindOf, meaning } from "./complaints.ts";
import { type HttpClient, type HttpRequest, VendorError, type VendorErrorKind } from "./http.ts";
import { whyForeign } from "./origin.ts";
import { PoolClosed, PoolGate } from "./pool.ts";
import { type BodyLimits, TooLong } from "./read-body.ts";
import type { Redaction } from "./redact.ts";
import { askedDelay, backOff, moment } from "./retry-delay.ts";
import type { Sleep } from "./sleep.ts";
import { steady } from "./steady.ts";
import { TimeLimit, within } from "./time-limit.ts";

/** What the room needs of the outside. */
export interface HttpEffects {
  readonly fetch: typeof globalThis.fetch;
  /** The time now in milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: Sleep;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly redaction: Redaction;
  /** Told of every try, for whoever wants to see what was asked. */
  readonly log?: (entry: RequestLogEntry) => void;
}

/** One try, without query, headers and bodies. */
export interface RequestLogEntry {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly pool: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly bytes: number;
  readonly milliseconds: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** Why it has to be asked again or given up; null when it was answered. */
  readonly failure: string | null;
}

/** Limits in milliseconds and bytes where a question names none. A connection has what the runtime gives it: 10 seconds. */
export interface HttpLimits {
  readonly deadlineMs: number;
  readonly headersMs: number;
  readonly bodyIdleMs: number;
  readonly maxBytes: number;
  readonly maxDownloadBytes: number;
}
const usualLimits: HttpLimits = {
  deadlineMs: 15 * 60_000,
  headersMs: 60_000,
  bodyIdleMs: 60_000,
  maxBytes: 64 * 1024 ** 2,
  maxDownloadBytes: 8 * 1024 ** 3,
};
const maxErrorBytes = 256 * 1024;
const maxRedirects = 5;

type Headers = Readonly<Record<string, string>>;
type Authorise = NonNullable<HttpRequest["authorise"]>;

/** What came of one try: an answer, or why there is none and whether asking again can help. */
type Outcome<Result> =
  | { readonly is: "answer"; readonly result: Result }
  | { readonly is: "unauthorised"; readonly proof: Headers; readonly error: VendorError }
  | { readonly is: "redirect"; readonly url: string }
  | { readonly is: "failure"; readonly error: VendorError; readonly mayHelp: boolean; readonly waitMs: number | null };

/**
 * The one way to ask vendors (see http.ts). A question is tried again while its deadline allows, after the wait that the vendor asks
 * for or a growing random one; every try counts against its pool. Nothing is tried again that the vendor has understood and refused.
 */
export function httpClient(effects: HttpEffects, given: Partial<HttpLimits> = {}): HttpClient {
  const limits: HttpLimits = { ...usualLimits, ...given };
  const time = steady(effects);
  // As many questions as are under way listen to it, which is no leak.
  setMaxListeners(0, effects.signal);
  const gates = new Map<string, PoolGate>();
  const skews = new Map<string, number>();
  const renewals = new WeakMap<Authorise, { fresh?: Promise<Headers>; renewed?: Promise<Headers> }>();

  function gateOf(request: HttpRequest): PoolGate {
    const known = gates.get(request.pool.name) ?? new PoolGate(request.pool, time);
    gates.set(request.pool.name, known);
    return known;
  }

  /** Asks for a proof once, however many questions wait for it. */
  function proofOf(authorise: Authorise, refused: boolean): Promise<Headers> {
    const flights = renewals.get(authorise) ?? {};
    renewals.set(authorise, flights);
    const name = refused ? "renewed" : "fresh";
    const flight = flights[name] ?? authorise(refused).finally(() => delete flights[name]);
    flights[name] = flight;
    return flight;
  }

  /** A proof other than the one that was refused: another question's, when it has been renewed since, or a new one. */
  async function anotherProof(authorise: Authorise, refused: Headers): Promise<Headers> {
    const current = await proofOf(authorise, false);
    return sameHeaders(current, refused) ? proofOf(authorise, true) : current;
  }

  async function ask<Result>(request: HttpRequest, maxBytes: number, read: Reader<Result>): Promise<Result> {
    const begun = time.now();
    const deadline = begun + (request.deadlineMs ?? limits.deadlineMs);
    const where = place(request);
    let url = request.url;
    let redirects = 0;
    let renewedProof: Headers | null = null;
    for (let attempt = 1; ; attempt += 1) {
      refuseForeign(url, request, where);
      const proof: Headers = renewedProof ?? (await proofFor(request));
      const outcome = await tryOnce(request, { url, proof, attempt, deadline, maxBytes, where }, read);
      if (outcome.is === "answer") return outcome.result;
      if (outcome.is === "redirect") {
        redirects += 1;
        if (redirects > maxRedirects || request.method !== "GET")
          throw new VendorError("refused", `${where} was sent elsewhere more often than makes sense`);
        url = outcome.url;
      } else if (outcome.is === "unauthorised") {
        if (request.authorise === undefined || renewedProof !== null) throw outcome.error;
        renewedProof = await anotherProof(request.authorise, outcome.proof);
      } else {
        if (!outcome.mayHelp) throw outcome.error;
        const wait = Math.max(outcome.waitMs ?? 0, backOff(attempt - 1, effects.random));
        if (outcome.waitMs !== null) gateOf(request).pause(time.now() + outcome.waitMs);
        if (time.now() + wait >= deadline) throw gaveUp(outcome.error, time.now() - begun);
        await calmly(() => time.sleep(wait, effects.signal));
        // Patience outlives a token: the next try fetches what is current.
        renewedProof = null;
      }
    }
  }

  async function proofFor(request: HttpRequest): Promise<Headers> {
    return request.authorise === undefined ? {} : proofOf(request.authorise, false);
  }

  async function tryOnce<Result>(
    request: HttpRequest,
    now: { url: string; proof: Headers; attempt: number; deadline: number; maxBytes: number; where: string },
    read: Reader<Result>,
  ): Promise<Outcome<Result>> {
    const { where, deadline } = now;
    const sent = sendable(request, now.proof, where);
    const leave = await calmly(() => gateOf(request).enter(effects.signal, deadline)).catch((cause: unknown) => {
      if (cause instanceof PoolClosed) throw new VendorError("limited", `${where}: ${cause.message}`, { cause });
      throw cause;
    });
    const connection = new AbortController();
    const hangUp = (): void => connection.abort(effects.signal.reason);
    effects.signal.addEventListener("abort", hangUp, { once: true });
    const begun = effects.now();
    const seen = { status: null as number | null, bytes: 0 };
    let outcome: Outcome<Result> | undefined;
    try {
      outcome = await exchange();
      return outcome;
    } finally {
      leave();
      effects.signal.removeEventListener("abort", hangUp);
      connection.abort();
      const { host, pathname: path } = new URL(now.url);
      const failure = outcome?.is === "failure" || outcome?.is === "unauthorised" ? outcome.error.message : null;
      effects.log?.({
        method: request.method,
        host,
        path: effects.redaction.strike(path),
        pool: request.pool.name,
        ...seen,
        milliseconds: effects.now() - begun,
        attempt: now.attempt,
        failure: outcome === undefined ? "it was given up" : failure,
      });
    }

    async function exchange(): Promise<Outcome<Result>> {
      let response: Response;
      try {
        const headersMs = request.headersMs ?? limits.headersMs;
        const late = new TimeLimit(`no answer within ${headersMs / 1000} s`);
        response = await within(headersMs, effects.fetch(now.url, { ...sent, signal: connection.signal }), late);
      } catch (cause) {
        throwIfCancelled();
        return connectionFailure(cause, where);
      }
      seen.status = response.status;
      const headers = Object.fromEntries(response.headers);
      learn(response, headers, begun);
      const bounds = {
        maxBytes: now.maxBytes,
        idleMs: limits.bodyIdleMs,
        goOn: () => {
          if (time.now() >= deadline) throw new TimeLimit("the answer went on beyond the deadline");
        },
      };
      try {
        if (response.ok || request.accept?.includes(response.status) === true) {
          const { result, bytes } = await read(response, bounds);
          seen.bytes = bytes;
          return { is: "answer", result };
        }
        return await notAnAnswer(response, headers, bounds);
      } catch (cause) {
        throwIfCancelled();
        return bodyFailure(cause, response.status, where);
      }
    }

    async function notAnAnswer(response: Response, headers: Headers, bounds: BodyLimits): Promise<Outcome<Result>> {
      const { status } = response;
      const location = headers.location;
      if (status >= 300 && status < 400 && location !== undefined && URL.canParse(location, now.url)) {
        await response.body?.cancel();
        return { is: "redirect", url: new URL(location, now.url).href };
      }
      // Whatever the vendor says in refusing is told only after our own secrets are struck from it.
      const { text, bytes } = await textOf(response, { ...bounds, maxBytes: maxErrorBytes }).catch(() => {
        throwIfCancelled();
        return { text: "", bytes: 0 };
      });
      seen.bytes = bytes;
      const body = parsedOrText(effects.redaction.strike(text));
      const kind = kindOf(status);
      const error = new VendorError(kind, `${where} was answered with ${status}${meaning(kind)}`, { status, body });
      if (status === 401) return { is: "unauthorised", proof: now.proof, error };
      const mayHelp = kind === "limited" || kind === "unavailable";
      return { is: "failure", error, mayHelp, waitMs: mayHelp ? askedDelay(headers, effects.now()) : null };
    }

    function learn(response: Response, headers: Headers, asked: number): void {
      const date = moment(headers.date);
      // The answer was written somewhere between question and now, and its clock shows whole seconds: less is no difference.
      const ahead = date === null ? 0 : Math.round(date + 500 - (asked + effects.now()) / 2);
      if (date !== null) skews.set(new URL(now.url).host, Math.abs(ahead) <= 1000 ? 0 : ahead);
      const left = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
      if (response.ok && Number.isFinite(left)) gateOf(request).remaining(left);
    }
  }

  function sendable(request: HttpRequest, proof: Headers, where: string): RequestInit {
    const headers: Record<string, string> = { accept: "application/json", ...lowered(request.headers), ...lowered(proof) };
    const { authorization } = headers;
    if (authorization !== undefined) {
      effects.redaction.register(authorization.replace(/^\w+ +/, ""));
      // The runtime would name the header's value in its complaint.
      if (!/^[\x20-\x7e\x80-\xff]*$/.test(authorization))
        throw new VendorError("unauthorised", `${where}: the credentials hold characters that cannot be sent`);
    }
    const { body } = request;
    if (body instanceof URLSearchParams) headers["content-type"] = "application/x-www-form-urlencoded";
    else if (body !== undefined) headers["content-type"] = "application/json";
    const text = body instanceof URLSearchParams ? body.toString() : body === undefined ? undefined : JSON.stringify(body);
    return { method: request.method, headers, redirect: "manual", ...(text === undefined ? {} : { body: text }) };
  }

  function place(request: HttpRequest): string {
    if (!URL.canParse(request.url)) return `${request.method} (no address)`;
    const { host, pathname } = new URL(request.url);
    return effects.redaction.strike(`${request.method} ${host}${pathname}`);
  }

  function refuseForeign(url: string, request: HttpRequest, where: string): void {
    const why = whyForeign(url, request.origin);
    if (why === null) return;
    const host = URL.canParse(url) ? new URL(url).host : "nowhere";
    throw new VendorError(
      "foreign-host",
      `${where}: a link to ${effects.redaction.strike(host)} was not followed, because ${why}`,
    );
  }

  function connectionFailure(cause: unknown, where: string): Outcome<never> {
    const { text, isLasting } = connectionComplaint(cause);
    const next = isLasting ? "; an authority of your own is named with NODE_EXTRA_CA_CERTS" : "";
    const error = new VendorError("unavailable", `${where} was not answered: ${effects.redaction.strike(text)}${next}`);
    return { is: "failure", error, mayHelp: !isLasting, waitMs: null };
  }

  function bodyFailure(cause: unknown, status: number, where: string): Outcome<never> {
    if (cause instanceof VendorError || cause instanceof SpoorError) throw cause;
    const kind: VendorErrorKind =
      cause instanceof TooLong ? "too-large" : cause instanceof TimeLimit ? "unavailable" : "bad-answer";
    const why = cause instanceof SyntaxError ? "it is not whole JSON" : effects.redaction.strike(connectionComplaint(cause).text);
    const error = new VendorError(kind, `${where} gave an answer that cannot be used: ${why}`, { status });
    return { is: "failure", error, mayHelp: kind !== "too-large", waitMs: null };
  }

  function throwIfCancelled(): void {
    if (!effects.signal.aborted) return;
    const { reason } = effects.signal;
    throw reason instanceof SpoorError ? reason : new SpoorError("cancelled", "stopped");
  }

  /** Waiting that was ended by the run's own end says so in the engine's words. */
  async function calmly<Result>(work: () => Promise<Result>): Promise<Result> {
    throwIfCancelled();
    try {
      return await work();
    } catch (cause) {
      throwIfCancelled();
      throw cause;
    }
  }

  return {
    json: (request) => ask(request, request.maxBytes ?? limits.maxBytes, readJson(request)),
    download: (request, path) => {
      // What comes packed is asked for as it is, so that its announced length can be checked.
      const plain = { ...request, headers: { "accept-encoding": "identity", accept: "*/*", ...request.headers } };
      return ask(plain, request.maxBytes ?? limits.maxDownloadBytes, readFile(path));
    },
    skewMs: (host) => skews.get(host) ?? null,
  };
}

function sameHeaders(one: Headers, other: Headers): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function lowered(headers: Headers | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}
