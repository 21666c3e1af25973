import { plainText } from "../plain-text.ts";

/** An event as query jobs give it: tags keep their #, all values are text but the time. */
export type Row = Record<string, unknown>;

/** A query that is not understood; the message says where. */
export class CqlError extends Error {
  override readonly name = "CqlError";
}

const TOKEN =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|:=|!=|>=|<=|=~|[=<>()[\]|,!+*%]|-(?!\w)|\/(?:[^/\\\s]|\\.)+\/[a-z]*|\/|[#@\w.:*-]+|\s+/gy;

/** The words and signs of a query; texts and regular expressions are one word each. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match[0].trim() !== "") tokens.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end !== text.length) throw new CqlError(`not understood at ${end}`);
  return tokens;
}

/** The arguments of a function. */
export interface Call {
  readonly plain: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

/** The arguments of a call, each as text. */
export function callOf(tokens: readonly string[]): Call {
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

/** The members of a list in brackets, or the one name that stands there without them. */
export function listOf(text: string): string[] {
  return text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== "");
}

/** A text without its quotes. */
export function unquoted(text: string): string {
  const bare = text.trim();
  return /^"[\s\S]*"$|^'[\s\S]*'$/.test(bare) ? bare.slice(1, -1).replace(/\\(.)/g, "$1") : bare;
}

/** Numbers by their value, all else as text. */
export function compareValues(a: unknown, b: unknown): number {
  const [first, second] = [Number(a), Number(b)];
  if (!Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  const [one, other] = [plainText(a), plainText(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
