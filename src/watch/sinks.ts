import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { SpoorError } from "../errors.ts";
import type { Severity } from "../types.ts";
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
  const isLoopback = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback)) return webhook(url, effects);
  const transport = /^syslog(?:\+(tcp|tls))?:$/.exec(url?.protocol ?? "");
  if (url !== null && transport !== null && url.hostname !== "") return syslog(url, transport[1] ?? "udp", effects);
  throw new SpoorError("usage", `${url === null ? "a sink" : `${url.protocol}//${url.host}`} is not a place for findings`, {
    hint: `Sinks are ${forms}.`,
  });
}

const patienceMs = 20_000;
// A document that was refused is not sent with every look.
const refusalMs = 3_600_000;

/** POSTs each finding as JSON; Idempotency-Key lets the receiver know one that comes twice. */
function webhook(url: URL, { fetch, clock }: SinkEffects): Sink {
  const { address, authorization } = withoutUser(url);
  const name = `${url.origin}${markOf(address)}`;
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

/** Two hooks of one host are two sinks. What tells them apart may be a secret: eight digits of its hash say nothing of it. */
function markOf({ pathname, search }: URL): string {
  const rest = `${pathname}${search}`;
  return rest === "/" ? "" : `#${createHash("sha256").update(rest).digest("hex").slice(0, 8)}`;
}

/** fetch takes no address with a user in it: name and password go into the header that is for them. */
function withoutUser(url: URL): { address: URL; authorization: { authorization?: string } } {
  if (url.username === "" && url.password === "") return { address: url, authorization: {} };
  const address = new URL(url);
  address.username = "";
  address.password = "";
  const pair = `${unescaped(url.username)}:${unescaped(url.password)}`;
  return { address, authorization: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// RFC 5424: facility 13 (log audit), severities 2 to 6.
const facility = 13;
const syslogSeverity: Readonly<Record<Severity, number>> = { Critical: 2, High: 3, Medium: 4, Low: 5, Informational: 6 };
const defaultPorts: Readonly<Record<string, number>> = { udp: 514, tcp: 601, tls: 6514 };

/** Sends each finding as a message of RFC 5424: over UDP in a datagram (RFC 5426), over TCP and TLS with its length before it (RFC 6587, 5425). */
function syslog(url: URL, transport: string, { clock, hostname }: SinkEffects): Sink {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (defaultPorts[transport] ?? 514) : Number(url.port);
  const name = `syslog${transport === "udp" ? "" : `+${transport}`}://${host}:${port}`;
  return {
    name,
    async send({ uid, severity, document }, signal) {
      const priority = facility * 8 + syslogSeverity[severity];
      const message = Buffer.from(
        `<${priority}>1 ${clock().toISOString()} ${hostname} spoor - ${uid.slice(0, 32)} - ${document}`,
      );
      try {
        if (transport === "udp") await sendDatagram(message, host, port);
        else await sendStream(message, host, port, transport === "tls", signal);
      } catch (cause) {
        const isTooLong = cause instanceof Error && "code" in cause && cause.code === "EMSGSIZE";
        if (isTooLong) throw new FindingRefused(`${name}: ${message.byteLength} bytes are too many for a datagram`, { cause });
        throw new SpoorError("publish-failed", `${name} does not take it`, { cause });
      }
    },
  };
}

function sendDatagram(message: Buffer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    const fail = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once("error", fail);
    socket.send(message, port, host, (error) => {
      socket.off("error", fail);
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function sendStream(message: Buffer, host: string, port: number, isSecure: boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? connectSecurely({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect({ host, port });
    const giveUp = () => socket.destroy(new Error("cancelled"));
    signal.addEventListener("abort", giveUp, { once: true });
    socket.setTimeout(patienceMs, () => socket.destroy(new Error("no answer in time")));
    socket.once("error", reject);
    socket.once("close", (hadError) => {
      signal.removeEventListener("abort", giveUp);
      if (!hadError) resolve();
    });
    socket.resume();
    socket.end(Buffer.concat([Buffer.from(`${message.byteLength} `), message]));
  });
}
