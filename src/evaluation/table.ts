import type { AreaTotal, Evaluation } from "./evaluate.ts";
import type { Gate } from "./gates.ts";
import type { SetResult } from "./results.ts";
import type { AreaScore } from "./score.ts";

/**
 * An evaluation for a terminal: one row a set and area, totals, gates, every miss and every false alarm, and why sets were not
 * scored. Titles come from logs, so control characters are shown as "\u{fffd}".
 */
export function evaluationText(evaluation: Evaluation): string {
  const scored = evaluation.sets.filter((set) => set.state === "scored");
  const notScored = evaluation.sets.filter((set) => set.state !== "scored");
  const rows = scored.flatMap((set) => set.score.areas.map((area) => areaRow(set.id, area)));
  const days = scored.map((set) => [
    set.id,
    String(set.score.findingsAboveLine),
    set.score.alertsPerDay.toFixed(1),
    spanOf(set.spanDays),
  ]);
  const sections = [
    section("By set and area", grid([areaHeads, ...rows])),
    section("Totals", grid([totalHeads, ...evaluation.totals.map(totalRow)])),
    section("All findings of Spoor's own detectors above the alert line", grid([["set", "above", "a day", "span"], ...days])),
    section("Gates", evaluation.gates.flatMap(gateLines)),
    section(
      "Missed",
      scored.flatMap((set) => set.score.areas.flatMap((area) => missLines(set.id, area))),
    ),
    section(
      "False alarms",
      scored.flatMap((set) => set.score.areas.flatMap((area) => falseAlarmLines(set.id, area))),
    ),
    section(
      "Not scored",
      notScored.map((set) => `${set.id}: ${set.state === "failed" ? "FAILED: " : ""}${set.reason}`),
    ),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** The same as JSON, two spaces deep, ending in a newline. */
export function evaluationJson(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}

/** True when a set failed or a gate is not met: the command's exit code follows from it. */
export function hasFailed(evaluation: Evaluation): boolean {
  return (
    evaluation.sets.some((set: SetResult) => set.state === "failed") || evaluation.gates.some((gate) => gate.isPassed === false)
  );
}

const areaHeads = ["set", "area", "found", "recall", "above line", "recall above", "first true", "false above", "alerts a day"];
const totalHeads = ["area", "sets", "found", "recall", "above line", "recall above", "false above"];

function areaRow(id: string, area: AreaScore): readonly string[] {
  return [
    id,
    area.area,
    `${area.found} of ${area.positives}`,
    share(area.recall),
    `${area.foundAboveLine} of ${area.positives}`,
    share(area.recallAboveLine),
    area.firstTrueRank === null ? "-" : String(area.firstTrueRank),
    String(area.falseAboveLine),
    area.alertsPerDay.toFixed(1),
  ];
}

function totalRow(total: AreaTotal): readonly string[] {
  const { area, sets, positives, found, foundAboveLine, recall, recallAboveLine, falseAboveLine } = total;
  const counts = [`${found} of ${positives}`, share(recall), `${foundAboveLine} of ${positives}`, share(recallAboveLine)];
  return [area, String(sets), ...counts, String(falseAboveLine)];
}

function gateLines(gate: Gate): readonly string[] {
  const verdict = gate.isPassed === null ? "not measured" : gate.isPassed ? "met" : "NOT MET";
  return [`${verdict}: ${gate.claim} (${gate.measured})`, ...gate.details.map((detail) => `  ${detail}`)];
}

function missLines(id: string, area: AreaScore): readonly string[] {
  return area.outcomes.filter((outcome) => outcome.finding === null).map((outcome) => `${id}, ${area.area}: ${outcome.labelled}`);
}

function falseAlarmLines(id: string, area: AreaScore): readonly string[] {
  return area.falseAlarms.map((alarm) => {
    const known = alarm.knownBenign === null ? "" : ` [known benign: ${alarm.knownBenign}]`;
    return `${id}, ${area.area}: rank ${alarm.rank}, ${alarm.severity}, score ${alarm.score.toFixed(1)}: ${alarm.title}${known}`;
  });
}

function share(value: number | null): string {
  return value === null ? "-" : `${Math.round(value * 100)} %`;
}

function spanOf(days: number | null): string {
  if (days === null) return "not known";
  return days >= 1 ? `${days.toFixed(1)} days` : `${(days * 1440).toFixed(1)} minutes`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${printable(line)}`)].join("\n");
}

/** Columns as wide as their widest cell; the first two to the left, figures to the right. */
function grid(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const isText = (column: number): boolean => column === 0 || rows[0]?.[column] === "area";
  const cell = (text: string, column: number): string =>
    isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join("  ").trimEnd());
}

/** Text from logs must not move the cursor or hide what stands beside it. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
