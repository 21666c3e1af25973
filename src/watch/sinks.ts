import { SpoorError } from "../errors.ts";
import { hookOf } from "../publish/hook.ts";
import { isSafeAddress } from "../publish/settings.ts";
import { isTooLong, type SyslogAddress, sendSyslog, syslogAddress, syslogMessage } from "../publish/syslog.ts";
import { hourMs } from "../time.ts";
import { FindingRefused, type Sink } from "./deliver.ts";

const forms = "stdout, https://…, syslog://host:514 (UDP), syslog+tcp://host:601 or syslog+tls://host:6514";

export interface SinkEffects {
  readonly fetch: typeof fetch;
  /** Writes one line to standard output; resolves when it is out. */
  readonly print: (line: string) => Promise<void>;
  readonly clock: () => Date;
  readonly hostname: string;
}

/** A sink by what it is called on the command line. Rejects as usage error. What an address carries beside its host is not told on. */
export function sinkOf(text: string, effects: SinkEffects): Sink {
  if (text === "stdout") return { name: "stdout", send: ({ document }) => effects.print(document) };
  const url = URL.parse(text);
  if (url !== null && isSafeAddress(text)) return webhook(url, effects);
  const collector = syslogAddress(text);
  if (collector !== null) return syslog(collector, effects);
  throw new SpoorError("usage", `${url === null ? "a sink" : `${url.protocol}//${url.host}`} is not a place for findings`, {
    hint: `Sinks are ${forms}.`,
  });
}

const patienceMs = 20_000;
// A document that was refused is not sent with every look.
const refusalMs = hourMs;

/** POSTs each finding as JSON; Idempotency-Key lets the receiver know one that comes twice. */
function webhook(url: URL, { fetch, clock }: SinkEffects): Sink {
  const { name, url: address, authorization } = hookOf(url);
  const refusedMs = new Map<string, number>();
  return {
    name,
    async send({ uid, severity, document }, signal) {
      const key = `${uid}-${severity}`;
      const now = clock().getTime();
      if (now - (refusedMs.get(key) ?? Number.NEGATIVE_INFINITY) < refusalMs)
        throw new FindingRefused(`${name} refused it less than an hour ago`);
      const answer = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key, ...authorization },
        body: document,
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      }).catch((cause: unknown) => {
        throw new SpoorError("publish-failed", `${name} did not answer`, { cause });
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      if (documentRefused.has(answer.status)) {
        refusedMs.set(key, now);
        throw new FindingRefused(`${name} answered ${answer.status}`);
      }
      throw new SpoorError("publish-failed", `${name} answered ${answer.status}`);
    },
  };
}

/** What a receiver says of one document, and not of itself. */
const documentRefused: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** Sends each finding as a syslog message. */
function syslog(address: SyslogAddress, { clock, hostname }: SinkEffects): Sink {
  const { name } = address;
  return {
    name,
    async send({ uid, severity, document }, signal) {
      const message = syslogMessage({ severity, time: clock(), hostname, id: uid, text: document });
      try {
        await sendSyslog(message, address, signal);
      } catch (cause) {
        if (isTooLong(cause))
          throw new FindingRefused(`${name}: ${message.byteLength} bytes are too many for a datagram`, { cause });
        throw new SpoorError("publish-failed", `${name} does not take it`, { cause });
      }
    },
  };
}
