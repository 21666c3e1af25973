import { parse } from "tldts";

// Endings of files that are also top-level domains.
const fileEndings = new Set(["sh", "py", "md", "zip", "mov", "pl", "rs", "app", "cab", "ps"]);
// Reserved for private use and documentation (RFC 6761, RFC 6762, ICANN's .internal), and what estates use beside them.
const privateEndings = new Set(["example", "test", "invalid", "local", "internal", "lan", "corp", "home", "localdomain"]);

const patterns = [
  /\b(?:host|user|mail|ip|domain|text)_[A-Za-z0-9]\w*/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}(?![\w:])/gi,
  /[\w.+-]+@[\w.-]*\w/g,
];

/** Addresses, domain names, mail addresses and pseudonyms in a text, in lower case: what a sentence can be held to. */
export function namesIn(text: string): Set<string> {
  const plain = text.replaceAll("[.]", ".").replaceAll("[:]", ":");
  const hosts = (plain.match(/\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b/gi) ?? []).filter(isDomain);
  return new Set([...patterns.flatMap((pattern) => plain.match(pattern) ?? []), ...hosts].map((name) => name.toLowerCase()));
}

/** True for a name among those of a text, and for the domain of one. */
export function isAmong(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || [...names].some((known) => known.endsWith(`.${name}`) || known.endsWith(`@${name}`));
}

function isDomain(text: string): boolean {
  const { isIcann, publicSuffix } = parse(text.toLowerCase());
  const labels = text.toLowerCase().split(".");
  const ending = labels.at(-1) ?? "";
  if (labels.length === 2 && fileEndings.has(ending)) return false;
  return privateEndings.has(ending) || (isIcann === true && publicSuffix !== text.toLowerCase());
}
