import type { VendorRecord } from "../../vendor-data.ts";

/** Whether a record fits a filter in Falcon's query language (FQL). */
export type Fits = (record: VendorRecord) => boolean;

/**
 * Reads FQL: field:'value', :!, :>, :>=, :<, :<=, lists in brackets, * as wildcard, + for and, comma for or, ! for not, parentheses.
 * Null where the text is not FQL. As with the real one, > on times lets equal ones through (elastic/integrations#10693).
 */
export function readFql(text: string): Fits | null {
  const tokens = [...text.matchAll(TOKEN)].map((match) => match[0]).filter((token) => token.trim() !== "");
  if (tokens.join("").length !== text.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, "").length) return null;
  let position = 0;
  const peek = () => tokens[position];
  const take = () => tokens[position++];

  const any = (): Fits | null => {
    const parts = [all()];
    while (peek() === ",") {
      take();
      parts.push(all());
    }
    const fits = parts.filter((part) => part !== null);
    return fits.length === parts.length ? (record) => fits.some((part) => part(record)) : null;
  };
  const all = (): Fits | null => {
    const parts = [one()];
    while (peek() === "+") {
      take();
      parts.push(one());
    }
    const fits = parts.filter((part) => part !== null);
    return fits.length === parts.length ? (record) => fits.every((part) => part(record)) : null;
  };
  const one = (): Fits | null => {
    if (peek() === "!") {
      take();
      const inner = one();
      return inner && ((record) => !inner(record));
    }
    if (peek() === "(") {
      take();
      const inner = any();
      return take() === ")" ? inner : null;
    }
    return comparison();
  };
  const comparison = (): Fits | null => {
    const field = take();
    if (field === undefined || !/^[\w.]+$/.test(field) || take() !== ":") return null;
    const operator = /^(?:!|>=?|<=?|~|\*)$/.test(peek() ?? "") ? take() : "";
    const values = literals();
    if (values === null || operator === undefined) return null;
    return (record) => {
      const found = valuesAt(record, field);
      if (operator === "!") return !found.some((value) => values.some((wanted) => matches(value, "", wanted)));
      return found.some((value) => values.some((wanted) => matches(value, operator, wanted)));
    };
  };
  const literals = (): string[] | null => {
    if (peek() !== "[") return literal(take());
    take();
    const values: string[] = [];
    while (peek() !== undefined && peek() !== "]") {
      const next = take();
      if (next === ",") continue;
      const value = literal(next);
      if (value === null) return null;
      values.push(...value);
    }
    return take() === "]" ? values : null;
  };

  const fits = any();
  return position === tokens.length ? fits : null;
}

const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|>=|<=|[:+,!()[\]><~*]|[\w.-]+|\s+/g;

function literal(token: string | undefined): string[] | null {
  if (token === undefined) return null;
  if (/^['"]/.test(token)) return [token.slice(1, -1).replace(/\\(.)/g, "$1")];
  return /^[\w.-]+$/.test(token) ? [token] : null;
}

function valuesAt(record: VendorRecord, path: string): unknown[] {
  let found: unknown[] = [record];
  for (const step of path.split(".")) {
    found = found.flatMap((value) => {
      const inner =
        typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === step)?.[1] : undefined;
      return Array.isArray(inner) ? inner : [inner];
    });
  }
  return found.filter((value) => value !== undefined && value !== null);
}

function matches(value: unknown, operator: string, wanted: string): boolean {
  if (operator === "" || operator === "*" || operator === "~") {
    const pattern = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const text = String(value);
    return wanted.includes("*")
      ? new RegExp(`^${pattern.join(".*")}$`, "is").test(text)
      : text.toLowerCase() === wanted.toLowerCase();
  }
  const [left, right] = comparable(String(value), wanted);
  const isTime = typeof left === "string" && INSTANT.test(String(value));
  if (operator === ">") return isTime ? left >= right : left > right;
  if (operator === ">=") return left >= right;
  if (operator === "<") return left < right;
  return left <= right;
}

const INSTANT = /^\d{4}-\d\d-\d\dT/;

function comparable(value: string, wanted: string): [string, string] | [number, number] {
  const isNumber = value !== "" && wanted !== "" && !Number.isNaN(Number(value)) && !Number.isNaN(Number(wanted));
  return isNumber ? [Number(value), Number(wanted)] : [instantText(value), instantText(wanted)];
}

/** Times of any number of digits so that they compare as text: "…:23.9400Z" and "…:23.94Z" are the same. */
export function instantText(text: string): string {
  if (!INSTANT.test(text)) return text;
  const bare = text.replace(/Z$/, "");
  return bare.includes(".") ? bare.replace(/\.?0+$/, "") : bare;
}
