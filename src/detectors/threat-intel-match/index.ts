import { z } from "zod";
import type { FindingDraft, Observable, ObservableName } from "../../types.ts";
import { detector } from "../detector.ts";
import { type MatchRow, matchReasons, matchRow, total } from "./score.ts";

export default detector({
  id: "threat-intel-match",
  name: "Known-bad indicators",
  version: "1",
  question: "Did anything here meet an address, name, URL, mail address or file that a feed calls bad?",
  analyticType: "Indexed Data Match",
  techniques: ["T1071", "T1204", "T1566", "T1078"],
  anyOf: [
    { table: "network_activity", columns: ["dst_endpoint_ip"] },
    { table: "dns_activity", columns: ["query_hostname"] },
    { table: "http_activity", columns: ["http_request_url_hostname"] },
    { table: "authentication", columns: ["src_endpoint_ip"] },
    { table: "process_activity", columns: ["process_file_hash_sha256"] },
    { table: "file_activity", columns: ["file_hash_sha256"] },
    { table: "email_activity", columns: ["email_from"] },
    { table: "email_url_activity", columns: ["url_hostname"] },
  ],
  parameters: z.strictObject({}),
  questions: { detect: { file: "detect.sql", row: matchRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ detect }) => detect.map(draft).filter(({ score }) => score >= 10),
});

function draft(row: MatchRow): FindingDraft {
  const reasons = matchReasons(row);
  const who =
    row.sources === 1
      ? (row.source_names[0] ?? row.users[0] ?? row.source_addresses[0] ?? "one source")
      : `${row.sources} sources`;
  return {
    keys: { type: row.type, value: row.value },
    title: `${who} met the known-bad ${row.type} ${row.value} (${row.feeds.join(", ")})`,
    description:
      `${row.events} events in ${row.table_names.join(", ")} hold ${row.value}, which ${row.feeds.join(" and ")} lists` +
      `${row.about === null ? "" : ` as "${row.about}"`}. ${row.valid_events === 0 ? "None of them falls into the time for which the feed vouches." : `${row.valid_events} of them fall into the time for which the feed vouches.`}`,
    score: total(reasons),
    confidence: row.highest_confidence ?? 50,
    reasons,
    benign:
      "An address may have changed hands since it was listed, or be shared by many names; a name may be a sinkhole; a researcher or a mail filter may have looked on purpose. What was exchanged, and what the device did next, tells.",
    blindSpots: ["Only what the loaded feeds list is looked for; a value behind a proxy or a tunnel is not seen."],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: techniquesOf(row),
    observables: observablesOf(row),
    evidence: { type: row.type, value: row.value },
    rowCount: row.events,
    detail: { feeds: row.feeds, labels: row.all_labels, tables: row.table_names, matchedColumns: row.matched_columns },
  };
}

/** What the feed says; otherwise what the place of the match says. */
function techniquesOf(row: MatchRow): string[] {
  if (row.techniques.length > 0) return row.techniques;
  const byTable: Readonly<Record<string, string>> = {
    network_activity: "T1071",
    dns_activity: "T1071",
    http_activity: "T1071",
    process_activity: "T1204",
    file_activity: "T1204",
    email_activity: "T1566",
    email_url_activity: "T1566",
    authentication: "T1078",
    api_activity: "T1078",
  };
  return [...new Set(row.table_names.flatMap((table) => byTable[table] ?? []))].sort();
}

function observablesOf(row: MatchRow): Observable[] {
  const of = (name: ObservableName, values: readonly (string | number | null)[]): Observable[] =>
    values.flatMap((value) => (value === null || value === "" ? [] : [{ name, value: String(value) }]));
  const own: Readonly<Record<string, ObservableName>> = {
    domain: "query.hostname",
    url: "url.url_string",
    email: "email.from",
    md5: "file.hashes",
    sha1: "file.hashes",
    sha256: "file.hashes",
  };
  const name = own[row.type];
  return [
    ...of("src_endpoint.ip", row.source_addresses),
    ...of("src_endpoint.hostname", row.source_names),
    ...of("user.name", row.users),
    ...of("dst_endpoint.ip", row.destinations),
    ...of("dst_endpoint.port", row.ports),
    ...(name === undefined ? [] : of(name, [row.value])),
  ];
}
