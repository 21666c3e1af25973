import { messageOf } from "../errors.ts";

/** What may leave, and where to. */
export interface GateOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Scheme, host and port that questions go to; nothing is sent anywhere else, and no redirect is followed. */
  readonly origin: string;
  /** Headers that may leave, in lower case, beside those that the vendors' own packages need. */
  readonly headers?: readonly string[];
  /** Let any header through: the settings trust the environment, from which the SDK takes some. */
  readonly anyHeader?: boolean;
  /** Puts in what proves who asks, as the last word on headers. */
  readonly authorise?: (headers: Headers) => void;
  /** How long an answer may fall silent once it began. */
  readonly idleMs: number;
  /** Told of every body before it is sent, as it is; nothing is sent when it rejects. */
  readonly sent: (body: string) => Promise<void>;
}

/** An answer began and then nothing more of it came. */
export class FellSilent extends Error {
  override readonly name = "FellSilent";
}

/** A question was held back at the gate: nothing of it left. */
export class HeldBack extends Error {
  override readonly name = "HeldBack";
}

/** No answer of a model is anywhere near this long. */
const mostBytes = 32 * 1024 * 1024;

// What the SDK and the signatures of AWS and Google consist of. Others could come from the environment, unasked.
const known: ReadonlySet<string> = new Set([
  "accept",
  "authorization",
  "content-type",
  "anthropic-version",
  "user-agent",
  "host",
]);
const knownPrefixes = ["x-stainless-", "x-amz-", "x-goog-", "amz-sdk-"];

/** The one door through which a language model is asked: one host, known headers, each body written down before it leaves, no silence without end. */
export function gate(options: GateOptions): typeof globalThis.fetch {
  const allowed = new Set([...known, ...(options.headers ?? [])]);
  const mayLeave = (name: string): boolean =>
    options.anyHeader === true || allowed.has(name) || knownPrefixes.some((prefix) => name.startsWith(prefix));
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== options.origin)
      throw new HeldBack(`a question to ${url.origin} was stopped: the settings name ${options.origin}`);
    const headers = new Headers(init.headers);
    const unknown = [...headers.keys()].filter((name) => !mayLeave(name));
    for (const name of unknown) headers.delete(name);
    options.authorise?.(headers);
    const body = init.body ?? null;
    if (body !== null) {
      if (typeof body !== "string") throw new HeldBack("a question that is not text cannot be written down, and is not sent");
      await options.sent(body).catch((cause: unknown) => {
        throw new HeldBack(`what would be sent cannot be written down (${messageOf(cause)}), so nothing was`, { cause });
      });
    }
    const response = await options.fetch(url, { ...init, headers, redirect: "error" });
    if (response.body === null) return response;
    const { status, statusText, headers: answered } = response;
    return new Response(watched(response.body, options.idleMs), { status, statusText, headers: answered });
  };
}

/** The same bytes; fails when they stop coming, or do not end. */
function watched(body: ReadableStream<Uint8Array>, idleMs: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new FellSilent(`nothing more came for ${idleMs / 1000} seconds`)), idleMs);
      });
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) {
          controller.close();
          return;
        }
        received += value.byteLength;
        if (received > mostBytes) throw new Error("the answer does not end");
        controller.enqueue(value);
      } catch (thrown) {
        controller.error(thrown);
        await reader.cancel(thrown).catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
