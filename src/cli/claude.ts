import { randomUUID } from "node:crypto";
import { httpClient } from "../collect/http-client.ts";
import { Redaction } from "../collect/redact.ts";
import { secretResolver } from "../collect/secrets.ts";
import { sleep } from "../collect/sleep.ts";
import type { ReasonerEffects } from "../reasoner/open.ts";
import type { Session } from "./session.ts";

/** What a language model needs of the outside, for the command line; `out` is the folder of the results. */
export function reasonerEffects(out: string, session: Session): ReasonerEffects {
  const { signal, environment } = session;
  const clock = (): Date => new Date();
  const redaction = new Redaction();
  const now = (): number => clock().getTime();
  const http = httpClient({ fetch: globalThis.fetch, now, sleep, random: Math.random, signal, redaction });
  return {
    secret: secretResolver({ environment, http, redaction, signal }),
    redact: (text) => redaction.strike(text),
    environment,
    fetch: globalThis.fetch,
    clock,
    sleep,
    run: `${clock().toISOString()} ${randomUUID().slice(0, 8)}`,
    out,
    signal,
  };
}
