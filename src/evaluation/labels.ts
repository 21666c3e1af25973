import { memberText, withoutMembers } from "./json-members.ts";

/** Turns one line into the line a detector may see; null drops it. Stateful: one editor serves one file, from its first line on. */
export type LineEditor = (line: string) => string | null;

// "label", "detailedlabel" (CTU), "detailed-label" (IoT-23), "time_label" and "event_label" (AIT-ADS), "Label" (Argus binetflow).
const labelColumn = /^(detailed[-_ ]?|time_|event_)?label$/i;
/** Members that tell the answer wherever they stand at the outermost level. */
const answerMember = /"(_incident|expected_alert|label|detailed[-_ ]?label)"/i;
const zeekMember = /"id[._]orig_h"/;

/**
 * The editor that takes the labels out of a file, chosen by its first lines; null when none of its lines can carry one.
 * Lines come as byte strings (latin1), so what is kept is kept byte for byte.
 */
export function labelRemover(firstLines: readonly string[]): LineEditor | null {
  const first = firstLines.find((line) => line.trim() !== "") ?? "";
  if (firstLines.some((line) => line.startsWith("#fields"))) return zeekTable(firstLines);
  if (first.trimStart().startsWith("{")) return jsonLine;
  if (splitCells(first).some((cell) => isLabelColumn(cell))) return separatedTable();
  return null;
}

function isLabelColumn(cell: string): boolean {
  return labelColumn.test(cell.trim().replace(/^"(.*)"$/, "$1"));
}

/** JSON lines: a Panther test record gives its `event` only; incident numbers, and labels in Zeek records, are cut out. */
function jsonLine(line: string): string | null {
  if (!answerMember.test(line)) return line;
  if (memberText(line, "expected_alert") !== null) return memberText(line, "event");
  const isZeek = zeekMember.test(line);
  return withoutMembers(line, (name) => name === "_incident" || (isZeek && labelColumn.test(name))) ?? line;
}

/** Comma-separated values whose first line names a label column. */
function separatedTable(): LineEditor {
  let header: readonly string[] | null = null;
  return (line) => {
    if (line.trim() === "") return line;
    const cells = splitCells(line);
    header ??= cells;
    return withoutLabels(cells, header).join(",");
  };
}

/** A Zeek table. IoT-23 packs "tunnel_parents   label   detailed-label" into the last column, three spaces apart: those are cells too. */
function zeekTable(firstLines: readonly string[]): LineEditor {
  const separator = separatorOf(firstLines);
  let header: readonly string[] = [];
  return (line) => {
    if (line.startsWith("#fields")) {
      const [, ...names] = unpacked(line.split(separator));
      header = names;
      return ["#fields", ...withoutLabels(names, names)].join(separator);
    }
    if (line.startsWith("#types"))
      return ["#types", ...withoutLabels(fitted(line.split(separator).slice(1), header), header)].join(separator);
    if (line.startsWith("#") || line.trim() === "") return line;
    return withoutLabels(fitted(line.split(separator), header), header).join(separator);
  };
}

function separatorOf(lines: readonly string[]): string {
  const named = /^#separator\s+\\x([0-9a-f]{2})/i.exec(lines.find((line) => line.startsWith("#separator")) ?? "");
  return named?.[1] === undefined ? "\t" : String.fromCharCode(Number.parseInt(named[1], 16));
}

/** Cells of a line whose last cell holds several, set apart by two or more spaces. */
function unpacked(cells: readonly string[]): readonly string[] {
  return [...cells.slice(0, -1), ...(cells.at(-1) ?? "").split(/ {2,}/)];
}

function fitted(cells: readonly string[], header: readonly string[]): readonly string[] {
  return cells.length < header.length ? unpacked(cells) : cells;
}

/** The cells that stand under no label column. Labels at the end of the header go with everything after them, however long the line. */
function withoutLabels(cells: readonly string[], header: readonly string[]): readonly string[] {
  const isLabel = header.map(isLabelColumn);
  const end = isLabel.lastIndexOf(false) + 1;
  const isTrailing = end < header.length;
  return cells.filter((_, position) => isLabel[position] !== true && (position < end || !isTrailing));
}

/** The cells of a line of comma-separated values as they stand, quotes kept. */
function splitCells(line: string): readonly string[] {
  const cells: string[] = [];
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') isQuoted = !isQuoted;
    else if (line[at] === "," && !isQuoted) {
      cells.push(line.slice(from, at));
      from = at + 1;
    }
  }
  cells.push(line.slice(from));
  return cells;
}
