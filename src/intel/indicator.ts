import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { blockOf } from "../enrich/address.ts";

export const indicatorTypes = ["ip", "cidr", "domain", "url", "email", "md5", "sha1", "sha256"] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** A known-bad value with what its feed says of it. Times in engine form, UTC. */
export interface Indicator {
  readonly type: IndicatorType;
  /** In the form that events hold: lower case, no brackets, no scheme in front of a URL. */
  readonly value: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** 0 to 100; null when the feed does not say. */
  readonly confidence: number | null;
  readonly labels: readonly string[];
  readonly attackTechniques: readonly string[];
  readonly description: string | null;
}

/** The identity of an indicator: its type and value in one feed. */
export function indicatorUid(feed: string, indicator: Pick<Indicator, "type" | "value">): string {
  return createHash("sha256")
    .update(JSON.stringify([feed, indicator.type, indicator.value]))
    .digest("hex")
    .slice(0, 24);
}

/**
 * A value as events hold it, with its type; null when it is none of the known types. Defanged text (hxxp, [.], (at)) is taken as what
 * it stands for. `hint` is the type that the feed names, if any.
 */
export function normalised(text: string, hint?: IndicatorType): { type: IndicatorType; value: string } | null {
  const plain = text
    .trim()
    .replaceAll("[.]", ".")
    .replaceAll("(.)", ".")
    .replaceAll("[:]", ":")
    .replaceAll("[@]", "@")
    .replaceAll("[at]", "@")
    .replace(/^hxxp/i, "http");
  const type = hint ?? typeOf(plain);
  if (type === null) return null;
  const value = forms[type](plain);
  return value === null ? null : { type, value };
}

function typeOf(text: string): IndicatorType | null {
  if (isIP(text) > 0) return "ip";
  if (text.includes("/") && blockOf(text) !== null) return "cidr";
  if (/^[0-9a-f]+$/i.test(text)) return { 32: "md5" as const, 40: "sha1" as const, 64: "sha256" as const }[text.length] ?? null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "url";
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return "email";
  if (hostname(text) !== null) return "domain";
  return /^[^\s/]+\.[^\s/]+\//.test(text) ? "url" : null;
}

const hash =
  (length: number) =>
  (text: string): string | null =>
    new RegExp(`^[0-9a-f]{${length}}$`, "i").test(text) ? text.toLowerCase() : null;

const forms: Readonly<Record<IndicatorType, (text: string) => string | null>> = {
  ip: (text) => (isIP(text) > 0 ? canonicalAddress(text) : null),
  cidr: (text) => (blockOf(text) === null ? null : text.toLowerCase()),
  domain: (text) => hostname(text.replace(/^\*\./, "")),
  url: (text) => urlForm(text),
  email: (text) => (/^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : null),
  md5: hash(32),
  sha1: hash(40),
  sha256: hash(64),
};

function canonicalAddress(text: string): string | null {
  if (isIP(text) === 4) return text;
  try {
    // The URL parser writes IPv6 in RFC 5952 form, as the tables hold it.
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

function hostname(text: string): string | null {
  const name = text.toLowerCase().replace(/\.$/, "");
  return /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/.test(name) && !/^[\d.]+$/.test(name)
    ? name
    : null;
}

/** host/path?query without scheme and fragment, the host in lower case: what an HTTP log can be compared with. */
function urlForm(text: string): string | null {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^/:?#\s]+)(:\d+)?([^#\s]*)/i.exec(text);
  const host = match?.[1]?.toLowerCase();
  return host === undefined || !host.includes(".")
    ? null
    : `${host}${match?.[3] === undefined || match[3] === "" ? "/" : match[3]}`;
}
