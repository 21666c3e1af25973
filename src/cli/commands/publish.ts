import type { Command } from "commander";
import { idNamed } from "../../report/reading-order.ts";
import { onlyOne } from "../named.ts";
import { configOf, type GivenOptions, list, withResults } from "../options.ts";
import { publicationIn, publishingOf, publishResults, unpublished } from "../publishing.ts";
import type { Session } from "../session.ts";
import { inert } from "../terminal.ts";

interface PublishOptions extends GivenOptions {
  readonly to?: string[];
  readonly models?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
}

/** `spoor publish` and `spoor ticket`. */
export function registerPublish(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withOut(program.command("publish"))
    .description(
      "Brings the results of the last run to where others read them, checks that they arrived, and writes publish.json.",
    )
    .option(
      "--to <PLACE,…>",
      "s3, s3://bucket/key, folder:DIR, https://…, webhook:env:NAME, slack:env:NAME, syslog://host, cef://host (also +tcp, +tls), email:DIR (default: publish: in the settings)",
      list,
    )
    .option("--models", "the models of the run too")
    .option("--dry-run", "tell what would go where, and touch nothing")
    .addHelpText(
      "after",
      `
What is there already is left alone, and what was sent is not sent again. A place that fails holds no other up; the results stay
in --out whatever happens, and the command ends with 1.

Examples:
  spoor publish --to s3                                   the bucket of SAGEMAKER_NOTEBOOKS_BUCKET, threat-hunting-reports/DATE.md
  spoor publish --to s3://team-reports/hunts/{date}/{name} --models
  spoor publish --to folder:/mnt/reports,slack:env:SLACK_HOOK`,
    )
    .action(async (options: PublishOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      const publishing = await publishingOf(config, options.to ?? [], options, session);
      const { publishers } = publishing;
      if (options.dryRun === true) {
        const publication = await publicationIn(config);
        for (const publisher of publishers)
          for (const { name, place, bytes } of await publisher.parcels(publication))
            session.terminal.out(`${inert(name)} (${bytes} bytes) -> ${inert(place)}`);
        return;
      }
      const { gaps, hint } = await publishResults(publishing, config, session, session.terminal.out);
      if (gaps.length > 0) throw unpublished(gaps, publishers.length, hint, config.out);
    });
  withOut(
    program.command("ticket").argument("<STORY>", "a story's uid, or the beginning of one, or its number in the report: S1"),
  )
    .description("Prints a story as plain text for a ticket: under 3,000 characters, indicators defanged.")
    .addHelpText("after", "\nExamples:\n  spoor ticket S1\n  spoor ticket 3f9a01 | xclip")
    .action(async (id: string, options: PublishOptions) => {
      const { terminal } = sessionFor(options);
      const config = await configOf(options);
      const { stories, tickets } = await publicationIn(config);
      const wanted = idNamed(id, { stories });
      const found = [...tickets].filter(([uid]) => uid.startsWith(wanted));
      const hint = `stories.json in ${config.out} lists them.`;
      const [, text] = onlyOne(found, { id, one: "story", many: "stories", hint });
      terminal.out(ticketLines(text));
    });
}

/** Each line harmless for a terminal, in its place. */
function ticketLines(text: string): string {
  return text.trimEnd().split("\n").map(inert).join("\n");
}

function withOut(command: Command): Command {
  return withResults(command)
    .option("--config <FILE>", "settings from a YAML file")
    .option("--quiet", "say nothing but the answer");
}
