import type { z } from "zod";
import type { GapLedger } from "../world.ts";
import type { HttpClient } from "./http.ts";
import type { Sleep } from "./sleep.ts";

/**
 * A collector asks a vendor for what it knows. It is the file collector.ts of a source's folder (default export); the loader finds
 * it there, so a vendor's name appears nowhere else. It says how to ask; when to ask, in what order, what was asked before, what is
 * written down and what is told of it are the same for all vendors (collect.ts).
 */
export interface Collector<Settings extends z.ZodType = z.ZodType> {
  /** The name of the source's folder. */
  readonly id: string;
  readonly name: string;
  /** What may stand under `collect.<id>` in the settings; secrets are references (secrets.ts), never values. */
  readonly settings: Settings;
  /** Makes ready to ask; sends nothing yet. Rejects as configuration error where settings or secrets are wrong. */
  connect(settings: z.infer<Settings>, context: CollectContext): Promise<VendorConnection>;
}

/** What a collector may use of the world. */
export interface CollectContext {
  readonly http: HttpClient;
  /** The time now by our clock; the vendor's own is in the Date header of its answers (HttpClient.skewMs). */
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** Waiting, for vendors that want to be asked again later; default: real waiting. */
  readonly sleep?: Sleep;
  readonly gaps: GapLedger;
  /** The value behind a secret's reference. Held in memory only; whatever was resolved is struck out of every message. */
  readonly secret: (reference: string) => Promise<string>;
  /** A folder for downloads that are too large to hold; emptied after they are stored. */
  readonly downloads: string;
  /** What this vendor has been asked in the last 24 hours, from the ledger: for vendors that count calls and tell nobody. */
  readonly callsInLastDay: (pool: string) => Promise<number>;
}

export interface VendorConnection {
  readonly streams: readonly Stream[];
  /** For `spoor doctor`: tries each permission with the smallest question that needs it. */
  check(): Promise<readonly Check[]>;
  close?(): Promise<void>;
}

/** One kind of record that a vendor gives: one list, one table, one queue. */
export interface Stream {
  /** Such as "sign-ins"; with the collector's id it names the stream in ledger, gaps and `--source ID/STREAM`. */
  readonly id: string;
  readonly name: string;
  /** Tables that stay empty without it: named in the gap when it cannot be had. */
  readonly tables: readonly string[];
  /** The least privilege that it needs, in the vendor's words. */
  readonly permission: string;
  /**
   * events: asked for slice by slice of the window; snapshot: asked whole, as it is now; queue: handed out until it is empty, and
   * taken off the queue when stored.
   */
  readonly kind: "events" | "snapshot" | "queue";
  /** How far back the vendor keeps or gives it, in milliseconds; null: without limit. What lies behind is a gap. */
  readonly retentionMs: number | null;
  /** The longest slice that one walk may cover, in milliseconds. */
  readonly sliceMs: number;
  /** The shortest slice worth asking for when answers are cut off; below it the cut is a gap. */
  readonly shortestSliceMs: number;
  /** How far behind its end a later run looks again, for records that arrive late, in milliseconds. */
  readonly overlapMs: number;
  /**
   * How often asking is worth the vendor's trouble, in milliseconds, for runs that come again and again (CollectPlan.isPaced): what was
   * answered less long ago is left alone. Default: whenever a run comes.
   */
  readonly everyMs?: number;
  /** Walks that may run at once over this stream. */
  readonly concurrency: number;
  /**
   * The pages of a slice, from a cursor on (null: from the start), each with the cursor that follows it. Ends after the last page.
   * Throws SliceTooLarge where the vendor cuts the answer off, CursorLost where the cursor is no longer good, VendorError otherwise.
   */
  pages(slice: Slice, cursor: string | null): AsyncIterable<Page>;
  /** Queue only: these are stored and may be taken off. */
  acknowledge?(receipts: readonly string[]): Promise<void>;
}

/** A stretch of time, in milliseconds since 1970 UTC; `to` is exclusive. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

export interface Page {
  /** Records as the vendor gave them: each is written down as one line of JSON. */
  readonly records: readonly unknown[];
  /** Files of records (gzip or plain NDJSON) that were downloaded whole and checked, in place of records. */
  readonly files?: readonly DownloadedFile[];
  /** Where the walk goes on; null after the last page. */
  readonly cursor: string | null;
  /** What was asked for and did not come, for the reader. */
  readonly shortfalls?: readonly string[];
  /** The slice's end by the vendor's clock, where it lies before the one asked for: later runs begin there. */
  readonly coveredTo?: number;
  /**
   * The vendor has nothing from before this moment and never will have, as with a feed that is subscribed to from then on (by the
   * vendor's clock, in milliseconds since 1970 UTC): what was not answered in full before is told as missing, and asked for no more.
   */
  readonly beginning?: { readonly at: number; readonly reason: string };
  /** Queue only: what to hand to acknowledge. */
  readonly receipts?: readonly string[];
}

export interface DownloadedFile {
  readonly path: string;
  /** The vendor's name for it, kept with every line. */
  readonly name: string;
}

/** One line of `spoor doctor`. */
export interface Check {
  readonly what: string;
  readonly state: "ok" | "missing" | "unreachable" | "warning";
  /** What was seen, and what to do about it. */
  readonly detail: string;
  /** Streams that will be blind. */
  readonly blind: readonly string[];
}

/** The answer was cut off at a limit of the vendor's: the slice is asked for again in halves. */
export class SliceTooLarge extends Error {
  override readonly name = "SliceTooLarge";
}

/** Whether a slice that is cut off is asked for again in halves; one that is not has to give what it can. */
export function canBeHalved({ from, to }: Slice, shortestSliceMs: number): boolean {
  return to - from >= 2 * shortestSliceMs;
}

/** The vendor no longer knows the cursor: the slice is walked again from its start (what came before is stored only once). */
export class CursorLost extends Error {
  override readonly name = "CursorLost";
}

/** Declares a collector. */
export function collector<Settings extends z.ZodType>(definition: Collector<Settings>): Collector<Settings> {
  return definition;
}
