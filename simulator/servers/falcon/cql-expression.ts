import { CqlError, callOf, type Row, unquoted } from "./cql-words.ts";

export type Value = (row: Row) => number | string;

/** Sums and products over fields, formatTime and math:floor: @timestamp - (@timestamp % 3600000). */
export function expressionOf(tokens: readonly string[]): Value {
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
