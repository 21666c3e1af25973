import type { Change, ChangeLists, Changes, Verdict } from "../../findings/changes.ts";
import { isAlert } from "../../findings/severity.ts";
import type { Gap } from "../../types.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { clock, counted, number, points, verdictWords } from "../words.ts";

/** Said of the first report, and again where the same time is hunted once more. */
export const nothingBefore = "No hunt of an earlier time is on record: nothing to compare with";

/** What differs from the run before: findings, stories, verdicts, gaps. */
export function changesSection(context: Context): Section {
  const changes = context.input.history?.changes ?? null;
  const blocks: Block[] =
    changes === null
      ? [{ kind: "paragraph", line: [`${nothingBefore}.`] }]
      : [
          comparedWith(changes, context),
          countsTable(changes),
          ...changesTable("New findings", "new-findings", changes.findings.new, context),
          ...changesTable("Risen and fallen", "moved-findings", [...changes.findings.risen, ...changes.findings.fallen], context),
          ...changesTable("Gone", "gone-findings", changes.findings.gone, context),
          ...changesTable("Stories", "changed-stories", changedStories(changes), context),
          ...verdictBlocks(context),
          ...gapBlocks(changes, context),
        ];
  return { id: "changes", title: "What changed since the last report", count: null, blocks };
}

/** "Compared with the report over … of run …". */
export function comparedWith({ previous }: Changes, { prose, zone }: Context): Block {
  return {
    kind: "paragraph",
    line: [
      `Compared with the run of this store that ended before: ${zone.span(previous.window.from, previous.window.to, "minutes")}, `,
      { kind: "value", text: prose(previous.runUid, 60) },
      ".",
    ],
    isQuiet: true,
  };
}

const rows: readonly (readonly [keyof ChangeLists, string])[] = [
  ["new", "New"],
  ["risen", "Risen (a higher severity, or a point and more)"],
  ["fallen", "Fallen"],
  ["still", "Seen again, as before"],
  ["outside", "Open, and not looked for in this window"],
  ["gone", "Gone: looked for where it was, and not found"],
];

function countsTable(changes: Changes): Table {
  const stand = ({ now, before }: Change): Change["now"] => now ?? before;
  return {
    kind: "table",
    columns: [
      { title: "Since the last report", isWide: true },
      { title: "Findings", isNumber: true },
      { title: "High or above", isNumber: true },
      { title: "Vendor alerts", isNumber: true },
      { title: "Stories", isNumber: true },
    ],
    rows: rows.map(([name, words]): Line[] => {
      const own = changes.findings[name].filter(({ isVendorAlert }) => !isVendorAlert);
      return [
        [words],
        [number(own.length)],
        [number(own.filter((one) => isAlert(stand(one)?.severity ?? "Low")).length)],
        [number(changes.findings[name].length - own.length)],
        [number(changes.stories[name].length)],
      ];
    }),
    more: null,
  };
}

function changedStories({ stories }: Changes): Change[] {
  return [...stories.new, ...stories.risen, ...stories.fallen, ...stories.gone];
}

function changesTable(title: string, id: string, changes: readonly Change[], context: Context): Block[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, limits.changes);
  const left = changes.length - shown.length;
  const table: Table = {
    kind: "table",
    columns: [
      { title: "No." },
      { title: "Severity" },
      { title: "Score", isNumber: true },
      { title: "Before", isNumber: true },
      { title: "What", isWide: true },
      { title: context.zone.title("Last seen") },
    ],
    rows: shown.map((change) => changeRow(change, context)),
    more: left > 0 ? `and ${number(left)} more in changes.json` : null,
  };
  return [{ kind: "heading", id, title, count: changes.length }, table];
}

function changeRow(change: Change, context: Context): Line[] {
  const { now, before } = change;
  const severity = (now ?? before)?.severity;
  return [
    [referenceOf(change, context)],
    severity === undefined ? [] : [{ kind: "severity", severity }],
    [now === null ? "–" : points(now.score)],
    [before === null ? "–" : points(before.score)],
    [context.prose(change.title, limits.titleLength)],
    [clock(change.lastSeen, "minutes"), { kind: "quiet", text: context.zone.beside(change.lastSeen, "minutes") }],
  ];
}

/** A finding or story of this report by its label, one of the last report by the beginning of its uid. */
export function referenceOf({ uid, now }: Change, context: Context): Inline {
  const story = context.stories.findIndex((one) => one.uid === uid);
  if (story !== -1) return context.storyReference(story);
  return now === null ? { kind: "value", text: context.prose(uid, 9) } : context.reference(uid);
}

function verdictBlocks(context: Context): Block[] {
  const since = newVerdicts(context);
  if (since.length === 0) return [];
  return [
    { kind: "heading", id: "verdicts", title: "Verdicts set since", count: since.length },
    { kind: "list", isOrdered: false, items: since.slice(0, limits.changes).map((one) => verdictLine(one, context)) },
  ];
}

/** Verdicts set after the last report was written, the newest first. */
export function newVerdicts({ input }: Context): Verdict[] {
  const since = (input.history?.verdicts ?? []).filter(({ isNew }) => isNew);
  return since.sort((a, b) =>
    a.recordedTime < b.recordedTime ? 1 : a.recordedTime > b.recordedTime ? -1 : a.findingUid < b.findingUid ? -1 : 1,
  );
}

/** Which finding, what was decided, by whom, when and why. */
export function verdictLine({ findingUid, verdict, author, recordedTime, note }: Verdict, context: Context): Line {
  const why = note === "" ? "" : `: ${context.prose(note, 200)}`;
  return [
    context.labels.has(findingUid) ? context.reference(findingUid) : { kind: "value", text: context.prose(findingUid, 9) },
    " ",
    { kind: "strong", text: verdictWords(verdict) },
    ` by ${context.prose(author, 80)}, ${clock(recordedTime, "minutes")} UTC${why}`,
  ];
}

function gapBlocks({ gaps }: Changes, context: Context): Block[] {
  const all = [
    ...gaps.opened.map((gap) => gapLine("opened", gap, context)),
    ...gaps.closed.map((gap) => gapLine("closed", gap, context)),
  ];
  if (all.length === 0) return [{ kind: "paragraph", line: ["No gap was opened or closed."], isQuiet: true }];
  const left = all.length - Math.min(all.length, limits.changes);
  return [
    { kind: "heading", id: "changed-gaps", title: "Gaps", count: all.length },
    { kind: "list", isOrdered: false, items: all.slice(0, limits.changes) },
    ...(left > 0
      ? [{ kind: "paragraph", line: [`and ${counted(left, "more gap")} in changes.json`], isQuiet: true } as const]
      : []),
  ];
}

/** "opened detect beaconing: …", or without a word where there is nothing to compare with. */
export function gapLine(word: "opened" | "closed" | null, gap: Gap, { prose, value }: Context): Line {
  const opening: Line = word === null ? [] : [{ kind: "strong", text: word }, " "];
  return [...opening, `${gap.stage} `, value(gap.part), `: ${prose(gap.reason, 240)}`];
}
