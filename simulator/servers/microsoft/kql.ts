import type { VendorRecord } from "../../vendor-data.ts";
import { plainText } from "../plain-text.ts";
import { TokenReader } from "./token-reader.ts";

export class KqlError extends Error {
  override readonly name = "KqlError";
}

export interface KqlQuestion {
  readonly table: string;
  /** What the query makes of the table's rows. */
  readonly run: (rows: readonly VendorRecord[]) => readonly VendorRecord[];
}

/**
 * Reads a small part of Kusto's language as advanced hunting takes it: a table, then where, project, project-away, extend (of a
 * column or literal), order by, sort by, top, take, limit, count, distinct, summarize count() by columns. Throws KqlError for all else.
 */
export function readKql(text: string, now: number): KqlQuestion {
  const [table, ...stages] = pipeline(text.replace(/\/\/.*$/gm, ""));
  if (table?.length !== 1 || table[0] === undefined) throw new KqlError("Query could not be parsed at ''");
  const steps = stages.map((tokens) => stageOf(tokens, now));
  return { table: table[0], run: (rows) => steps.reduce((so, step) => step(so), rows) };
}

type Step = (rows: readonly VendorRecord[]) => readonly VendorRecord[];
type Value = (row: VendorRecord) => unknown;
type Test = (row: VendorRecord) => boolean;

const TOKEN = /@?"(?:[^"\\]|\\.)*"|@?'(?:[^'\\]|\\.)*'|\.\.|==|!=|=~|!~|<>|>=|<=|[=<>()|,]|-(?!\d)|!?[\w.:-]*[\w~]|\s+/gy;

function pipeline(text: string): string[][] {
  const stages: string[][] = [[]];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const token = match[0];
    if (token.trim() === "") continue;
    // A span such as 1..2 is one word to the expression above.
    const pieces = /^["'@]/.test(token) || token === ".." ? [token] : token.split(/(\.\.)/).filter((piece) => piece !== "");
    if (token === "|") stages.push([]);
    else stages.at(-1)?.push(...pieces);
  }
  if (end !== text.length) throw new KqlError(`Query could not be parsed at '${text.slice(end, end + 10)}'`);
  return stages;
}

function stageOf(tokens: readonly string[], now: number): Step {
  const word = tokens[0]?.toLowerCase() ?? "";
  const rest = tokens.slice(1);
  if (word === "where" || word === "filter") {
    const test = new Reader(rest, now).test();
    return (rows) => rows.filter(test);
  }
  if (word === "take" || word === "limit") return (rows) => rows.slice(0, count(rest[0]));
  if (word === "count") return (rows) => [{ Count: rows.length }];
  if (word === "project") return projected(rest, now);
  if (word === "project-away") {
    const away = new Set(rest);
    return (rows) => rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !away.has(name))));
  }
  if (word === "extend") {
    const add = projection(rest, now);
    return (rows) => rows.map((row) => ({ ...row, ...add(row) }));
  }
  if (word === "distinct") {
    const pick = projection(rest, now);
    return (rows) => [...new Map(rows.map((row) => [JSON.stringify(pick(row)), pick(row)])).values()];
  }
  if ((word === "order" || word === "sort") && rest[0]?.toLowerCase() === "by") return ordered(rest.slice(1));
  if (word === "top" && rest[1]?.toLowerCase() === "by") {
    const order = ordered(rest.slice(2));
    return (rows) => order(rows).slice(0, count(rest[0]));
  }
  if (word === "summarize") return summarized(rest);
  throw new KqlError(`Query could not be parsed at '${tokens[0]}'`);
}

function count(token: string | undefined): number {
  const number = Number(token);
  if (!Number.isInteger(number)) throw new KqlError(`Query could not be parsed at '${token}'`);
  return number;
}

