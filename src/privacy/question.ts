import { SpoorError } from "../errors.ts";
import { type SqlToken, sqlTokens } from "../store/sql-tokens.ts";
import type { SqlParameters, Store } from "../store/store.ts";
import { readOnlyQuestion } from "../store/untrusted-sql.ts";
import { seenTables as tableNames } from "./columns.ts";
import { isSeenFunction } from "./functions.ts";
import { type SeenTables, seenPrefix } from "./seen-tables.ts";

/** Rows that a question is answered with at most. */
export const mostRows = 200;

/** For one whose question was refused. */
export const whatCanBeAsked = `Ask with one SELECT over these tables: ${tableNames.join(", ")}.`;

const known: ReadonlySet<string> = new Set(tableNames);
// Longer questions are not asked by anybody who wants to know something.
const longest = { characters: 8_000, tokens: 1_500 } as const;

/**
 * The statement behind a question of a model: the question over the tables as they are seen, with names that cannot be mistaken for those
 * of the real ones. Rejects with usage, naming what is refused.
 */
export async function seenQuestion(sql: string, tables: SeenTables, store: Store, parameters: SqlParameters): Promise<string> {
  if (sql.length > longest.characters) throw refused(`it is longer than ${longest.characters} characters`);
  const tokens = sqlTokens(sql);
  if (tokens.length > longest.tokens) throw refused(`it has more than ${longest.tokens} words and signs`);
  const hasValues = Object.keys(parameters).length > 0;
  const used = new Set<string>();
  const renamed = tokens.map((token) => {
    const name = nameOf(token);
    if (name?.toLowerCase().startsWith(seenPrefix) === true) throw refused(`names cannot begin with ${seenPrefix}`);
    if (token.text === "{" && !hasValues) throw refused("values are written out, not bound");
    if (name === null || !known.has(name)) return token.text;
    used.add(name);
    return `${seenPrefix}${name}`;
  });
  const own = ownTables(tokens);
  const question = await readOnlyQuestion(renamed.join(""), parameters, store, {
    allowsTable: (name) => isSeen(name) || (own.has(name) && !tables.existing.has(name)),
    allowsFunction: isSeenFunction,
    allowsOwnFunctions: false,
  });
  const limited = `SELECT * FROM (\n${question}\n) LIMIT ${mostRows + 1}`;
  return used.size === 0 ? limited : `WITH ${tables.clauses([...used].sort(), columnsNamed(tokens))}\n${limited}`;
}

/** The names in a question, so that no other column is computed; null when it asks for columns without naming them. */
function columnsNamed(tokens: readonly SqlToken[]): ReadonlySet<string> | null {
  const spoken = tokens.filter(({ kind }) => kind !== "blank");
  const asksForAll = spoken.some(({ text }, at) => {
    const before = spoken[at - 1]?.text.toUpperCase() ?? "";
    // count(*) names no column, and a * b is a product.
    const isStar = text === "*" && ["SELECT", "DISTINCT", ",", "."].includes(before);
    return (
      isStar ||
      /^(?:COLUMNS|EXCEPT|REPLACE|NATURAL)$/i.test(text) ||
      (text === "*" && spoken[at + 1]?.text.toUpperCase() === "EXCEPT")
    );
  });
  return asksForAll ? null : new Set(tokens.flatMap((token) => nameOf(token) ?? []));
}

/** A text of the engine as the one who asked would write it. */
export function asAsked(text: string): string {
  return text.replaceAll(seenPrefix, "");
}

function isSeen(name: string): boolean {
  return name.startsWith(seenPrefix) && known.has(name.slice(seenPrefix.length));
}

function nameOf({ kind, text }: SqlToken): string | null {
  if (kind === "word") return text;
  return kind === "quoted-name" ? text.slice(1, -1) : null;
}

/** Names that WITH gives to a SELECT: name AS (SELECT …. Plain words alone: a quoted `database.table` is told from a real table by nobody. */
function ownTables(tokens: readonly SqlToken[]): ReadonlySet<string> {
  const spoken = tokens.filter(({ kind }) => kind !== "blank");
  const names = spoken.flatMap((token, at) => {
    const [as, opening, select] = spoken.slice(at + 1, at + 4);
    const isNamed =
      as?.text.toUpperCase() === "AS" && opening?.text === "(" && ["SELECT", "WITH"].includes(select?.text.toUpperCase() ?? "");
    const name = nameOf(token);
    return isNamed && name !== null && /^\w+$/.test(name) ? [name] : [];
  });
  return new Set(names);
}

function refused(what: string): SpoorError {
  return new SpoorError("usage", `this question is refused: ${what}`, { hint: whatCanBeAsked });
}
