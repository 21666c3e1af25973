import { SpoorError } from "../errors.ts";
import { type Indicator, type IndicatorType, indicatorTypes, normalised } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { feedConfidence, feedTime } from "./when.ts";

// Column names that feeds use for the same thing.
const columns: Readonly<Record<string, readonly string[]>> = {
  value: ["indicator", "value", "ioc", "ioc_value", "observable", "indicator_value"],
  type: ["type", "indicator_type", "ioc_type"],
  validFrom: ["valid_from", "first_seen", "created", "date"],
  validUntil: ["valid_until", "expiration", "expires", "expiry"],
  confidence: ["confidence", "confidence_score"],
  labels: ["labels", "tags", "threat_type", "malware", "threat"],
  techniques: ["attack_techniques", "techniques", "mitre"],
  description: ["description", "comment", "title"],
};

const typeNames: Readonly<Record<string, IndicatorType>> = {
  ipv4: "ip",
  ipv6: "ip",
  "ip-src": "ip",
  "ip-dst": "ip",
  "ipv4-addr": "ip",
  "ipv6-addr": "ip",
  address: "ip",
  "domain-name": "domain",
  hostname: "domain",
  fqdn: "domain",
  host: "domain",
  uri: "url",
  "file:hashes.md5": "md5",
  "file:hashes.sha1": "sha1",
  "file:hashes.sha256": "sha256",
  "hash-md5": "md5",
  "hash-sha256": "sha256",
  "email-addr": "email",
  "email-src": "email",
  network: "cidr",
};

/** Indicators from CSV with a header line, or from a list with one value a line. `#` starts a comment. */
export function readCsv(text: string, name: string): IndicatorFile {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const header = cells(lines[0] ?? "").map((cell) => cell.trim().toLowerCase());
  const at = (field: string): number => header.findIndex((cell) => columns[field]?.includes(cell) === true);
  const valueAt = at("value");
  const isList = valueAt < 0 && lines.length > 0 && normalised(cells(lines[0] ?? "")[0] ?? "") !== null;
  if (valueAt < 0 && !isList)
    throw new SpoorError("bad-intel", `${name} has no column that holds indicators`, {
      hint: `Name one of its columns ${columns.value?.join(", ")}, or give one value a line.`,
    });
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const line of isList ? lines : lines.slice(1)) {
    const row = cells(line);
    const cell = (field: string): string => (at(field) < 0 ? "" : (row[at(field)] ?? "").trim());
    const text = isList ? (row[0] ?? "") : cell("value");
    const found = normalised(text, typeNamed(cell("type"))) ?? normalised(text);
    if (found === null) leftOut.push({ value: text.slice(0, 200), reason: "not an address, name, URL, e-mail address or hash" });
    else
      indicators.push({
        ...found,
        validFrom: feedTime(cell("validFrom")),
        validUntil: feedTime(cell("validUntil")),
        confidence: feedConfidence(cell("confidence")),
        labels: cell("labels")
          .split(/[;|]/)
          .map((label) => label.trim())
          .filter((label) => label !== ""),
        attackTechniques: cell("techniques").match(/T\d{4}(?:\.\d{3})?/g) ?? [],
        description: cell("description") || null,
      });
  }
  return { format: "csv", indicators, leftOut };
}

function typeNamed(text: string): IndicatorType | undefined {
  const name = text.trim().toLowerCase();
  return indicatorTypes.find((type) => type === name) ?? typeNames[name];
}

function cells(line: string): string[] {
  const found = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return found.map((match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
}
