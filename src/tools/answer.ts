import { z } from "zod";
import { shortHash } from "../findings/hash.ts";
import type { SeenRows } from "../privacy/privacy.ts";
import type { Json } from "../reasoner/port.ts";
import type { ToolResult } from "./tool.ts";

/** A row without what is absent: most columns of most rows are, and every byte of an answer is paid for. */
export function filled(row: Readonly<Record<string, unknown>>): Json {
  const present = Object.entries(row).filter(([, value]) => value !== null && value !== "" && !isEmptyList(value));
  return z.json().parse(Object.fromEntries(present));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What the ledger keeps of a statement: values as they are known outside, and a hash of the rows, to compare a replay with. */
export function asked(sql: string, parameters: Json, rows: readonly unknown[]): NonNullable<ToolResult["statement"]> {
  return { sql, parameters, rowCount: rows.length, hash: shortHash(rows) };
}

/** The part of an answer that tells how many rows there are, and how to see others. */
export function counted(seen: Pick<SeenRows, "rowCount" | "isCut">): { row_count: number; more_rows_exist: boolean } {
  return { row_count: seen.rowCount, more_rows_exist: seen.isCut };
}

/** An answer of at most so many bytes: `text` is what fits, as JSON; the list in it is cut from its end. `isRefused`: nothing fits. */
export interface Fitted {
  readonly text: string;
  readonly isCut: boolean;
  readonly isRefused: boolean;
}

/**
 * An answer cut to a size (the envelope): the longest list of the answer keeps as many of its first entries as fit, and the answer says
 * how many of how many are shown and what to ask instead. An answer without a list that is still too long is refused in words.
 */
export function fitted(value: Json, maxBytes: number, advice: string): Fitted {
  const whole = JSON.stringify(value);
  if (Buffer.byteLength(whole) <= maxBytes) return { text: whole, isCut: false, isRefused: false };
  const list = longestList(value);
  if (list === null)
    return { text: JSON.stringify({ preview: null, bytes: Buffer.byteLength(whole), advice }), isCut: true, isRefused: true };
  const withFirst = (count: number): string =>
    JSON.stringify({
      ...list.around(list.entries.slice(0, count)),
      preview: { list: list.name, shown: count, of: list.entries.length, bytes: Buffer.byteLength(whole), advice },
    });
  let low = 0;
  let high = list.entries.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Buffer.byteLength(withFirst(middle)) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  const text = withFirst(low);
  // Where the rest alone is too long, the next list gives way too; the lists that are empty then can be asked for by themselves.
  return Buffer.byteLength(text) <= maxBytes
    ? { text, isCut: true, isRefused: false }
    : fitted(list.around([]), maxBytes, advice);
}

interface NamedList {
  readonly name: string;
  readonly entries: readonly Json[];
  /** The answer with another list in its place. */
  readonly around: (entries: readonly Json[]) => Readonly<Record<string, Json>>;
}

/** The longest list of an answer, or of a record in it. */
function longestList(value: Json): NamedList | null {
  if (!isRecord(value)) return null;
  const lists = Object.entries(value).flatMap(([name, part]): NamedList[] => {
    if (isList(part)) return [{ name, entries: part, around: (entries) => ({ ...value, [name]: entries }) }];
    const inner = isRecord(part) ? longestList(part) : null;
    return inner === null ? [] : [{ ...inner, around: (entries) => ({ ...value, [name]: inner.around(entries) }) }];
  });
  const full = lists.filter(({ entries }) => entries.length > 0);
  return full.sort((a, b) => JSON.stringify(b.entries).length - JSON.stringify(a.entries).length)[0] ?? null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
