import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Store } from "../store/store.ts";
import { dayMs } from "../time.ts";
import { callsSince, recordCalls } from "./ledger.ts";

const call = z.object({ pool: z.string(), at: z.number() });

/**
 * How often a vendor was asked, by the limit that it counts against: for vendors that count a day's calls and tell nobody. Each call
 * is written to a file before its answer is used, so that a run that is killed does not forget what it spent.
 */
export class CallCount {
  readonly #source: string;
  readonly #file: string;
  readonly #store: Store;
  readonly #clock: () => Date;
  #calls: z.infer<typeof call>[] = [];

  constructor(source: string, file: string, store: Store, clock: () => Date) {
    this.#source = source;
    this.#file = file;
    this.#store = store;
    this.#clock = clock;
    this.#calls = readCalls(file);
  }

  count(pool: string): void {
    const made = { pool, at: this.#clock().getTime() };
    this.#calls.push(made);
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      appendFileSync(this.#file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    } catch {
      // A full disk ends the run where the answer is written down; the count is still known here.
    }
  }

  async inLastDay(pool: string): Promise<number> {
    const since = this.#clock().getTime() - dayMs;
    const here = this.#calls.filter((one) => one.pool === pool && one.at >= since).length;
    return here + (await callsSince(this.#store, this.#source, pool, new Date(since)));
  }

  /** Puts them into the store, by the minute. */
  async record(): Promise<void> {
    const minutes = new Map<string, { pool: string; at: number; calls: number }>();
    for (const { pool, at } of this.#calls) {
      const minute = at - (at % 60_000);
      const known = minutes.get(`${minute} ${pool}`);
      minutes.set(`${minute} ${pool}`, { pool, at: minute, calls: (known?.calls ?? 0) + 1 });
    }
    await recordCalls(this.#store, this.#source, [...minutes.values()], this.#calls);
    this.#calls = [];
    rmSync(this.#file, { force: true });
  }
}

function readCalls(file: string): z.infer<typeof call>[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  // A torn last line is a call that was hardly made.
  return text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [call.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
}
