import { AsyncLocalStorage } from "node:async_hooks";
import { setMaxListeners } from "node:events";
import { mkdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import { type ImportOptions, importOne } from "../sources/import.ts";
import type { SourceCount } from "../types.ts";
import { engineTime, type World } from "../world.ts";
import { CallCount } from "./calls.ts";
import type { Stream } from "./collector.ts";
import { type CollectOutside, type Connected, connectCollector } from "./connect.ts";
import { clocksDifferMs } from "./http.ts";
import { type LedgerRow, ledgerRows, recordAttempts } from "./ledger.ts";
import type { ConfiguredCollector } from "./load.ts";
import { owning } from "./lock.ts";
import type { Wanted } from "./plan.ts";
import { Redaction } from "./redact.ts";
import { type Batch, forsaken, Spool } from "./spool.ts";
import { StreamRun } from "./stream-run.ts";

/** What to collect, and where it lies until it is stored. */
export interface CollectPlan {
  readonly collectors: readonly ConfiguredCollector[];
  readonly wanted: Wanted;
  /** A folder of our own that outlives the run when it is cut off. */
  readonly spoolDirectory: string;
  readonly importOptions: Omit<ImportOptions, "as" | "otherwise">;
  readonly outside: CollectOutside;
  /** One run of many that follow each other closely: lists that are worth asking less often (Stream.everyMs) wait for their time. */
  readonly isPaced?: boolean;
  /** A vendor that cannot be made ready becomes a gap, and the others are asked; default: it ends the run. */
  readonly mayMissVendors?: boolean;
}

export interface CollectOutcome {
  /** What was stored, file by file. */
  readonly sources: readonly SourceCount[];
  /** What the ledger says of this run's attempts. */
  readonly asked: readonly LedgerRow[];
}

const streamsAtOnce = 4;
// Each was given a quarter of an hour: a vendor that is down would otherwise be waited for slice by slice, list by list.
const silencesAtMost = 3;

interface Room {
  readonly plan: CollectPlan;
  readonly world: World;
  /** The world without an end: what came is stored even when the run is stopped. */
  readonly calm: World;
  readonly redaction: Redaction;
  readonly runUid: string;
  readonly sources: SourceCount[];
  readonly asked: LedgerRow[];
  readonly progress: Map<string, { done: number; total: number; records: number }>;
}

/**
 * Asks every configured vendor for what is new, stores it, and writes down what was asked and what came. What one stream refuses stops
 * no other; it is told in the ledger, and from there as gaps. Rejects on wrong settings, on cancel (what came is stored first), and
 * when disk or store are gone.
 */
export async function collect(plan: CollectPlan, world: World): Promise<CollectOutcome> {
  const ending = new AbortController();
  const signal = AbortSignal.any([world.signal, ending.signal]);
  // As many questions as are under way listen to it, which is no leak.
  setMaxListeners(0, signal);
  const room: Room = {
    plan,
    world: { ...world, signal },
    calm: { ...world, signal: new AbortController().signal },
    redaction: new Redaction(),
    runUid: `collect-${engineTime(world.clock()).replace(/\D/g, "").slice(0, 17)}`,
    sources: [],
    asked: [],
    progress: new Map(),
  };
  await owning(plan.spoolDirectory, async () => {
    const runs = plan.collectors.map((one) =>
      collectSource(one, room).catch((thrown: unknown) => {
        if (plan.mayMissVendors === true && !signal.aborted && !isFatal(thrown))
          return tellMissed(one.collector.id, thrown, room);
        // Whatever else ends one source like this ends the run: the others stop, and keep what they have.
        ending.abort(thrown);
        throw thrown;
      }),
    );
    const failed = (await Promise.allSettled(runs)).filter((run) => run.status === "rejected");
    world.signal.throwIfAborted();
    if (failed[0] !== undefined) throw ending.signal.reason;
  });
  await removeEmpty(plan.spoolDirectory);
  return { sources: room.sources, asked: room.asked };
}

/** What is spent on the stream in whose name a question is asked. */
interface Spending {
  calls: number;
  bytes: number;
}

async function collectSource(configured: ConfiguredCollector, room: Room): Promise<void> {
  const { plan, world, redaction } = room;
  const { id } = configured.collector;
  const folder = join(plan.spoolDirectory, id);
  const downloads = join(plan.spoolDirectory, `${id}.downloads`);
  // Downloads that no journal knows were cut off with the run that made them.
  if ((await forsaken(folder)).length === 0) await rm(downloads, { recursive: true, force: true });
  await mkdir(downloads, { recursive: true, mode: 0o700 });
  const calls = new CallCount(id, join(plan.spoolDirectory, `${id}.calls`), world.store, world.clock);
  const spending = new AsyncLocalStorage<Spending>();
  const connected = await connectCollector(
    configured,
    {
      downloads,
      redaction,
      callsInLastDay: (pool) => calls.inLastDay(pool),
      log: ({ pool, bytes }) => {
        calls.count(pool);
        const spent = spending.getStore();
        if (spent === undefined) return;
        spent.calls += 1;
        spent.bytes += bytes;
      },
    },
    plan.outside,
    world,
  );
  try {
    const streams = chosen(configured, connected.connection.streams);
    await storeForsaken(id, folder, connected.connection.streams, room);
    let outBecause: string | null = null;
    let silences = 0;
    await inParallel(streams, streamsAtOnce, async (stream) => {
      const spent: Spending = { calls: 0, bytes: 0 };
      const shared = {
        sourceIsOut: () => outBecause,
        putSourceOut: (reason: string) => {
          outBecause ??= reason;
        },
        heard: (silence: string | null) => {
          silences = silence === null ? 0 : silences + 1;
          if (silence !== null && silences >= silencesAtMost) outBecause ??= silence;
        },
        spent: () => {
          const { calls: made, bytes } = spent;
          spent.calls = 0;
          spent.bytes = 0;
          return { calls: made, bytes };
        },
      };
      await spending.run(spent, () => collectStream(id, stream, join(folder, stream.id), connected, shared, room));
    });
    tellClock(id, connected, world);
  } finally {
    // Where the store is gone, the file still knows.
    await calls.record().catch(() => undefined);
    await connected.connection.close?.();
    await removeEmpty(downloads);
    await removeEmpty(folder);
  }
}

interface Shared {
  readonly sourceIsOut: () => string | null;
  readonly putSourceOut: (reason: string) => void;
  readonly heard: (silence: string | null) => void;
  readonly spent: () => Spending;
}

async function collectStream(
  source: string,
  stream: Stream,
  folder: string,
  connected: Connected,
  { spent, ...shared }: Shared,
  room: Room,
): Promise<void> {
  const { world, redaction, plan, progress } = room;
  const part = `${source}/${stream.id}`;
  const warn = (reason: string): void => world.gaps.add({ stage: "collect", part, kind: "assumption", reason });
  const strike = (text: string): string => redaction.strike(text);
  const spool = await Spool.open(folder);
  try {
    const run = new StreamRun({
      source,
      stream,
      wanted: plan.wanted,
      spool,
      attempts: await ledgerRows(world.store, source, stream.id),
      isPaced: plan.isPaced === true,
      tools: {
        now: () => world.clock().getTime(),
        skewMs: () => connected.skewMs() ?? 0,
        signal: world.signal,
        spent,
        strike,
      },
      store: (batch, rowsOf) => storeBatch(source, part, batch, rowsOf, room),
      ...shared,
      warn,
      tell: (state) => {
        progress.set(part, state);
        tellProgress(part, room);
      },
    });
    try {
      await run.run();
    } catch (thrown) {
      if (isFull(thrown)) throw thrown;
      if (world.signal.aborted) await run.flush(true);
      if (world.signal.aborted || endsAll(thrown)) throw thrown;
      world.gaps.add({
        stage: "collect",
        part,
        kind: "failed",
        reason: `what came could not be stored, and is kept for the next run: ${strike(messageOf(thrown))}`,
      });
    }
  } finally {
    await spool.close();
  }
}

/** Stores what came, then says so in the ledger: should we be killed in between, it is stored again, and found to be there. */
async function storeBatch(
  source: string,
  part: string,
  batch: Batch,
  rowsOf: (recordsInFiles: number) => readonly LedgerRow[],
  room: Room,
): Promise<void> {
  const { plan, calm, sources, asked, runUid } = room;
  const options = { ...plan.importOptions, otherwise: source };
  const span = `${shortTime(batch.span.from)}..${shortTime(batch.span.to)}`;
  const files = [...(batch.pages === null ? [] : [{ path: batch.pages, name: span }]), ...batch.files];
  let recordsInFiles = 0;
  for (const { path, name } of files) {
    const count = await importOne(path, `${part}/${name}`, options, calm);
    if (count === null) continue;
    sources.push(count);
    if (path !== batch.pages) recordsInFiles += count.read;
  }
  const rows = rowsOf(recordsInFiles);
  await recordAttempts(calm.store, rows, { uid: runUid, recordedAt: calm.clock() });
  asked.push(...rows);
}

/** Streams that are no longer there may have left something behind. */
async function storeForsaken(source: string, folder: string, streams: readonly Stream[], room: Room): Promise<void> {
  for (const name of await forsaken(folder)) {
    if (streams.some(({ id }) => id === name)) continue;
    const spool = await Spool.open(join(folder, name));
    await storeBatch(source, `${source}/${name}`, spool.batch(), () => [], room);
    await spool.clear();
    for (const walk of spool.open) await spool.append({ ...walk, state: "cancelled" });
    await spool.clear();
    await spool.close();
  }
}

function chosen({ collector, streams: wanted }: ConfiguredCollector, streams: readonly Stream[]): readonly Stream[] {
  const bad = streams.find(({ id }) => !/^[a-z0-9-]+$/.test(id));
  if (bad !== undefined) throw new SpoorError("bad-plugin", `the collector ${collector.id} has a stream named ${bad.id}`);
  const unknown = wanted?.find((id) => !streams.some((stream) => stream.id === id));
  if (unknown !== undefined)
    throw new SpoorError("usage", `${collector.id} has no stream ${unknown}`, {
      hint: `Its streams: ${streams.map(({ id }) => id).join(", ")}.`,
    });
  return wanted === null ? streams : streams.filter(({ id }) => wanted.includes(id));
}

function tellClock(source: string, { skewMs }: Connected, world: World): void {
  const skew = skewMs();
  if (skew === null || Math.abs(skew) <= clocksDifferMs) return;
  world.gaps.add({
    stage: "collect",
    part: source,
    kind: "assumption",
    reason: `the vendor's clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} ours: what is asked for ends by the vendor's`,
  });
}

function tellProgress(part: string, { progress, world }: Room): void {
  const all = [...progress.values()];
  const sum = (which: "done" | "total" | "records"): number => all.reduce((total, one) => total + one[which], 0);
  world.progress({
    stage: "collect",
    part: `slices, ${sum("records").toLocaleString("en-US")} records  ${part}`,
    done: sum("done"),
    total: sum("total"),
  });
}

function tellMissed(part: string, thrown: unknown, { world, redaction }: Room): void {
  const reason = `it could not be made ready, and is tried again the next time: ${redaction.strike(messageOf(thrown))}`;
  world.gaps.add({ stage: "collect", part, kind: "failed", reason });
}

/** What is no matter of one vendor. */
function isFatal(thrown: unknown): boolean {
  return isFull(thrown) || (endsAll(thrown) && !(thrown instanceof SpoorError && thrown.code === "configuration"));
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof SpoorError && thrown.code === "disk-full";
}

function endsAll(thrown: unknown): boolean {
  return (
    thrown instanceof SpoorError &&
    ["cancelled", "store-locked", "store-unavailable", "usage", "configuration"].includes(thrown.code)
  );
}

/** Does work on all items, so many at once; ends when all have ended, and rejects with the first that failed. */
async function inParallel<Item>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (thrown) {
        left.length = 0;
        throw thrown;
      }
    }
  });
  const failed = (await Promise.allSettled(workers)).find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** Takes a folder away when it is empty; another command may have put its flag there by now. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

function shortTime(moment: number): string {
  return Number.isFinite(moment) ? new Date(moment).toISOString().slice(0, 19).replaceAll(":", "") : "";
}
