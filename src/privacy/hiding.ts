import { isIP } from "node:net";
import { addressNumber, insideOf } from "../enrich/address.ts";
import * as forms from "./forms.ts";
import { withoutSecrets } from "./secrets.ts";
import { sipHash128, type TokenKey } from "./siphash.ts";

/** What decides how a value is shown. The engine gets the same, as bound values of sql/functions.sql. */
export interface HidingFacts {
  readonly key: TokenKey;
  /** Networks of the estate (CIDR), private ones included. */
  readonly networks: readonly string[];
  /** Public addresses under which the estate's devices are seen. */
  readonly addresses: ReadonlySet<string>;
  /** Domains of the estate in lower case, the longest first. */
  readonly domains: readonly string[];
  /** Devices and people that are named in texts, in canonical form. */
  readonly hosts: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  /** Accounts that every system has; shown as they are. */
  readonly accounts: ReadonlySet<string>;
  /** Registered domains outside that the data names as such; shown in texts too. */
  readonly outside: ReadonlySet<string>;
  /** Words that are no secret, in lower case. */
  readonly vocabulary: ReadonlySet<string>;
}

const digestLength = 12;
const expressions = {
  unprintable: new RegExp(forms.unprintable, "gu"),
  piece: new RegExp(forms.piece, "gu"),
  webAddress: new RegExp(forms.webAddress, "u"),
  shortNumber: new RegExp(forms.shortNumber, "u"),
  compound: new RegExp(forms.compound, "u"),
  withEnding: new RegExp(forms.withEnding, "iu"),
  registered: new RegExp(forms.registered, "u"),
  outsideName: new RegExp(forms.outsideName, "u"),
  systemSid: new RegExp(forms.systemSid, "u"),
} as const;

/**
 * The names under which values are known outside: the same as sql/functions.sql gives them, function by function. `noted` is told of
 * every token that was made and the value behind it, in canonical form: names in lower case, devices without the estate's domain.
 */
export class Hiding {
  readonly #facts: HidingFacts;
  readonly #isInside: (address: string) => boolean;
  readonly #noted: (token: string, value: string) => void;
  readonly #digests = new Map<string, string>();

  constructor(facts: HidingFacts, noted: (token: string, value: string) => void) {
    this.#facts = facts;
    this.#isInside = insideOf(facts.networks);
    this.#noted = noted;
  }

  /** A name that is known to be of a device of ours. */
  host(value: string): string {
    return this.#hostOf(canonical(value));
  }

