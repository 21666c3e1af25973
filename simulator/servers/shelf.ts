import type { VendorRecord } from "../vendor-data.ts";

/** Records of one kind as a vendor keeps them: found by time without reading all, changed while others read. */
export interface Shelf {
  readonly all: () => readonly VendorRecord[];
  /** Records whose time lies in [from, to), oldest first. */
  readonly between: (from: number, to: number) => readonly VendorRecord[];
  readonly get: (key: string) => VendorRecord | undefined;
  /** Adds a record, or replaces the one with the same key. */
  readonly put: (record: VendorRecord) => void;
  readonly remove: (key: string) => void;
  /** What `make` gives, remembered under the name until a record changes. */
  readonly remembered: (name: string, make: () => readonly VendorRecord[]) => readonly VendorRecord[];
}

/** How many remembered answers a shelf keeps; walks ask for the same list page after page. */
const REMEMBERED = 64;

export interface ShelfRules {
  /** Tells records apart. */
  readonly key: (record: VendorRecord) => string;
  /** Milliseconds since 1970; 0 where a record has no time. */
  readonly time: (record: VendorRecord) => number;
  /** Whether a record can be asked for yet; null: all can. */
  readonly isVisible: ((key: string, time: number) => boolean) | null;
}

export function shelfOf(records: readonly VendorRecord[], { key, time, isVisible }: ShelfRules): Shelf {
  let kept: VendorRecord[] = [...records];
  let byKey: Map<string, VendorRecord> | null = null;
  let inTime: { record: VendorRecord; time: number }[] | null = null;
  const memory = new Map<string, readonly VendorRecord[]>();
  const forget = () => {
    byKey = null;
    inTime = null;
    memory.clear();
  };
  const index = () => {
    byKey ??= new Map(kept.map((record) => [key(record), record]));
    return byKey;
  };
  const times = () => {
    inTime ??= kept.map((record) => ({ record, time: time(record) })).sort((a, b) => a.time - b.time);
    return inTime;
  };
  const visible = (some: readonly VendorRecord[]) =>
    isVisible === null ? some : some.filter((record) => isVisible(key(record), time(record)));
  return {
    all: () => visible(kept),
    between: (from, to) => {
      const sorted = times();
      return visible(sorted.slice(firstAtOrAfter(sorted, from), firstAtOrAfter(sorted, to)).map(({ record }) => record));
    },
    get: (wanted) => index().get(wanted),
    put: (record) => {
      const own = key(record);
      kept = [...kept.filter((other) => key(other) !== own), record];
      forget();
    },
    remove: (unwanted) => {
      kept = kept.filter((other) => key(other) !== unwanted);
      forget();
    },
    remembered: (name, make) => {
      const known = memory.get(name);
      if (known !== undefined) return known;
      const made = make();
      if (memory.size >= REMEMBERED) memory.clear();
      if (isVisible === null) memory.set(name, made);
      return made;
    },
  };
}

function firstAtOrAfter(sorted: readonly { readonly time: number }[], time: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.time ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
