import type { Pool } from "./http.ts";
import type { Sleep } from "./sleep.ts";

/** Remaining questions at which we leave the rest to others that use the same credential. */
const fewLeft = 10;

/** The pool does not open before the question's deadline. */
export class PoolClosed extends Error {
  override readonly name = "PoolClosed";
  readonly untilMs: number;
  constructor(untilMs: number) {
    super("the limit leaves no room before the deadline");
    this.untilMs = untilMs;
  }
}

/**
 * Holds one vendor limit: no more than `requests` begin in any stretch of `perMs`, no more than `atOnce` run. (A bucket that refills
 * would let twice as many through in its first stretch, which a vendor that counts exactly refuses.) First come, first served.
 */
export class PoolGate {
  readonly #pool: Pool;
  readonly #now: () => number;
  readonly #sleep: Sleep;
  readonly #begun: number[] = [];
  #running = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #queue: Promise<void> = Promise.resolve();
  #freed: () => void = () => undefined;

  constructor(pool: Pool, effects: { readonly now: () => number; readonly sleep: Sleep }) {
    this.#pool = pool;
    this.#now = effects.now;
    this.#sleep = effects.sleep;
  }

  /** Waits for room, then gives what must be called when the question is over. Rejects with PoolClosed, or when the signal aborts. */
  async enter(signal: AbortSignal, deadline: number): Promise<() => void> {
    const before = this.#queue;
    let next: () => void = () => undefined;
    this.#queue = new Promise((resolve) => {
      next = resolve;
    });
    try {
      await before;
      await this.#room(signal, deadline);
    } finally {
      next();
    }
    this.#begun.push(this.#now());
    this.#running += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#running -= 1;
      this.#freed();
    };
  }

  /** The vendor asked for quiet: nothing begins until then. */
  pause(untilMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, untilMs);
  }

  /** The vendor says how many questions are left of its limit: with few, the rest is spread out. */
  remaining(count: number): void {
    if (count <= fewLeft) this.pause(this.#now() + Math.min(10_000, this.#pool.perMs / (6 * (Math.max(0, count) + 1))));
  }

  async #room(signal: AbortSignal, deadline: number): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const opens = this.#opensAt();
      if (opens > this.#now()) {
        if (opens > deadline) throw new PoolClosed(opens);
        await this.#sleep(opens - this.#now(), signal);
      } else if (this.#running >= this.#pool.atOnce) {
        await this.#aPlace(signal);
      } else {
        return;
      }
    }
  }

  #opensAt(): number {
    const now = this.#now();
    while (this.#begun[0] !== undefined && this.#begun[0] <= now - this.#pool.perMs) this.#begun.shift();
    const oldest = this.#begun[this.#begun.length - this.#pool.requests];
    return Math.max(this.#pausedUntil, oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + this.#pool.perMs);
  }

  #aPlace(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        signal.removeEventListener("abort", go);
        resolve();
      };
      this.#freed = go;
      signal.addEventListener("abort", go, { once: true });
    });
  }
}
