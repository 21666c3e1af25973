import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const built = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const started = fileURLToPath(new URL("../../bin/spoor.mjs", import.meta.url));
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

// What was built is what people run, and starts three times as fast; but only a build of these very sources is tested.
const isBuilt =
  existsSync(built) &&
  // Statements are put beside the code last: a build that failed lacks them.
  existsSync(fileURLToPath(new URL("../../dist/store/schema/", import.meta.url))) &&
  readdirSync(source, { recursive: true, encoding: "utf8" }).every(
    (file) => statSync(join(source, file)).mtimeMs <= statSync(built).mtimeMs,
  );

/** Words of a Node command line that starts `spoor`: as it was built, or from its sources when they are newer. */
export function spoorWords(words: readonly string[]): string[] {
  return isBuilt
    ? [process.execPath, started, ...words]
    : [process.execPath, "--import", tsx, join(source, "cli/main.ts"), ...words];
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
