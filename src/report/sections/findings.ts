import { safeId } from "../../charts/drawing.ts";
import { groupBy } from "../../findings/group-by.ts";
import { isAlert } from "../../findings/severity.ts";
import type { Finding, Reason } from "../../types.ts";
import { findingAnchor } from "../anchors.ts";
import { areaCharts } from "../area-charts.ts";
import { notSetUp } from "../asked.ts";
import { boundValues, type Context, limits } from "../context.ts";
import type { Block, Column, Inline, Line, Query, Section, Table } from "../document.ts";
import type { DetectorLook } from "../input.ts";
import { clock, counted, listed, number, points, verdictWords } from "../words.ts";

/** Findings by the question that found them, best first, and what each question that found nothing did. */
export function findingsSection(context: Context): Section {
  const areas = groupBy(context.ranked, (finding) => finding.detector);
  const blocks = [...areas.values()].flatMap((findings) => areaBlocks(findings, context));
  return {
    id: "findings",
    title: "Findings by area",
    count: context.ranked.length,
    blocks: [...blocks, ...quietAreas(context, areas)],
  };
}

function areaBlocks(findings: readonly Finding[], context: Context): Block[] {
  const first = findings[0];
  if (first === undefined) return [];
  const look = context.input.detectors.find((detector) => detector.id === first.detector);
  const shown = findings.filter((finding) => context.shown.has(finding.uid));
  const left = findings.length - shown.length;
  return [
    {
      kind: "heading",
      id: `area-${safeId(first.detector)}`,
      title: context.prose(first.detectorName, 80),
      count: findings.length,
    },
    ...(look === undefined ? [] : [{ kind: "paragraph", line: [context.prose(look.question)], isQuiet: true } as const]),
    ...areaCharts(findings, context),
    ...shown.map((finding, index) => findingCard(finding, context, index === 0)),
    ...(left > 0 ? [{ kind: "paragraph", line: [`and ${number(left)} more in findings.ndjson`], isQuiet: true } as const] : []),
  ];
}

function findingCard(finding: Finding, context: Context, isOpen: boolean): Block {
  const label = context.labels.get(finding.uid) ?? finding.uid;
  const place = finding.suppression === undefined ? "below the budget" : "suppressed";
  const standing: Inline[] = finding.isWithinBudget || finding.isVendorAlert ? [] : [{ kind: "quiet", text: place }];
  return {
    kind: "card",
    id: findingAnchor(label),
    headline: [
      { kind: "quiet", text: label },
      { kind: "severity", severity: finding.severity },
      { kind: "strong", text: points(finding.score) },
      context.prose(finding.title, limits.titleLength),
      ...standing,
    ],
    isOpen,
    isBriefOnPaper: !isAlert(finding.severity),
    blocks: [
      { kind: "paragraph", line: [context.prose(finding.description)] },
      ...(finding.reasons.length === 0 ? [] : [reasonsTable(finding.reasons, context)]),
      { kind: "facts", facts: factsOf(finding, context) },
      {
        kind: "fold",
        title: "Reproduce: statement, values, event ids, the record",
        isOnPaper: isAlert(finding.severity),
        blocks: [...finding.evidences.map((evidence) => queryOf(evidence, finding, context)), ...recordBlocks(finding, context)],
      },
    ],
  };
}

const reasonColumns: readonly Column[] = [
  { title: "Feature" },
  { title: "Observed", isWide: true },
  { title: "Own usual", isWide: true },
  { title: "Peers’ usual", isWide: true },
  { title: "Points", isNumber: true },
];

function reasonsTable(reasons: readonly Reason[], { prose }: Context): Table {
  const largest = Math.max(...reasons.map((reason) => Math.abs(reason.contribution)), 1e-9);
  const rows = [...reasons]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, limits.reasons)
    .map((reason): Line[] => [
      [prose(reason.feature, 80)],
      [prose(reason.observed, 300)],
      [prose(reason.baseline ?? "–", 300)],
      [prose(reason.peers ?? "–", 300)],
      [{ kind: "points", points: reason.contribution, share: reason.contribution / largest }],
    ]);
  const left = reasons.length - rows.length;
  return {
    kind: "table",
    columns: reasonColumns,
    rows,
    more: left > 0 ? `and ${counted(left, "more reason")} in findings.ndjson` : null,
  };
}

function factsOf(finding: Finding, context: Context): { term: string; lines: Line[] }[] {
  const { prose } = context;
  const observables = finding.observables.slice(0, limits.observables);
  const left = finding.observables.length - observables.length;
  const lines: Line = [
    ...observables.map((each): Inline => ({ kind: "pair", name: each.name, text: prose(each.value, limits.valueLength) })),
    ...(left > 0 ? [`and ${number(left)} more`] : []),
  ];
  return [
    {
      term: "Seen",
      lines: [[`${context.zone.span(finding.firstSeen, finding.lastSeen)}, ${counted(finding.rowCount, "event")}`]],
    },
    ...verdictFacts(finding, context),
    { term: "Confidence", lines: [[`${number(finding.confidence)} of 100 (${finding.analyticType})`]] },
    ...(finding.attacks.length === 0 ? [] : [{ term: "Techniques", lines: techniqueLines(finding, context) }]),
    { term: "Benign reading", lines: [[prose(finding.benign.trim() === "" ? "none known" : finding.benign)]] },
    ...(finding.blindSpots.length === 0
      ? []
      : [{ term: "Cannot see", lines: finding.blindSpots.slice(0, 6).map((spot): Line => [prose(spot)]) }]),
    ...(observables.length === 0 ? [] : [{ term: "Observables", lines: [lines] }]),
    {
      term: "Finding",
      lines: [
        [
          { kind: "value", text: prose(finding.uid, 40) },
          ` by ${prose(finding.detector, 60)} ${prose(finding.detectorVersion, 20)}`,
        ],
      ],
    },
  ];
}

