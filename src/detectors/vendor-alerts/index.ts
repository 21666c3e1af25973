import { z } from "zod";
import { type FindingDraft, type Observable, type ObservableName, severities } from "../../types.ts";
import { detector } from "../detector.ts";

const texts = z.array(z.string().nullable());
const alertRow = z.object({
  vendor: z.string(),
  product: z.string(),
  title: z.string(),
  entity: z.string(),
  alerts: z.coerce.number(),
  worst_severity: z.enum(severities).catch("Informational"),
  about: z.string().nullable(),
  first_time: z.string(),
  last_time: z.string(),
  states: texts,
  incidents: texts,
  techniques: z.array(z.string()),
  devices: texts,
  device_addresses: texts,
  users: texts,
  sources: texts,
  destinations: texts,
  processes: texts,
  command_lines: texts,
  hashes: texts,
  event_uids: z.array(z.string()),
});
type AlertRow = z.infer<typeof alertRow>;

// The middle of the band of each severity, so that a list by score keeps the vendor's order.
const scores = { Critical: 95, High: 80, Medium: 57, Low: 32, Informational: 10 } as const;

export default detector({
  id: "vendor-alerts",
  name: "Alerts of the vendors",
  version: "1",
  question: "What did the security products themselves raise?",
  analyticType: "Other",
  // Every technique that a vendor names is carried through; these are not promises of a search.
  techniques: [],
  anyOf: [{ table: "detection_finding", columns: ["finding_info_title"] }],
  parameters: z.strictObject({}),
  questions: { detect: { file: "detect.sql", row: alertRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ detect }) => detect.map(draft),
});

function draft(row: AlertRow): FindingDraft {
  const score = scores[row.worst_severity];
  const many = row.alerts === 1 ? "" : ` (${row.alerts} times)`;
  return {
    keys: { vendor: row.vendor, product: row.product, title: row.title, entity: row.entity },
    title: `${row.product}: ${row.title}${row.entity === "" ? "" : ` on ${row.entity}`}${many}`,
    description: row.about ?? `${row.product} raised "${row.title}"${many}; the vendor gives no description.`,
    score,
    confidence: 70,
    reasons: [
      {
        feature: "the vendor's severity",
        observed: `${row.worst_severity}${row.states.length === 0 ? "" : `, state ${row.states.filter((state) => state !== null).join(", ")}`}`,
        baseline: null,
        peers: null,
        contribution: score,
      },
    ],
    benign:
      "The vendor's rule may have met an administrator's tool or a test. Its state and the device's other findings say more than its severity.",
    blindSpots: ["How the vendor came to this alert is not known here; it is carried through, not re-made."],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    techniques: row.techniques,
    observables: observablesOf(row),
    evidence: { vendor: row.vendor, product: row.product, title: row.title, entity: row.entity },
    eventUids: row.event_uids,
    rowCount: row.alerts,
    detail: { vendor: row.vendor, product: row.product, incidents: row.incidents.filter((incident) => incident !== null) },
    vendorSeverity: row.worst_severity,
  };
}

function observablesOf(row: AlertRow): Observable[] {
  const of = (name: ObservableName, values: readonly (string | null)[]): Observable[] =>
    values.flatMap((value) => (value === null || value === "" ? [] : [{ name, value }]));
  return [
    ...of("device.hostname", row.devices),
    ...of("device.ip", row.device_addresses),
    ...of("user.name", row.users),
    ...of("src_endpoint.ip", row.sources),
    ...of("dst_endpoint.ip", row.destinations),
    ...of("process.name", row.processes),
    ...of("process.cmd_line", row.command_lines),
    ...of("file.hashes", row.hashes),
  ];
}
