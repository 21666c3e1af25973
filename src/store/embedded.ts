import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import type { Engine, Statement } from "./engine.ts";
import { type EngineProcess, type FailedStart, startEngine } from "./engine-process.ts";
import { storeFailure } from "./failures.ts";
import { connectTo, type Link, type Question } from "./link.ts";
import { migrateEmbedded } from "./migrate.ts";
import { boundValues } from "./parameters.ts";
import { type Limits, settingsFor } from "./settings.ts";
import type { QueryOptions, Store } from "./store.ts";
import { storeOver } from "./store-over.ts";

/** Where an embedded store is, and what its engine may use. */
export interface EmbeddedOptions {
  /** Made when absent. */
  readonly directory: string;
  /** What the engine may use altogether; default: half of the machine's memory, at most 8 GiB. */
  readonly maxMemoryBytes?: number;
  /** Limit of one statement; default 600 s. */
  readonly maxSeconds?: number;
}

const gibibyte = 2 ** 30;
// While statements wait, the engine's process is asked for a sign of life: a native crash can leave it hanging for minutes.
const heartbeatMs = 10_000;
const silenceMs = 60_000;
const lockPatienceMs = 10_000;
const lockRetryMs = 1_000;

/**
 * Opens the store of a directory: starts its engine, or, when another process has it open, works through that one.
 * Rejects with store-locked, store-unavailable or disk-full.
 */
export async function openEmbeddedStore(options: EmbeddedOptions): Promise<Store> {
  const directory = resolve(options.directory);
  await makeDirectory(directory);
  const memory = options.maxMemoryBytes ?? Math.min(8 * gibibyte, Math.floor(totalmem() / 2));
  const engine = new EmbeddedEngine(await realpath(directory), memory, {
    maxSeconds: options.maxSeconds ?? 600,
    // A statement may not take all: another one and the engine's own caches need their part.
    maxMemoryBytes: Math.floor(memory * 0.7),
  });
  await engine.link();
  return storeOver(engine);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SpoorError("store-unavailable", `cannot make the directory ${directory}: ${messageOf(cause)}`, {
      hint: "Name another directory with --store.",
      cause,
    });
  }
}

interface Attachment {
  readonly link: Link;
  /** Null when the engine belongs to another process. */
  readonly process: EngineProcess | null;
}

class EmbeddedEngine implements Engine {
  readonly home = "embedded";
  readonly #directory: string;
  readonly #memory: number;
  readonly #limits: Limits;
  #attachment: Promise<Attachment> | null = null;
  #isClosed = false;

  constructor(directory: string, memory: number, limits: Limits) {
    this.#directory = directory;
    this.#memory = memory;
    this.#limits = limits;
  }

