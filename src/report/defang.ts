import { parse } from "tldts";
import { addressNumber, insideOf } from "../enrich/address.ts";

/** What belongs to the estate and is therefore written as it is. */
export interface Own {
  /** Address blocks (CIDR). */
  readonly networks: readonly string[];
  /** Accounts and devices, in lower case. */
  readonly names: ReadonlySet<string>;
}

// One pass: a URL's scheme, an IPv6 address, an e-mail address or a dotted name (IPv4 addresses included).
const indicator =
  /(?<scheme>\b(?:https?|ftp))(?=:\/\/)|(?<six>(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:.]))|(?<name>(?:[\p{L}\p{N}_+%-][\p{L}\p{N}_.+%-]*@)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)/giu;

/**
 * A way to write text so that no reader's program turns an outsider's address or name into a link: hxxp for http, [.] for
 * the dot. Names count as such when they end in a public suffix (Public Suffix List), so that file names stay readable.
 */
export function defanger(own: Own): (text: string) => string {
  const isInside = insideOf(own.networks);
  return (text) =>
    text.replace(indicator, (match: string, ...rest: readonly unknown[]) => {
      const groups = rest.at(-1) as { scheme?: string; six?: string; name?: string };
      if (groups.scheme !== undefined) return match.toLowerCase() === "ftp" ? "fxp" : match.replace(/tt/i, "xx");
      if (groups.six !== undefined) return addressNumber(match) === null || isInside(match) ? match : match.replace(":", "[:]");
      return isOwn(match, own) || !isOutside(match, isInside) ? match : match.replaceAll(".", "[.]").replace("@", "[@]");
    });
}

// "www." alone makes some programs draw a link, whatever follows it: even an own name is not left with it.
const drawsLink = /^www\./i;

// RFC 6761 keeps .example for documents, so no list of public suffixes has it; the simulated estate and its attackers live there.
const isExample = /[^.]\.example$/i;

function isOwn(name: string, own: Own): boolean {
  return own.names.has(name.toLowerCase()) && !drawsLink.test(name);
}

function isOutside(name: string, isInside: (address: string) => boolean): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return addressNumber(name) !== null && !isInside(name);
  const host = name.slice(name.lastIndexOf("@") + 1);
  const { isIcann, domain } = parse(host, { validateHostname: false });
  return (isIcann === true && domain !== null) || isExample.test(host) || drawsLink.test(host);
}
