import type { Device, Person, Place } from "./estate.ts";

// What happened, before any vendor writes it down. Times are milliseconds since 1970 (UTC) and may have fractions.

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Connection {
  readonly time: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly protocol: "tcp" | "udp";
  readonly service: string | null;
  /** Null where nothing came back. */
  readonly seconds: number | null;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** As Zeek names it: SF ended as it should, S0 no answer, REJ refused, S1 still open. */
  readonly state: "SF" | "S0" | "S1" | "REJ" | "RSTO";
  readonly dns?: DnsExchange;
  readonly http?: HttpExchange;
  readonly tls?: TlsHandshake;
}

export interface DnsExchange {
  readonly query: string;
  readonly type: "A" | "AAAA" | "TXT" | "PTR" | "SRV";
  readonly answers: readonly string[];
  readonly answerSeconds: number;
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
}

export interface HttpExchange {
  readonly method: "GET" | "POST" | "PUT";
  readonly host: string;
  readonly path: string;
  readonly userAgent: string;
  readonly status: number;
  readonly contentType: string;
}

export interface TlsHandshake {
  readonly name: string;
  readonly version: "TLSv12" | "TLSv13";
  /** Seen only in TLS 1.2: later versions encrypt the certificate. */
  readonly issuer: string | null;
}

export interface SignIn {
  readonly time: number;
  readonly person: Person;
  readonly application: { readonly name: string; readonly id: string };
  readonly address: string;
  readonly place: Place;
  readonly client: { readonly operatingSystem: string; readonly browser: string; readonly device: Device | null };
  /** 0 is a success; the others are the identity provider's own numbers. */
  readonly errorCode: number;
  readonly failureReason: string | null;
}

/** A record of a Windows event channel: its own fields under their own names. */
export interface HostEvent {
  readonly time: number;
  readonly device: Device;
  readonly channel: string;
  readonly eventId: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export interface Threat {
  readonly id: string;
  readonly url: string;
  readonly classification: "phish" | "malware" | "spam";
  readonly status: "active" | "cleared" | "falsePositive";
  /** When it was condemned, which can be long after the mail arrived. */
  readonly time: number;
}

export interface Message {
  readonly id: string;
  readonly time: number;
  readonly isDelivered: boolean;
  readonly sender: string;
  readonly senderName: string;
  readonly senderAddress: string;
  readonly recipients: readonly Person[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly threat: Threat;
  readonly scores: { readonly spam: number; readonly phish: number; readonly malware: number; readonly impostor: number };
}

export interface Click {
  readonly id: string;
  readonly time: number;
  readonly message: Message;
  readonly person: Person;
  readonly address: string;
  readonly isPermitted: boolean;
}

export interface Alert {
  readonly id: string;
  readonly time: number;
  readonly device: Device;
  readonly person: Person | null;
  readonly name: string;
  readonly description: string;
  /** 1 to 100. */
  readonly severity: number;
  readonly tactic: string;
  readonly technique: string;
  /** Ids of MITRE ATT&CK, where the vendor gives them. */
  readonly attack: { readonly tactic: string; readonly technique: string } | null;
  readonly file: string;
  readonly commandLine: string;
  readonly parentFile: string;
}

export interface Occurrences {
  readonly connections: readonly Connection[];
  readonly signIns: readonly SignIn[];
  readonly hostEvents: readonly HostEvent[];
  readonly messages: readonly Message[];
  readonly clicks: readonly Click[];
  readonly alerts: readonly Alert[];
}

/** All occurrences of several tellers, each kind in the order of its time. */
export function together(...parts: readonly Partial<Occurrences>[]): Occurrences {
  return {
    connections: inTime(parts.flatMap((part) => part.connections ?? [])),
    signIns: inTime(parts.flatMap((part) => part.signIns ?? [])),
    hostEvents: inTime(parts.flatMap((part) => part.hostEvents ?? [])),
    messages: inTime(parts.flatMap((part) => part.messages ?? [])),
    clicks: inTime(parts.flatMap((part) => part.clicks ?? [])),
    alerts: inTime(parts.flatMap((part) => part.alerts ?? [])),
  };
}

function inTime<Item extends { readonly time: number }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.time - b.time);
}
