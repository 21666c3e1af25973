import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import { addressText, blockOf } from "../enrich/address.ts";

export const indicatorTypes = ["ip", "cidr", "domain", "url", "email", "md5", "sha1", "sha256"] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** A value that can be looked for, in the form that events hold. */
export interface IndicatorValue {
  readonly type: IndicatorType;
  /** Lower case, no brackets, no scheme, port or fragment in a URL, the first address of a block. */
  readonly value: string;
}

/** A known-bad value with what its feed says of it. Times in engine form, UTC. */
export interface Indicator extends IndicatorValue {
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** 0 to 100; null when the feed does not say. */
  readonly confidence: number | null;
  readonly labels: readonly string[];
  readonly attackTechniques: readonly string[];
  readonly description: string | null;
}

/** The identity of an indicator: its type and value in one feed. */
export function indicatorUid(feed: string, indicator: IndicatorValue): string {
  return createHash("sha256")
    .update(JSON.stringify([feed, indicator.type, indicator.value]))
    .digest("hex")
    .slice(0, 24);
}

// Longer than any address, name or mail address; a URL beyond it is no use to anybody.
const longestValue = 2000;

/**
 * A value as events hold it, with its type; null when it is none of the known types. Defanged text (hxxp, [.], (at)) is taken as what
 * it stands for. `hint` is the type that the feed names, if any; an address given as a block of one, or with a port, is an address.
 */
export function normalised(text: string, hint?: IndicatorType): IndicatorValue | null {
  if (text.length > longestValue) return null;
  const plain = refanged(text.trim());
  const type = hint === "ip" || hint === "cidr" ? (typeOf(plain) ?? hint) : (hint ?? typeOf(plain));
  if (type === null) return null;
  const value = forms[type](plain);
  return value === null ? null : { type, value };
}

/** What defanged text stands for. */
function refanged(text: string): string {
  return text
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\s*[[({]dot[\])}]\s*/gi, ".")
    .replaceAll(/\[(:\/\/|:|\/|@)\]/g, "$1")
    .replaceAll(/\s*[[({]at[\])}]\s*/gi, "@")
    .replace(/^h(?:xx|\*\*|XX)p/i, "http");
}

const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$|^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i;

function typeOf(text: string): IndicatorType | null {
  if (addressIn(text) !== null) return "ip";
  if (text.includes("/") && blockOf(text) !== null) return "cidr";
  if (/^[0-9a-f]+$/i.test(text)) return hashTypes.get(text.length) ?? null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "url";
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return "email";
  if (hostname(text.replace(/^\*\./, "")) !== null) return "domain";
  return /^[^\s/]+\.[^\s/]+\//.test(text) ? "url" : null;
}

const hashTypes: ReadonlyMap<number, IndicatorType> = new Map([
  [32, "md5"],
  [40, "sha1"],
  [64, "sha256"],
]);

const hash =
  (length: number) =>
  (text: string): string | null =>
    text.length === length && /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : null;

const forms: Readonly<Record<IndicatorType, (text: string) => string | null>> = {
  ip: addressIn,
  cidr: blockText,
  domain: (text) => hostname(text.replace(/^\*\./, "")),
  url: urlForm,
  email: (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : null),
  md5: hash(32),
  sha1: hash(40),
  sha256: hash(64),
};

/** The address that a text is (also as a block of one, or with a port), as the tables hold it; null when it is none. */
function addressIn(text: string): string | null {
  const [, four, six] = withPort.exec(text) ?? [];
  const block = blockOf(four ?? six ?? text);
  return block === null || block.first !== block.last ? null : addressText(block.family, block.first);
}

/** A block as its first address and its length, so that equal blocks are equal texts. */
function blockText(text: string): string | null {
  const block = blockOf(text);
  const length = text.split("/")[1];
  return block === null || length === undefined ? null : `${addressText(block.family, block.first)}/${Number(length)}`;
}

function hostname(text: string): string | null {
  const name = isAscii(text) ? text.toLowerCase().replace(/\.$/, "") : domainToASCII(text.replace(/\.$/, ""));
  return /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/.test(name) && !/^[\d.]+$/.test(name)
    ? name
    : null;
}

function isAscii(text: string): boolean {
  return [...text].every((letter) => letter <= "\x7f");
}

/** host/path?query without scheme, user, port and fragment, the host in lower case: what an HTTP log can be compared with. */
function urlForm(text: string): string | null {
  const [, host, path = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^/:?#\s]+)(?::\d+)?([^#\s]*)(?:#\S*)?$/i.exec(text) ?? [];
  if (host === undefined) return null;
  const name = addressIn(host) ?? hostname(host);
  return name === null ? null : `${name}${path.startsWith("/") ? "" : "/"}${path}`;
}
