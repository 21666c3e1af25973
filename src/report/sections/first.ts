import { isAlert } from "../../findings/severity.ts";
import type { Finding } from "../../types.ts";
import { storyAnchor } from "../anchors.ts";
import { notSetUp } from "../asked.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { clock, counted, days, listed, number, points, span } from "../words.ts";

/** Five lines for whoever reads no further, then the ranked list. */
export function firstSection(context: Context): Section {
  const own = context.ranked.filter((finding) => !finding.isVendorAlert);
  const blocks: Block[] = [
    {
      kind: "list",
      isOrdered: true,
      isLead: true,
      items: [readLine(context), foundLine(context, own), ...lookLines(context, own), blindLine(context)],
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
  const vendors = ranked.length - own.length;
  const said = vendors === 0 ? "." : `; the vendors raised ${counted(vendors, "alert")} of their own.`;
  return [
    { kind: "strong", text: "Found. " },
    own.length === 0
      ? `Nothing that stands out${said}`
      : `${counted(own.length, "finding")}, of which ${number(within.length)} fit the budget of ${number(input.budget.perDay)} a day and ${number(alerts.length)} ${alerts.length === 1 ? "is" : "are"} High or above${said}`,
  ];
}

/** Two places to begin: the two strongest stories, or the strongest findings where there are no stories. */
function lookLines(context: Context, own: readonly Finding[]): Line[] {
  const stories = context.stories
    .slice(0, 2)
    .map(
      (story, index): Line => [
        { kind: "link", to: storyAnchor(index), text: `Story S${index + 1}` },
        ", ",
        { kind: "severity", severity: story.severity },
        ` ${points(story.score)}: ${context.prose(story.title, limits.titleLength)} (${counted(story.steps.length, "step")}, ${span(story.firstSeen, story.lastSeen, "minutes")})`,
      ],
    );
  const told = new Set(context.stories.slice(0, 2).flatMap((story) => story.steps.map((step) => step.findingUid)));
  const findings = own
    .filter((finding) => !told.has(finding.uid))
    .slice(0, 2 - stories.length)
    .map(
      (finding): Line => [
        "Finding ",
        context.reference(finding.uid),
        ", ",
        { kind: "severity", severity: finding.severity },
        ` ${points(finding.score)}: ${context.prose(finding.title, limits.titleLength)}`,
      ],
    );
  const lines = [...stories, ...findings];
  const opening: readonly Inline[] = [
    { kind: "strong", text: "Look first. " },
    { kind: "strong", text: "Then. " },
  ];
  return opening.map((word, index) => [
    word,
    ...(lines[index] ?? [index === 0 ? "Nothing asks for it." : "Nothing else stands out as much."]),
  ]);
}

function blindLine(context: Context): Line {
  const { input } = context;
  const empty = context.tables.filter((table) => table.rows === 0).map((table) => table.table);
  const unable = input.detectors.filter(
    (detector) => !detector.evaluable || detector.failed || notSetUp(detector, input.gaps) !== null,
  );
  const partly = input.detectors.filter(
    (detector) =>
      !unable.includes(detector) &&
      input.gaps.some((gap) => gap.stage === "detect" && gap.kind === "not-evaluable" && gap.part === detector.id),
  );
  const counts = input.coverage.counts;
  const all = counts.seen + counts["looked-and-clean"] + counts["no-data"] + counts["no-analytic"];
  const parts = [
    ...(unable.length === 0
      ? []
      : [
          `${counted(unable.length, "question")} could not be asked (${listed(
            unable.map((detector) => detector.name),
            3,
          )})`,
        ]),
    ...(partly.length === 0
      ? []
      : [
          `${counted(partly.length, "question")} could be asked in part only (${listed(
            partly.map((detector) => detector.name),
            3,
          )})`,
        ]),
    ...(empty.length === 0 ? [] : [`no data for ${listed(empty, 3)}`]),
    `${number(counts["no-data"] + counts["no-analytic"])} of ${number(all)} ATT&CK techniques have no data or no analytic here`,
  ];
  return [
    { kind: "strong", text: "Not seen. " },
    `${context.prose(parts.join("; "))}. `,
    { kind: "link", to: "coverage", text: "All blind spots" },
  ];
}

function rankedTable(context: Context, own: readonly Finding[]): Table {
  const within = own.filter((finding) => finding.isWithinBudget);
  const rows = (within.length > 0 ? within : own)
    .slice(0, limits.ranked)
    .map((finding): Line[] => [
      [context.reference(finding.uid)],
      [{ kind: "severity", severity: finding.severity }],
      [points(finding.score)],
      [context.prose(finding.title, limits.titleLength)],
      [context.prose(finding.detectorName, 60)],
      [clock(finding.firstSeen, "minutes")],
    ]);
  const columns = [
    { title: "No." },
    { title: "Severity" },
    { title: "Score", isNumber: true },
    { title: "Finding", isWide: true },
    { title: "Area" },
    { title: "First seen (UTC)" },
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
