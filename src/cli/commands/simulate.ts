import { once } from "node:events";
import { type Command, InvalidArgumentError } from "commander";
import { SpoorError } from "../../errors.ts";
import { list, whole } from "../options.ts";
import type { Session } from "../session.ts";
import { loadSimulator, type Simulator } from "../simulator.ts";

interface SimulateOptions {
  readonly out?: string;
  readonly events: number;
  readonly seed: number;
  readonly start: string;
  readonly people?: number;
  readonly days?: number;
  readonly attacks?: string[];
  readonly truth?: string;
  readonly serve?: boolean;
  readonly list?: boolean;
  readonly quiet?: boolean;
}

/** `spoor simulate`. */
export function registerSimulate(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  program
    .command("simulate")
    .description("Write the records of an invented estate, with attacks in them if asked for, to try Spoor on.")
    .option("--out <DIR>", "where the records go: a folder that is not there yet")
    .option("--events <N>", "about how many records: 10k, 1M, 100M", magnitude, 100_000)
    .option("--seed <N>", "the same seed gives the same bytes", whole, 42)
    .option("--start <DAY>", "the first day", "2026-11-02")
    .option("--people <N>", "how many people work there, 40 to 50,000 (default: as the number of records asks for)", whole)
    .option("--days <N>", "how many days, up to 92 (default: as the number of records asks for)", whole)
    .option("--attacks <ID,…>", "what to plant (--list names them)", list)
    .option("--truth <FILE>", "where to write what was planted: outside of --out")
    .option("--serve", "write nothing: serve the vendors' interfaces on this machine, over the week up to now, for spoor collect")
    .option("--list", "name the attacks and look-alikes")
    .option("--quiet", "say nothing but the answer")
    .addHelpText(
      "after",
      `
Examples:
  spoor simulate --out ./estate --events 1M --seed 7
  spoor simulate --out ./estate --attacks mailbox-takeover,hands-on-keyboard --truth ./truth.json
  spoor simulate --serve --events 100k --attacks mailbox-takeover`,
    )
    .action(async (options: SimulateOptions) => {
      const session = sessionFor(options);
      const simulator = await loadSimulator();
      const attacks = options.attacks ?? [];
      refuseUnknown(attacks, simulator);
      const { terminal } = session;
      if (options.list === true)
        terminal.out(simulator.planted.map(({ id, title, kind }) => `${id.padEnd(26)} ${kind.padEnd(11)} ${title}`).join("\n"));
      else if (options.serve === true) await serve(simulator, options, attacks, session);
      else await write(simulator, options, attacks, session);
    });
}

async function write(
  simulator: Simulator,
  options: SimulateOptions,
  attacks: readonly string[],
  session: Session,
): Promise<void> {
  const { terminal, signal } = session;
  const { out, events, seed, start } = options;
  if (out === undefined)
    throw new SpoorError("usage", "nothing says where the records go", { hint: "Name a folder with --out." });
  const told = await asked(() =>
    simulator.simulate({
      directory: out,
      truthFile: options.truth ?? null,
      events,
      seed,
      start,
      people: options.people ?? null,
      days: options.days ?? null,
      attacks,
      onPart: (done) => terminal.progress(`simulate: ${Math.floor(done * 100)} %`),
      signal,
    }),
  );
  terminal.done();
  terminal.out(
    `${told.records} records of ${told.people} people and ${told.devices} devices over ${told.days} days, in ${told.files} files under ${out} (${Math.round(told.bytes / 1e6)} MB)`,
  );
  if (attacks.length > 0 && options.truth !== undefined) terminal.out(`what was planted: ${options.truth}`);
}

async function serve(
  simulator: Simulator,
  options: SimulateOptions,
  attacks: readonly string[],
  session: Session,
): Promise<void> {
  const { events, seed, people } = options;
  const { terminal, signal } = session;
  const served = await asked(() =>
    simulator.serveEstate({ events, seed, people: people ?? null, attacks, clock: () => new Date() }),
  );
  const environment = Object.entries(served.environment).map(([name, value]) => `#   export ${name}=${value}`);
  terminal.out(
    [
      `# ${served.records} records of ${served.people} people are served on this machine until Ctrl-C. Settings for spoor collect --config:`,
      served.settings.trimEnd(),
      "# with, in the environment:",
      ...environment,
    ].join("\n"),
  );
  try {
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await served.close();
  }
  signal.throwIfAborted();
}

function refuseUnknown(attacks: readonly string[], { planted }: Simulator): void {
  const unknown = attacks.find((id) => !planted.some((each) => each.id === id));
  if (unknown === undefined) return;
  throw new SpoorError("usage", `there is no attack ${unknown}`, { hint: "spoor simulate --list names them." });
}

/** What the simulator refuses was asked for wrongly. */
async function asked<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof SpoorError || !(thrown instanceof Error) || "code" in thrown || thrown.name === "AbortError")
      throw thrown;
    throw new SpoorError("usage", thrown.message, { hint: "spoor simulate --help says what there is.", cause: thrown });
  }
}

function magnitude(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text);
  if (parts === null) throw new InvalidArgumentError("It must be a number such as 250000, 10k or 1.5M.");
  return Math.round(Number(parts[1]) * (parts[2] === "k" ? 1e3 : parts[2] === "M" ? 1e6 : 1));
}
