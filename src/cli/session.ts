import { readdir } from "node:fs/promises";
import { messageOf, SpoorError, systemCode } from "../errors.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { GapLedger, type World } from "../world.ts";
import { progressToParent } from "./parent.ts";
import { progressOn } from "./progress.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

/** Everything a command gets from the outside: made once, in main. */
export interface Session {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
  /** Hears how far the work is in place of the terminal; null, or absent, where nobody started this process to hear it. */
  readonly progress?: World["progress"] | null;
}

export function sessionOf(quiet: boolean, signal: AbortSignal): Session {
  const terminal = terminalOf({ out: process.stdout, err: process.stderr }, quiet);
  return { terminal, signal, environment: process.env, progress: progressToParent(() => performance.now()) };
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
  await refuseForeign(options.store, options.mustExist === true);
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
      progress: session.progress ?? progressOn(session.terminal, () => performance.now()),
      signal: session.signal,
    });
  } finally {
    session.terminal.done();
    await store.close();
  }
}

// What a store's directory holds, and what a file system puts into its own root.
const ownEntries: ReadonlySet<string> = new Set([
  "engine",
  "engine.xml",
  "engine.socket",
  "load",
  "landing",
  "owner",
  "owner.part",
  "privacy.key",
  "lost+found",
]);

/** A directory with other things in it is somebody's logs or home, not a place for a store. */
async function refuseForeign(location: string, mustExist: boolean): Promise<void> {
  if (/^\w+:\/\//.test(location)) return;
  const entries = await readdir(location).catch((cause: unknown) => {
    const code = systemCode(cause);
    if (code === "ENOENT") return null;
    const what = code === "ENOTDIR" ? "it is not a directory" : messageOf(cause);
    throw new SpoorError("configuration", `${location} cannot be a store: ${what}`, {
      hint: "Name a directory of its own with --store.",
      cause,
    });
  });
  const foreign = entries?.find((entry) => !ownEntries.has(entry) && !/^engine\.xml\.\d+$/.test(entry));
  if (foreign !== undefined && entries?.includes("engine") !== true)
    throw new SpoorError("configuration", `${location} is not a store: it holds other things (${foreign})`, {
      hint: "A store has a directory of its own; name one with --store.",
    });
  if (mustExist && entries?.includes("engine") !== true)
    throw new SpoorError("path-missing", `there is no store at ${location}`, {
      hint: "Run `spoor hunt FOLDER` first, or name the store with --store.",
    });
}
