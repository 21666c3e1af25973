import type { HuntEvidence, HuntResult } from "../../types.ts";
import { huntAnchor, hypothesisAnchor } from "../anchors.ts";
import { boundValues, type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { clock, counted, number } from "../words.ts";
import { pursuitBlocks } from "./pursuits.ts";

/** What was looked for to settle a hypothesis, and what was there. */
export function huntsSection(context: Context): Section {
  const shown = context.hunts.slice(0, limits.hunts);
  const left = context.hunts.length - shown.length;
  const blocks = shown.map((hunt, index) => huntCard(hunt, index, context));
  if (shown.length === 0) blocks.push({ kind: "paragraph", line: ["No hunt was run."], isQuiet: true });
  if (left > 0) blocks.push({ kind: "paragraph", line: [`and ${number(left)} more in hunts.json`], isQuiet: true });
  blocks.push(...pursuitBlocks(context));
  return { id: "hunts", title: "Hunts", count: context.hunts.length, blocks };
}

function huntCard(hunt: HuntResult, index: number, context: Context): Block {
  const { prose } = context;
  return {
    kind: "card",
    id: huntAnchor(index),
    headline: [
      { kind: "quiet", text: `U${index + 1}` },
      { kind: "status", status: hunt.status },
      prose(hunt.title, limits.titleLength),
    ],
    isOpen: hunt.status === "supported" && index < 3,
    isBriefOnPaper: hunt.status !== "supported" || index >= limits.huntsOnPaper,
    blocks: [
      { kind: "paragraph", line: [prose(hunt.summary)] },
      ...(hunt.evidence.length === 0 ? [] : [evidenceTable(hunt.evidence, context)]),
      {
        kind: "facts",
        facts: [
          { term: "Hypothesis", lines: [hypothesisOf(hunt, context)] },
          { term: "Techniques", lines: [[prose(hunt.techniques.join(", "), 300)]] },
          { term: "Read", lines: [[coverageOf(hunt)]] },
          ...(hunt.recommendedActions.length === 0
            ? []
            : [{ term: "Do", lines: hunt.recommendedActions.slice(0, 12).map((action): Line => [prose(action)]) }]),
        ],
      },
      {
        kind: "fold",
        title: "Reproduce: statement and values",
        blocks: [
          {
            kind: "query",
            label: context.queryLabels.get(hunt.sql) ?? "Q",
            question: prose(hunt.huntId, 120),
            sql: hunt.sql,
            values: boundValues(hunt.parameters),
            result: ["result hash ", { kind: "value", text: prose(hunt.resultHash, 64) }],
          },
        ],
      },
    ],
  };
}

function evidenceTable(evidence: readonly HuntEvidence[], context: Context): Table {
  const rows = evidence
    .slice(0, limits.huntEvidence)
    .map((piece): Line[] => [
      [clock(piece.timestamp)],
      [context.prose(piece.description, 400)],
      piece.indicators.slice(0, 6).flatMap((indicator): Inline[] => [context.value(indicator), " "]),
      [context.prose(piece.source, 60)],
      [number(piece.rowCount)],
      [`${number(piece.confidence)} %`],
    ]);
  const left = evidence.length - rows.length;
  const columns = [
    { title: "Time (UTC)" },
    { title: "Evidence", isWide: true },
    { title: "Indicators", isWide: true },
    { title: "Source" },
    { title: "Events", isNumber: true },
    { title: "Confidence", isNumber: true },
  ];
  return { kind: "table", columns, rows, more: left > 0 ? `and ${number(left)} more in hunts.json` : null };
}

function hypothesisOf(hunt: HuntResult, context: Context): Line {
  const index = context.hypotheses.findIndex((hypothesis) => hypothesis.id === hunt.hypothesisId);
  const hypothesis = context.hypotheses[index];
  if (hypothesis === undefined) return ["none: run for itself"];
  const label = `H${index + 1}`;
  return [
    index < limits.hypotheses ? { kind: "link", to: hypothesisAnchor(index), text: label } : label,
    ` ${context.prose(hypothesis.title, 160)}`,
  ];
}

function coverageOf(hunt: HuntResult): string {
  if (hunt.coverage.length === 0) return "nothing";
  return hunt.coverage.map(({ table, rows }) => `${table} (${counted(rows, "row")})`).join(", ");
}
