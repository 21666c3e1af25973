import { messageOf, SpoorError } from "../errors.ts";
import { type SqlToken, sqlTokens } from "../store/sql-tokens.ts";
import { eventTables } from "../store/tables.ts";

// A number that a statement computes from the data, not one that it brings along: SELECT 42 FROM t says nothing about t.
const aggregates: ReadonlySet<string> = new Set(["count", "uniqexact", "sum", "min", "max", "avg"]);
const constants = /^(?:null|true|false|inf|infinity|nan)$/i;
const joining: ReadonlySet<string> = new Set([
  "JOIN",
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "GROUP",
  "HAVING",
  "LIMIT",
  "OFFSET",
  "ORDER",
  "WITH",
  "WINDOW",
  "ARRAY",
  "FINAL",
  "SAMPLE",
  "PREWHERE",
  "QUALIFY",
]);

/**
 * Why a statement is no check; null when it is one: one aggregate of one column (or of nothing, or *) over one table of events, with
 * a condition or without, and nothing else.
 */
export function notACheck(sql: string): string | null {
  let tokens: string[];
  try {
    tokens = spoken(sqlTokens(sql.trim().replace(/;$/, "")));
  } catch (cause) {
    if (cause instanceof SpoorError) return messageOf(cause);
    throw cause;
  }
  const [select, aggregate = "", opening, ...rest] = tokens;
  if (select?.toUpperCase() !== "SELECT" || opening !== "(" || !aggregates.has(aggregate.toLowerCase()))
    return "a check begins with SELECT and one of count(), uniqExact(…), sum(…), min(…), max(…), avg(…)";
  const closing = rest.indexOf(")");
  const inside = rest.slice(0, closing);
  const isColumn = inside.length === 1 && /^(?:\*|`?[a-z]\w*`?)$/i.test(inside[0] ?? "") && !constants.test(inside[0] ?? "");
  if (closing < 0 || !(inside.length === 0 || isColumn)) return "what is counted or added up is a column as it stands";
  const behind = rest.slice(closing + 1);
  const from = behind[0]?.toUpperCase() === "AS" ? behind.slice(2) : behind;
  const [word, table = "", where, ...condition] = from;
  if (word?.toUpperCase() !== "FROM" || !eventTables.some((name) => name === table)) return "a check reads one table of events";
  if (where === undefined) return null;
  if (where.toUpperCase() !== "WHERE" || condition.length === 0) return "behind the table stands WHERE or nothing";
  // A name given inside the condition would stand for the column that is counted.
  if (condition.some((token) => token.toUpperCase() === "AS")) return "a condition of a check gives no names (AS)";
  // Inside brackets a list or a subquery may do what it likes; the guard looks at it.
  return outside(condition).some((token) => joining.has(token.toUpperCase()) || token === ",")
    ? "a check has one table and one condition, nothing behind it"
    : null;
}

/** A statement that is a check, taken apart. */
export interface CheckParts {
  /** In lower case: count, sum, … */
  readonly aggregate: string;
  /** What it goes over; null for records themselves: count() and count(*). */
  readonly column: string | null;
  readonly table: string;
  /** Behind WHERE, columns without the name of the table before them; empty where there is none. */
  readonly condition: string;
  /** Every name in the condition, columns among them. */
  readonly names: ReadonlySet<string>;
}

/** The parts of a statement for which `notACheck` gives null. */
export function partsOf(sql: string): CheckParts {
  const tokens = sqlTokens(sql.trim().replace(/;$/, ""));
  const words = tokens.filter(({ kind }) => kind !== "blank");
  const at = (word: string): number => tokens.findIndex(({ kind, text }) => kind === "word" && text.toUpperCase() === word);
  const table = tokens.slice(at("FROM") + 1).find(({ kind }) => kind !== "blank")?.text ?? "";
  const inside = words[3]?.text ?? ")";
  const behind = at("WHERE") < 0 ? [] : tokens.slice(at("WHERE") + 1);
  const condition = behind.filter(
    ({ text }, place) =>
      !(text === table && behind[place + 1]?.text === ".") && !(text === "." && behind[place - 1]?.text === table),
  );
  return {
    aggregate: words[1]?.text.toLowerCase() ?? "",
    column: inside === ")" || inside === "*" ? null : unquoted(inside),
    table,
    condition: condition
      .map(({ text }) => text)
      .join("")
      .trim(),
    names: new Set(condition.flatMap(({ kind, text }) => (kind === "word" || kind === "quoted-name" ? [unquoted(text)] : []))),
  };
}

function unquoted(name: string): string {
  return name.replace(/^[`"]|[`"]$/g, "");
}

function spoken(tokens: readonly SqlToken[]): string[] {
  return tokens.filter(({ kind }) => kind !== "blank").map(({ text }) => text);
}

function outside(tokens: readonly string[]): string[] {
  let depth = 0;
  return tokens.filter((token) => {
    if (token === "(" || token === "[") depth += 1;
    if (token === ")" || token === "]") depth -= 1;
    return depth === 0;
  });
}

/** A statement as far as it is the same question: without comments, in one case, with one kind of space. */
export function sameQuestion(sql: string): string {
  try {
    return sqlTokens(sql)
      .filter(({ kind, text }) => kind !== "blank" && text !== ";")
      .map(({ kind, text }) => (kind === "word" ? text.toLowerCase() : text))
      .join(" ");
  } catch {
    return sql.replace(/\s+/g, " ").trim();
  }
}
