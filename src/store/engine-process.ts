import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

export interface EngineProcess {
  readonly socketPath: string;
  /** Waits until the process has ended, and says how it ended. */
  ended(): Promise<string>;
  /** Ends the process, gently first; while others work through it, leaves it to them. */
  close(): Promise<void>;
  kill(): void;
}

/** Why the engine did not start. */
export interface FailedStart {
  readonly failed: "locked" | "missing" | "other";
  readonly message: string;
}

const word = z.union([z.object({ ready: z.string() }), z.object({ failed: z.string(), code: z.string() })]);
const patienceMs = 5_000;

/** Starts the process of embedded-child for a directory and waits until its engine answers. */
export async function startEngine(orders: {
  directory: string;
  maxMemoryBytes: number;
  statementsAtOnce: number;
}): Promise<EngineProcess | FailedStart> {
  const fromSources = import.meta.url.endsWith(".ts");
  const program = fileURLToPath(new URL(fromSources ? "./embedded-child.ts" : "./embedded-child.js", import.meta.url));
  const child = fork(program, [JSON.stringify(orders)], {
    cwd: orders.directory,
    execArgv: fromSources ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const stderr = lastWords(child);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  const first = await Promise.race([firstWord(child), ended.then((how) => ({ failed: how, code: "" }))]);
  if ("failed" in first) {
    child.kill("SIGKILL");
    await ended;
    return failedStart(first, stderr());
  }
  // From here on the process must not keep this one alive: it ends when the channel between them closes.
  child.unref();
  child.channel?.unref();
  return {
    socketPath: first.ready,
    ended: () => {
      child.ref();
      return ended;
    },
    close: () => endGently(child, ended),
    kill: () => child.kill("SIGKILL"),
  };
}

function firstWord(child: ChildProcess): Promise<z.infer<typeof word>> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve(word.parse(message)));
  });
}

function lastWords(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (part: Buffer) => {
    text = (text + part.toString("utf8")).slice(-4000);
  });
  if (child.stderr !== null && "unref" in child.stderr && typeof child.stderr.unref === "function") child.stderr.unref();
  return () => text;
}

// The package says only "Failed to create connection"; the reason is what the engine wrote to its error output.
function failedStart({ failed, code }: { failed: string; code: string }, stderr: string): FailedStart {
  const message = [failed, stderr.trim()].filter((part) => part !== "").join(": ");
  if (/Code: 76\b|Cannot lock file/.test(stderr)) return { failed: "locked", message };
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || code === "CHDB_PLATFORM" || code === "CHDB_ABI")
    return { failed: "missing", message };
  return { failed: "other", message };
}

async function endGently(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.ref();
  const stays = new Promise<void>((resolve) => child.once("message", () => resolve()));
  if (child.connected) child.send({ close: true }, () => {});
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await Promise.race([ended, stays]);
  clearTimeout(timer);
  child.unref();
  if (child.connected) child.disconnect();
}
