import { groupBy } from "../../findings/group-by.ts";
import { compareText } from "../../order.ts";
import type { SourceCount } from "../../types.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Column, Line, Section, Table } from "../document.ts";
import { bytes, number } from "../words.ts";

const numbers: readonly Column[] = [
  { title: "Size", isNumber: true },
  { title: "Read", isNumber: true },
  { title: "Stored", isNumber: true },
  { title: "Duplicate", isNumber: true },
  { title: "Kept aside", isNumber: true },
  { title: "In no table", isNumber: true },
];

/** Every file and what became of its records. */
export function readSection(context: Context): Section {
  const { sources } = context.input;
  const blocks: Block[] = [reconciled(sources)];
  if (sources.length > 0)
    blocks.push(byFormat(sources, context), { kind: "fold", title: "Every file", blocks: [byFile(sources, context)] });
  return { id: "read", title: "What was read", count: sources.length, blocks };
}

/** Said in words, because it is a promise: read = stored + duplicate + kept aside. */
function reconciled(sources: readonly SourceCount[]): Block {
  const wrong = sources.filter((source) => source.read !== source.stored + source.duplicate + source.quarantined);
  const line =
    wrong.length === 0
      ? "In every file, records read = stored + duplicate + kept aside. In no table: stored as received, of a kind that no question reads yet."
      : `In ${number(wrong.length)} of ${number(sources.length)} files the records read are not the sum of stored, duplicate and kept aside.`;
  return { kind: "paragraph", line: [sources.length === 0 ? "Nothing was read." : line] };
}

function byFormat(sources: readonly SourceCount[], { prose }: Context): Table {
  const groups = groupBy(sources, (source) => `${source.source} ${source.format}`);
  const rows = [...groups.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]): Line[] => [
      [prose(group[0]?.source ?? "", 40)],
      [prose(group[0]?.format ?? "", 60)],
      [number(group.length)],
      ...countLines(group),
    ]);
  const total: Line[] = [[{ kind: "strong", text: "All" }], [""], [number(sources.length)], ...countLines(sources)];
  return {
    kind: "table",
    columns: [{ title: "Source" }, { title: "Format", isWide: true }, { title: "Files", isNumber: true }, ...numbers],
    rows: [...rows, total],
    more: null,
  };
}

function countLines(group: readonly SourceCount[]): Line[] {
  const sum = (value: (source: SourceCount) => number): number => group.reduce((total, source) => total + value(source), 0);
  return [
    [bytes(sum((source) => source.byteCount))],
    [number(sum((source) => source.read))],
    [number(sum((source) => source.stored))],
    [number(sum((source) => source.duplicate))],
    [number(sum((source) => source.quarantined))],
    [number(sum((source) => source.rawOnly))],
  ];
}

/** Files with trouble first, then the largest. */
function byFile(sources: readonly SourceCount[], context: Context): Table {
  const rows = [...sources]
    .sort(
      (a, b) =>
        b.quarantined - a.quarantined || b.read - a.read || compareText(a.file, b.file) || compareText(a.format, b.format),
    )
    .slice(0, limits.files)
    .map((source): Line[] => [
      [context.value(source.file)],
      [context.prose(source.format, 60)],
      ...countLines([source]),
      [{ kind: "value", text: source.fileUid.slice(0, 12) }],
    ]);
  const left = sources.length - rows.length;
  const columns: Column[] = [{ title: "File", isWide: true }, { title: "Format" }, ...numbers, { title: "SHA-256" }];
  return { kind: "table", columns, rows, more: left > 0 ? `and ${number(left)} more in run.json` : null };
}
