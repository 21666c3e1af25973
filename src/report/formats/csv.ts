import type { OcsfFinding } from "../../findings/ocsf.ts";

type Column = readonly [name: string, of: (finding: OcsfFinding, rank: number) => string | number];

const columns: readonly Column[] = [
  ["rank", (_, rank) => rank],
  ["score", ({ unmapped }) => unmapped.score],
  ["severity", ({ severity }) => severity],
  ["confidence", ({ confidence_score }) => confidence_score],
  ["within_budget", ({ unmapped }) => (unmapped.is_within_budget ? "yes" : "no")],
  ["detector", ({ finding_info }) => finding_info.analytic.uid],
  ["title", ({ finding_info }) => finding_info.title],
  ["first_seen_utc", ({ unmapped }) => unmapped.first_seen],
  ["last_seen_utc", ({ unmapped }) => unmapped.last_seen],
  ["people", (finding) => valuesOf(finding, "user.name", "actor.user.name", "email.to")],
  ["devices", (finding) => valuesOf(finding, "device.hostname", "src_endpoint.hostname")],
  ["sources", (finding) => valuesOf(finding, "src_endpoint.ip", "device.ip")],
  [
    "destinations",
    (finding) => valuesOf(finding, "dst_endpoint.ip", "dst_endpoint.hostname", "query.hostname", "url.url_string"),
  ],
  ["techniques", ({ attacks }) => [...new Set(attacks.map((one) => (one.sub_technique ?? one.technique).uid))].sort().join(" ")],
  [
    "strongest_reasons",
    ({ unmapped }) =>
      unmapped.reasons
        .slice(0, 3)
        .map((one) => `${one.feature}: ${one.observed}`)
        .join("; "),
  ],
  ["what_else_looks_like_this", ({ unmapped }) => unmapped.benign],
  ["events", ({ finding_info }) => finding_info.related_events_count],
  ["uid", ({ finding_info }) => finding_info.uid],
];

/**
 * Findings as CSV (RFC 4180, a header, CRLF), by rank. A text that a spreadsheet would take for a formula begins with an apostrophe
 * (OWASP, CSV injection); control characters, and those that turn the direction of text, become
 * spaces.
 */
export function findingsCsv(findings: readonly OcsfFinding[]): string {
  const lines = [
    columns.map(([name]) => name),
    ...findings.map((finding, index) => columns.map(([, of]) => of(finding, index + 1))),
  ];
  return lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function valuesOf({ observables }: OcsfFinding, ...names: readonly string[]): string {
  const values = observables.flatMap(({ name, value }) => (names.includes(name) ? [value] : []));
  return [...new Set(values)].join(" ");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = value.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
  const inert = /^\s*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",;\s']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
