import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { isSafeFunction } from "./safe-functions.ts";
import { type SqlToken, sqlTokens } from "./sql-tokens.ts";
import type { SqlParameters, Store } from "./store.ts";

// Tables of the engine that tell what there is to ask for.
const catalogue: ReadonlySet<string> = new Set(["system.tables", "system.columns", "system.functions"]);
// Clauses that write, lift limits, or call a function without naming it as one.
const refusedWords: ReadonlySet<string> = new Set([
  "INTO",
  "OUTFILE",
  "SETTINGS",
  "FORMAT",
  "APPLY",
  "INSERT",
  "EXPLAIN",
  "RECURSIVE",
]);

/** What a question may name. */
export interface QuestionPolicy {
  /** Tables, as the question writes them; names that its own WITH gives to a SELECT are asked for too. */
  readonly allowsTable: (name: string) => boolean;
  readonly allowsFunction: (name: string) => boolean;
  /** Whether it may give names to functions of its own (`WITH x -> x + 1 AS next`). */
  readonly allowsOwnFunctions: boolean;
}

const anyOwnTable: QuestionPolicy = {
  allowsTable: (name) => /^\w+$/.test(name) || catalogue.has(name),
  allowsFunction: isSafeFunction,
  allowsOwnFunctions: true,
};

/**
 * A question of unknown origin (a command line, a language model), in the form in which it may be asked: one SELECT over the store's
 * own tables, with functions that compute from their arguments alone. A read-only session alone is not enough: it still reads files
 * of the machine (the function file), writes them (INTO OUTFILE) and takes several statements at once. Rejects with usage, naming
 * what is refused.
 */
export async function readOnlyQuestion(
  sql: string,
  parameters: SqlParameters,
  store: Store,
  policy: QuestionPolicy = anyOwnTable,
): Promise<string> {
  const statement = oneSelect(sqlTokens(sql));
  // EXPLAIN AST only parses.
  const tree = store.text(`EXPLAIN AST ${statement}`, parameters, { readOnly: true, maxSeconds: 10 });
  const lines = (await tree.catch(asUsage))
    .split("\n")
    .filter((line) => line !== "")
    // A server takes the form of the answer for a part of what is explained, and answers in plain lines.
    .map((line) => (line.startsWith("[") ? String(JSON.parse(line)) : line));
  for (const name of tablesOf(lines)) if (!policy.allowsTable(name)) throw refused(`the table ${name} is not one of this store`);
  const own = policy.allowsOwnFunctions ? await ownFunctions(lines, store) : noFunctions(lines);
  for (const name of functionsOf(lines))
    if (!policy.allowsFunction(name) && !own.has(name))
      throw refused(`the function ${name} is not on the list of functions that may be called`);
  return statement;
}

/** The text of the one SELECT that tokens make, without comments; throws SpoorError "usage" for anything else. */
function oneSelect(tokens: readonly SqlToken[]): string {
  const spoken = tokens.filter(({ kind }) => kind !== "blank");
  const end = spoken.findIndex(isSemicolon);
  if (end >= 0 && end < spoken.length - 1) throw refused("only one statement at a time can be asked");
  if (!/^(SELECT|WITH)$/i.test(spoken[0]?.text ?? "")) throw refused("only questions can be asked: SELECT … or WITH … SELECT …");
  for (const [position, { kind, text }] of spoken.entries()) {
    const word = text.toUpperCase();
    if (kind !== "word" || !refusedWords.has(word)) continue;
    // format('{}', x) is a function.
    const isCall = word === "FORMAT" && spoken[position + 1]?.text === "(";
    if (!isCall) throw refused(`${word} cannot be used in a question`);
  }
  return tokens
    .filter((token) => !isSemicolon(token))
    .map(({ text }) => text)
    .join("");
}

function isSemicolon({ kind, text }: SqlToken): boolean {
  return kind === "sign" && text === ";";
}

function* tablesOf(lines: readonly string[]): Generator<string> {
  for (const [position, line] of lines.entries()) {
    const table = /^ *TableIdentifier (.*?)(?: \(alias .*\))?$/s.exec(line)?.[1];
    if (table !== undefined) yield table;
    // x IN name: the name of a table stands where a list could stand.
    if (/^ *Function (?:global)?(?:not)?(?:null)?in\w* /i.test(line)) yield* namesBelow(lines, position);
  }
}

/** The names that are arguments, but not the first one, of the function on a line. */
function namesBelow(lines: readonly string[], position: number): string[] {
  const indent = depthOf(lines[position] ?? "") + 2;
  const below = lines.slice(position + 2);
  const over = below.findIndex((line) => depthOf(line) < indent);
  const arguments_ = below.slice(0, over < 0 ? below.length : over).filter((line) => depthOf(line) === indent);
  return arguments_.slice(1).flatMap((line) => /^ *Identifier (.*)$/.exec(line)?.[1] ?? []);
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Refuses functions with names: such a name could take the place of a function that another part of the statement calls. */
function noFunctions(lines: readonly string[]): ReadonlySet<string> {
  if (lines.some((line) => /^ *Function lambda \(alias /.test(line))) throw refused("functions cannot be given names");
  return new Set();
}

function functionsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^ *Function (\S+)/.exec(line)?.[1] ?? []);
}

/** Names that the statement itself gives to expressions (`WITH x -> x + 1 AS next`), where the engine has no function of that name. */
async function ownFunctions(lines: readonly string[], store: Store): Promise<ReadonlySet<string>> {
  const names = lines.flatMap((line) => /^ *Function lambda \(alias (\w+)\)/.exec(line)?.[1] ?? []);
  if (names.length === 0) return new Set();
  const taken = await store.query(
    `SELECT DISTINCT lower(name) AS name FROM (SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions)
     WHERE has({names:Array(String)}, lower(name)) ORDER BY name LIMIT 1000`,
    { names: names.map((name) => name.toLowerCase()) },
    z.object({ name: z.string() }),
  );
  return new Set(names.filter((name) => !taken.some((other) => other.name === name.toLowerCase())));
}

function asUsage(thrown: unknown): never {
  if (!(thrown instanceof SpoorError) || thrown.code !== "store-query") throw thrown;
  throw new SpoorError("usage", `the question cannot be read: ${thrown.message}`, { cause: thrown });
}

function refused(what: string): SpoorError {
  return new SpoorError("usage", `this question is refused: ${what}`, {
    hint: "Ask with SELECT over the tables of the store; SELECT name FROM system.tables WHERE database = currentDatabase() lists them.",
  });
}
