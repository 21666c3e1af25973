import { z } from "zod";
import { type Random, randomOf } from "../random.ts";
import type { HuntingTable, VendorData, VendorRecord } from "../vendor-data.ts";
import type { Job } from "./falcon/query-jobs.ts";
import { type Shelf, shelfOf } from "./shelf.ts";

/** Who may ask; what is not given is refused. */
export interface VendorCredentials {
  readonly falcon: { readonly clientId: string; readonly clientSecret: string; readonly memberCid?: string };
  readonly microsoft: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret?: string;
    /** PEM of the certificate whose key may sign client assertions. */
    readonly certificate?: string;
  };
  readonly proofpoint: { readonly principal: string; readonly secret: string };
}

/** The vendors' limits, as research and documents give them; tests make them smaller so that little data meets them. */
export interface Limits {
  readonly falconTokenSeconds: number;
  readonly microsoftTokenSeconds: number;
  readonly falconPerMinute: number;
  /** auditLogs: so many questions in 10 seconds. */
  readonly auditPer10Seconds: number;
  /** identityProtection: so many in a second, and no Retry-After. */
  readonly identityPerSecond: number;
  readonly securityPerMinute: number;
  readonly huntingPerMinute: number;
  readonly huntingRows: number;
  /** No page of a list is longer, whatever was asked for; null: the vendor's own maximum. */
  readonly largestPage: number | null;
  /** Falcon: offset and limit together. */
  readonly falconWindow: number;
  readonly scrollSeconds: number;
  readonly jobPolls: number;
  readonly jobSeconds: number;
  readonly jobRows: number;
  readonly tailRows: number;
  readonly groupRows: number;
  readonly siemPerDay: number;
  readonly peoplePerDay: number;
  readonly campaignsPerDay: number;
  readonly forensicsPerDay: number;
}

export const vendorLimits: Limits = {
  falconTokenSeconds: 1799,
  microsoftTokenSeconds: 3599,
  falconPerMinute: 6000,
  auditPer10Seconds: 5,
  identityPerSecond: 1,
  securityPerMinute: 150,
  huntingPerMinute: 45,
  huntingRows: 100_000,
  largestPage: null,
  falconWindow: 10_000,
  scrollSeconds: 120,
  jobPolls: 2,
  jobSeconds: 90,
  jobRows: 200,
  tailRows: 10_000,
  groupRows: 20_000,
  siemPerDay: 1800,
  peoplePerDay: 50,
  campaignsPerDay: 50,
  forensicsPerDay: 50,
};

/** Ways in which a vendor's answers differ from what its documents say, or from one tenant to the next. */
export interface Quirks {
  /** Falcon: "errors": null instead of []. */
  readonly errorsAreNull: boolean;
  /** Graph: without the P2 licence risk reads "hidden". */
  readonly hasP2: boolean;
  readonly expandFails: boolean;
  /** Graph hunting: the answer's column list says Name and Type. */
  readonly hasCapitalSchema: boolean;
  /** TAP: no data is 204, text/plain instead of JSON's type, and the other names of fields. */
  readonly emptyIs204: boolean;
  readonly isPlainText: boolean;
  readonly hasFieldDrift: boolean;
  /** TAP: one event in so many comes twice. 0: none. */
  readonly repeatsOneIn: number;
  /** How far the servers' clocks are ahead. */
  readonly skewMs: number;
  /** Scopes or permissions that the client lacks. */
  readonly missingScopes: readonly string[];
  /** One record in so many (0: none) can be asked for only so long after its time. */
  readonly lateOneIn: number;
  readonly lateMs: number;
}

export const vendorQuirks: Quirks = {
  errorsAreNull: false,
  hasP2: true,
  expandFails: false,
  hasCapitalSchema: false,
  emptyIs204: false,
  isPlainText: false,
  hasFieldDrift: false,
  repeatsOneIn: 7,
  skewMs: 0,
  missingScopes: [],
  lateOneIn: 0,
  lateMs: 20 * 60_000,
};

export interface Token {
  readonly expires: number;
  readonly audience: string;
}