  #hostOf(name: string): string {
    if (name === "" || name === "-" || name === "localhost") return name;
    if (isIP(name) !== 0) return this.address(name);
    const domain = this.#domainOf(name);
    if (domain === name) return this.#token("domain", name);
    return this.#token("host", domain === null ? name : name.slice(0, -domain.length - 1));
  }

  /** A host name, ours or outside. Outside, the registered domain is shown, and of what lies below it words that are no secret. */
  name(value: string): string {
    const name = canonical(value);
    if (isIP(name) !== 0 || !name.includes(".") || this.#domainOf(name) !== null) return this.#hostOf(name);
    if (this.#facts.users.has(name)) return this.#token("user", name);
    if (this.#facts.hosts.has(name)) return this.#token("host", name);
    const registered = expressions.outsideName.test(name) ? expressions.registered.exec(name)?.[1] : undefined;
    if (registered === undefined) return this.#token("text", name);
    const labels = name.slice(0, name.length - registered.length).split(".");
    return (
      labels.map((label) => (label === "" || this.#isWord(label) ? label : this.#token("text", label))).join(".") + registered
    );
  }

  domain(value: string): string {
    const name = canonical(value);
    if (name === "" || name === "-" || this.#facts.accounts.has(name)) return name;
    return name.includes(".") && this.#domainOf(name) === null ? this.name(name) : this.#token("domain", name);
  }

  user(value: string): string {
    const text = trimmed(lower(value));
    const name = text.slice(text.lastIndexOf("\\") + 1);
    if (name === "" || name === "-" || this.#facts.accounts.has(name) || expressions.systemSid.test(name)) return name;
    if (name.includes("@")) return this.mail(name);
    return name.endsWith("$") ? this.host(name) : this.#token("user", name);
  }

  mail(value: string): string {
    const text = trimmed(lower(value));
    const address = /<([^<>\s]+@[^<>\s]+)>$/.exec(text)?.[1] ?? text;
    const at = address.lastIndexOf("@");
    if (at < 0) return address === "" || address === "-" ? address : this.user(address);
    const domain = canonical(address.slice(at + 1));
    const token = this.#token("mail", address);
    return !domain.includes(".") || this.#domainOf(domain) !== null ? token : `${token}@${this.name(domain)}`;
  }

  address(value: string): string {
    const text = trimmed(lower(value));
    if (text === "" || text === "-") return text;
    const family = isIP(text);
    if (family === 0 || text.includes("%")) return this.#token("text", text);
    if (!this.#isInside(text) && !this.#facts.addresses.has(text)) return text;
    const token = `ip_${this.#digest(`net ${networkOf(text, family)}`).slice(0, 6)}_${this.#digest(text).slice(0, 6)}`;
    this.#noted(token, text);
    return token;
  }

  /** An identifier that means nothing but itself. */
  id(value: string): string {
    return value === "" || value === "-" ? value : this.#token("text", lower(value));
  }

  event(value: string): string {
    return value === "" ? value : this.#token("event", value);
  }

  /** Free text, word by word: what is not known to be harmless is a token. */
  text(value: string, limit: number): string {
    const shown = [...withoutSecrets(value.slice(0, 4000))].slice(0, limit).join("").replace(expressions.unprintable, " ");
    return (shown.match(expressions.piece) ?? []).map((piece) => this.#piece(piece)).join("");
  }

  /** True for a word of the vocabulary, and for words made of such words. */
  isPlain(word: string): boolean {
    return this.#isWord(lower(word)) || expressions.shortNumber.test(word) || this.#isCompound(word);
  }

  #piece(piece: string): string {
    if (!/^[\p{L}\p{N}\p{M}_.%+-]/u.test(piece) || !/[\p{L}\p{N}\p{M}_]/u.test(piece)) return piece;
    if (expressions.webAddress.test(piece)) return this.#webAddress(piece);
    if (piece.includes("@")) return this.mail(piece.replace(/[.-]+$/, ""));
    const word = piece.replace(/[.$-]+$/, "");
    return this.#word(word) + piece.slice(word.length);
  }

  #webAddress(piece: string): string {
    const [scheme = "", authority = ""] = piece.split("://", 2);
    const host = authority.slice(authority.lastIndexOf("@") + 1).replace(/^\[secret\]/, "");
    const port = /:[0-9]{1,5}$/.exec(host)?.[0] ?? "";
    const name = host.slice(0, host.length - port.length).replace(/^\[|\]$/g, "");
    return `${scheme}://${name === "" ? "" : this.name(name)}${port}`;
  }

  #word(word: string): string {
    const text = lower(word);
    if (this.#facts.hosts.has(text)) return this.#token("host", text);
    if (this.#facts.users.has(text)) return this.#token("user", text);
    if (this.#isWord(text) || expressions.shortNumber.test(word)) return word;
    if (isIP(text) !== 0) return this.address(text);
    if (this.#domainOf(text) !== null) return this.host(text);
    if (this.#isCompound(word)) return word;
    const [, stem, ending] = expressions.withEnding.exec(word) ?? [];
    if (stem !== undefined && ending !== undefined) return `${this.#stem(stem)}.${ending}`;
    const registered = expressions.outsideName.test(text) ? expressions.registered.exec(text)?.[1] : undefined;
    if (registered !== undefined && this.#facts.outside.has(registered)) return this.name(text);
    return this.#token("text", text);
  }

  #stem(stem: string): string {
    return this.#isWord(lower(stem)) || this.#isCompound(stem) ? stem : this.#token("text", lower(stem));
  }

  #isWord(word: string): boolean {
    return this.#facts.vocabulary.has(word);
  }

  #isCompound(word: string): boolean {
    if (!expressions.compound.test(word)) return false;
    const parts = wordsIn(word);
    return parts.every((part) => this.#isWord(part));
  }

  /** The estate's domain that a name lies in, the longest; null for none. */
  #domainOf(name: string): string | null {
    return this.#facts.domains.find((domain) => name === domain || name.endsWith(`.${domain}`)) ?? null;
  }

  #token(kind: "host" | "user" | "mail" | "domain" | "event" | "text", value: string): string {
    const token = `${kind}_${this.#digest(value)}`;
    this.#noted(token, value);
    return token;
  }

  #digest(value: string): string {
    const known = this.#digests.get(value);
    if (known !== undefined) return known;
    const digest = sipHash128(this.#facts.key, value).slice(0, digestLength);
    if (this.#digests.size > 200_000) this.#digests.clear();
    this.#digests.set(value, digest);
    return digest;
  }
}

/** Lower case of ASCII letters only, as the engine's `lower`. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A host name as names are compared: lower case, without leading backslashes and without the final dot or "$". */
export function canonical(name: string): string {
  return trimmed(lower(name))
    .replace(/^\\+/, "")
    .replace(/[.$]+$/, "");
}

function trimmed(text: string): string {
  return text.replace(/^ +| +$/g, "");
}

/** The words in a word that is made of words, in lower case: "ad", "user" of ADUser. */
export function wordsIn(word: string): string[] {
  const parted = word.replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/([a-z])([A-Z])/g, "$1 $2");
  return lower(parted).match(/[a-z]+/g) ?? [];
}

/** The network of an address: the first three numbers of four, the first 64 bits of 128. */
function networkOf(address: string, family: number): string {
  if (family === 4) return address.replace(/[0-9]+$/, "");
  return ((addressNumber(address) ?? 0n) >> 64n).toString(16).padStart(16, "0");
}
