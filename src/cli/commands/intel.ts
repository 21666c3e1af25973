import type { Command } from "commander";
import { addIndicators } from "../../intel/add.ts";
import { feedsOnRecord } from "../../intel/feeds.ts";
import { matchIndicators } from "../../intel/met.ts";
import { spanOfEvents } from "../../store/tables.ts";
import { configOf, type GivenOptions, partOf, whole, withStore, withWindow } from "../options.ts";
import { refuseMissing } from "../paths.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface IntelOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly feed?: string;
}

/** `spoor intel`: feeds in, listed, and looked up in what is stored. */
export function registerIntel(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  const intel = program
    .command("intel")
    .description(
      "Known-bad indicators: take feeds in, list them, look stored events up against them. `spoor hunt` does the last too.",
    );
  withStore(intel.command("add").argument("<FILE...>", "CSV with a header, STIX 2.1 bundles, MISP events"))
    .description("Take the indicators of files in. A feed that is added again is replaced by its new state.")
    .option("--feed <NAME>", "the feed's name (default: the file's)")
    .addHelpText(
      "after",
      "\nExamples:\n  spoor intel add indicators.csv --feed our-own\n  spoor intel add bundle.json misp-event-123.json",
    )
    .action(async (files: string[], options: IntelOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await refuseMissing(files, "Name a CSV file, a STIX 2.1 bundle or a MISP event.");
      await withWorld(session, { store: config.store }, async (world) => {
        for (const file of files) {
          const added = await addIndicators(file, options.feed === undefined ? {} : { feed: options.feed }, world);
          session.terminal.out(
            `${inert(file)}: ${added.added} indicators (${added.format}) as feed ${inert(added.feed)}, ${added.leftOut.length} left out`,
          );
          for (const { value, reason } of added.leftOut.slice(0, 10))
            session.terminal.note(`  left out ${inert(value)}: ${reason}`);
          if (added.leftOut.length > 10) session.terminal.note(`  and ${added.leftOut.length - 10} more`);
        }
      });
    });
  withStore(intel.command("list"))
    .description("List the feeds and how many indicators of each are active.")
    .addHelpText("after", "\nExample:\n  spoor intel list --store ./case-7")
    .action(async (options: IntelOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await withWorld(session, { store: config.store, mustExist: true }, async (world) => {
        const feeds = await feedsOnRecord(world);
        if (feeds.length === 0) session.terminal.note("No indicators are loaded. `spoor intel add FILE` takes some in.");
        for (const feed of feeds)
          session.terminal.out(
            `${inert(feed.feed_name)}  ${feed.type}  ${feed.active} active, as of ${feed.newest.slice(0, 19)} UTC`,
          );
      });
    });
  withWindow(withStore(intel.command("match")))
    .description("Look stored events up against the indicators now, without a hunt; the next hunt counts each meeting once.")
    .option("--limit <N>", "list at most so many indicators (default 100)", whole)
    .option("--json", "one indicator a line as JSON")
    .addHelpText("after", "\nExamples:\n  spoor intel match\n  spoor intel match --since 7d --json")
    .action(match);

  async function match(options: MatchOptions): Promise<void> {
    const session = sessionFor(options);
    const { terminal } = session;
    const config = await configOf(options);
    const { store, memory } = config;
    await withWorld(session, { store, memory, mustExist: true }, async (world) => {
      const span = await spanOfEvents(world.store);
      if (span === null) return terminal.note("There are no events in the store.");
      const { from, to } = partOf(span, options);
      const found = await matchIndicators({ from, to }, options.limit ?? 100, world);
      for (const gap of world.gaps.list()) terminal.note(`${gap.part}: ${inert(gap.reason)}`);
      if (found.length === 0) terminal.note(`No active indicator was met from ${from.slice(0, 19)} to ${to.slice(0, 19)} UTC.`);
      for (const one of found)
        terminal.out(
          options.json === true
            ? inertJson(JSON.stringify(one))
            : `${String(one.events).padStart(6)}  ${one.type}  ${inert(one.value)}  ${one.first_time.slice(0, 19)} to ${one.last_time.slice(0, 19)} UTC  ${one.is_valid_then ? "" : "(outside its validity)  "}${inert(one.who.join(", "))}  [${inert(one.feeds.join(", "))}]`,
        );
    });
  }
}

interface MatchOptions extends IntelOptions {
  readonly from?: string;
  readonly to?: string;
  readonly since?: number;
  readonly limit?: number;
  readonly json?: boolean;
}
