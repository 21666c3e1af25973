import { createHash } from "node:crypto";
import type { VendorRecord } from "../../vendor-data.ts";
import { cursorFor, readCursor } from "../cursors.ts";
import { inOrder, type Order, type Place, pageAfter } from "../listing.ts";
import type { Room } from "../room.ts";
import type { Shelf } from "../shelf.ts";
import { textOf } from "../shelves.ts";
import { instantText, readFql } from "./fql.ts";

export interface FalconList {
  readonly shelf: Shelf;
  /** The field that names a record. */
  readonly key: string;
}

/** What was asked for, filtered and sorted; null where the filter is not FQL or the sort names nothing. */
export function sortedList(
  { shelf, key }: FalconList,
  filter: string,
  sort: string,
): { sorted: readonly VendorRecord[]; order: Order } | null {
  const fits = filter === "" ? () => true : readFql(filter);
  const match = /^([\w.]+)(?:[|.](asc|desc))?$/i.exec(sort === "" ? `${key}|asc` : sort);
  const field = match?.[1];
  if (fits === null || field === undefined) return null;
  const order: Order = {
    of: (record) => instantText(textOf(record, field)),
    key: (record) => textOf(record, key),
    isDescending: match?.[2]?.toLowerCase() === "desc",
  };
  return { sorted: shelf.remembered(`${filter}\n${sort}`, () => inOrder(shelf.all().filter(fits), order)), order };
}

/** A page of a walk by cursor, which is good for the same filter and sort alone; null where it is not good. */
export function cursorPage(
  room: Room,
  { sorted, order }: { sorted: readonly VendorRecord[]; order: Order },
  question: { path: string; filter: string; sort: string; cursor: string; limit: number; secondsToLive?: number },
): { records: readonly VendorRecord[]; next: string | null } | null {
  const bound = createHash("sha256")
    .update(JSON.stringify([question.filter, question.sort]))
    .digest("hex")
    .slice(0, 16);
  const place = question.cursor === "" ? "start" : placeIn(readCursor(room, question.path, question.cursor), bound);
  if (place === null) return null;
  const { records, next } = pageAfter(room, sorted, order, place, question.limit);
  return { records, next: next === null ? null : cursorFor(room, question.path, { bound, place: next }, question.secondsToLive) };
}

function placeIn(content: Readonly<Record<string, unknown>> | null, bound: string): Place | "start" | null {
  if (content === null || content.bound !== bound) return null;
  if (content.place === "start") return "start";
  const [value, key] = Array.isArray(content.place) ? content.place : [];
  return (typeof value === "string" || typeof value === "number") && typeof key === "string" ? [value, key] : null;
}

/** A whole number from a query or body, or what stands for none; NaN where it is not one. */
export function wholeNumber(value: unknown, none: number): number {
  if (value === undefined || value === null || value === "") return none;
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 ? number : Number.NaN;
}
