import type { VendorRecord } from "../../vendor-data.ts";
import { plainText } from "../plain-text.ts";

/** An event as query jobs give it: tags keep their #, all values are text but the time. */
export type Row = Record<string, unknown>;

/** What a query makes of the events of its time, which come newest first. */
export interface CqlAnswer {
  readonly rows: readonly Row[];
  readonly isAggregate: boolean;
  readonly warnings: readonly string[];
}

export interface CqlLimits {
  /** Rows of a query that says no number. */
  readonly rows: number;
  readonly tail: number;
  readonly groups: number;
}

type Stage = (answer: CqlAnswer) => CqlAnswer;

/**
 * Reads a small part of LogScale's query language (CQL): filters with =, !=, >, <, regular expressions, in(), and, or, not; tail,
 * head, sort, select, count, groupBy, bucket; assignments of numbers. Throws CqlError for all else.
 */
export function readCql(text: string, limits: CqlLimits): (events: readonly Row[]) => CqlAnswer {
  const stages = pipeline(text).map((part) => stageOf(part, limits));
  const isBounded = stages.some(({ bounds }) => bounds);
  return (events) => {
    const start: CqlAnswer = { rows: events, isAggregate: false, warnings: [] };
    const answer = stages.reduce((so, { stage }) => stage(so), start);
    return isBounded ? answer : { ...answer, rows: answer.rows.slice(0, limits.rows) };
  };
}

export class CqlError extends Error {
  override readonly name = "CqlError";
}

/** An event of the Data Replicator as the search gives it. */
export function searchRow(event: VendorRecord): Row {
  const { event_simpleName, timestamp, ...fields } = event;
  return {
    "@timestamp": Number(timestamp),
    "@id": `${plainText(fields.aid)}_${plainText(fields.id)}`,
    "#event_simpleName": event_simpleName,
    "#repo": "base_sensor",
    timestamp,
    ...fields,
  };
}

const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|:=|!=|>=|<=|=~|[=<>()[\]|,!+*%]|-(?!\w)|\/(?:[^/\\\s]|\\.)+\/[a-z]*|\/|[#@\w.:*-]+|\s+/gy;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].trim() !== "") tokens.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end !== text.length) throw new CqlError(`not understood at ${end}`);
  return tokens;
}

/** The stages between pipes; pipes in brackets belong to their stage. */
function pipeline(text: string): string[][] {
  const withoutComments = text.replace(/^\s*\/\/.*$/gm, "").trim();
  const stages: string[][] = [[]];
  let depth = 0;
  for (const token of tokensOf(withoutComments)) {
    if (token === "(" || token === "[") depth += 1;
    if (token === ")" || token === "]") depth -= 1;
    if (token === "|" && depth === 0) stages.push([]);
    else stages.at(-1)?.push(token);
  }
  if (depth !== 0 || stages.some((stage) => stage.length === 0)) throw new CqlError("an empty stage or an open bracket");
  return stages;
}

function stageOf(tokens: readonly string[], limits: CqlLimits): { stage: Stage; bounds: boolean } {
  if (tokens[1] === ":=") return { stage: assignment(tokens), bounds: false };
  const name = tokens[1] === "(" ? tokens[0]?.toLowerCase() : undefined;
  const call = name === undefined || !STAGES.has(name) ? null : callOf(tokens);
  if (call === null) {
    const fits = filterOf(tokens);
    return { stage: (answer) => ({ ...answer, rows: answer.rows.filter(fits) }), bounds: false };
  }
  const number = (value: string | undefined, none: number) =>
    value === undefined ? none : value === "max" ? limits.groups : Number(unquoted(value));
  const first = call.plain[0];
  if (name === "tail" || name === "head") {
    const rows = number(first ?? call.named.limit, limits.rows);
    if (!(rows <= limits.tail)) throw new CqlError(`limit is at most ${limits.tail}`);
    return {
      stage: (answer) => ({ ...answer, rows: name === "tail" ? answer.rows.slice(0, rows) : answer.rows.slice(-rows) }),
      bounds: true,
    };
  }
  if (name === "sort") {
    const rows = number(call.named.limit, limits.rows);
    const field = listOf(first ?? call.named.field ?? "@timestamp")[0] ?? "@timestamp";
    const sign = call.named.order === "asc" ? 1 : -1;
    return {
      stage: (answer) => ({
        ...answer,
        rows: [...answer.rows].sort((a, b) => sign * compareValues(a[field], b[field])).slice(0, rows),
      }),
      bounds: true,
    };
  }
  if (name === "select" || name === "table") {
    const fields = listOf(first ?? call.named.fields ?? "");
    const pick = (row: Row) => Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : [])));
    return { stage: (answer) => ({ ...answer, rows: answer.rows.map(pick) }), bounds: name === "table" };
  }
  if (name === "count")
    return { stage: (answer) => grouped(answer, [], aggregatesOf(tokens.join("")), limits.groups), bounds: true };
  const fields = listOf((name === "bucket" ? call.named.field : (first ?? call.named.field)) ?? "[]");
  const aggregates = aggregatesOf(call.named.function ?? "count()");
  const most = number(call.named.limit, limits.groups);
  if (name === "bucket") {
    const spanMs = spanOf(unquoted(call.named.span ?? "1h"));
    const bucketed = (row: Row) => ({ ...row, _bucket: String(Math.floor(Number(row["@timestamp"]) / spanMs) * spanMs) });
    return {
      stage: (answer) => grouped({ ...answer, rows: answer.rows.map(bucketed) }, ["_bucket", ...fields], aggregates, most),
      bounds: true,
    };
  }
  return { stage: (answer) => grouped(answer, fields, aggregates, most), bounds: true };
}

