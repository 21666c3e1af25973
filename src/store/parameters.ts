import { SpoorError } from "../errors.ts";
import type { SqlParameters, SqlValue } from "./store.ts";

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\0": "\\0",
  "'": "\\'",
};

/** Values in the form in which the engine takes bound values (its Escaped format): the engine parses them, no SQL is built. */
export function boundValues(parameters: SqlParameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw new SpoorError("internal", `${JSON.stringify(name)} cannot be the name of a bound value`);
      return [name, boundValue(value)];
    }),
  );
}

function boundValue(value: SqlValue): string {
  if (value === null) return "\\N";
  if (typeof value === "string") return escaped(value);
  return element(value);
}

function element(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${escaped(value)}'`;
  if (typeof value === "number")
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  return `[${value.map(element).join(",")}]`;
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0']/g, (character) => escapes[character] ?? character);
}
