import { copyFile, mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { owning } from "../collect/lock.ts";
import { sleep } from "../collect/sleep.ts";
import type { Config } from "../config.ts";
import { messageOf, SpoorError } from "../errors.ts";
import { writeWhole } from "../objects/folder.ts";
import { isOnServer, landingOf } from "../places.ts";
import { inRounds, outdated, type Round, type RoundsPlan } from "../rounds.ts";
import type { Window } from "../types.ts";
import type { Session } from "./session.ts";
import { inert } from "./terminal.ts";

const roundsFile = z.strictObject({
  format: z.literal("spoor-rounds"),
  formatVersion: z.literal(1),
  /** Newest last. */
  rounds: z.array(
    z.strictObject({
      name: z.string().regex(/^[\dTZ-]+$/),
      window: z.strictObject({ from: z.string(), to: z.string() }),
      result: z.enum(["done", "failed"]),
      reason: z.string().nullable(),
    }),
  ),
});
const runFile = z.looseObject({
  window: z.object({ from: z.string(), to: z.string() }),
  hashes: z.record(z.string(), z.string()),
});

/**
 * Hunts in rounds over the store and folder of the settings. --out holds the results of the newest round, rounds/NAME/ below it those of
 * the newest `keepResults`, and rounds.json how each ended. One process at a time does this over a store.
 */
export async function huntInRounds(
  plan: RoundsPlan & { readonly keepResults: number },
  config: Config,
  session: Session,
  hunt: (window: Window) => Promise<void>,
): Promise<void> {
  const { terminal, signal } = session;
  const landing = landingOf(config);
  try {
    await owning(
      join(landing, "rounds"),
      async () =>
        inRounds(plan, await roundsIn(config.out), {
          clock: () => new Date(),
          sleep,
          signal,
          waiting: (until) =>
            terminal.note(`The next round is due at ${until.toISOString().slice(0, 16).replace("T", " ")} UTC.`),
          keep: async (rounds) => {
            await keepRounds(config.out, rounds);
            for (const failure of await pruneRounds(config.out, rounds, plan.keepResults)) terminal.note(inert(failure));
          },
          hunt: async (window, name) => {
            terminal.note(`Round ${name}: ${window.from.slice(0, 16)} to ${window.to.slice(0, 16)} UTC`);
            const failed = await hunt(window).then(
              () => null,
              (thrown: unknown) => {
                signal.throwIfAborted();
                terminal.note(`Round ${name} failed: ${inert(messageOf(thrown))}`);
                if (thrown instanceof SpoorError && thrown.hint !== undefined) terminal.note(`  ${inert(thrown.hint)}`);
                return messageOf(thrown);
              },
            );
            // What was hunted and could not be published is done: its results are kept, and its span is not looked at again.
            const isWritten = await copyResults(config.out, window, name);
            if (failed !== null && !isWritten) throw new Error(failed);
          },
        }),
      "hunting in rounds over this store",
    );
  } finally {
    // Each only when it is empty: beside results nothing stays of it.
    for (const empty of [join(landing, "rounds"), ...(isOnServer(config.store) ? [landing] : [])])
      await rmdir(empty).catch(() => undefined);
  }
}

async function roundsIn(out: string): Promise<Round[]> {
  const path = join(out, "rounds.json");
  const text = await readFile(path, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return null;
    throw new SpoorError("path-missing", `${path} cannot be read: ${thrown.message}`, { cause: thrown });
  });
  if (text === null) return [];
  try {
    return roundsFile.parse(JSON.parse(text)).rounds;
  } catch (cause) {
    throw new SpoorError("damaged-file", `${path} is damaged: it cannot be known where the last round ended`, {
      hint: "Remove it; the first round then looks at the last interval.",
      cause,
    });
  }
}

async function keepRounds(out: string, rounds: readonly Round[]): Promise<void> {
  const file: z.infer<typeof roundsFile> = { format: "spoor-rounds", formatVersion: 1, rounds: [...rounds] };
  await writeWhole(join(out, "rounds.json"), Buffer.from(`${JSON.stringify(file, null, 2)}\n`), " with --out");
}

/** Takes away the results of old rounds, of no others than rounds.json names; gives what could not be, in words. */
export async function pruneRounds(out: string, rounds: readonly Round[], keepResults: number): Promise<string[]> {
  const failures: string[] = [];
  for (const name of outdated(rounds, keepResults))
    await rm(join(out, "rounds", name), { recursive: true, force: true }).catch((thrown: unknown) => {
      failures.push(`The results of round ${name} are old and could not be taken away: ${messageOf(thrown)}`);
    });
  return failures;
}

/** Copies the results of a round to its own folder; false where the results in --out are not of this round. */
async function copyResults(out: string, window: Window, name: string): Promise<boolean> {
  const text = await readFile(join(out, "run.json"), "utf8").catch(() => null);
  const run = text === null ? null : runFile.safeParse(JSON.parse(text));
  if (run?.success !== true || run.data.window.to !== window.to || run.data.window.from !== window.from) return false;
  for (const file of [...Object.keys(run.data.hashes), "run.json", "publish.json"]) {
    const copy = join(out, "rounds", name, file);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(out, file), copy).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "ENOENT") throw thrown;
    });
  }
  return true;
}
