import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { systemCode } from "../errors.ts";
import type { Severity } from "../types.ts";

/** Where a collector of syslog messages listens. */
export interface SyslogAddress {
  /** For messages: syslog+tls://host:6514. */
  readonly name: string;
  readonly transport: "udp" | "tcp" | "tls";
  readonly host: string;
  readonly port: number;
}

const defaultPorts = { udp: 514, tcp: 601, tls: 6514 } as const;

/** syslog://host:514 (UDP), syslog+tcp://host:601 or syslog+tls://host:6514 in its parts; null for anything else. */
export function syslogAddress(text: string): SyslogAddress | null {
  const url = URL.parse(text);
  const [matched, given] = /^syslog(?:\+(tcp|tls))?:$/.exec(url?.protocol ?? "") ?? [];
  if (url === null || matched === undefined || url.hostname === "") return null;
  const transport = given === "tcp" || given === "tls" ? given : "udp";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? defaultPorts[transport] : Number(url.port);
  return { name: `syslog${transport === "udp" ? "" : `+${transport}`}://${host}:${port}`, transport, host, port };
}

// RFC 5424: facility 13 (log audit), severities 2 to 6.
const facility = 13;
const syslogSeverity: Readonly<Record<Severity, number>> = { Critical: 2, High: 3, Medium: 4, Low: 5, Informational: 6 };

/** A message of RFC 5424 in UTF-8. `id` (at most 32 printable characters) tells what kind it is, or of what. */
export function syslogMessage(parts: {
  readonly severity: Severity;
  readonly time: Date;
  readonly hostname: string;
  readonly id: string;
  readonly text: string;
}): Buffer {
  const { severity, time, hostname, id, text } = parts;
  const priority = facility * 8 + syslogSeverity[severity];
  return Buffer.from(`<${priority}>1 ${time.toISOString()} ${hostname} spoor - ${id.slice(0, 32)} - ${text}`);
}

/** A datagram cannot hold the message: nobody else's fault, and no use trying again. */
export function isTooLong(thrown: unknown): boolean {
  return systemCode(thrown) === "EMSGSIZE";
}

// The codes of OpenSSL and Node for a certificate of an unknown authority, of another host, or out of its time.
const untrusted = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_(?:GET|VERIFY)_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$)/;

/** The other end's certificate was refused, before anything was sent; another try would end the same. */
export function isUntrusted(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && untrusted.test(String(thrown.code));
}

const patienceMs = 20_000;

/**
 * Sends a message: over UDP in a datagram (RFC 5426), over TCP and TLS with its length before it (RFC 6587, 5425). Resolves when it has
 * left; syslog confirms nothing. Rejects with the error of the connection.
 */
export function sendSyslog(message: Buffer, { host, port, transport }: SyslogAddress, signal: AbortSignal): Promise<void> {
  return transport === "udp" ? sendDatagram(message, host, port) : sendStream(message, host, port, transport === "tls", signal);
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
