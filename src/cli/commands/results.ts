import type { Command } from "commander";
import { z } from "zod";
import { storedHypothesis } from "../../hypotheses/stored.ts";
import { readResult, resultText } from "../../results/read.ts";
import { configOf, type GivenOptions, withResults } from "../options.ts";
import type { Session } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface ResultOptions extends GivenOptions {
  readonly json?: boolean;
}

/** Commands over the files that a run wrote: hypotheses, the Navigator layer. */
export function registerResults(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withOut(program.command("hypotheses"))
    .description("List the hypotheses of the last run, by priority.")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  spoor hypotheses && spoor hunt --hypothesis 3f9a01c2")
    .action(async (options: ResultOptions) => {
      const { terminal } = sessionFor({});
      const { out } = await configOf(options);
      if (options.json === true) return terminal.out(inertJson((await resultText(out, "hypotheses.json")).trimEnd()));
      for (const one of await readResult(out, "hypotheses.json", z.array(storedHypothesis)))
        terminal.out(
          `${one.priority.toFixed(0).padStart(3)}  ${one.id}  ${inert(one.title)}${one.origin === "model" ? "  (language model)" : ""}${one.testable ? "" : `  (not testable: ${inert(one.notTestableBecause ?? "")})`}`,
        );
    });
  const attack = program.commands.find((command) => command.name() === "attack") ?? program.command("attack");
  withOut(attack.command("layer"))
    .description("The ATT&CK Navigator layer of the last run, as JSON on standard output.")
    .addHelpText("after", "\nExample:\n  spoor attack layer > layer.json")
    .action(async (options: ResultOptions) => {
      const { out } = await configOf(options);
      sessionFor({}).terminal.out(inertJson((await resultText(out, "attack-layer.json")).trimEnd()));
    });
}

function withOut(command: Command): Command {
  return withResults(command).option("--config <FILE>", "settings from a YAML file");
}
