import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import { evaluate, type HuntRequest } from "../../evaluation/evaluate.ts";
import { evaluationJson, evaluationText, hasFailed } from "../../evaluation/table.ts";
import { configOf, type GivenOptions, withHunt } from "../options.ts";
import { refuseMissing } from "../paths.ts";
import type { Session } from "../session.ts";
import { inertJson } from "../terminal.ts";
import { runHunt } from "./hunt.ts";

interface EvaluateOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly match?: string;
  readonly keep?: boolean;
}

/** `spoor evaluate`: how well the detectors do on recordings whose truth is known. */
export function registerEvaluate(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withHunt(program.command("evaluate").argument("<DIR...>", "folders with recordings and their truth.json"))
    .description(
      "Hunt recordings whose truth is known, without showing it to the hunt, and say what was found, missed and falsely raised.",
    )
    .option("--json", "the results as JSON")
    .option("--match <TEXT>", "only sets whose name contains this")
    .option("--keep", "keep the staged copies and results")
    .addHelpText("after", "\nExample:\n  spoor evaluate ./recordings --match beaconing")
    .action(async (directories: string[], options: EvaluateOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await refuseMissing(directories);
      const work = await mkdtemp(join(tmpdir(), "spoor-evaluation-"));
      try {
        const evaluation = await evaluate(directories, {
          work,
          seed: config.seed,
          keep: options.keep === true,
          isWanted: (id) => options.match === undefined || id.includes(options.match),
          onSet: ({ id, position, total }) => session.terminal.progress(`evaluate: ${position + 1} of ${total}  ${id}`),
          runHunt: (request) => huntOnce(request, config, session),
        });
        session.terminal.done();
        session.terminal.out(options.json === true ? inertJson(evaluationJson(evaluation)) : evaluationText(evaluation));
        if (hasFailed(evaluation))
          throw new SpoorError("evaluation-failed", "a set could not be hunted, or a gate is not met", {
            hint: "The table says which, and why.",
          });
      } finally {
        if (options.keep === true) session.terminal.note(`Kept in ${work}`);
        else await rm(work, { recursive: true, force: true });
      }
    });
}

async function huntOnce(request: HuntRequest, config: Config, session: Session): Promise<void> {
  const settings: Config = {
    ...config,
    // It is the detectors that are measured; a language model would cost money and change none of their findings.
    ai: "off",
    store: request.store,
    out: request.out,
    internal: [...request.internal],
    seed: request.seed,
    ...(request.year === undefined ? {} : { year: request.year }),
  };
  await runHunt([...request.paths], {}, settings, {
    ...session,
    terminal: { ...session.terminal, out: () => undefined, note: () => undefined, progress: () => undefined },
  });
}
