import { clocksDifferMs } from "../collect/http.ts";
import { messageOf, SpoorError } from "../errors.ts";
import type { Hook } from "./hook.ts";
import { NoUseTrying } from "./publisher.ts";

export interface PostEffects {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => Date;
}

const patienceMs = 20_000;

/**
 * Posts JSON to a hook and waits for its answer; redirects are not followed. Rejects as NoUseTrying where it is refused (4xx), as
 * publish-failed where another try may help (no answer, 408, 429, 5xx).
 */
export async function post(
  { name, url, authorization }: Hook,
  body: string,
  headers: Readonly<Record<string, string>>,
  { fetch, clock }: PostEffects,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization, ...headers },
    body,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  }).catch((cause: unknown) => {
    throw new SpoorError("publish-failed", `${name} did not answer (${connectionOf(cause)})`, {
      hint: "Check the address and the connection; the local results are whole, and `spoor publish` tries again.",
      cause,
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500)
    throw new SpoorError("publish-failed", `${name} answered ${answer.status}`, {
      hint: "It may be overloaded or down: `spoor publish` tries again.",
    });
  throw new NoUseTrying(`${name} answered ${answer.status}`, { hint: whatNext(answer, clock().getTime()) });
}

function whatNext(answer: Response, now: number): string {
  const theirs = Date.parse(answer.headers.get("date") ?? "");
  const skew = Math.round((theirs - now) / 1000);
  if (Math.abs(skew) * 1000 >= clocksDifferMs && (answer.status === 400 || answer.status === 401 || answer.status === 403))
    return `Its clock is ${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} ours: signatures may be refused as too old. Set this machine's clock.`;
  if (answer.status >= 300 && answer.status < 400)
    return "It wants the message elsewhere, which is not followed: give the address itself.";
  if (answer.status === 401 || answer.status === 403) return "Check the secret, and the address if it holds one.";
  if (answer.status === 404 || answer.status === 410) return "Check the address: there is no such hook there (any more).";
  if (answer.status === 413) return "The message is too large for it: raise its limit.";
  return "Its own log tells why.";
}

/** Why a connection failed, in the system's word for it. */
function connectionOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return cause instanceof Error && "code" in cause ? String(cause.code) : messageOf(cause);
}
