import type { VendorRecord } from "../vendor-data.ts";
import type { Room } from "./room.ts";

/** An order of records: by a field, then by key, so that no two records stand at the same place. */
export interface Order {
  readonly of: (record: VendorRecord) => string | number;
  readonly key: (record: VendorRecord) => string;
  readonly isDescending: boolean;
}

/** The place of a record in its list; a cursor holds the one of the last record that was given. */
export type Place = readonly [string | number, string];

export interface ListPage {
  readonly records: readonly VendorRecord[];
  /** Place of the last record where others follow. */
  readonly next: Place | "start" | null;
}

export function inOrder(records: readonly VendorRecord[], order: Order): VendorRecord[] {
  return records
    .map((record) => ({ record, place: placeOf(record, order) }))
    .sort((a, b) => compare(a.place, b.place, order))
    .map(({ record }) => record);
}

/** The records behind a place, at most so many; a record that changed its place meanwhile is met again or later, as with real vendors. */
export function pageAfter(
  room: Room,
  sorted: readonly VendorRecord[],
  order: Order,
  after: Place | "start",
  limit: number,
): ListPage {
  if (room.isNextPageEmpty) {
    room.isNextPageEmpty = false;
    return { records: [], next: after };
  }
  const most = Math.min(limit, room.limits.largestPage ?? limit);
  const first = after === "start" ? 0 : firstBehind(sorted, after, order);
  const records = sorted.slice(first, first + most);
  const last = records.at(-1);
  const isMore = first + most < sorted.length && last !== undefined;
  return { records, next: isMore ? placeOf(last, order) : null };
}

function placeOf(record: VendorRecord, { of, key }: Order): Place {
  return [of(record), key(record)];
}

function compare(a: Place, b: Place, { isDescending }: Order): number {
  const [first, second] = isDescending ? [b, a] : [a, b];
  if (first[0] !== second[0]) return first[0] < second[0] ? -1 : 1;
  return first[1] < second[1] ? -1 : first[1] > second[1] ? 1 : 0;
}

function firstBehind(sorted: readonly VendorRecord[], after: Place, order: Order): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = sorted[middle];
    if (record !== undefined && compare(placeOf(record, order), after, order) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
