import { type Random, randomOf } from "../random.ts";
import type { VendorData } from "../vendor-data.ts";
import type { Job } from "./falcon/query-jobs.ts";
import { type Limits, type Quirks, vendorLimits, vendorQuirks } from "./limits.ts";
import { isOut, type Shelves, shelvesOf } from "./shelves.ts";

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