/** What a hunter decided of it, and who: it stays attached from run to run. */
function verdictFacts(finding: Finding, { input, prose }: Context): { term: string; lines: Line[] }[] {
  const stands = input.history?.verdicts.find(({ findingUid }) => findingUid === finding.uid);
  if (stands === undefined) return [];
  const note = stands.note === "" ? "" : `: ${prose(stands.note, 300)}`;
  return [
    {
      term: "Verdict",
      lines: [
        [
          { kind: "strong", text: verdictWords(stands.verdict) },
          ` by ${prose(stands.author, 80)}, ${clock(stands.recordedTime, "minutes")} UTC${note}`,
        ],
      ],
    },
  ];
}

/** One line a technique; a technique of several tactics names them all. */
function techniqueLines(finding: Finding, { prose }: Context): Line[] {
  const tags = groupBy(finding.attacks, (tag) => (tag.subTechnique ?? tag.technique).uid);
  return [...tags.entries()].slice(0, 12).map(([uid, group]): Line => {
    const tag = group[0];
    const name =
      tag?.subTechnique === null || tag === undefined ? tag?.technique.name : `${tag.technique.name}: ${tag.subTechnique.name}`;
    return [
      { kind: "value", text: prose(uid, 20) },
      ` ${prose(name ?? "", 120)} (${prose(group.map((each) => each.tactic.name).join(", "), 200)})`,
    ];
  });
}

function queryOf(evidence: Finding["evidences"][number], finding: Finding, context: Context): Query {
  const ids = evidence.event_ids.slice(0, limits.eventIds);
  // A question that names its events itself may count several of them as one.
  const records = Math.max(evidence.row_count, evidence.event_ids.length);
  const words = ids.length < records ? `, the first ${number(ids.length)}: ` : ": ";
  return {
    kind: "query",
    label: context.queryLabels.get(evidence.sql) ?? "Q",
    question: context.prose(evidence.question, 200),
    sql: evidence.sql,
    values: boundValues(evidence.parameters),
    result: [
      // A statement that names the strongest only gives fewer than its question counted.
      records < finding.rowCount
        ? `${number(records)} of ${counted(finding.rowCount, "event")} shown`
        : counted(records, "record"),
      ...(ids.length === 0 ? [] : [words]),
      ...ids.flatMap((id): Inline[] => [context.value(id), " "]),
    ],
  };
}

/** The first record behind a finding, as a sensor or vendor sent it. */
function recordBlocks({ evidences }: Finding, { input, prose, value }: Context): Block[] {
  const events = new Set(evidences.flatMap(({ event_ids }) => event_ids));
  const records = (input.records ?? []).filter(({ eventUid }) => events.has(eventUid)).slice(0, 2);
  return records.map(({ eventUid, file, line, text, isCut }) => ({
    kind: "record",
    caption: [
      "As received, event ",
      value(eventUid),
      `, line ${number(line)} of `,
      { kind: "value", text: prose(file, limits.valueLength) },
      isCut ? " (its beginning)" : "",
    ],
    text,
  }));
}

/** Questions without findings: a question that could not be asked is not one that found nothing. */
function quietAreas(context: Context, areas: ReadonlyMap<string, readonly Finding[]>): Block[] {
  const quiet = context.input.detectors.filter((detector) => !areas.has(detector.id));
  if (quiet.length === 0) return [];
  const rows = quiet.map((detector): Line[] => [
    [context.prose(detector.name, 80)],
    [outcome(detector, context)],
    [context.prose(reasonOf(detector, context), 300)],
  ]);
  return [
    { kind: "heading", id: "area-quiet", title: "Questions without findings", count: quiet.length },
    { kind: "table", columns: [{ title: "Area" }, { title: "Outcome" }, { title: "Why", isWide: true }], rows, more: null },
  ];
}

function outcome(detector: DetectorLook, { input }: Context): string {
  if (detector.failed) return "failed";
  return detector.evaluable && notSetUp(detector, input.gaps) === null ? "looked, found nothing" : "could not look";
}

function reasonOf(detector: DetectorLook, { input }: Context): string {
  const reasons = input.gaps.filter((gap) => gap.stage === "detect" && gap.part === detector.id).map((gap) => gap.reason);
  return reasons.length === 0 ? (notSetUp(detector, input.gaps) ?? detector.question) : listed(reasons, 2);
}
