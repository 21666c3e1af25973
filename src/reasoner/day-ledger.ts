import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parsedJson } from "../json.ts";
import { compareText } from "../order.ts";

const entry = z.object({
  /** Of the call; what is said later of the same call replaces what was held for it. */
  call: z.string(),
  kind: z.enum(["held", "spent", "withdrawn"]),
  /** ISO 8601, UTC. */
  time: z.string(),
  run: z.string(),
  account: z.string().nullable(),
  usd: z.number().nonnegative(),
});
type Entry = z.infer<typeof entry>;

/** What one run spent on one day, in US dollars; `held` is what calls reserved that never ended: it counts as spent. */
export interface RunSpend {
  readonly run: string;
  readonly calls: number;
  readonly usd: number;
  readonly held: number;
}

/** What is asked for by one call. */
export interface Claimed {
  /** A name that no other run has. */
  readonly run: string;
  readonly account: string | null;
  readonly usd: number;
  readonly now: Date;
}

/** A place in the ledger that holds money for a call until it is known what the call cost. */
export interface Held {
  spent(usd: number, now: Date): Promise<void>;
}

/**
 * What was spent on a day (UTC), a file of lines that are only ever added to, so that several runs share it and a killed one leaves
 * what it held. No lock is needed: whoever adds a line reads the file back, and the order of the lines decides whose money it was.
 * (Appended lines keep their order on local file systems; on some network ones they do not.)
 */
export class DayLedger {
  readonly #folder: string;
  #calls = 0;
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Holds `usd` for a call; null when the day's cap would be passed with all that was held before. Rejects when it cannot be written. */
  async hold({ run, account, usd, now }: Claimed, cap: number): Promise<Held | null> {
    const file = this.#fileOf(now);
    const call = `${run}#${++this.#calls}`;
    const add = (kind: Entry["kind"], amount: number, moment: Date): Promise<void> =>
      append(file, { call, kind, time: moment.toISOString(), run, account, usd: amount });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await add("held", usd, now);
    const entries = await entriesOf(file);
    const mine = entries.findIndex((one) => one.call === call);
    const before = new Set(entries.slice(0, Math.max(mine, 0)).map((one) => one.call));
    const spent = sum([...latest(entries).values()].filter((one) => before.has(one.call)).map((one) => one.usd));
    if (mine === -1 || sum([spent, usd]) > cap) {
      await add("withdrawn", 0, now);
      return null;
    }
    return { spent: (amount, moment) => add("spent", amount, moment) };
  }

  /** What the runs of that day spent, in the order of their names. */
  async runsOf(day: Date): Promise<RunSpend[]> {
    const calls = [...latest(await entriesOf(this.#fileOf(day))).values()].filter(({ kind }) => kind !== "withdrawn");
    return [...new Set(calls.map(({ run }) => run))].sort(compareText).map((run) => {
      const own = calls.filter((one) => one.run === run);
      const held = own.filter(({ kind }) => kind === "held");
      return { run, calls: own.length, usd: sum(own.map(({ usd }) => usd)), held: sum(held.map(({ usd }) => usd)) };
    });
  }

  #fileOf(moment: Date): string {
    return join(this.#folder, `${moment.toISOString().slice(0, 10)}.ndjson`);
  }
}

/** On the disk when it resolves. A line that a crash tore is closed by the next one's line break, and not read. */
async function append(file: string, line: Entry): Promise<void> {
  const handle = await open(file, "a", 0o600);
  try {
    await handle.appendFile(`\n${JSON.stringify(line)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function entriesOf(file: string): Promise<Entry[]> {
  const text = await readFile(file, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return "";
    throw thrown;
  });
  return text.split("\n").flatMap((line) => {
    const parsed = entry.safeParse(parsedJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** The last word on each call. */
function latest(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((one) => [one.call, one]));
}

function sum(amounts: readonly number[]): number {
  // Whole millionths, in which every cost is given: exact in every order.
  return Math.round(amounts.reduce((total, amount) => total + amount, 0) * 1e6) / 1e6;
}
