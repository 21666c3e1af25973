import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import { DayLedger } from "../../reasoner/day-ledger.ts";
import { checkReasoner } from "../../reasoner/open.ts";
import type { RecordLine } from "../../reasoner/recording.ts";
import { readRecording, recordingsIn } from "../../reasoner/replay.ts";
import { money } from "../../reasoner/spend.ts";
import { reasonerEffects } from "../claude.ts";
import { configOf, type GivenOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface AiOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly recording?: string;
}

/** `spoor ai check|sent|spend`. */
export function registerAi(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  const ai = program
    .command("ai")
    .description("Look at how the language model is reached, what was sent to it, and what it cost.");
  withSettings(ai.command("check"))
    .description(
      "Are key, price, package and models in order? Asks the vendor about the models; sends nothing of yours and costs nothing.",
    )
    .addHelpText(
      "after",
      `
Examples:
  spoor ai check                        the models of the settings, by the key in ANTHROPIC_API_KEY
  spoor ai check --config spoor.yaml    the route, key and models of these settings`,
    )
    .action(async (options: AiOptions) => {
      const session = sessionFor(options);
      await check(await configOf(options), options, session);
    });
  withSettings(ai.command("sent"))
    .description("Print what the last run sent to the model, as it left, from its recording.")
    .option("--out <DIR>", "folder of the results (default ./spoor-out)")
    .option("--recording <FILE>", "another recording than the newest")
    .option("--list", "one line for each question instead of its text")
    .addHelpText(
      "after",
      `
Examples:
  spoor ai sent                 every question of the last run, as JSON
  spoor ai sent --list          one line for each`,
    )
    .action(async (options: AiOptions) => {
      const session = sessionFor(options);
      await sent(await configOf(options), options, session);
    });
  withSettings(ai.command("spend"))
    .description("Print what was spent on the model today (UTC), by run.")
    .addHelpText(
      "after",
      `
Examples:
  spoor ai spend         today, by run`,
    )
    .action(async (options: AiOptions) => {
      const session = sessionFor(options);
      await spend(await configOf(options), options, session);
    });
}

function withSettings(command: Command): Command {
  return command
    .option("--config <FILE>", "settings from a YAML file")
    .option("--json", "the same as JSON")
    .option("--quiet", "say nothing but the answer");
}

async function check({ claude, out }: Config, { json }: AiOptions, session: Session): Promise<void> {
  const { notes, address, pricesOf } = await checkReasoner(claude, reasonerEffects(out, session));
  if (notes.some(({ isWell }) => !isWell)) process.exitCode = 1;
  if (json === true) {
    session.terminal.out(
      inertJson(JSON.stringify({ route: claude.route, address, privacy: claude.privacy, pricesOf, models: notes }, null, 2)),
    );
    return;
  }
  session.terminal.out(`route    ${claude.route}, ${inert(address)}; privacy ${claude.privacy}`);
  for (const { model, isWell, note } of notes)
    session.terminal.out(`${isWell ? "model " : "MODEL "}   ${inert(model)} ${inert(note)}`);
  session.terminal.out(`prices   of ${pricesOf}`);
  session.terminal.out(
    `caps     $${money(claude.usdPerHunt)} a hunt, $${money(claude.usdPerRun)} a run, $${money(claude.usdPerDay)} a day`,
  );
}

async function sent({ claude, out }: Config, options: AiOptions, session: Session): Promise<void> {
  const folder = claude.record ?? join(out, "claude");
  const file = options.recording ?? (await recordingsIn(folder)).at(-1);
  if (file === undefined)
    throw new SpoorError("not-found", `nothing was recorded in ${folder}: no language model was asked for these results`, {
      hint: "spoor hunt --ai claude leaves a recording; --out names the folder of its results.",
    });
  const { lines, unread } = await readRecording(file);
  const bodies = lines.filter((line) => line.line === "sent");
  if (options.json === true) {
    for (const { time, body } of bodies) await session.terminal.outWritten(inertJson(JSON.stringify({ time, body })));
  } else {
    session.terminal.note(`${inert(file)}: ${bodies.length} questions left this machine`);
    for (const [position, line] of bodies.entries()) {
      await session.terminal.outWritten(heading(position + 1, line));
      if (options.list !== true) await session.terminal.outWritten(inertJson(JSON.stringify(line.body, null, 2)));
    }
  }
  if (unread > 0) session.terminal.note(`${unread} lines of the recording cannot be read`);
}

function heading(position: number, { time, body }: Extract<RecordLine, { line: "sent" }>): string {
  const model = typeof body === "object" && body !== null && "model" in body ? String(body.model) : "";
  const bytes = Buffer.byteLength(JSON.stringify(body));
  return `question ${position}, ${inert(time)}${model === "" ? "" : `, ${inert(model)}`}, ${bytes.toLocaleString("en-US")} bytes`;
}

async function spend({ claude }: Config, { json }: AiOptions, session: Session): Promise<void> {
  const today = new Date();
  const runs = await new DayLedger(claude.spend).runsOf(today);
  const usd = Math.round(runs.reduce((sum, run) => sum + run.usd, 0) * 1e6) / 1e6;
  const day = today.toISOString().slice(0, 10);
  if (json === true) {
    session.terminal.out(inertJson(JSON.stringify({ day, usd, usdPerDay: claude.usdPerDay, runs }, null, 2)));
    return;
  }
  for (const run of runs)
    session.terminal.out(
      `${inert(run.run)}  $${money(run.usd)} for ${run.calls} calls${run.held === 0 ? "" : ` ($${money(run.held)} of it for calls whose cost nobody knows)`}`,
    );
  session.terminal.out(`${day}: $${money(usd)} of $${money(claude.usdPerDay)}, at list prices`);
}
