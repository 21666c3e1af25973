import { mkdir } from "node:fs/promises";
import { SpoorError } from "../errors.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { GapLedger, type World } from "../world.ts";
import { progressOn } from "./progress.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

/** Everything a command gets from the outside: made once, in main. */
export interface Session {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}

export function sessionOf(quiet: boolean, signal: AbortSignal): Session {
  return { terminal: terminalOf({ out: process.stdout, err: process.stderr }, quiet), signal, environment: process.env };
}

export interface StoreOptions {
  readonly store: string;
  readonly memory?: number;
  /** Refuse to make a new store: for commands that only read. */
  readonly mustExist?: boolean;
}

/** Opens the store, brings its tables up to date, does the work in a world of real clock and progress, and closes it whatever happens. */
export async function withWorld<Result>(
  session: Session,
  options: StoreOptions,
  work: (world: World) => Promise<Result>,
): Promise<Result> {
  if (options.mustExist === true) await refuseAbsent(options.store);
  const password = session.environment.SPOOR_STORE_PASSWORD;
  const store: Store = await openStore(options.store, {
    ...(options.memory === undefined ? {} : { maxMemoryBytes: options.memory }),
    ...(password === undefined ? {} : { password }),
  });
  try {
    await store.migrate();
    return await work({
      store,
      clock: () => new Date(),
      gaps: new GapLedger(),
      progress: progressOn(session.terminal, () => performance.now()),
      signal: session.signal,
    });
  } finally {
    session.terminal.done();
    await store.close();
  }
}

async function refuseAbsent(location: string): Promise<void> {
  if (/^https?:/.test(location)) return;
  const { access } = await import("node:fs/promises");
  await access(location).catch((cause: unknown) => {
    throw new SpoorError("path-missing", `there is no store at ${location}`, {
      hint: "Run `spoor hunt FOLDER` first, or name the store with --store.",
      cause,
    });
  });
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}
