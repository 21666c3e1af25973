import { messageOf, SpoorError } from "../errors.ts";
import { dayMs } from "../time.ts";
import { canBeHalved, type Slice, type Stream } from "./collector.ts";
import { clocksDifferMs } from "./http.ts";
import type { LedgerRow } from "./ledger.ts";
import { type Attempt, planEvents, planWhole, type Wanted } from "./plan.ts";
import type { Batch, Spool, Walk } from "./spool.ts";
import { united, without } from "./stretches.ts";
import { type WalkEnd, type WalkTools, walkSlice } from "./walk.ts";

/** Everything that the collection of one stream needs. */
export interface StreamJob {
  readonly source: string;
  readonly stream: Stream;
  readonly wanted: Wanted;
  readonly spool: Spool;
  /** What was asked before, from the ledger. */
  readonly attempts: readonly (Attempt & Partial<Pick<LedgerRow, "reason">>)[];
  readonly tools: Omit<WalkTools, "append">;
  /** Leave alone what was answered less than Stream.everyMs ago; default: ask. */
  readonly isPaced?: boolean;
  /** Puts a batch into the store, and then what is to be said of it into the ledger. Rejects when it could not. */
  readonly store: (batch: Batch, rowsOf: (recordsInFiles: number) => readonly LedgerRow[]) => Promise<void>;
  /** Why nobody need ask this source any more; null while it answers. */
  readonly sourceIsOut: () => string | null;
  readonly putSourceOut: (reason: string) => void;
  /** Told of every walk's end: why no answer came, or null when one did. */
  readonly heard?: (silence: string | null) => void;
  readonly warn: (reason: string) => void;
  readonly tell: (progress: { readonly done: number; readonly total: number; readonly records: number }) => void;
}

const batchBytes = 32 * 1024 ** 2;
// A queue hides what it handed out for some minutes only.
const queueBatchBytes = 8 * 1024 ** 2;
const queuePatienceMs = 60_000;
// After so many slices in a row that failed, the next would too.
const failuresAtMost = 4;
const replansAtMost = 3;

