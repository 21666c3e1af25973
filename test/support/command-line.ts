import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** What a command said, and how it ended: `code` is null when a signal ended it. */
export interface Told {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Told>;
  /** What it has said to the terminal so far. */
  readonly err: () => string;
  /** Reaches the command and every process it started, as Ctrl-C in a terminal and the kernel's out-of-memory killer may. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
}

/** Words of a Node command line that starts `spoor` from its source. */
export function spoorWords(words: readonly string[]): string[] {
  return [process.execPath, "--import", tsx, main, ...words];
}

/** Starts `spoor` in a process group of its own, as a shell would. */
export function startSpoor(words: readonly string[], { cwd, env }: Options = {}): Running {
  const [program = "", ...rest] = spoorWords(words);
  const child = spawn(program, rest, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString("utf8");
  const ended = new Promise<Told>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, out: text(out), err: text(err) }));
  });
  return {
    child,
    ended,
    err: () => text(err),
    signalGroup: (signal) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    },
  };
}

/** Runs `spoor` to its end. */
export function spoor(words: readonly string[], options: Options = {}): Promise<Told> {
  return startSpoor(words, options).ended;
}
