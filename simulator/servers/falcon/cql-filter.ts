import { plainText } from "../plain-text.ts";
import { type Call, CqlError, callOf, listOf, type Row, unquoted } from "./cql-words.ts";

type Test = (row: Row) => boolean;

/** Whether an event fits a filter: or binds weaker than and; terms beside each other are joined by and. */
export function filterOf(tokens: readonly string[]): Test {
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
