import { getPublicSuffix } from "tldts";
import { blockOf } from "../enrich/address.ts";
import type { IndicatorValue } from "./indicator.ts";

// Values that feeds hold by mistake again and again (cf. MISP warning lists): a match on them says nothing.
const names = [
  "google.com",
  "gstatic.com",
  "googleapis.com",
  "youtube.com",
  "gmail.com",
  "microsoft.com",
  "windows.com",
  "windowsupdate.com",
  "live.com",
  "office.com",
  "office365.com",
  "outlook.com",
  "apple.com",
  "icloud.com",
  "amazon.com",
  "amazonaws.com",
  "cloudfront.net",
  "akamai.net",
  "akamaized.net",
  "cloudflare.com",
  "facebook.com",
  "github.com",
  "githubusercontent.com",
  "digicert.com",
  "letsencrypt.org",
  "mozilla.org",
  "debian.org",
  "ubuntu.com",
  "wikipedia.org",
  "example.com",
  "example.net",
  "example.org",
  "localhost.localdomain",
];
const addresses = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "1.1.1.1/32",
  "1.0.0.1/32",
  "8.8.8.8/32",
  "8.8.4.4/32",
  "9.9.9.9/32",
  "208.67.222.222/32",
  "208.67.220.220/32",
  "::/128",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
].flatMap((block) => blockOf(block) ?? []);
// MD5, SHA-1 and SHA-256 of the empty file, and of a file that holds one line end.
const hashes = new Set([
  "d41d8cd98f00b204e9800998ecf8427e",
  "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "68b329da9893e34099c7d8ad5cb9c940",
  "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc",
  "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
]);

/**
 * Why a value must not be matched, or null: well-known services themselves, suffixes under which anybody registers names, private and
 * special addresses and resolvers (also where a block holds one), blocks too wide to mean anybody, hashes of empty files.
 */
export function wellKnownBenign({ type, value }: IndicatorValue): string | null {
  if (type === "ip" || type === "cidr") return blockReason(value);
  if (type === "domain") return nameReason(value);
  if (type === "url")
    return value.endsWith("/") && value.indexOf("/") === value.length - 1 ? nameReason(value.slice(0, -1)) : null;
  return hashes.has(value) ? "the hash of an empty file" : null;
}

function nameReason(name: string): string | null {
  if (names.includes(name.replace(/^www\./, ""))) return "a well-known name that everybody uses";
  // A name is met by everything below it: under a public suffix that is everybody.
  const suffix = getPublicSuffix(name, { allowPrivateDomains: true, validateHostname: false });
  return suffix === name ? "a suffix under which anybody registers names" : null;
}

function blockReason(value: string): string | null {
  const block = blockOf(value);
  if (block === null) return "not an address";
  const size = block.last - block.first + 1n;
  if (block.family === 4 ? size > 65_536n : size > 1n << 96n) return "a block too wide to mean anybody";
  const isMet = addresses.some(
    (known) => known.family === block.family && known.first <= block.last && block.first <= known.last,
  );
  return isMet ? "a private, special or public resolver's address" : null;
}
