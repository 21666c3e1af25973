import type { Command } from "commander";
import { z } from "zod";
import { SpoorError } from "../../errors.ts";
import { engineTime } from "../../world.ts";
import { configOf, type GivenOptions, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert } from "../terminal.ts";

// OCSF Detection Finding verdicts (verdict_id), in the words of the command line.
const verdicts = [
  "true_positive",
  "false_positive",
  "benign",
  "suspicious",
  "disregard",
  "insufficient_data",
  "test",
  "duplicate",
] as const;

interface VerdictOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly note?: string;
  readonly author?: string;
}

/** `spoor verdict`: what the hunter decided of a finding. Append-only; the latest counts. */
export function registerTriage(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(
    program
      .command("verdict")
      .argument("<FINDING>", "a finding's uid, or the beginning of one")
      .argument("<VERDICT>", verdicts.join(", ")),
  )
    .description("Write down what you decided of a finding. It stays attached when the finding is seen again.")
    .option("--note <TEXT>", "why")
    .option("--author <NAME>", "who decided (default: the user of this session)")
    .addHelpText("after", '\nExample:\n  spoor verdict 3f9a01 benign --note "the backup agent, ticket 4711"')
    .action(async (id: string, verdict: string, options: VerdictOptions) => {
      if (!verdicts.some((known) => known === verdict))
        throw new SpoorError("usage", `${verdict} is not a verdict`, { hint: `One of ${verdicts.join(", ")}.` });
      const session = sessionFor(options);
      const config = await configOf(options);
      await withWorld(session, { store: config.store, mustExist: true }, async (world) => {
        const rows = await world.store.query(
          "SELECT DISTINCT finding_uid FROM finding WHERE startsWith(finding_uid, {id:String}) ORDER BY finding_uid LIMIT 2",
          { id },
          z.object({ finding_uid: z.string() }),
        );
        const [found] = rows;
        if (found === undefined)
          throw new SpoorError("not-found", `there is no finding ${id}`, { hint: "`spoor findings` lists them." });
        if (rows.length > 1) throw new SpoorError("usage", `${id} begins several findings`, { hint: "Give more of its uid." });
        const author = options.author ?? session.environment.USER ?? "unknown";
        await world.store.insert("triage", [
          { finding_uid: found.finding_uid, recorded_time: engineTime(world.clock()), verdict, note: options.note ?? "", author },
        ]);
        session.terminal.out(`${found.finding_uid}: ${verdict}, by ${inert(author)}`);
      });
    });
}
