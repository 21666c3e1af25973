import { visible } from "../charts/text.ts";
import { canonicalJson } from "../findings/canonical-json.ts";
import { sendersOutside } from "../findings/senders.ts";
import { clipped } from "../findings/text.ts";
import { compareText } from "../order.ts";
import type { Finding, HuntResult, Hypothesis, Story, TableCoverage } from "../types.ts";
import { findingAnchor, storyAnchor } from "./anchors.ts";
import { defanger } from "./defang.ts";
import type { Inline } from "./document.ts";
import type { ReportInput } from "./input.ts";
import { findingsInOrder, hypothesesInOrder, storiesInOrder } from "./reading-order.ts";
import { type ReportSettings, reportSettings } from "./settings.ts";
import { type Zone, zoneOf } from "./zone.ts";

/** How much of each thing a report prints; the rest is counted and named, and stands in the other files of the run. */
export const limits = {
  ranked: 25,
  withinBudgetPerDetector: 12,
  belowBudgetPerDetector: 3,
  stories: 8,
  steps: 20,
  hypotheses: 12,
  hunts: 30,
  huntsOnPaper: 8,
  hypothesesOnPaper: 3,
  huntEvidence: 10,
  reasons: 12,
  observables: 24,
  eventIds: 10,
  files: 40,
  gapGroups: 40,
  gaps: 80,
  techniques: 60,
  actions: 5,
  changes: 15,
  handover: 8,
  chartLanes: 8,
  chartHosts: 24,
  values: 40,
  boundLength: 400,
  textLength: 1200,
  titleLength: 240,
  valueLength: 160,
} as const;

/** What every section needs: the input in reading order, names for cross-references, and the way text is made safe to read. */
export interface Context {
  readonly input: ReportInput;
  readonly settings: ReportSettings;
  readonly zone: Zone;
  /** Tables with what they hold, most events first. */
  readonly tables: readonly TableCoverage[];
  /** As findingsInOrder has them. */
  readonly ranked: readonly Finding[];
  /** Findings that have a card of their own, by uid. */
  readonly shown: ReadonlySet<string>;
  readonly stories: readonly Story[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
  /** Finding uid to "F3". */
  readonly labels: ReadonlyMap<string, string>;
  /** Statement to "Q3". */
  readonly queryLabels: ReadonlyMap<string, string>;
  /** Text of a finding or a log as prose: cut, hidden characters spelled out, outsiders' names defanged. */
  readonly prose: (text: string, length?: number) => string;
  readonly value: (text: string) => Inline;
  /** A link to a story's card, or its label where it has none. */
  readonly storyReference: (index: number) => Inline;
  /** A link to a finding's card, or its label where it has none, or a short uid where it has no label. */
  readonly reference: (findingUid: string) => Inline;
}

/** The context of a report; pure. */
export function contextOf(input: ReportInput): Context {
  const ranked = findingsInOrder(input.findings);
  const stories = storiesInOrder(input.stories);
  const hypotheses = hypothesesInOrder(input.hypotheses);
  const hunts = [...input.hunts].sort(
    (a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status) || compareText(a.id, b.id),
  );
  const labels = new Map(ranked.map((finding, index) => [finding.uid, `F${index + 1}`]));
  const shown = shownFindings(ranked, stories.slice(0, limits.stories));
  const defang = defanger({ networks: input.internal, names: ownNames(input) });
  const prose = (text: string, length: number = limits.textLength): string => defang(visible(cutBehindWord(text, length)));
  const settings = input.settings ?? reportSettings.parse({});
  return {
    input,
    settings,
    zone: zoneOf(settings.timeZone),
    tables: [...input.tables].sort((a, b) => b.rows - a.rows || compareText(a.table, b.table)),
    ranked,
    shown,
    stories,
    hypotheses,
    hunts,
    labels,
    queryLabels: queryLabels(ranked, shown, hunts.slice(0, limits.hunts)),
    prose,
    value: (text) => ({ kind: "value", text: prose(text, limits.valueLength) }),
    storyReference: (index) =>
      index < limits.stories ? { kind: "link", to: storyAnchor(index), text: `S${index + 1}` } : `S${index + 1}`,
    reference: (uid) => {
      const label = labels.get(uid);
      if (label === undefined) return { kind: "value", text: prose(uid, 20) };
      return shown.has(uid) ? { kind: "link", to: findingAnchor(label), text: label } : label;
    },
  };
}

// Where no word ends within so many characters of the limit (identifiers, command lines), text is cut at the limit.
const longestWord = 40;

/** Text of at most `limit` code units, cut behind a word where one ends near the limit, and then ending in an ellipsis. */
function cutBehindWord(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf(" ", limit - 2);
  return end >= limit - longestWord && end > limit / 2 ? `${text.slice(0, end)} …` : clipped(text, limit);
}

/** Values as JSON in the order of their names; a value too long to print is cut, and says where the whole of it is. */
export function boundValues(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(parameters)
    .sort()
    .slice(0, limits.values)
    .map((name) => {
      const value = canonicalJson(parameters[name]);
      const isLong = value.length > limits.boundLength;
      return `${clipped(name, 80)} = ${clipped(value, limits.boundLength)}${isLong ? " (cut; whole in the data files)" : ""}`;
    });
}

const statuses = ["supported", "inconclusive", "refuted", "not-testable"] as const;

/** The best of each detector, and all that a printed story rests on. */
function shownFindings(ranked: readonly Finding[], stories: readonly Story[]): Set<string> {
  const shown = new Set<string>();
  const counts = new Map<string, number>();
  for (const finding of ranked) {
    const isWithin = finding.isWithinBudget || finding.isVendorAlert;
    const key = `${finding.detector} ${isWithin}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= (isWithin ? limits.withinBudgetPerDetector : limits.belowBudgetPerDetector)) shown.add(finding.uid);
  }
  const known = new Set(ranked.map((finding) => finding.uid));
  for (const story of stories) {
    for (const step of story.steps.slice(0, limits.steps)) if (known.has(step.findingUid)) shown.add(step.findingUid);
  }
  return shown;
}

function queryLabels(ranked: readonly Finding[], shown: ReadonlySet<string>, hunts: readonly HuntResult[]): Map<string, string> {
  const statements = [
    ...ranked.filter((finding) => shown.has(finding.uid)).flatMap((finding) => finding.evidences.map((evidence) => evidence.sql)),
    ...hunts.map((hunt) => hunt.sql),
  ];
  return new Map([...new Set(statements)].map((sql, index) => [sql, `Q${index + 1}`]));
}

const ownAttributes: ReadonlySet<string> = new Set(["user.name", "actor.user.name", "device.hostname"]);

/** Accounts and devices of the estate keep their names; whoever a log calls the sender or the other end does not. */
function ownNames(input: ReportInput): Set<string> {
  const observables = input.findings.flatMap((finding) => finding.observables);
  const senders = sendersOutside(input.findings);
  const entities = input.stories
    .flatMap((story) => story.entities.filter((entity) => entity.kind === "user" || entity.kind === "device"))
    .filter(({ value }) => !senders.has(value.toLowerCase()));
  return new Set([
    ...observables.filter((observable) => ownAttributes.has(observable.name)).map((observable) => observable.value.toLowerCase()),
    ...entities.map((entity) => entity.value.toLowerCase()),
  ]);
}
