import { isIP } from "node:net";
import type { Attack } from "../attack/attack.ts";
import { meddles } from "../findings/meddling.ts";
import { readable } from "../findings/text.ts";
import { runsOf } from "../hypotheses/model/planted.ts";
import { isCommonWord } from "../privacy/facts.ts";
import type { CitedRecord } from "./cited-records.ts";

/** What a text of the model may rest on. */
export interface Grounds {
  /** The records that it cites. */
  readonly records: readonly CitedRecord[];
  /** Further names that it may use: those of the hypothesis where no record is cited. */
  readonly names: readonly string[];
  /** Numbers by the name of their place, {{c1}}: as counted again. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Techniques that were looked up. */
  readonly techniques: readonly string[];
  readonly words: Vocabulary;
  /** What the answers of the hunt showed, in the words of `wordsOf`. */
  readonly shown: readonly string[];
}

/** Words that look like names and are none. */
export interface Vocabulary {
  /** In lower case. */
  readonly has: (word: string) => boolean;
}

const mostCharacters = 700;

/** Text of the model in one line, without what cannot be seen; in the form in which characters that look alike are the same. */
export function cleaned(text: string): string {
  return readable(text.normalize("NFKC"))
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Why a text says more than its grounds bear out; null when it does not. A number must be a place {{…}} of a check; names, addresses,
 * quoted text and times must stand in the records; techniques must have been looked up. A word of plain English that is meant as
 * somebody's name is not told from one that is not.
 */
export function unfounded(said: string, grounds: Grounds): string | null {
  const text = cleaned(said);
  if (text === "") return "it says nothing";
  if (text.length > mostCharacters) return `it is longer than ${mostCharacters} characters`;
  if (/[^\P{Cc}\n\t]|[\p{Cf}\p{Co}]/u.test(said)) return "it has characters that cannot be seen";
  if (isCopied(text, grounds)) return "it repeats words of a record as if they were its own";
  if (meddles(text)) return "it says that what was found be closed, hidden or changed";
  const places = placesOf(text, grounds.numbers);
  if (typeof places === "string") return places;
  for (const take of [times, techniques, quotations]) {
    const taken = take(places.rest, grounds);
    if (taken.because !== null) return taken.because;
    places.rest = taken.rest;
  }
  if (/[<>|#*^[\]{}=]/.test(places.rest)) return "it has signs of markup";
  const words = places.rest.split(/[\s,;()[\]{}<>|=…—–]+/u).filter((word) => word !== "");
  for (const [position, word] of words.entries()) {
    const because = wordFault(word, { previous: words[position - 1] ?? null, grounds });
    if (because !== null) return because;
  }
  return null;
}

/** The text with its numbers in place. */
export function withNumbers(text: string, numbers: ReadonlyMap<string, number>): string {
  return text.replace(place, (whole, name: string) => {
    const value = numbers.get(name);
    return value === undefined ? whole : asText(value);
  });
}

const place = /\{\{\s*([A-Za-z]\w{0,30})\s*\}\}/g;

/** Whole numbers as they are, others with at most three decimals. */
function asText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 1000) / 1000);
}

