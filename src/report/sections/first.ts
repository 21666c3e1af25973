import { isAlert } from "../../findings/severity.ts";
import type { Finding } from "../../types.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Line, Section, Table } from "../document.ts";
import { clock, counted, days, number, points } from "../words.ts";

/** What was read and found, then the ranked list. */
export function firstSection(context: Context): Section {
  const all = context.ranked.filter((finding) => !finding.isVendorAlert);
  const own = all.filter((finding) => finding.suppression === undefined);
  const blocks: Block[] = [
    {
      kind: "list",
      isOrdered: false,
      items: [readLine(context), foundLine(context, own), ...suppressedLine(all.length - own.length)],
    },
  ];
  if (own.length > 0) blocks.push(rankedTable(context, own));
  if (context.ranked.length > 0) blocks.push(overTime(context));
  return { id: "first", title: "What to look at first", count: null, blocks };
}

function readLine({ input, tables }: Context): Line {
  const read = sum(input.sources.map((source) => source.read));
  const refused = sum(input.sources.map((source) => source.quarantined));
  const length = days(input.window);
  const events = sum(tables.map((table) => table.rows));
  if (input.sources.length === 0)
    return [
      { kind: "strong", text: "Read. " },
      `Nothing new; the store holds ${counted(events, "event")}${length === null ? "" : ` over ${length}`}.`,
    ];
  return [
    { kind: "strong", text: "Read. " },
    `${counted(read, "record")} from ${counted(input.sources.length, "file")}, giving ${counted(events, "event")}`,
    length === null ? "" : ` over ${length}`,
    refused === 0
      ? "; every record of them could be read."
      : `; ${counted(refused, "record")} could not be read and ${refused === 1 ? "is" : "are"} kept aside.`,
    unreadFiles(input.gaps),
  ];
}

/** Files that were met and not read: unknown kinds, damage, no permission. */
function unreadFiles(gaps: Context["input"]["gaps"]): string {
  const files = new Set(
    gaps.filter((gap) => gap.stage === "import" && ["unrecognised", "unreadable"].includes(gap.kind)).map((gap) => gap.part),
  );
  return files.size === 0 ? "" : ` ${counted(files.size, "other file")} could not be read at all.`;
}

function foundLine({ input, ranked }: Context, own: readonly Finding[]): Line {
  const within = own.filter((finding) => finding.isWithinBudget);
  const alerts = own.filter((finding) => isAlert(finding.severity));
  const vendors = ranked.filter((finding) => finding.isVendorAlert).length;
  const said = vendors === 0 ? "." : `; the vendors raised ${counted(vendors, "alert")} of their own.`;
  return [
    { kind: "strong", text: "Found. " },
    own.length === 0
      ? `Nothing that stands out${said}`
      : `${counted(own.length, "finding")}, of which ${number(within.length)} fit the budget of ${number(input.budget.perDay)} a day and ${number(alerts.length)} ${alerts.length === 1 ? "is" : "are"} High or above${said}`,
  ];
}

function suppressedLine(count: number): Line[] {
  if (count === 0) return [];
  return [
    [
      { kind: "strong", text: "Suppressed. " },
      `${counted(count, "finding")} that somebody wants out of the way ${count === 1 ? "is" : "are"} left out here and in the budget, and ${count === 1 ? "stands" : "stand"} marked in findings.ndjson; "spoor suppress list" tells why and until when.`,
    ],
  ];
}

/** What fits the budget, best first. */
export function rankedTable(context: Context, own: readonly Finding[]): Table {
  const within = own.filter((finding) => finding.isWithinBudget);
  const rows = (within.length > 0 ? within : own.filter((finding) => finding.suppression === undefined))
    .slice(0, limits.ranked)
    .map((finding): Line[] => [
      [context.reference(finding.uid)],
      [{ kind: "severity", severity: finding.severity }],
      [points(finding.score)],
      [context.prose(finding.title, limits.titleLength)],
      [context.prose(finding.detectorName, 60)],
      [clock(finding.firstSeen, "minutes"), { kind: "quiet", text: context.zone.beside(finding.firstSeen, "minutes") }],
    ]);
  const columns = [
    { title: "No." },
    { title: "Severity" },
    { title: "Score", isNumber: true },
    { title: "Finding", isWide: true },
    { title: "Area" },
    { title: context.zone.title("First seen") },
  ];
  const left = own.length - rows.length;
  return { kind: "table", columns, rows, more: left > 0 ? `and ${number(left)} more in findings.ndjson` : null };
}

function overTime({ input, ranked }: Context): Block {
  const findings = ranked.map((finding) => ({
    time: finding.firstSeen,
    severity: finding.severity,
    isVendorAlert: finding.isVendorAlert,
  }));
  return {
    kind: "chart",
    id: "over-time",
    chart: { kind: "findings-over-time", data: { ...input.window, findings } },
    caption: "Findings by the time of their first event.",
    table: null,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
