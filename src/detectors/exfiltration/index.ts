import { epochMilliseconds, hourMs } from "../../time.ts";
import type { TableCoverage } from "../../types.ts";
import { detector } from "../detector.ts";
import { readsDraft, techniques, uploadDraft } from "./finding.ts";
import { parameters } from "./parameters.ts";
import { destinationRow, hostRow, ownAddressRow, ownNameRow, readRow, serviceRow, uploadRow, webRow } from "./questions.ts";
import { judgeReads } from "./reads-score.ts";
import { judge } from "./score.ts";
import { unmeasuredDraft, unmeasuredRow } from "./unmeasured.ts";
import { aroundUpload, gatherUploads } from "./upload.ts";

// Below this a reader could not act on it.
const lowestScore = 20;
const mostCandidates = 2000;

export default detector({
  id: "exfiltration",
  name: "Exfiltration",
  version: "1",
  question: "Which hosts and identities carry data out: much, to a rare place, or little by a telling method?",
  analyticType: "Statistical",
  techniques,
  anyOf: [
    { table: "network_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip", "traffic_bytes_out"] },
    { table: "network_activity", columns: ["device_hostname", "dst_endpoint_ip", "traffic_bytes_out"] },
    { table: "network_activity", columns: ["dst_endpoint_ip", "dst_endpoint_hostname"] },
    { table: "http_activity", columns: ["src_endpoint_ip", "dst_endpoint_ip", "http_request_http_method"] },
    { table: "api_activity", columns: ["api_operation"] },
  ],
  techniqueNeeds: {
    T1530: [{ table: "api_activity", columns: ["api_operation"] }],
    T1041: [{ table: "network_activity", columns: ["traffic_bytes_out"] }],
    T1030: [{ table: "network_activity", columns: ["traffic_bytes_out"] }],
  },
  parameters,
  questions: {
    uploads: { file: "uploads.sql", row: uploadRow },
    web: { file: "web.sql", row: webRow },
    services: { file: "mail-and-files.sql", row: serviceRow },
    destinations: { file: "destinations.sql", row: destinationRow },
    hosts: { file: "hosts.sql", row: hostRow },
    asked: { file: "own-address.sql", row: ownAddressRow },
    ownNames: { file: "own-names.sql", row: ownNameRow },
    reads: { file: "reads.sql", row: readRow },
    unmeasured: { file: "unmeasured.sql", row: unmeasuredRow },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ uploads, web, services, destinations, hosts, asked, ownNames, reads, unmeasured }, context) => {
    tellMissingBytes(context.tables.get("network_activity"), (reason) => context.note({ kind: "not-evaluable", reason }));
    if (uploads.length >= mostCandidates)
      context.note({ kind: "limit", reason: `only the ${mostCandidates} largest uploads were looked at closely` });
    const known = {
      destinations: new Map(destinations.map((row) => [row.address, row])),
      hosts: new Map(hosts.map((row) => [row.source, row])),
      ownAddresses: new Map(asked.map((row) => [row.source, row])),
      ownNames: ownNames.map(({ domain }) => domain),
    };
    const begin = context.tables.get("network_activity")?.firstTime ?? null;
    const hoursUntil = (firstSeen: string): number | null =>
      begin === null ? null : Math.max(0, epochMilliseconds(firstSeen) - epochMilliseconds(begin)) / hourMs;
    const sent = gatherUploads(uploads, web, services).flatMap((upload) => {
      const around = aroundUpload(upload, known, context.parameters, hoursUntil);
      const judgement = judge(upload, around, context.parameters);
      return judgement.score < lowestScore ? [] : [uploadDraft(upload, around, judgement)];
    });
    const read = reads.flatMap((row) => {
      const judgement = judgeReads(row);
      return judgement.score < lowestScore ? [] : [readsDraft(row, judgement)];
    });
    const uncounted = unmeasured.flatMap((row) => unmeasuredDraft(row) ?? []).filter(({ score }) => score >= lowestScore);
    if (uncounted.length > 0)
      context.note({
        kind: "not-evaluable",
        reason: `upload bytes: not evaluable for ${uncounted.length} hosts that called a rare place made for uploads, since no record of it has byte counts`,
      });
    return [...sent, ...read, ...uncounted];
  },
});

/** Connections without byte counts cannot be judged by amount: said once, with their share. */
function tellMissingBytes(network: TableCoverage | undefined, note: (reason: string) => void): void {
  if (network === undefined || network.rows === 0) return;
  const share = network.filled.traffic_bytes_out ?? 0;
  if (share === 0) note("no connection record has a byte count: how much was sent cannot be told");
  else if (share < 0.5)
    note(
      `only ${Math.round(share * 100)} % of the connection records have byte counts: uploads that only the others saw were not judged`,
    );
}
