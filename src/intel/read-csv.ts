import { SpoorError } from "../errors.ts";
import { type Indicator, type IndicatorType, indicatorTypes, normalised } from "./indicator.ts";
import type { IndicatorFile } from "./read.ts";
import { feedConfidence, feedTime } from "./when.ts";

// Column names that feeds use for the same thing.
const columns = {
  value: [
    "indicator",
    "value",
    "ioc",
    "ioc_value",
    "observable",
    "indicator_value",
    "dst_ip",
    "url",
    "domain",
    "ip",
    "sha256_hash",
  ],
  type: ["type", "indicator_type", "ioc_type"],
  validFrom: ["valid_from", "first_seen", "first_seen_utc", "created", "date", "dateadded"],
  validUntil: ["valid_until", "expiration", "expires", "expiry"],
  confidence: ["confidence", "confidence_score", "confidence_level"],
  labels: ["labels", "tags", "threat_type", "malware", "threat"],
  techniques: ["attack_techniques", "techniques", "mitre"],
  description: ["description", "comment", "title", "malware_printable"],
} as const satisfies Record<string, readonly string[]>;
type Field = keyof typeof columns;

const typeNames: ReadonlyMap<string, IndicatorType> = new Map([
  ...indicatorTypes.map((type) => [type, type] as const),
  ["ipv4", "ip"],
  ["ipv6", "ip"],
  ["ip:port", "ip"],
  ["ip-src", "ip"],
  ["ip-dst", "ip"],
  ["ipv4-addr", "ip"],
  ["ipv6-addr", "ip"],
  ["address", "ip"],
  ["network", "cidr"],
  ["domain-name", "domain"],
  ["hostname", "domain"],
  ["fqdn", "domain"],
  ["host", "domain"],
  ["uri", "url"],
  ["file:hashes.md5", "md5"],
  ["file:hashes.sha1", "sha1"],
  ["file:hashes.sha256", "sha256"],
  ["hash-md5", "md5"],
  ["hash-sha256", "sha256"],
  ["md5_hash", "md5"],
  ["sha1_hash", "sha1"],
  ["sha256_hash", "sha256"],
  ["email-addr", "email"],
  ["email-src", "email"],
]);

/**
 * Indicators from CSV with a header (also one in a comment, as some feeds write it), or from a list with one value a line, also one in
 * the shape of a hosts file. `#` starts a comment line.
 */
export function readCsv(text: string, name: string): IndicatorFile {
  const plain = text.replace(/^\uFEFF/, "");
  const separator = separatorOf(plain);
  const header = headerOf(plain, separator);
  const rows = rowsOf(plain, separator);
  if (header === null) {
    if (rows.length > 0 && listed(rows[0] ?? []) !== null) return listFile(rows);
    throw new SpoorError("bad-intel", `${name} has no column that holds indicators`, {
      hint: `Name one of its columns ${columns.value.slice(0, 6).join(", ")}, or give one value a line.`,
    });
  }
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const row of header.isComment ? rows : rows.slice(1)) {
    const cell = (field: Field): string => row[header.at[field]]?.trim() ?? "";
    const value = cell("value");
    const found = normalised(value, typeNames.get(cell("type").toLowerCase())) ?? normalised(value);
    if (found === null) leftOut.push(notAValue(value));
    else indicators.push({ ...found, ...detailsOf(cell) });
  }
  return { format: "csv", indicators, leftOut };
}

function notAValue(value: string): { value: string; reason: string } {
  return { value: value.slice(0, 200), reason: "not an address, name, URL, e-mail address or hash" };
}

function detailsOf(cell: (field: Field) => string): Omit<Indicator, "type" | "value"> {
  return {
    validFrom: feedTime(cell("validFrom")),
    validUntil: feedTime(cell("validUntil"), { endOfDay: true }),
    confidence: feedConfidence(cell("confidence")),
    labels: cell("labels")
      .split(/[;|,]/)
      .map((label) => label.trim())
      .filter((label) => label !== ""),
    attackTechniques: [...new Set(cell("techniques").match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? [])].sort(),
    description: cell("description") || null,
  };
}

interface Header {
  readonly at: Readonly<Record<Field, number>>;
  readonly isComment: boolean;
}

/** The first line, or the last comment before the first value, if it names a column of indicators. */
function headerOf(text: string, separator: string): Header | null {
  const lines = text.split(/\r?\n/, 200).filter((line) => line.trim() !== "");
  const first = lines.findIndex((line) => !line.startsWith("#"));
  const comments = first < 0 ? lines : lines.slice(0, first);
  const candidates = [
    { line: first < 0 ? "" : (lines[first] ?? ""), isComment: false },
    ...comments.reverse().map((line) => ({ line: line.replace(/^#+\s*/, ""), isComment: true })),
  ];
  for (const { line, isComment } of candidates) {
    const cells = (rowsOf(line, separator)[0] ?? []).map((cell) => cell.trim().toLowerCase());
    const at = (field: Field): number => {
      const place = columns[field].map((one) => cells.indexOf(one)).find((position) => position >= 0);
      return place ?? -1;
    };
    // "domain" may name a column, and in a line with a value it is the value's type.
    if (at("value") >= 0 && (cells.length > 1 || !isComment) && cells.every((cell) => normalised(cell) === null)) {
      const places = Object.keys(columns).map((field) => [field, at(field as Field)] as const);
      return { at: Object.fromEntries(places) as Record<Field, number>, isComment };
    }
  }
  return null;
}

/** What stands between the cells of the first line that is no comment. */
function separatorOf(text: string): string {
  const line = text.split(/\r?\n/, 200).find((one) => one.trim() !== "" && !one.startsWith("#")) ?? "";
  return line.includes(",") ? "," : ([";", "\t"].find((one) => line.includes(one)) ?? ",");
}

/** Rows of cells; quoted cells may hold separators, doubled quotes and line ends. Blank lines and comments are passed over. */
function rowsOf(text: string, separator: string): string[][] {
  const cell = new RegExp(`"((?:[^"]|"")*)"[^${separator}\\r\\n]*|([^${separator}\\r\\n]*)`, "y");
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === "#") {
      at = lineEnd(text, at);
    } else {
      const row: string[] = [];
      do {
        cell.lastIndex = row.length === 0 ? at : at + 1;
        // Some feeds write a blank between the separator and the quote.
        if (text[cell.lastIndex] === " " && text[cell.lastIndex + 1] === '"') cell.lastIndex += 1;
        const match = cell.exec(text);
        row.push(match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? "");
        at = cell.lastIndex;
      } while (text[at] === separator);
      if (row.some((one) => one.trim() !== "")) rows.push(row);
    }
    while (text[at] === "\r" || text[at] === "\n") at += 1;
  }
  return rows;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function listFile(rows: readonly string[][]): IndicatorFile {
  const indicators: Indicator[] = [];
  const leftOut: { value: string; reason: string }[] = [];
  for (const row of rows) {
    const found = listed(row);
    if (found === null) leftOut.push(notAValue(row[0] ?? ""));
    else
      indicators.push({
        ...found,
        validFrom: null,
        validUntil: null,
        confidence: null,
        labels: [],
        attackTechniques: [],
        description: null,
      });
  }
  return { format: "csv", indicators, leftOut };
}

/** The value of a line of a list: its first cell without a comment; in a hosts file the name behind the address. */
function listed(row: readonly string[]): ReturnType<typeof normalised> {
  const text = (row[0] ?? "").replace(/\s+[#;].*$/, "").trim();
  return normalised(/^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)$/.exec(text)?.[1] ?? text);
}
