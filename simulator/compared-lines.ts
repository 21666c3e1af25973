import type { Comparison, StepFared } from "./compared.ts";

const marks: Readonly<Record<StepFared["seen"], string>> = { "in its story": "+", "apart from it": "~", no: "-" };

/** What was planted and what was found, as lines for a terminal: + told in the attack's story, ~ found apart from it, - not found. */
export function linesOf({ attacks, twins, others }: Comparison): string[] {
  return [
    "What was planted, and what was found:",
    ...attacks.flatMap(({ id, rank, story, severity, score, steps }) => [
      "",
      rank === null ? `  ${id}: in no story` : `  ${id}: story ${rank}, ${severity} ${score?.toFixed(0)}: ${story}`,
      ...steps.map(({ name, seen, why }) => `    ${marks[seen]} ${name.padEnd(24)} ${cut(why)}`),
    ]),
    "",
    ...twins.map(({ id, title, isBelowAlertLine, loudest }) =>
      [
        `  ${id} (benign: ${title.charAt(0).toLowerCase()}${title.slice(1)}): ${isBelowAlertLine ? "below" : "ABOVE"} the alert line`,
        loudest === null ? "" : `; the loudest about it is ${loudest.score.toFixed(0)}, ${cut(loudest.title)}`,
      ].join(""),
    ),
    "",
    others.length === 0 ? "  No other story is above the alert line." : `  Other stories above the alert line: ${others.length}`,
    ...others.map((title) => `    ${cut(title)}`),
  ];
}

function cut(text: string): string {
  return text.length <= 110 ? text : `${text.slice(0, 107)}...`;
}
