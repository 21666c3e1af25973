import { groupBy } from "../../findings/group-by.ts";
import { compareText } from "../../order.ts";
import { epochMilliseconds, isEngineTime } from "../../time.ts";
import type { CollectionCoverage, Gap, TableCoverage, Window } from "../../types.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Line, Section, Table } from "../document.ts";
import { clock, counted, listed, number, percent } from "../words.ts";

/** What there was to look at, and what could not be seen: no part of it is read as "nothing happened". */
export function coverageSection(context: Context): Section {
  const { tables } = context;
  const { gaps } = context.input;
  const filled = tables.filter((table) => table.rows > 0);
  const empty = tables.filter((table) => table.rows === 0).map((table) => table.table);
  const blocks: Block[] = [
    ...(filled.length === 0 ? [] : [tablesTable(filled, context)]),
    { kind: "paragraph", line: [empty.length === 0 ? "Every table has events." : `No events at all: ${empty.join(", ")}.`] },
    ...collectionBlocks(context),
    { kind: "heading", id: "gaps", title: "Blind spots", count: gaps.length },
    ...gapBlocks(gaps, context),
  ];
  return { id: "coverage", title: "Coverage and blind spots", count: null, blocks };
}

function tablesTable(tables: readonly TableCoverage[], { input, prose }: Context): Table {
  const rows = tables.map((table): Line[] => [
    [{ kind: "value", text: table.table }],
    [number(table.rows)],
    [table.firstTime === null ? "–" : clock(table.firstTime)],
    [table.lastTime === null ? "–" : clock(table.lastTime)],
    [shareOf(table, input.window)],
    [prose(absent(table), 400)],
  ]);
  const columns = [
    { title: "Table" },
    { title: "Events", isNumber: true },
    { title: "First (UTC)" },
    { title: "Last (UTC)" },
    { title: "Of the window", isNumber: true },
    { title: "Columns without or with few values", isWide: true },
  ];
  return { kind: "table", columns, rows, more: null };
}

/** What vendors were asked for and what came: a stretch that did not come is no stretch in which nothing happened. */
function collectionBlocks({ input, value, prose }: Context): Block[] {
  const { collection = [] } = input;
  if (collection.length === 0) return [];
  const rows = collection.map((one): Line[] => [
    [value(`${one.source}/${one.stream}`)],
    [
      one.asked === null
        ? "–"
        : one.kind === "snapshot"
          ? clock(one.asked.from)
          : `${clock(one.asked.from)} – ${clock(one.asked.to)}`,
    ],
    [percent(one.covered)],
    [number(one.records)],
    [number(one.missing.length)],
    [one.missing.length === 0 ? "–" : prose(whyMissing(one), 400)],
  ]);
  const columns = [
    { title: "Collected" },
    { title: "Asked for (UTC)" },
    { title: "Answered in full", isNumber: true },
    { title: "Records", isNumber: true },
    { title: "Stretches missing", isNumber: true },
    { title: "Why, and what stays empty", isWide: true },
  ];
  return [
    { kind: "heading", id: "collected", title: "What vendors gave", count: collection.length },
    { kind: "table", columns, rows, more: null },
  ];
}

function whyMissing({ missing, tables }: CollectionCoverage): string {
  const reasons = [...new Set(missing.map(({ state, reason }) => `${state}: ${reason}`))];
  return `${listed(reasons, 3)}${tables.length === 0 ? "" : ` (${listed(tables, 6)})`}`;
}

/** How much of the window lies between the first and the last event; holes between them are not seen here. */
function shareOf(table: TableCoverage, window: Window): string {
  const times = [table.firstTime, table.lastTime, window.from, window.to].map((time) =>
    time !== null && isEngineTime(time) ? epochMilliseconds(time) : null,
  );
  const [first, last, from, to] = times;
  if (first === null || last === null || from === null || to === null) return "–";
  if (first === undefined || last === undefined || from === undefined || to === undefined || to <= from) return "–";
  const inside = Math.max(0, Math.min(last, to) - Math.max(first, from));
  return percent(inside / (to - from));
}

function absent(table: TableCoverage): string {
  const thin = Object.entries(table.filled)
    .filter(([, share]) => share < 0.5)
    .sort(([aName, a], [bName, b]) => a - b || compareText(aName, bName));
  const words = thin.map(([column, share]) => (share === 0 ? column : `${column} (${percent(share)})`));
  return words.length === 0 ? "–" : listed(words, 8);
}

const kinds: Readonly<Record<Gap["kind"], string>> = {
  unrecognised: "not recognised",
  unreadable: "could not be opened",
  damaged: "damaged",
  quarantined: "records kept aside",
  "raw-only": "read by no question",
  "no-data": "no data",
  "missing-column": "a needed column was empty",
  "not-evaluable": "could not be judged",
  failed: "failed",
  limit: "cut at a limit",
  assumption: "assumed",
  "not-configured": "not set up",
};

interface GapGroup {
  readonly stage: string;
  readonly kind: Gap["kind"];
  readonly gaps: readonly Gap[];
}

function groupsOf(gaps: readonly Gap[]): GapGroup[] {
  const groups = groupBy(gaps, (gap) => `${gap.stage} ${gap.kind}`);
  return [...groups.entries()]
    .sort(([aKey, a], [bKey, b]) => b.length - a.length || compareText(aKey, bKey))
    .flatMap(([, group]) => (group[0] === undefined ? [] : [{ stage: group[0].stage, kind: group[0].kind, gaps: group }]));
}

function gapBlocks(gaps: readonly Gap[], context: Context): Block[] {
  if (gaps.length === 0) return [{ kind: "paragraph", line: ["None was recorded."], isQuiet: true }];
  const groups = groupsOf(gaps).slice(0, limits.gapGroups);
  const rows = groups.map((group): Line[] => [
    [kinds[group.kind]],
    [group.stage],
    [number(group.gaps.length)],
    [context.prose(listed([...new Set(group.gaps.map((gap) => gap.part))], 4), 200)],
    [context.prose(firstReasons(group), 400)],
  ]);
  const columns = [
    { title: "What" },
    { title: "Stage" },
    { title: "Gaps", isNumber: true },
    { title: "Where", isWide: true },
    { title: "Why", isWide: true },
  ];
  const details = gaps
    .slice(0, limits.gaps)
    .map(
      (gap): Line => [
        { kind: "quiet", text: `${gap.stage} ` },
        context.value(gap.part),
        ` ${kinds[gap.kind]}: ${context.prose(gap.reason, 400)}${gap.count === undefined ? "" : ` (${number(gap.count)})`}`,
      ],
    );
  const left = gaps.length - details.length;
  const more: Block[] = left > 0 ? [{ kind: "paragraph", line: [`and ${number(left)} more in gaps.json`], isQuiet: true }] : [];
  return [
    { kind: "table", columns, rows, more: null },
    {
      kind: "fold",
      title: `${counted(Math.min(gaps.length, limits.gaps), "gap")} in full`,
      blocks: [{ kind: "list", isOrdered: false, items: details }, ...more],
    },
  ];
}

function firstReasons(group: GapGroup): string {
  const reasons = [...new Set(group.gaps.map((gap) => gap.reason))];
  const left = reasons.length - 1;
  return `${reasons[0] ?? ""}${left > 0 ? ` (and ${counted(left, "other reason")})` : ""}`;
}
