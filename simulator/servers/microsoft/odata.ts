import type { VendorRecord } from "../../vendor-data.ts";
import { plainText } from "../plain-text.ts";
import { sevenDigits } from "../shelves.ts";
import { TokenReader } from "./token-reader.ts";

/** Which comparisons a field takes in $filter, or all where it is not named. */
export type FilterRules = Readonly<Record<string, readonly string[]>>;

const TOKEN = /'(?:[^']|'')*'|[(),]|[^\s(),']+|\s+/gy;

/**
 * Reads $filter: eq, ne, gt, ge, lt, le, in, and, or, not, parentheses, startswith and contains. Gives the reason where it is refused.
 * Times are written bare; in quotes they are text, which a time is not compared with.
 */
export function readFilter(text: string, rules: FilterRules): ((record: VendorRecord) => boolean) | { readonly refused: string } {
  const tokens: string[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].trim() !== "") tokens.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end !== text.length) return { refused: `Syntax error at position ${end}` };
  try {
    return new Reader(tokens, rules).read();
  } catch (cause) {
    if (cause instanceof FilterError) return { refused: cause.message };
    throw cause;
  }
}

class FilterError extends Error {
  override readonly name = "FilterError";
}

type Fits = (record: VendorRecord) => boolean;

class Reader extends TokenReader<VendorRecord> {
  private readonly rules: FilterRules;
  constructor(tokens: readonly string[], rules: FilterRules) {
    super(tokens);
    this.rules = rules;
  }

  read(): Fits {
    return this.entirely(() => this.any());
  }

  protected override unexpected(token: string | undefined): Error {
    return new FilterError(token === undefined ? "Expression expected at the end" : `Syntax error at '${token}'`);
  }

  protected override one(): Fits {
    if (this.takes("not")) {
      const inner = this.one();
      return (record) => !inner(record);
    }
    if (this.takes("(")) {
      const inner = this.any();
      if (!this.takes(")")) throw new FilterError("')' expected");
      return inner;
    }
    const field = this.take();
    if (/^(?:startswith|contains)$/i.test(field)) return this.textTest(field.toLowerCase());
    if (!/^[A-Za-z][\w/]*$/.test(field)) throw new FilterError(`Invalid filter clause at '${field}'`);
    const operator = this.take().toLowerCase();
    if (operator === "in") return this.membership(field);
    const literal = this.take();
    return this.comparison(field, operator, literal);
  }

  private textTest(name: string): Fits {
    if (!this.takes("(")) throw new FilterError("'(' expected");
    const field = this.take();
    if (!this.takes(",")) throw new FilterError("',' expected");
    const wanted = textIn(this.take()).toLowerCase();
    if (!this.takes(")")) throw new FilterError("')' expected");
    return (record) => {
      const text = plainText(valueAt(record, field)).toLowerCase();
      return name === "startswith" ? text.startsWith(wanted) : text.includes(wanted);
    };
  }

  private membership(field: string): Fits {
    if (!this.takes("(")) throw new FilterError("'(' expected");
    const wanted: string[] = [];
    do wanted.push(textIn(this.take()));
    while (this.takes(","));
    if (!this.takes(")")) throw new FilterError("')' expected");
    return (record) => wanted.includes(plainText(valueAt(record, field)));
  }

  private comparison(field: string, operator: string, literal: string): Fits {
    if (!/^(?:eq|ne|gt|ge|lt|le)$/.test(operator))
      throw new FilterError(`Invalid filter clause: '${operator}' is not an operator`);
    const allowed = this.rules[field];
    if (allowed !== undefined && !allowed.includes(operator)) {
      throw new FilterError(`Invalid filter clause: operator '${operator}' is not supported for property '${field}'`);
    }
    const isTimeField = field.endsWith("DateTime");
    const isQuoted = literal.startsWith("'");
    if (isTimeField && isQuoted) {
      throw new FilterError("A binary operator with incompatible types was detected: 'Edm.DateTimeOffset' and 'Edm.String'.");
    }
    if (isTimeField && !INSTANT.test(literal)) throw new FilterError(`Invalid filter clause: '${literal}' is not a time`);
    const wanted = isTimeField ? String(sevenDigits(literal)) : textIn(literal);
    return (record) => {
      const value = valueAt(record, field);
      if (wanted === "null" && !isQuoted) return operator === "eq" ? value == null : value != null;
      if (value == null) return operator === "ne";
      const order = compare(value, wanted);
      if (operator === "eq") return order === 0;
      if (operator === "ne") return order !== 0;
      if (operator === "gt") return order > 0;
      if (operator === "ge") return order >= 0;
      return operator === "lt" ? order < 0 : order <= 0;
    };
  }
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/;

function textIn(literal: string): string {
  return literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal;
}

function valueAt(record: VendorRecord, path: string): unknown {
  let value: unknown = record;
  for (const step of path.split("/")) {
    value = typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === step)?.[1] : undefined;
  }
  return value;
}

function compare(value: unknown, wanted: string): number {
  if (typeof value === "number") return value - Number(wanted);
  const [a, b] = [plainText(value), wanted];
  // Words of enumerations are compared whatever their case.
  if (a.toLowerCase() === b.toLowerCase()) return 0;
  return a < b ? -1 : 1;
}