/** The text without its places; a reason where one stands for nothing, or where two or more would read as one number. */
function placesOf(text: string, numbers: ReadonlyMap<string, number>): { rest: string } | string {
  const unknown = [...text.matchAll(place)].map(([, name]) => name ?? "").find((name) => !numbers.has(name));
  if (unknown !== undefined) return `{{${unknown}}} names no check of this claim`;
  if (/[^\s("'“]\{\{|\}\}(?![\s)"'”%]|[.,;:!?](?:\s|$)|$)/u.test(text)) return "a place of a number is a part of a longer word";
  // A word that is no name stands in, so that what is before and behind it keep apart.
  const rest = text.replace(place, "so-many");
  return /\{\{|\}\}/.test(rest) ? "it has braces that are no place of a number" : { rest };
}

interface Taken {
  readonly rest: string;
  readonly because: string | null;
}

const time =
  /\b(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(?:Z|\+00:00)?(?![\w:])|(?<![\w:.])(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(?![\w:])/g;

function times(text: string, { records }: Grounds): Taken {
  let because: string | null = null;
  const rest = text.replace(time, (whole, day: string | undefined, dayTime: string | undefined, clock: string | undefined) => {
    const said = day === undefined ? "" : dayTime === undefined ? day : `${day} ${dayTime}`;
    const isThere = records.some((record) =>
      record.times.some((one) => (clock === undefined ? one.startsWith(said) : one.slice(11).startsWith(clock))),
    );
    if (!isThere) because ??= `the time ${whole} is not in the records that it cites`;
    return " ";
  });
  return { rest, because };
}

function techniques(text: string, grounds: Grounds): Taken {
  let because: string | null = null;
  const rest = text.replace(/\bTA?\d{4}(?:\.\d{3})?\b/gi, (id) => {
    if (!grounds.techniques.includes(id.toUpperCase())) because ??= `${id} is not among the techniques of this claim that hold`;
    return " ";
  });
  return { rest, because };
}

const quotation = /"([^"]*)"|“([^”]*)”|`([^`]*)`|«([^»]*)»|(?<![\p{L}\p{N}])['‘]([^'’]*)['’](?![\p{L}\p{N}])/gu;

function quotations(text: string, grounds: Grounds): Taken {
  let because: string | null = null;
  const rest = text.replace(quotation, (whole, ...groups: unknown[]) => {
    const quoted = groups.slice(0, 5).find((group) => typeof group === "string");
    const said = typeof quoted === "string" ? quoted.trim() : "";
    if (said !== "" && !occurs(said, grounds)) because ??= `${whole} does not stand in the records that it cites`;
    return " ";
  });
  return { rest, because };
}

// "One" is left out: it is said of anything. Ordinals and fractions of everyday speech are no counts. A sign or a factor beside a place
// would change its number.
const numberWords: ReadonlySet<string> = new Set(
  "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion billions trillion trillions zillion zillions dozen dozens twice thrice double triple quadruple minus percent umpteen noon midnight".split(
    " ",
  ),
);

const hyphens = /[/\p{Pd}\u2212]/u;
/** tenfold, hundredfold; "manifold" is none. */
const folds = /^(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million)(?:fold)$/;
/** ii to xxxix but for "vi", an editor. */
const romanNumeral = /^(?!vi$)(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})$/;
/** Units that stand for a thousand or more of another, and what looks like them. */
const scales: ReadonlySet<string> = new Set(
  "k m bn kb mb gb tb kib mib gib tib kilobyte kilobytes megabyte megabytes gigabyte gigabytes terabyte terabytes kilo mega giga tera score gross".split(
    " ",
  ),
);

function wordFault(
  raw: string,
  { previous, grounds }: { readonly previous: string | null; readonly grounds: Grounds },
): string | null {
  const word = raw.replace(/^[^\p{L}\p{N}_$\\/@~%.]+|[^\p{L}\p{N}_$\\/]+$/gu, "").replace(/['’]s$/u, "");
  const plain = word.toLowerCase();
  if (plain === "") return null;
  const parts = plain.split(hyphens);
  if (parts.some((part) => numberWords.has(part) || folds.test(part) || romanNumeral.test(part)))
    return `"${raw}" is a number in words, not the place of a check`;
  const said = `"${raw}" does not stand in the records that it cites`;
  if (isIP(word) !== 0) return occurs(word, grounds) ? null : said;
  if (/\p{N}/u.test(word) && !/\p{L}/u.test(word)) {
    const isPort = previous?.toLowerCase() === "port" && /^\d{1,5}$/.test(word);
    return isPort && equals(word, grounds) ? null : `"${raw}" is a number, not the place of a check`;
  }
  // 5MB, 30s, 3x: a number with its unit.
  if (previous === "so-many" && scales.has(plain)) return `"${raw}" would change the number before it`;
  if (/^\p{N}[\p{N}.,]*\p{L}{1,7}$/u.test(word)) return `"${raw}" is a number, not the place of a check`;
  if (grounds.words.has(plain)) return null;
  if (parts.every((part) => part === "" || /^[\p{Script=Latin}'’]+$/u.test(part)) && word === plain) return null;
  if (!isNameLike(word, previous, grounds)) return null;
  return occurs(word, grounds) ? null : said;
}

// Words that begin a sentence have a capital anyway; those that English forms itself are taken for words.
const english = /^\p{Lu}\p{Ll}+(?:ing|ed|ly|tions?|sions?|ments?|ness|ity|ities|ous|ive|al)$/u;

/** A word with digits, signs of a path, an account or an address in it, or with capitals where a sentence has none. */
function isNameLike(word: string, previous: string | null, { words }: Grounds): boolean {
  if (/[\p{N}_@\\$~%:]|\.[\p{L}\p{N}]|^\/|^\./u.test(word)) return true;
  // Another script has numerals and names that nothing here would know as such.
  if (/(?!\p{Script=Latin})\p{L}/u.test(word)) return true;
  const isFirst = previous === null || /[.!?:]["'”’)]?$/u.test(previous);
  const parts = word.split(hyphens).filter((part) => part !== "");
  return parts.some(
    (part, at) => /\p{Lu}/u.test(part) && !words.has(part.toLowerCase()) && !(isFirst && at === 0 && english.test(part)),
  );
}

/** What a stranger wrote into a log is quoted or told, not said: a run of words of a record is not. */
function isCopied(text: string, { shown }: Grounds): boolean {
  const own = wordsOf(text.replace(quotation, " | ")).split(" ");
  return runsOf(own).some((run) => shown.some((one) => ` ${one} `.includes(run)));
}

/** The words of a text in lower case, a space between them. */
export function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .join(" ");
}

/** The value stands in a record by itself or between what is no letter and no digit. */
function occurs(value: string, { records, names }: Grounds): boolean {
  const wanted = value.toLowerCase();
  const isIn = (text: string): boolean => {
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      if (!isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + wanted.length])) return true;
    }
    return false;
  };
  return names.some((name) => isIn(name.toLowerCase())) || records.some((record) => record.values.some(isIn));
}

function equals(value: string, { records }: Grounds): boolean {
  return records.some((record) => record.values.includes(value));
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

// Words of the trade that are written with capitals or digits, beside the names that ATT&CK gives its techniques.
const tradeWords =
  "base64 sha256 sha1 md5 ipv4 ipv6 smb1 smb2 smb3 smbv1 http2 http3 tls1.2 tls1.3 x64 x86 win32 oauth2 saml2 rc4 aes256 utf8 log4j office365 " +
  "api apt arp asn att&ck bits cdn ci cidr cli com cpu cve dc dcom dga dhcp dll dns doh dos edr exe fqdn ftp ftps gpo gui html http https icmp iam id ids ids io ioc iocs ip ips json jwt kdc lan " +
  "ldap ldaps lolbin lsa lsass mac mfa mime ms ntlm ntlmv2 ntp nxdomain oauth ocsf oidc os ou pid pki powershell pop3 psexec rat rdp rest rpc sam saml sasl scp sftp sid siem smb smtp sni soc spn sql ssh ssl sso tcp " +
  "tgs tgt tls ttl ttp ttps txt udp ui uid unc uri url urls usb utc uuid vbs vip vm vnc vpn waf wan winrm wmi xml i linux windows macos unix kerberos kerberoasting active directory english internet cobalt strike tor " +
  "e.g i.e e.g. i.e. etc. vs. so-many monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december";

/** The words of everybody, of the trade, of ATT&CK's technique and tactic names, and the tables and columns that there are. */
export function vocabularyOf(attack: Attack, columns: ReadonlyMap<string, ReadonlyMap<string, string>>): Vocabulary {
  const words = new Set(tradeWords.split(" "));
  for (const { name } of [...attack.techniques, ...attack.tactics])
    for (const word of name.toLowerCase().split(/[^\p{L}\p{N}&]+/u))
      if (word.length > 1 && !/^\p{N}+$/u.test(word)) words.add(word);
  for (const [table, own] of columns) for (const word of [table, ...own.keys()]) words.add(word.toLowerCase());
  return { has: (word) => words.has(word) || isCommonWord(word) };
}
