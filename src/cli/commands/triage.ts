import type { Command } from "commander";
import { SpoorError } from "../../errors.ts";
import { recordVerdict, verdicts } from "../../findings/verdict.ts";
import { idNamedIn } from "../../results/named.ts";
import { authorOf, configOf, findingArgument, type GivenOptions, withResults, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert } from "../terminal.ts";

interface VerdictOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly note?: string;
  readonly author?: string;
}

/** `spoor verdict`: what the hunter decided of a finding. Append-only; the latest counts. */
export function registerTriage(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withResults(
    withStore(program.command("verdict").argument("<FINDING>", findingArgument).argument("<VERDICT>", verdicts.join(", "))),
  )
    .description("Write down what you decided of a finding. It stays attached when the finding is seen again.")
    .option("--note <TEXT>", "why")
    .option("--author <NAME>", "who decided (default: the user of this session)")
    .addHelpText(
      "after",
      '\nExamples:\n  spoor verdict F2 true_positive\n  spoor verdict 3f9a01 benign --note "the backup agent, ticket 4711"',
    )
    .action(async (id: string, word: string, options: VerdictOptions) => {
      const verdict = verdicts.find((known) => known === word);
      if (verdict === undefined)
        throw new SpoorError("usage", `${word} is not a verdict`, { hint: `One of ${verdicts.join(", ")}.` });
      const session = sessionFor(options);
      const config = await configOf(options);
      await withWorld(session, { store: config.store, mustExist: true }, async (world) => {
        const author = authorOf(options, session);
        const uid = await recordVerdict(
          { id: await idNamedIn(config.out, "findings", id), verdict, note: options.note ?? "", author },
          world,
        );
        session.terminal.out(`${uid}: ${verdict}, by ${inert(author)}`);
      });
    });
}