/** All that the three vendors know and remember while they serve. */
export interface Room {
  /** The vendors' time: the world's clock and their skew. */
  readonly now: () => number;
  readonly limits: Limits;
  readonly quirks: Quirks;
  readonly random: Random;
  readonly credentials: VendorCredentials;
  readonly shelves: Shelves;
  readonly tokens: { falcon: Map<string, Token>; microsoft: Map<string, Token> };
  /** By path: cursors of an older generation are no longer known. */
  readonly cursorGenerations: Map<string, number>;
  /** What faults count for themselves. */
  readonly tallies: Map<string, number>;
  /** The next page of a list comes empty, with a cursor to what it should have held. */
  isNextPageEmpty: boolean;
  readonly jobs: Map<string, Job>;
  /** Times of questions by pool, for limits. */
  readonly asked: Map<string, number[]>;
  /** Where each vendor answers, once it listens. */
  readonly urls: { falcon: string; microsoft: string; login: string; proofpoint: string; stranger: string };
}

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

export interface RoomOptions {
  readonly data: VendorData;
  readonly clock: () => Date;
  readonly credentials: VendorCredentials;
  readonly limits?: Partial<Limits>;
  readonly quirks?: Partial<Quirks>;
  readonly seed?: number;
}

export function roomOf({ data, clock, credentials, limits, quirks, seed = 42 }: RoomOptions): Room {
  const switches = { ...vendorQuirks, ...quirks };
  const now = () => clock().getTime() + switches.skewMs;
  return {
    now,
    limits: { ...vendorLimits, ...limits },
    quirks: switches,
    random: randomOf(seed, "vendors"),
    credentials,
    shelves: shelvesOf(data, switches.lateOneIn === 0 ? null : (key, time) => isOut(key, time, now(), switches)),
    tokens: { falcon: new Map(), microsoft: new Map() },
    cursorGenerations: new Map(),
    tallies: new Map(),
    isNextPageEmpty: false,
    jobs: new Map(),
    asked: new Map(),
    urls: { falcon: "", microsoft: "", login: "", proofpoint: "", stranger: "" },
  };
}

export function textOf(record: VendorRecord, field: string): string {
  const value = record[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** When a threat was condemned and its mail or click had happened: the time that TAP's windows ask about. */
export function condemnedAt(record: VendorRecord): number {
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
function isOut(key: string, time: number, now: number, { lateOneIn, lateMs }: Quirks): boolean {
  return hashOf(key) % lateOneIn !== 0 || time + lateMs <= now;
}

/** FNV-1a with a last mix, so that the lowest bits depend on all of the text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 13;
  return Math.imul(hash, 0x5bd1e995) >>> 0;
}

function shelvesOf(data: VendorData, isVisible: ((key: string, time: number) => boolean) | null): Shelves {
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

export function sevenDigits(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const match = INSTANT.exec(value);
  return match === null ? value : `${value.slice(0, 19)}.${(match[1] ?? "").padEnd(7, "0")}Z`;
}

/** A question counts against a pool; gives how long the pool stays shut, in milliseconds, or 0 where it was open. */
export function shutFor(room: Room, pool: string, requests: number, perMs: number): number {
  const now = room.now();
  const recent = (room.asked.get(pool) ?? []).filter((time) => time > now - perMs);
  room.asked.set(pool, recent);
  const first = recent[0];
  if (recent.length >= requests && first !== undefined) return Math.max(1, first + perMs - now);
  recent.push(now);
  return 0;
}

/** A cursor as vendors hand them out: opaque, good for one path, and no longer known after a while. */
export function cursorFor(room: Room, path: string, content: Readonly<Record<string, unknown>>, secondsToLive?: number): string {
  const expires = secondsToLive === undefined ? null : room.now() + secondsToLive * 1000;
  return Buffer.from(JSON.stringify({ path, generation: room.cursorGenerations.get(path) ?? 0, expires, content })).toString(
    "base64url",
  );
}

/** The content of a cursor; null where it is not one of ours for this path, or too old. */
export function readCursor(room: Room, path: string, cursor: string): Readonly<Record<string, unknown>> | null {
  const parsed = cursorText.safeParse(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!parsed.success || parsed.data.path !== path) return null;
  const { generation, expires, content } = parsed.data;
  const isKnown = generation === (room.cursorGenerations.get(path) ?? 0);
  return isKnown && (expires === null || expires > room.now()) ? content : null;
}

/** JSON text that may be none. */
const jsonText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
});

const cursorText = jsonText.pipe(
  z.object({
    path: z.string(),
    generation: z.number(),
    expires: z.number().nullable(),
    content: z.record(z.string(), z.unknown()),
  }),
);
