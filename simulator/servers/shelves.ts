import type { HuntingTable, VendorData, VendorRecord } from "../vendor-data.ts";
import type { Quirks } from "./limits.ts";
import { type Shelf, shelfOf } from "./shelf.ts";

/** Everything that the vendors hold, list by list. */
export interface Shelves {
  readonly falcon: { readonly alerts: Shelf; readonly devices: Shelf; readonly cases: Shelf; readonly events: Shelf };
  readonly microsoft: Readonly<Record<Exclude<keyof VendorData["microsoft"], "hunting">, Shelf>>;
  readonly hunting: Readonly<Record<HuntingTable, Shelf>>;
  readonly proofpoint: {
    readonly messagesDelivered: Shelf;
    readonly messagesBlocked: Shelf;
    readonly clicksPermitted: Shelf;
    readonly clicksBlocked: Shelf;
    readonly vap: Shelf;
    readonly topClickers: Shelf;
    readonly campaigns: Shelf;
    readonly forensics: Shelf;
  };
}

/** A field as text; empty where it is none. */
export function textOf(record: VendorRecord, field: string): string {
  const value = record[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** When a threat was condemned and its mail or click had happened: the time that TAP's windows ask about. */
function condemnedAt(record: VendorRecord): number {
  const threats = Array.isArray(record.threatsInfoMap) ? record.threatsInfoMap : [record];
  const times = threats.map((threat: unknown) =>
    typeof threat === "object" && threat !== null && "threatTime" in threat ? Date.parse(String(threat.threatTime)) : Number.NaN,
  );
  return Math.max(timeIn(record, "messageTime", "clickTime"), ...times.filter((time) => !Number.isNaN(time)));
}

function timeIn(record: VendorRecord, ...fields: readonly string[]): number {
  const times = fields.map((field) => Date.parse(textOf(record, field))).filter((time) => !Number.isNaN(time));
  return times[0] ?? 0;
}

/** Whether a record that is told of late can be asked for yet; which ones are late follows from their keys. */
export function isOut(key: string, time: number, now: number, { lateOneIn, lateMs }: Quirks): boolean {
  return hashOf(key) % lateOneIn !== 0 || time + lateMs <= now;
}

/** FNV-1a with a last mix, so that the lowest bits depend on all of the text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 13;
  return Math.imul(hash, 0x5bd1e995) >>> 0;
}

/** What can be seen of an estate's records, and when. */
export function shelvesOf(data: VendorData, isVisible: ((key: string, time: number) => boolean) | null): Shelves {
  const falcon = (records: readonly VendorRecord[], key: string) =>
    shelfOf(records, {
      key: (record) => textOf(record, key),
      time: (record) => timeIn(record, "updated_timestamp", "modified_timestamp"),
      isVisible,
    });
  const graph = (records: readonly VendorRecord[]) =>
    shelfOf(records.map(withSevenDigits), {
      key: (record) => textOf(record, "id"),
      time: (record) => timeIn(record, "lastUpdateDateTime", "activityDateTime", "detectedDateTime", "createdDateTime"),
      isVisible,
    });
  const hunting = (records: readonly VendorRecord[]) =>
    shelfOf(records.map(withSevenDigits), {
      key: (record) => huntingKeys.map((field) => textOf(record, field)).join("|"),
      time: (record) => timeIn(record, "Timestamp"),
      isVisible,
    });
  const tap = (records: readonly VendorRecord[]) =>
    shelfOf(records, {
      key: (record) => textOf(record, "id") || `${textOf(record, "GUID")}|${JSON.stringify(record.recipient ?? record)}`,
      time: condemnedAt,
      isVisible,
    });
  const { hunting: tables, ...lists } = data.microsoft;
  return {
    falcon: {
      alerts: falcon(data.falcon.alerts, "composite_id"),
      devices: falcon(data.falcon.devices, "device_id"),
      cases: falcon(data.falcon.cases, "id"),
      events: shelfOf(data.falcon.events, {
        key: (record) => [record.cid, record.aid, record.id].join("|"),
        time: (record) => Number(record.timestamp),
        isVisible,
      }),
    },
    microsoft: mapValues(lists, graph),
    hunting: mapValues(tables, hunting),
    proofpoint: mapValues(data.proofpoint, tap),
  };
}

const huntingKeys = ["DeviceId", "Timestamp", "ReportId", "NetworkMessageId", "RecipientEmailAddress", "Id", "RequestId"];

function mapValues<Key extends string, From, To>(
  values: Readonly<Record<Key, From>>,
  make: (value: From) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(values).map(([key, value]) => [key, make(value)] as const);
  return Object.fromEntries(entries) as Record<Key, To>;
}

/** Microsoft writes times with seven digits of a second, which no JavaScript date holds. */
function withSevenDigits(record: VendorRecord): VendorRecord {
  const entries = Object.entries(record).map(([name, value]) => [name, sevenDigits(value)] as const);
  return Object.fromEntries(entries);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,7}))?Z$/;

/** A time with seven digits of a second; anything else as it is. */
export function sevenDigits(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const match = INSTANT.exec(value);
  return match === null ? value : `${value.slice(0, 19)}.${(match[1] ?? "").padEnd(7, "0")}Z`;
}
