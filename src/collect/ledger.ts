import { createHash } from "node:crypto";
import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import { engineTime } from "../world.ts";
import type { Stream } from "./collector.ts";
import type { Attempt, AttemptState } from "./plan.ts";

/** What the ledger knows of one attempt at a slice. Times in milliseconds since 1970: of the vendor's clock, but for recordedAt. */
export interface LedgerRow extends Attempt {
  readonly source: string;
  readonly stream: string;
  readonly kind: Stream["kind"];
  readonly tables: readonly string[];
  readonly records: number;
  readonly calls: number;
  readonly bytes: number;
  readonly reason: string;
}

const states = ["complete", "partial", "refused", "failed", "cancelled", "absent"] as const satisfies readonly AttemptState[];

const row = z.object({
  source: z.string(),
  stream: z.string(),
  kind: z.enum(["events", "snapshot", "queue"]),
  tables: z.array(z.string()),
  from: z.coerce.number(),
  to: z.coerce.number(),
  coveredTo: z.coerce.number(),
  askedAt: z.coerce.number(),
  state: z.enum(states),
  records: z.coerce.number(),
  calls: z.coerce.number(),
  bytes: z.coerce.number(),
  reason: z.string(),
});

/** The attempts of a stream, or of all ("" for source and stream): recent ones as they were made, older ones joined to stretches. */
export async function ledgerRows(store: Store, source = "", stream = ""): Promise<LedgerRow[]> {
  return store.query(await statement(import.meta.url, "ledger.sql"), { source, stream }, row);
}

/** Writes attempts down. Repeating it after a crash adds nothing. */
export async function recordAttempts(
  store: Store,
  rows: readonly LedgerRow[],
  run: { readonly uid: string; readonly recordedAt: Date },
): Promise<void> {
  if (rows.length === 0) return;
  const token = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  await store.insert(
    "collection",
    rows.map(({ from, to, coveredTo, askedAt, ...rest }) => ({
      ...rest,
      tables: [...rest.tables],
      from_time: time(from),
      to_time: time(to),
      covered_to_time: time(coveredTo),
      asked_time: time(askedAt),
      recorded_time: time(run.recordedAt.getTime()),
      run_uid: run.uid,
    })),
    { token: `collection-${token}` },
  );
}

/** Calls since a moment that count against a pool. */
export async function callsSince(store: Store, source: string, pool: string, since: Date): Promise<number> {
  const [found] = await store.query(
    `SELECT sum(calls) AS calls FROM collection_call
    WHERE source = {source:String} AND pool = {pool:String} AND time >= toDateTime64({since:String}, 3, 'UTC')`,
    { source, pool, since: time(since.getTime()) },
    z.object({ calls: z.coerce.number() }),
  );
  return found?.calls ?? 0;
}

/** Adds calls to those that count against a pool; `made`, every one of them with its moment, tells two runs of one minute apart. */
export async function recordCalls(
  store: Store,
  source: string,
  calls: readonly { readonly pool: string; readonly at: number; readonly calls: number }[],
  made: readonly unknown[] = calls,
): Promise<void> {
  if (calls.length === 0) return;
  const token = createHash("sha256")
    .update(JSON.stringify([source, made]))
    .digest("hex");
  await store.insert(
    "collection_call",
    calls.map(({ pool, at, calls: count }) => ({ source, pool, time: time(at), calls: count })),
    { token: `calls-${token}` },
  );
}

/** A moment as the engine writes it, in milliseconds. */
function time(moment: number): string {
  return engineTime(new Date(Math.max(0, moment))).slice(0, 23);
}
