import { plainText } from "../plain-text.ts";
import { CqlError, callOf, listOf, type Row, tokensOf, unquoted } from "./cql-words.ts";

/** What a query makes of the events of its time, which come newest first. */
export interface CqlAnswer {
  readonly rows: readonly Row[];
  readonly isAggregate: boolean;
  readonly warnings: readonly string[];
}

/** A number or text made of the events of a group. */
export interface Aggregate {
  readonly as: string;
  readonly of: (rows: readonly Row[]) => unknown;
}

/** count, min, max, sum, collect and selectLast, alone or in a list. */
export function aggregatesOf(text: string): Aggregate[] {
  const inner = text
    .trim()
    .replace(/^\[([\s\S]*)\]$/, "$1")
    .replace(/^\{([\s\S]*)\}$/, "$1");
  const calls: string[][] = [[]];
  let depth = 0;
  for (const token of tokensOf(inner)) {
    if (token === "(" || token === "[") depth += 1;
    if (token === ")" || token === "]") depth -= 1;
    if (token === "," && depth === 0) calls.push([]);
    else calls.at(-1)?.push(token);
  }
  return calls.filter((call) => call.length > 0).flatMap((call) => aggregateOf(call));
}

function aggregateOf(tokens: readonly string[]): Aggregate[] {
  const name = tokens[0]?.toLowerCase();
  const call = callOf(tokens);
  const fields = listOf(call.plain[0] ?? call.named.field ?? call.named.fields ?? "");
  const field = fields[0];
  const as = (none: string) => unquoted(call.named.as ?? none);
  const numbers = (rows: readonly Row[]) => rows.map((row) => Number(row[field ?? ""])).filter((value) => !Number.isNaN(value));
  if (name === "count") {
    const isDistinct = call.named.distinct === "true";
    const of = (rows: readonly Row[]) => {
      const values = field === undefined ? rows : rows.map((row) => row[field]).filter((value) => value !== undefined);
      return String(isDistinct ? new Set(values).size : values.length);
    };
    return [{ as: as("_count"), of }];
  }
  if (field === undefined) throw new CqlError(`no such aggregate: ${tokens.join("")}`);
  // Events come newest first, so the last is the first of them.
  if (name === "selectlast" || name === "selectfrommax")
    return fields.map((each) => ({ as: each, of: (rows) => rows.find((row) => row[each] !== undefined)?.[each] }));
  if (name === "collect") {
    return fields.map((each) => ({
      as: each,
      of: (rows) =>
        [
          ...new Set(
            rows
              .map((row) => row[each])
              .filter((value) => value !== undefined)
              .map(plainText),
          ),
        ].join("\n"),
    }));
  }
  if (name === "min") return [{ as: as("_min"), of: (rows) => extreme(numbers(rows), Math.min) }];
  if (name === "max") return [{ as: as("_max"), of: (rows) => extreme(numbers(rows), Math.max) }];
  if (name === "sum") return [{ as: as("_sum"), of: (rows) => String(numbers(rows).reduce((sum, value) => sum + value, 0)) }];
  throw new CqlError(`no such aggregate: ${name}`);
}

function extreme(values: readonly number[], of: (a: number, b: number) => number): string | undefined {
  return values.length === 0 ? undefined : String(values.reduce((a, b) => of(a, b)));
}

/** One row for each group, at most so many; a warning where there were more. */
export function grouped(answer: CqlAnswer, fields: readonly string[], aggregates: readonly Aggregate[], most: number): CqlAnswer {
  const groups = new Map<string, Row[]>();
  for (const row of answer.rows) {
    // Events without one of the fields are in no group.
    if (fields.some((field) => row[field] === undefined)) continue;
    const key = JSON.stringify(fields.map((field) => row[field]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  if (fields.length === 0 && groups.size === 0) groups.set("", []);
  const rows = [...groups.values()].slice(0, most).map((group) => {
    const named = fields.map((field) => [field, group[0]?.[field]] as const);
    const counted = aggregates.flatMap(({ as, of }) => {
      const value = of(group);
      return value === undefined ? [] : [[as, value] as const];
    });
    return Object.fromEntries([...named, ...counted]);
  });
  const warnings =
    groups.size > most
      ? [...answer.warnings, `groupBy exceeded its limit of ${most} groups; the result is incomplete`]
      : answer.warnings;
  return { rows, isAggregate: true, warnings };
}