  /** The connection in use; after a crash, or when the owner has gone, a new one. */
  async link(): Promise<Link> {
    if (this.#isClosed) throw new SpoorError("store-unavailable", `the store ${this.#directory} is closed`);
    this.#attachment ??= this.#attach();
    return (await this.#attachment).link;
  }

  #attach(): Promise<Attachment> {
    const attachment = attach(this.#directory, this.#memory);
    const forget = (): void => {
      if (this.#attachment === attachment) this.#attachment = null;
    };
    attachment.then(({ link }) => link.closed.then(forget), forget);
    return attachment;
  }

  async run({ sql, parameters, format, options }: Statement): Promise<Buffer> {
    const question: Question = { kind: "run", sql, format, ...this.#dress(options), parameters: boundValues(parameters) };
    return (await (await this.link()).ask(question, options.signal)).body;
  }

  async *stream({ sql, parameters, format, options }: Statement): AsyncIterable<Buffer> {
    const question: Question = { kind: "stream", sql, format, ...this.#dress(options), parameters: boundValues(parameters) };
    yield* (await this.link()).pieces(question, options.signal);
  }

  async insert(table: string, rows: Buffer, options: QueryOptions): Promise<void> {
    const question: Question = { kind: "insert", table, settings: settingsFor(this.#limits, options) };
    await (await this.link()).ask(question, options.signal, rows);
  }

  async load(file: Parameters<Engine["load"]>[0], options: QueryOptions): Promise<{ lines: number }> {
    const path = resolve(file.path);
    await readable(path);
    const { lines } = await (await this.link()).ask(
      {
        kind: "load",
        path,
        compression: path.endsWith(".gz") ? "gzip" : "none",
        fileUid: boundValues({ value: file.fileUid }).value ?? "",
        sourceFile: boundValues({ value: file.sourceFile }).value ?? "",
        settings: { ...settingsFor(this.#limits, options), ...loadSettings },
      },
      options.signal,
    );
    return { lines: lines ?? 0 };
  }

  async turn(options: QueryOptions): Promise<() => Promise<void>> {
    const turn = (await this.link()).pieces({ kind: "turn" }, options.signal)[Symbol.asyncIterator]();
    await turn.next();
    return async () => {
      await turn.return?.();
    };
  }

  migrate(): Promise<void> {
    return migrateEmbedded(storeOver(this));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const attachment = await this.#attachment?.catch(() => null);
    this.#attachment = null;
    if (attachment === null || attachment === undefined) return;
    attachment.link.close();
    await attachment.process?.close();
  }

  #dress(options: QueryOptions): { settings: Record<string, string>; readOnly: boolean } {
    return { settings: settingsFor(this.#limits, options), readOnly: options.readOnly ?? false };
  }
}

const loadSettings = {
  // Blocks are written in the order of the lines, so that a load cut off leaves a beginning without holes.
  max_insert_threads: "1",
  parallelize_output_from_storages: "0",
  min_insert_block_size_bytes: String(64 * 2 ** 20),
};

async function readable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new SpoorError("path-missing", `there is no file ${path}`);
  if (!found.isFile()) throw new SpoorError("path-missing", `${path} is not a file`);
}

async function attach(directory: string, memory: number): Promise<Attachment> {
  const deadline = performance.now() + lockPatienceMs;
  while (true) {
    const link = await attachToOwner(directory);
    if (link !== null) return { link, process: null };
    const started = await startEngine({ directory, maxMemoryBytes: memory, statementsAtOnce: 2 });
    if (!("failed" in started)) return own(started, directory);
    if (started.failed !== "locked") throw startFailure(started, directory);
    // Somebody has just opened it and will soon listen, or is just closing it.
    const until = Math.min(deadline, performance.now() + lockRetryMs);
    while (performance.now() < until && !(await hasOwner(directory))) await new Promise((go) => setTimeout(go, 50));
    if (performance.now() >= deadline) throw locked(directory);
  }
}

async function hasOwner(directory: string): Promise<boolean> {
  return isAbsolute(await readFile(join(directory, "owner"), "utf8").catch(() => ""));
}

async function attachToOwner(directory: string): Promise<Link | null> {
  const addressFile = join(directory, "owner");
  const socketPath = await readFile(addressFile, "utf8").catch(() => "");
  // What a full disk left of it is no path.
  if (!isAbsolute(socketPath)) return null;
  const lost = async (): Promise<SpoorError> =>
    new SpoorError("store-unavailable", `the process that had the store ${directory} open has ended`, {
      hint: "Repeat the command: it will open the store itself.",
    });
  return connectTo(socketPath, lost);
}

async function own(process: EngineProcess, directory: string): Promise<Attachment> {
  const lost = async (): Promise<SpoorError> =>
    new SpoorError("store-unavailable", `the embedded engine of ${directory} ended unexpectedly (${await process.ended()})`, {
      hint: "The next statement starts it again; what was stored stays. If it was short of memory, give it a lower limit.",
    });
  const link = await connectTo(process.socketPath, lost);
  if (link === null) {
    process.kill();
    throw await lost();
  }
  watch(link, process);
  return { link, process };
}

function watch(link: Link, process: EngineProcess): void {
  let silentMs = 0;
  let isWaiting = false;
  const timer = setInterval(() => {
    if (isWaiting) silentMs += heartbeatMs;
    if (silentMs >= silenceMs) process.kill();
    if (isWaiting) return;
    isWaiting = true;
    link.ping().then(
      () => {
        isWaiting = false;
        silentMs = 0;
      },
      () => {},
    );
  }, heartbeatMs);
  timer.unref();
  void link.closed.then(() => clearInterval(timer));
}

function locked(directory: string): SpoorError {
  return new SpoorError("store-locked", `the store ${directory} is open in another process that does not answer`, {
    hint: "End that process, or name another directory with --store.",
  });
}

function startFailure({ failed, message }: FailedStart, directory: string): SpoorError {
  if (failed === "missing")
    return new SpoorError("store-unavailable", `the embedded engine (package chdb) cannot be loaded: ${message}`, {
      hint: "Run `npm install chdb` (Linux with glibc, or macOS), or name a server with --store https://user@host:8443/database.",
    });
  const failure = storeFailure(null, message);
  if (failure.code === "disk-full") return failure;
  return new SpoorError("store-unavailable", `the embedded engine of ${directory} did not start: ${message}`, {
    hint: "Is the directory writable, and was it made by Spoor?",
  });
}
