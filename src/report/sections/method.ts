import { canonicalJson } from "../../findings/canonical-json.ts";
import { severityBands } from "../../findings/severity.ts";
import type { StageCount } from "../../types.ts";
import type { Context } from "../context.ts";
import type { Block, Line, Section } from "../document.ts";
import { bytes, number } from "../words.ts";

/** How to read it, and how to make it again. */
export function methodSection(context: Context): Section {
  const { run, stages = [], internal } = context.input;
  const pairs = (record: Readonly<Record<string, unknown>>): Line[] =>
    Object.keys(record)
      .sort()
      .map((name) => [`${context.prose(name, 80)} `, { kind: "value", text: context.prose(printed(record[name]), 300) }]);
  const facts = [
    { term: "Command", lines: [[{ kind: "value", text: context.prose(run.command, 600) }]] as Line[] },
    { term: "Versions", lines: pairs(run.versions) },
    { term: "Seed", lines: [[String(run.seed)]] as Line[] },
    { term: "Parameters", lines: pairs(run.parameters) },
    { term: "Own networks", lines: [[internal.join(", ")]] as Line[] },
    ...(run.hashes === undefined ? [] : [{ term: "Hashes", lines: pairs(run.hashes) }]),
  ];
  const blocks: Block[] = [
    { kind: "list", isOrdered: false, items: [...notes, zoneNote(context)] },
    { kind: "fold", title: "Command, versions, parameters, hashes", isOnPaper: true, blocks: [{ kind: "facts", facts }] },
    ...(stages.length === 0 ? [] : [{ kind: "fold", title: "Stages", blocks: [stagesTable(stages, context)] } as const]),
  ];
  return { id: "method", title: "Method", count: null, blocks };
}

function printed(value: unknown): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

const bands = severityBands.map((band) => `${band.severity} from ${band.from}`).join(", ");

const notes: readonly Line[] = [
  [
    `A score runs from 0 to 100; the points of its reasons add up to it. ${bands}. The vendors’ alerts keep the severity their vendor gave.`,
  ],
  ["Confidence says how sure the question is of its reading, given the data it had."],
  ["The budget is how many findings a day a reader has time for; the strongest of all questions together fill it."],
  [
    "The events of a finding are those that its question counted; the records behind it are those that its statement gives: more where two sensors told of the same event, fewer where the question names the strongest only.",
  ],
  ["A dash stands for what is not known; it is never zero."],
  [
    "In prose and tables outsiders’ names and addresses are written with [.] and hxxp; in statements, values and the data files they are exact.",
  ],
  [
    "Every number can be run again: each finding and hunt names its statement (Q1, Q2, …, at the end of the report), the values bound to it and the ids of its events; those High or above show the first record as it was received. spoor query and spoor explain run them over the store.",
  ],
];

function zoneNote({ settings }: Context): Line {
  const { timeZone } = settings;
  return [timeZone === "UTC" ? "All times are UTC." : `Times are UTC; where a second stands beside, it is that of ${timeZone}.`];
}

function stagesTable(stages: readonly StageCount[], { prose }: Context): Block {
  const rows = stages.map((stage): Line[] => [
    [prose(stage.stage, 60)],
    [number(Math.round(stage.seconds * 10) / 10)],
    [bytes(stage.peak_rss_bytes)],
  ]);
  return {
    kind: "table",
    columns: [{ title: "Stage" }, { title: "Seconds", isNumber: true }, { title: "Peak memory", isNumber: true }],
    rows,
    more: null,
  };
}
