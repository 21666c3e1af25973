import type { SqlParameters } from "../store/store.ts";
import type { Mapping } from "./load.ts";
import type { Match } from "./recognise.ts";

/** A file whose lines are in `raw`. */
export interface LandedFile {
  readonly fileUid: string;
  readonly sourceFile: string;
  readonly lines: number;
  readonly year: number;
}

/** Lines of a file that are worked on together, both ends included. */
export interface Slice {
  readonly first: number;
  readonly last: number;
}

// Bounds memory (a sort, a set of uids, a block of parsed lines): 0.9 GB at the peak of a million JSON lines, 1.2 GB with twice as many at once.
const linesAtOnce = 260_000;

/** The lines of a file in slices of about the same size, so that none is left with a few of them. */
export function slicesOf(file: LandedFile): Slice[] {
  const count = Math.ceil(file.lines / linesAtOnce);
  const size = Math.ceil(file.lines / count);
  return Array.from({ length: count }, (_, position) => ({
    first: position * size + 1,
    last: Math.min(file.lines, (position + 1) * size),
  }));
}

/** The values that statements of sources are bound to. */
export function bindings(file: LandedFile, { first, last }: Slice): SqlParameters {
  return { file: file.fileUid, first, last, year: file.year, sourceFile: file.sourceFile };
}

export function mappingsOf(matches: readonly Match[]): Mapping[] {
  return matches.flatMap(({ source, format }) => source.mappings.filter((mapping) => mapping.format === format.id));
}

/** Lines that carry a record: (line_number, line). */
export function recordLines(matches: readonly Match[]): string {
  const headers = statementsOf(matches, "notRecords");
  const left = headers.length === 0 ? "" : ` WHERE line_number GLOBAL NOT IN (${union(headers, "line_number")})`;
  return `SELECT line_number, line FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})${left}`;
}

/** Lines that are understood but have no table: (line_number, kind). */
export function rawOnlyLines(matches: readonly Match[]): string {
  return union(statementsOf(matches, "rawOnly"), "line_number, kind", "toUInt64(0) AS line_number, '' AS kind");
}

/** Why lines may be refused: (line_number, reason). */
export function reasonsOfLines(matches: readonly Match[]): string {
  return union(statementsOf(matches, "reasons"), "line_number, reason", "toUInt64(0) AS line_number, '' AS reason");
}

function union(statements: readonly string[], columns: string, nothing = ""): string {
  return statements.length === 0
    ? `SELECT ${nothing} WHERE 0`
    : statements.map((sql) => `SELECT ${columns} FROM (\n${sql}\n)`).join("\nUNION ALL\n");
}

/** The statements of formats; one that several formats name, once. */
function statementsOf(matches: readonly Match[], which: "notRecords" | "reasons" | "rawOnly"): string[] {
  const statements = matches.flatMap(({ source, format }) => {
    const name = format[which];
    const sql = name === undefined ? undefined : source.statements.get(name);
    return sql === undefined ? [] : [sql.trim().replace(/;$/, "")];
  });
  return [...new Set(statements)];
}

/** A condition: the line is in a set of lines that a survey gave, bound as `lines`. */
export const isAmongLines =
  "bitmapContains(CAST(unhex({lines:String}), 'AggregateFunction(groupBitmap, UInt64)'), toUInt64(line_number))";

/**
 * Settings of a statement that reads through a mapping. A condition that the planner pushes below the SELECT that parses a line makes
 * it parse the line again for each condition: measured on a million JSON lines, 3.3 instead of 0.9 CPU seconds.
 */
export const parseOnce = "SETTINGS query_plan_filter_push_down = 0";