function commaParts(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function projection(tokens: readonly string[], now: number): (row: VendorRecord) => VendorRecord {
  const columns = commaParts(tokens).map((part): readonly [string, Value] => {
    const name = part[0] ?? "";
    if (!/^\w+$/.test(name)) throw new KqlError(`Query could not be parsed at '${name}'`);
    return part[1] === "=" ? [name, new Reader(part.slice(2), now).whole()] : [name, (row) => row[name]];
  });
  return (row) => Object.fromEntries(columns.map(([name, value]) => [name, value(row)]));
}

/** Columns that the table does not have are an error, as in the real one: its language minds the case of letters too. */
function projected(tokens: readonly string[], now: number): Step {
  const pick = projection(tokens, now);
  const plain = commaParts(tokens).flatMap((part) => (part.length === 1 ? part : []));
  return (rows) => {
    const known = new Set(rows.flatMap((row) => Object.keys(row)));
    const unknown = plain.find((name) => !known.has(name));
    if (rows.length > 0 && unknown !== undefined)
      throw new KqlError(`'project' operator: Failed to resolve scalar expression named '${unknown}'`);
    return rows.map(pick);
  };
}

function ordered(tokens: readonly string[]): Step {
  const columns = commaParts(tokens).map((part) => ({ name: part[0] ?? "", sign: part[1]?.toLowerCase() === "asc" ? 1 : -1 }));
  return (rows) =>
    [...rows].sort((a, b) => {
      for (const { name, sign } of columns) {
        const order = compare(a[name], b[name]);
        if (order !== 0) return sign * order;
      }
      return 0;
    });
}

function summarized(tokens: readonly string[]): Step {
  const by = tokens.findIndex((token) => token.toLowerCase() === "by");
  const counted = tokens.slice(0, by < 0 ? undefined : by);
  const columns = by < 0 ? [] : tokens.slice(by + 1).filter((token) => token !== ",");
  const name = counted[1] === "=" ? (counted[0] ?? "") : "count_";
  const call = counted[1] === "=" ? counted.slice(2) : counted;
  if (call.join("") !== "count()") throw new KqlError(`Query could not be parsed at '${call.join(" ")}'`);
  return (rows) => {
    const groups = new Map<string, { row: VendorRecord; rows: number }>();
    for (const row of rows) {
      const picked = Object.fromEntries(columns.map((column) => [column, row[column]]));
      const key = JSON.stringify(picked);
      const group = groups.get(key) ?? { row: picked, rows: 0 };
      groups.set(key, { row: picked, rows: group.rows + 1 });
    }
    return [...groups.values()].map((group) => ({ ...group.row, [name]: group.rows }));
  };
}

class Reader extends TokenReader<VendorRecord> {
  private readonly now: number;
  constructor(tokens: readonly string[], now: number) {
    super(tokens);
    this.now = now;
  }

  test(): Test {
    return this.entirely(() => this.any());
  }

  whole(): Value {
    return this.entirely(() => this.value());
  }

  protected override unexpected(token: string | undefined): Error {
    return new KqlError(`Query could not be parsed at '${token ?? ""}'`);
  }

  private needs(word: string): void {
    if (!this.takes(word))
      throw new KqlError(`Query could not be parsed at '${this.tokens[this.position] ?? ""}': '${word}' expected`);
  }

  protected override one(): Test {
    if (this.takes("(")) {
      const inner = this.any();
      this.needs(")");
      return inner;
    }
    const word = this.tokens[this.position]?.toLowerCase() ?? "";
    if (["not", "isnotempty", "isempty", "isnull", "isnotnull"].includes(word)) {
      this.position += 1;
      this.needs("(");
      const inner = word === "not" ? this.any() : this.emptiness(word);
      this.needs(")");
      return word === "not" ? (row) => !inner(row) : inner;
    }
    return this.comparison();
  }

  private emptiness(word: string): Test {
    const value = this.value();
    const isEmpty: Test = (row) => (value(row) ?? "") === "";
    return word === "isempty" || word === "isnull" ? isEmpty : (row) => !isEmpty(row);
  }

  private comparison(): Test {
    const left = this.value();
    const operator = this.take().toLowerCase();
    if (operator === "between" || operator === "!between") {
      this.needs("(");
      const low = this.value();
      this.needs("..");
      const high = this.value();
      this.needs(")");
      const isIn: Test = (row) => compare(left(row), low(row)) >= 0 && compare(left(row), high(row)) <= 0;
      return operator === "between" ? isIn : (row) => !isIn(row);
    }
    if (/^!?in~?$/.test(operator)) {
      this.needs("(");
      const values = [this.value()];
      while (this.takes(",")) values.push(this.value());
      this.needs(")");
      const fold = (value: unknown) => (operator.endsWith("~") ? plainText(value).toLowerCase() : plainText(value));
      const isIn: Test = (row) => values.some((value) => fold(value(row)) === fold(left(row)));
      return operator.startsWith("!") ? (row) => !isIn(row) : isIn;
    }
    const right = this.value();
    const folded = (value: unknown) => plainText(value).toLowerCase();
    const tests: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
      "==": (a, b) => compare(a, b) === 0,
      "!=": (a, b) => compare(a, b) !== 0,
      "<>": (a, b) => compare(a, b) !== 0,
      "=~": (a, b) => folded(a) === folded(b),
      "!~": (a, b) => folded(a) !== folded(b),
      ">": (a, b) => compare(a, b) > 0,
      ">=": (a, b) => compare(a, b) >= 0,
      "<": (a, b) => compare(a, b) < 0,
      "<=": (a, b) => compare(a, b) <= 0,
      has: (a, b) => folded(a).includes(folded(b)),
      contains: (a, b) => folded(a).includes(folded(b)),
      "!contains": (a, b) => !folded(a).includes(folded(b)),
      startswith: (a, b) => folded(a).startsWith(folded(b)),
      endswith: (a, b) => folded(a).endsWith(folded(b)),
    };
    const holds = tests[operator];
    if (holds === undefined) throw new KqlError(`Query could not be parsed at '${operator}'`);
    return (row) => holds(left(row), right(row));
  }

  private value(): Value {
    const token = this.take();
    const literal = literalOf(token);
    if (literal !== undefined) return () => literal;
    const isCall = this.tokens[this.position] === "(";
    if (!isCall) {
      if (!/^[A-Za-z_]\w*$/.test(token)) throw new KqlError(`Query could not be parsed at '${token}'`);
      return (row) => instantOf(row[token]);
    }
    this.take();
    const name = token.toLowerCase();
    if (name === "datetime") return this.time();
    if (name === "ago") {
      const span = spanMs(this.take());
      this.needs(")");
      return () => new Instant(this.now - span);
    }
    if (name === "now" || name === "ingestion_time") {
      this.needs(")");
      return name === "now" ? () => new Instant(this.now) : (row) => instantOf(row.Timestamp);
    }
    throw new KqlError(`Unknown function: '${token}'`);
  }

  private time(): Value {
    let text = "";
    while (this.tokens[this.position] !== undefined && this.tokens[this.position] !== ")") text += this.take();
    this.needs(")");
    const bare = text.replace(/^["']|["']$/g, "");
    const instant = instantOf(/^\d{4}-\d\d-\d\d$/.test(bare) ? `${bare}T00:00:00Z` : /[Zz]$/.test(bare) ? bare : `${bare}Z`);
    if (!(instant instanceof Instant)) throw new KqlError(`Query could not be parsed: not a datetime: '${bare}'`);
    return () => instant;
  }
}

/** A time in hundreds of nanoseconds since 1970, as Microsoft counts them. */
class Instant {
  readonly ticks: bigint;
  constructor(ms: number, rest = 0n) {
    this.ticks = BigInt(ms) * 10_000n + rest;
  }
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/i;

function instantOf(value: unknown): unknown {
  const match = typeof value === "string" ? TIME.exec(value) : null;
  if (match?.[1] === undefined) return value;
  return new Instant(Date.parse(`${match[1]}Z`), BigInt((match[2] ?? "").padEnd(7, "0")));
}

function literalOf(token: string): string | number | boolean | undefined {
  if (token.startsWith("@")) return token.slice(2, -1);
  if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
  if (/^-?\d+(?:\.\d+)?$/.test(token)) return Number(token);
  return token === "true" ? true : token === "false" ? false : undefined;
}

function spanMs(token: string): number {
  const match = /^(\d+)(d|h|m|s|ms)$/.exec(token);
  const unit = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }[match?.[2] ?? ""];
  if (match === null || unit === undefined) throw new KqlError(`Query could not be parsed: not a timespan: '${token}'`);
  return Number(match[1]) * unit;
}

function compare(a: unknown, b: unknown): number {
  const [first, second] = [instantOf(a), instantOf(b)];
  if (first instanceof Instant && second instanceof Instant)
    return first.ticks < second.ticks ? -1 : first.ticks > second.ticks ? 1 : 0;
  if (typeof first === "number" && typeof second === "number") return first - second;
  const [x, y] = [plainText(first), plainText(second)];
  return x < y ? -1 : x > y ? 1 : 0;
}