const STAGES = new Set(["tail", "head", "sort", "select", "table", "count", "groupby", "bucket"]);

interface Call {
  readonly plain: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

/** The arguments of a call, each as text. */
function callOf(tokens: readonly string[]): Call {
  if (tokens.at(-1) !== ")") throw new CqlError("a call that does not end");
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(2, -1)) {
    if (token === "(" || token === "[") depth += 1;
    if (token === ")" || token === "]") depth -= 1;
    if (token === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const filled = parts.filter((part) => part.length > 0);
  const isNamed = (part: readonly string[]) => part[1] === "=" && /^\w+$/.test(part[0] ?? "");
  return {
    plain: filled.filter((part) => !isNamed(part)).map((part) => part.join(" ")),
    named: Object.fromEntries(filled.filter(isNamed).map((part) => [part[0] ?? "", part.slice(2).join(" ")])),
  };
}

function listOf(text: string): string[] {
  return text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== "");
}

function unquoted(text: string): string {
  const bare = text.trim();
  return /^"[\s\S]*"$|^'[\s\S]*'$/.test(bare) ? bare.slice(1, -1).replace(/\\(.)/g, "$1") : bare;
}

function spanOf(text: string): number {
  const match = /^(\d+)\s*(ms|millis|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/.exec(text);
  const unit = match?.[2];
  if (match === null || unit === undefined) throw new CqlError(`not a span: ${text}`);
  const ms =
    unit.startsWith("ms") || unit === "millis"
      ? 1
      : unit.startsWith("s")
        ? 1000
        : unit.startsWith("m")
          ? 60_000
          : unit.startsWith("h")
            ? 3_600_000
            : 86_400_000;
  return Number(match[1]) * ms;
}

// Filters: or binds weaker than and; terms beside each other are joined by and.

type Test = (row: Row) => boolean;

function filterOf(tokens: readonly string[]): Test {
  let position = 0;
  const peek = () => tokens[position];
  const take = () => tokens[position++] ?? "";
  const isWord = (word: string) => peek()?.toLowerCase() === word;
  const any = (): Test => {
    const parts = [all()];
    while (isWord("or")) {
      take();
      parts.push(all());
    }
    return (row) => parts.some((part) => part(row));
  };
  const all = (): Test => {
    const parts = [one()];
    while (peek() !== undefined && peek() !== ")" && !isWord("or")) {
      if (isWord("and")) take();
      parts.push(one());
    }
    return (row) => parts.every((part) => part(row));
  };
  const one = (): Test => {
    if (isWord("not") || peek() === "!") {
      take();
      const inner = one();
      return (row) => !inner(row);
    }
    if (peek() === "(") {
      take();
      const inner = any();
      if (take() !== ")") throw new CqlError("an open bracket");
      return inner;
    }
    const field = take();
    if (field === "*") return () => true;
    if (peek() === "(") {
      const start = position - 1;
      let depth = 0;
      do {
        const token = take();
        if (token === "(") depth += 1;
        if (token === ")") depth -= 1;
        if (token === "") throw new CqlError("an open bracket");
      } while (depth > 0);
      return memberTest(field, callOf(tokens.slice(start, position)));
    }
    return comparisonTest(unquoted(field), take(), take());
  };
  const test = any();
  if (position !== tokens.length) throw new CqlError(`not understood: ${tokens[position]}`);
  return test;
}

function memberTest(name: string, call: Call): Test {
  if (name.toLowerCase() !== "in") throw new CqlError(`no such function: ${name}`);
  const field = unquoted(call.named.field ?? call.plain[0] ?? "");
  const values = listOf(call.named.values ?? call.plain[1] ?? "").map((value) => valueTest(value));
  return (row) => values.some((fits) => fits(row[field]));
}

function comparisonTest(field: string, operator: string, value: string): Test {
  if (!/^[#@\w.]+$/.test(field)) throw new CqlError(`not a field: ${field}`);
  if (value === "") throw new CqlError("a comparison with nothing");
  const fits = valueTest(value);
  if (operator === "=" || operator === "=~") return (row) => fits(row[field]);
  if (operator === "!=") return (row) => !fits(row[field]);
  const bound = Number(unquoted(value));
  if (operator === ">") return (row) => Number(row[field]) > bound;
  if (operator === ">=") return (row) => Number(row[field]) >= bound;
  if (operator === "<") return (row) => Number(row[field]) < bound;
  if (operator === "<=") return (row) => Number(row[field]) <= bound;
  throw new CqlError(`no such comparison: ${operator}`);
}

function valueTest(text: string): (value: unknown) => boolean {
  const expression = /^\/(.+)\/([a-z]*)$/.exec(text);
  if (expression !== null) {
    const pattern = new RegExp(expression[1] ?? "", (expression[2] ?? "").replace(/[^is]/g, ""));
    return (value) => value !== undefined && pattern.test(plainText(value));
  }
  const wanted = unquoted(text);
  if (wanted.includes("*")) {
    const parts = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
    return (value) => value !== undefined && pattern.test(plainText(value));
  }
  return (value) => value !== undefined && plainText(value) === wanted;
}

function compareValues(a: unknown, b: unknown): number {
  const [first, second] = [Number(a), Number(b)];
  if (!Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

// Aggregates.

interface Aggregate {
  readonly as: string;
  readonly of: (rows: readonly Row[]) => unknown;
}

function aggregatesOf(text: string): Aggregate[] {
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

function grouped(answer: CqlAnswer, fields: readonly string[], aggregates: readonly Aggregate[], most: number): CqlAnswer {
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

// Assignments of sums over fields: hour := @timestamp - (@timestamp % 3600000), formatTime, math:floor.

function assignment(tokens: readonly string[]): Stage {
  const name = unquoted(tokens[0] ?? "");
  const value = expressionOf(tokens.slice(2));
  return (answer) => ({ ...answer, rows: answer.rows.map((row) => ({ ...row, [name]: String(value(row)) })) });
}

type Value = (row: Row) => number | string;

function expressionOf(tokens: readonly string[]): Value {
  let position = 0;
  const sum = (): Value => {
    let left = product();
    while (tokens[position] === "+" || tokens[position] === "-") {
      const isPlus = tokens[position++] === "+";
      const [first, second] = [left, product()];
      left = (row) => (isPlus ? Number(first(row)) + Number(second(row)) : Number(first(row)) - Number(second(row)));
    }
    return left;
  };
  const product = (): Value => {
    let left = factor();
    while (["*", "/", "%"].includes(tokens[position] ?? "")) {
      const operator = tokens[position++];
      const [first, second] = [left, factor()];
      left = (row) => {
        const [a, b] = [Number(first(row)), Number(second(row))];
        return operator === "*" ? a * b : operator === "/" ? a / b : a % b;
      };
    }
    return left;
  };
  const factor = (): Value => {
    const token = tokens[position++];
    if (token === undefined) throw new CqlError("an expression that does not end");
    if (token === "(") {
      const inner = sum();
      if (tokens[position++] !== ")") throw new CqlError("an open bracket");
      return inner;
    }
    if (token === "math:floor") {
      const inner = factor();
      return (row) => Math.floor(Number(inner(row)));
    }
    if (token === "formatTime") {
      const end = tokens.indexOf(")", position);
      const call = callOf(tokens.slice(position - 1, end + 1));
      position = end + 1;
      const format = unquoted(call.plain[0] ?? call.named.format ?? "");
      const field = unquoted(call.named.field ?? "@timestamp");
      return (row) => formatTime(format, new Date(Number(row[field])));
    }
    if (/^\d+(?:\.\d+)?$/.test(token)) return () => Number(token);
    if (/^[#@\w.]+$/.test(token)) return (row) => Number(row[token]);
    throw new CqlError(`not understood: ${token}`);
  };
  const value = sum();
  if (position !== tokens.length) throw new CqlError(`not understood: ${tokens[position]}`);
  return value;
}

function formatTime(format: string, time: Date): string {
  const iso = time.toISOString();
  const parts: Record<string, string> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
  };
  return format.replace(/%(\w)/g, (whole, letter: string) => parts[letter] ?? whole);
}
