import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { Hypothesis, Window } from "../types.ts";
import { engineTime, type Progress } from "../world.ts";

/** A hypothesis that was pursued since the server began, in a process of the command line. */
export interface Attempt {
  /** The folder of its results below pursuits/. */
  readonly name: string;
  readonly hypothesisId: string;
  readonly title: string;
  /** Engine time. */
  readonly startedTime: string;
  readonly state: "running" | "stopping" | "done" | "failed" | "cancelled";
  readonly progress: Progress | null;
  /** Since when a language model is at it, engine time; null: not yet, or not at all. */
  readonly modelSince: string | null;
  /** What the command said: its answer, and what it told the person waiting. The end of it, where it is long. */
  readonly answer: string;
  readonly notes: string;
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
}

export interface PursuitsOptions {
  /** The folder of the results of whole runs; those of a pursuit lie below it. */
  readonly out: string;
  /** Program and first words of the command line. */
  readonly program: readonly string[];
  /** The rest of the words: a hunt for this hypothesis, over this window, into this folder. */
  readonly words: (hypothesisId: string, window: Window, folder: string) => readonly string[];
  readonly clock: () => Date;
  /** Milliseconds that a command which was told to stop is given. */
  readonly patienceMs?: number;
}

const mostText = 40_000;
const mostAttempts = 50;
const told = z.object({ stage: z.string(), part: z.string(), done: z.number(), total: z.number().nullable() });

/** Pursues hypotheses, one at a time: each is a process of its own, so that it can be stopped and what it breaks is its own. */
export class Pursuits {
  readonly #options: PursuitsOptions;
  readonly #attempts = new Map<string, Attempt>();
  #current: { readonly name: string; readonly child: ChildProcess; readonly ended: Promise<void> } | null = null;
  #isStarting = false;

  constructor(options: PursuitsOptions) {
    this.#options = options;
  }

  /** The one that runs. */
  running(): Attempt | null {
    return this.#current === null ? null : (this.#attempts.get(this.#current.name) ?? null);
  }

  attempt(name: string): Attempt | null {
    return this.#attempts.get(name) ?? null;
  }

  /** Newest first. */
  attempts(): Attempt[] {
    return [...this.#attempts.values()].reverse();
  }

  /** Starts on a hypothesis; null when another is pursued. */
  async start({ id, title }: Pick<Hypothesis, "id" | "title">, window: Window): Promise<Attempt | null> {
    if (this.#current !== null || this.#isStarting) return null;
    this.#isStarting = true;
    try {
      const { out, clock } = this.#options;
      const now = clock();
      const name = `${id}-${now.toISOString().replace(/[-:.]/g, "")}`;
      const folder = join(out, "pursuits", name);
      await mkdir(folder, { recursive: true });
      // A hypothesis that a model thought of is known by the file it stands in.
      await copyFile(join(out, "hypotheses.json"), join(folder, "hypotheses.json"));
      const attempt: Attempt = {
        name,
        hypothesisId: id,
        title,
        startedTime: engineTime(now),
        state: "running",
        progress: null,
        modelSince: null,
        answer: "",
        notes: "",
        exitCode: null,
      };
      this.#attempts.set(name, attempt);
      for (const old of [...this.#attempts.keys()].slice(0, -mostAttempts)) this.#attempts.delete(old);
      this.#run(name, this.#options.words(id, window, folder), folder);
      return attempt;
    } finally {
      this.#isStarting = false;
    }
  }

  /** Tells the one that runs to stop, as Ctrl-C does. */
  cancel(): void {
    if (this.#current === null || this.running()?.state === "stopping") return;
    const { name, child, ended } = this.#current;
    this.#change(name, { state: "stopping" });
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), this.#options.patienceMs ?? 20_000);
    void ended.finally(() => clearTimeout(timer));
  }

  /** Stops the one that runs, and waits for its end. */
  async close(): Promise<void> {
    this.cancel();
    await this.#current?.ended;
  }

  #run(name: string, words: readonly string[], folder: string): void {
    const [program, ...first] = this.#options.program;
    if (program === undefined) throw new SpoorError("internal", "there is no program to pursue a hypothesis with");
    // In a group of its own: Ctrl-C in the terminal reaches it once, from here. The channel tells progress one way, and the end of
    // this process the other.
    const child = spawn(program, [...first, ...words], { detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#hear(name, "answer", text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#hear(name, "notes", text));
    child.on("message", (message) => {
      const progress = told.safeParse(message);
      if (progress.success) this.#progressed(name, progress.data);
    });
    const ended = new Promise<void>((resolve) => {
      child.once("error", (thrown) => this.#hear(name, "notes", `${thrown.message}\n`));
      child.once("close", (code) => {
        const isStopped = code === 130 || this.#attempts.get(name)?.state === "stopping";
        void removeIfEmpty(folder).finally(() => {
          this.#change(name, { state: code === 0 ? "done" : isStopped ? "cancelled" : "failed", exitCode: code });
          this.#current = null;
          resolve();
        });
      });
    });
    this.#current = { name, child, ended };
  }

  #progressed(name: string, progress: Progress): void {
    const before = this.#attempts.get(name)?.modelSince ?? null;
    const modelSince = before ?? (progress.stage === "pursue" ? engineTime(this.#options.clock()) : null);
    this.#change(name, { progress, modelSince });
  }

  #hear(name: string, where: "answer" | "notes", text: string): void {
    const before = this.#attempts.get(name)?.[where] ?? "";
    this.#change(name, { [where]: `${before}${text}`.slice(-mostText) });
  }

  #change(name: string, change: Partial<Attempt>): void {
    const attempt = this.#attempts.get(name);
    if (attempt !== undefined) this.#attempts.set(name, { ...attempt, ...change });
  }
}

/** Takes away the folder of a hunt that wrote nothing; what a model was sent stays in any case. */
async function removeIfEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.every((name) => name === "hypotheses.json"))
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