/** Collects one stream: what was left of an earlier run first, then slice by slice, oldest first. */
export class StreamRun {
  readonly #job: StreamJob;
  readonly #attempts: Attempt[];
  #pending: Walk[] = [];
  #lost: readonly Slice[] = [];
  #window: Slice = { from: 0, to: 0 };
  /** Before it the vendor has nothing; null while nothing says so. */
  #beginning: NonNullable<Walk["beginning"]> | null = null;
  #done = 0;
  #records = 0;
  #recordsInFiles = 0;
  #plannedSkewMs = 0;
  #failures = 0;
  #out: { readonly state: "refused" | "failed"; readonly reason: string } | null = null;
  #firstReceiptAt: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(job: StreamJob) {
    this.#job = job;
    this.#attempts = [...job.attempts];
  }

  async run(): Promise<void> {
    const { spool, stream } = this.#job;
    this.#recallBeginning();
    await this.flush();
    if (this.#isTooSoon()) return;
    const left = spool.open;
    // Where a queue or a snapshot was is no place to go on from.
    if (stream.kind !== "events") for (const walk of left.splice(0)) await this.#forget(walk);
    this.#plan(left);
    // Until the first answer the vendor's clock is not known: one walk goes ahead, and the plan is made again by that clock.
    for (let plans = 1; await this.#next(); plans += 1) {
      if (Math.abs(this.#job.tools.skewMs() - this.#plannedSkewMs) <= clocksDifferMs || plans > replansAtMost) break;
      if (stream.kind !== "events") break;
      this.#plan([]);
    }
    for (const slice of this.#lost) await this.#end({ ...this.#begin(slice), state: "refused", shortfalls: [this.#behind()] });
    const walkers = Array.from({ length: Math.max(1, stream.concurrency) }, async () => {
      try {
        while (await this.#next());
      } catch (thrown) {
        this.#pending = [];
        throw thrown;
      }
    });
    // Nobody may still be writing when the spool is closed.
    const failed = (await Promise.allSettled(walkers)).find((walker) => walker.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    await this.flush();
  }

  /** Puts what is in the spool into the store; walks that go on stay known. `isCancelled`: the run ends here, and they with it. */
  flush(isCancelled = false): Promise<void> {
    return this.#alone(() => this.#flush(isCancelled));
  }

  async #flush(isCancelled: boolean): Promise<void> {
    const { spool, stream, store, warn, tools } = this.#job;
    const open = isCancelled ? spool.open : [];
    if (spool.isEmpty && open.length === 0) return;
    const batch = spool.batch();
    const ended = [
      ...batch.ended,
      ...open.map((walk): Walk => ({ ...walk, state: "cancelled", shortfalls: ["it was stopped"] })),
    ];
    await store(batch, (recordsInFiles) => {
      // How many records a downloaded file holds is known once it is stored.
      this.#recordsInFiles += recordsInFiles;
      const rows = ended.map((walk, position) =>
        this.#rowOf(position === 0 ? { ...walk, records: walk.records + this.#recordsInFiles } : walk),
      );
      if (rows.length > 0) this.#recordsInFiles = 0;
      return rows.filter(({ from, to, kind }) => from < to || kind === "snapshot");
    });
    // Only what is stored is taken off the queue; what cannot be is handed out again, and is then found to be stored.
    if (batch.receipts.length > 0)
      await stream.acknowledge?.(batch.receipts).catch((thrown: unknown) => {
        if (thrown instanceof SpoorError) throw thrown;
        warn(`what is stored could not be taken off the queue, and will come again: ${tools.strike(messageOf(thrown))}`);
      });
    this.#firstReceiptAt = null;
    await spool.clear();
    // What was told of them so far is in the ledger.
    for (const walk of open) await spool.append({ ...walk, records: 0, calls: 0, bytes: 0 });
  }

  /** Walks the next slice; false when there is none. */
  async #next(): Promise<boolean> {
    const { tools, stream, sourceIsOut } = this.#job;
    const reason = sourceIsOut();
    if (reason !== null) this.#out ??= { state: "refused", reason };
    if (this.#out !== null) {
      await this.#giveUp(this.#out);
      return false;
    }
    const walk = this.#pending.shift();
    if (walk === undefined) return false;
    await this.#take(await walkSlice(stream, walk, { ...tools, append: (...page) => this.#append(...page) }));
    this.#tell();
    return true;
  }

  async #append(...[walk, page, seen]: Parameters<Spool["append"]>): Promise<void> {
    const { spool, stream, tools } = this.#job;
    await this.#alone(async () => {
      await this.#noteBeginning(walk);
      await spool.append(walk, page, seen);
      this.#records += page?.lines?.length ?? 0;
      const isQueue = stream.kind === "queue";
      if (spool.receipts > 0) this.#firstReceiptAt ??= tools.now();
      const isLate = this.#firstReceiptAt !== null && tools.now() - this.#firstReceiptAt > queuePatienceMs;
      if (isLate || spool.bytes >= (isQueue ? queueBatchBytes : batchBytes)) await this.#flush(false);
    });
    this.#tell();
  }

  async #take(end: WalkEnd): Promise<void> {
    const { tools, putSourceOut, heard } = this.#job;
    heard?.("isSilent" in end && end.isSilent === true ? end.reason : null);
    const { calls, bytes } = tools.spent();
    const walk = { ...end.walk, cursor: null, calls: end.walk.calls + calls, bytes: end.walk.bytes + bytes };
    this.#done += 1;
    if (end.is === "done") {
      this.#failures = 0;
      await this.#end(this.#answered(walk));
      return;
    }
    if (end.is === "too-large") {
      const halves = this.#halves(walk);
      this.#pending.unshift(...halves);
      if (halves.length === 0) await this.#end(this.#answered({ ...walk, shortfalls: [...walk.shortfalls, end.reason] }));
      else await this.#forget(walk);
      return;
    }
    const vendorNow = tools.now() + tools.skewMs();
    // Refused because it lies ahead of the vendor's clock, which was not known when it was planned: the next plan has it.
    if (end.reach === "slice" && walk.to > vendorNow && this.#plannedSkewMs !== tools.skewMs()) {
      await this.#forget(walk);
      return;
    }
    await this.#end({ ...walk, state: end.is, shortfalls: [...walk.shortfalls, end.reason] });
    this.#failures += 1;
    if (end.reach === "source") putSourceOut(end.reason);
    if (end.reach !== "slice" || this.#failures >= failuresAtMost) this.#out ??= { state: end.is, reason: end.reason };
  }

  #halves({ from, to }: Walk): Walk[] {
    const { kind, shortestSliceMs } = this.#job.stream;
    if (kind !== "events" || !canBeHalved({ from, to }, shortestSliceMs)) return [];
    const middle = Math.round((from + to) / 2);
    return [this.#begin({ from, to: middle }), this.#begin({ from: middle, to })];
  }

  async #end(walk: Walk): Promise<void> {
    this.#attempts.push(this.#rowOf(walk));
    await this.#alone(() => this.#job.spool.append(walk));
  }

  /** An empty answer from before the vendor had anything is no answer. */
  #answered(walk: Walk): Walk {
    const beginning = this.#beginning;
    if (beginning !== null && walk.to <= beginning.at) return { ...walk, state: "absent", shortfalls: [beginning.reason] };
    return { ...walk, state: walk.shortfalls.length === 0 ? "complete" : "partial" };
  }

  /**
   * A walk met the moment before which the vendor has nothing. All that is wanted from before it goes on record before the walk goes on:
   * later runs would find the vendor answering, and take its empty answers for complete.
   */
  async #noteBeginning({ beginning }: Walk): Promise<void> {
    if (beginning === undefined || (this.#beginning?.at ?? Number.NEGATIVE_INFINITY) >= beginning.at) return;
    this.#beginning = beginning;
    const { from } = this.#window;
    if (from >= beginning.at) return;
    const absent: Walk = {
      ...this.#begin({ from, to: beginning.at }),
      askedAt: beginning.at,
      state: "absent",
      shortfalls: [beginning.reason],
    };
    this.#attempts.push(this.#rowOf(absent));
    await this.#job.spool.append(absent);
  }

  /** The latest such moment that an earlier run met, from the ledger and from what it left in the spool. */
  #recallBeginning(): void {
    const { spool, attempts } = this.#job;
    const recorded = attempts
      .filter(({ state }) => state === "absent")
      .map(({ to, reason = "the vendor has nothing from that time" }) => ({ at: to, reason }));
    const left = [...spool.open, ...spool.batch().ended].flatMap(({ beginning }) => (beginning === undefined ? [] : [beginning]));
    this.#beginning = [...recorded, ...left].sort((a, b) => a.at - b.at).at(-1) ?? null;
  }

  #isTooSoon(): boolean {
    const { stream, attempts, tools, isPaced } = this.#job;
    if (isPaced !== true || stream.everyMs === undefined || this.#job.spool.open.length > 0) return false;
    const now = tools.now() + tools.skewMs();
    // An answer from the future was dated by a clock that was wrong: it holds nothing up.
    const answered = attempts.filter(({ state, askedAt }) => (state === "complete" || state === "partial") && askedAt <= now);
    return answered.some(({ askedAt }) => now - askedAt < (stream.everyMs ?? 0));
  }

  /** Its pages stay, but nothing is said of the slice itself. */
  async #forget(walk: Walk): Promise<void> {
    await this.#alone(() =>
      this.#job.spool.append({ ...walk, state: "cancelled", to: walk.to, coveredTo: walk.from, askedAt: walk.from }),
    );
  }

  /** The slices that nobody will ask for now are in the ledger, with the reason. */
  async #giveUp({ state, reason }: { readonly state: "refused" | "failed"; readonly reason: string }): Promise<void> {
    const left = this.#pending;
    this.#pending = [];
    this.#done += left.length;
    for (const slice of united(left)) await this.#end({ ...this.#begin(slice), state, shortfalls: [reason] });
  }

  #plan(resumed: readonly Walk[]): void {
    const { stream, wanted, tools } = this.#job;
    this.#plannedSkewMs = tools.skewMs();
    const now = tools.now() + this.#plannedSkewMs;
    const plan = (stream.kind === "events" ? planEvents : planWhole)(stream, wanted, this.#attempts, now);
    this.#lost = plan.lost;
    this.#window = plan.window;
    const planned = resumed.length === 0 ? plan.slices : plan.slices.flatMap((slice) => without([slice], resumed));
    this.#pending = [...resumed, ...planned.map((slice) => this.#begin(slice))];
    this.#tell();
  }

  #begin({ from, to }: Slice): Walk {
    const { now, skewMs } = this.#job.tools;
    const askedAt = now() + skewMs();
    return { from, to, cursor: null, state: "open", askedAt, coveredTo: to, records: 0, calls: 0, bytes: 0, shortfalls: [] };
  }

  /** What the ledger says of a walk. It never claims what lies ahead of the vendor's clock. */
  #rowOf({ state, from, to, coveredTo, askedAt, records, calls, bytes, shortfalls }: Walk): LedgerRow {
    const { source, stream } = this.#job;
    const isSnapshot = stream.kind === "snapshot";
    const isAnswered = state === "complete" || state === "partial";
    // A queue gives what came up to now, whatever was meant to be asked.
    const end = isSnapshot || (stream.kind === "queue" && isAnswered) ? askedAt : Math.min(to, askedAt);
    const beginning = this.#beginning?.at ?? Number.NEGATIVE_INFINITY;
    const start = isAnswered && stream.kind === "events" && from < beginning && beginning < end ? beginning : from;
    return {
      source,
      stream: stream.id,
      kind: stream.kind,
      tables: stream.tables,
      from: isSnapshot ? askedAt : start,
      to: end,
      coveredTo: !isAnswered ? from : stream.kind === "events" ? Math.max(start, Math.min(coveredTo, end)) : end,
      askedAt,
      state: state === "open" ? "cancelled" : state,
      records,
      calls,
      bytes,
      reason: shortfalls.join("; "),
    };
  }

  #behind(): string {
    const days = Math.round((this.#job.stream.retentionMs ?? 0) / dayMs);
    return `it lies behind what the vendor keeps (${days} ${days === 1 ? "day" : "days"})`;
  }

  #tell(): void {
    this.#job.tell({ done: this.#done, total: this.#done + this.#pending.length + 1, records: this.#records });
  }

  /** One at a time: a page that came while a batch is stored would be lost with it. */
  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
