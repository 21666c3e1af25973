import type { Command } from "commander";
import { z } from "zod";
import { readRecord } from "../../findings/ndjson.ts";
import { findingsNaming } from "../../findings/on-record.ts";
import { statement } from "../../store/statement.ts";
import { findingLine } from "../finding-line.ts";
import { configOf, type GivenOptions, time, whole, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface EntityOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly limit?: number;
  readonly from?: string;
  readonly to?: string;
}

const eventRow = z.object({ moment: z.string(), table_name: z.string(), event_uid: z.string(), what: z.string() });

/** `spoor entity`: everything on record of one address, host, person or name. */
export function registerEntity(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(
    program.command("entity").argument("<VALUE>", "an address, host name, user, mail address, domain or hash, as events hold it"),
  )
    .description(
      "Everything on record of one address, host, person or name: findings that name it, then its events, newest first.",
    )
    .option("--from <TIME>", "events from here, UTC", time)
    .option("--to <TIME>", "up to here, exclusive", time)
    .option("--limit <N>", "at most so many events (default 100)", whole)
    .option("--json", "one event a line as JSON")
    .addHelpText("after", "\nExamples:\n  spoor entity 10.0.1.4\n  spoor entity alice@example.com --from 2026-11-03 --limit 500")
    .action(async (value: string, options: EntityOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async (world) => {
        const sql = await statement(new URL("../../entities/", import.meta.url).href, "timeline.sql");
        const window = { from: options.from ?? "1900-01-01 00:00:00", to: options.to ?? "2299-01-01 00:00:00" };
        const events = await world.store.query(sql, { value, ...window, limit: options.limit ?? 100 }, eventRow, {
          signal: session.signal,
        });
        if (options.json === true) {
          for (const event of events) session.terminal.out(inertJson(JSON.stringify(event)));
          return;
        }
        const findings = await findingsNaming(value, world);
        for (const { document } of findings) session.terminal.out(findingLine(readRecord(document, "the store")));
        for (const event of events)
          session.terminal.out(`${event.moment.slice(0, 19)} UTC  ${event.table_name.padEnd(20)}  ${inert(event.what)}`);
        if (findings.length + events.length === 0)
          session.terminal.note(
            `Nothing is on record of ${inert(value)}. Names are lower case; people may be known by mail address.`,
          );
      });
    });
}
