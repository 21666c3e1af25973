import type { Messages, ModelInfo } from "@anthropic-ai/sdk/resources";
import type { AskMessages } from "./messages.ts";

/** A route to the model, made ready. */
export interface Route {
  /** For the reader: "over the Messages API". */
  readonly told: string;
  readonly ask: AskMessages;
  /** What the vendor says of a model; null where the route cannot tell. Rejects with what the SDK rejects with. */
  readonly lookUp: ((model: string, signal: AbortSignal) => Promise<ModelInfo>) | null;
}

/** What every route's client is given: nothing of it is left to the environment, and retries and time limits are ours. */
export interface ClientSettings {
  readonly baseURL: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds until an answer begins; the deadline of the whole call is kept outside. */
  readonly timeout: number;
}

/** Options of the SDK that hold for every route. */
export function clientOptions({ baseURL, fetch, timeout }: ClientSettings) {
  return {
    baseURL,
    fetch,
    timeout,
    maxRetries: 0,
    // Evidence stands in the questions: no spans, and no log of bodies.
    openTelemetry: false,
    logLevel: "off",
  } as const;
}

/** Asks a client of any route: piece by piece, so that silence is noticed, or in one. */
export function asking(
  client: { readonly messages: Pick<Messages, "create" | "stream"> },
  isStream: boolean,
  timeout: number,
): AskMessages {
  return async (params, signal) => {
    const options = { signal, timeout, maxRetries: 0 };
    if (isStream) {
      const stream = client.messages.stream(params, options);
      const body = await stream.finalMessage();
      return { body, requestId: stream.request_id ?? null };
    }
    const { data, request_id } = await client.messages.create(params, options).withResponse();
    return { body: data, requestId: request_id ?? null };
  };
}
