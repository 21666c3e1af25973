import type { Command } from "commander";
import { landingDirectoryOf } from "../../run.ts";
import { importPaths } from "../../sources/import.ts";
import { loadSources } from "../../sources/load.ts";
import { configOf, type GivenOptions, whole, withStore } from "../options.ts";
import { parquetWith } from "../parquet.ts";
import { refuseMissing } from "../paths.ts";
import { type Session, withWorld } from "../session.ts";
import { inert } from "../terminal.ts";

interface DataOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly as?: string;
  readonly json?: boolean;
}

/** `spoor import` and `spoor query`. */
export function registerData(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(program.command("import").argument("<PATH...>", "files and folders of logs"))
    .description("Read logs into the store without hunting. Importing the same file again stores nothing twice.")
    .option("--as <FORMAT>", "read every file as this format, whatever it looks like")
    .option("--sources <DIR>", "a folder of your own sources")
    .option("--year <YYYY>", "for logs that carry no year", whole)
    .option("--json", "what became of each file, as JSON")
    .addHelpText("after", "\nExamples:\n  spoor import ./zeek/2026-11-0*\n  spoor import export.json --as entra-sign-in")
    .action(async (paths: string[], options: DataOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await refuseMissing(paths);
      const sources = await loadSources(config.sources);
      await withWorld(session, { store: config.store, memory: config.memory }, async (world) => {
        const isServer = /^https?:/.test(config.store);
        const counts = await importPaths(
          paths,
          {
            sources,
            landingDirectory: landingDirectoryOf(isServer ? config.out : config.store),
            leaveOut: isServer ? [] : [config.store],
            year: config.year ?? world.clock().getUTCFullYear(),
            convertParquet: parquetWith(config),
            ...(options.as === undefined ? {} : { as: options.as }),
          },
          world,
        );
        if (options.json === true)
          return session.terminal.out(JSON.stringify({ sources: counts, gaps: world.gaps.list() }, null, 2));
        for (const count of counts)
          session.terminal.out(
            `${count.format}  ${inert(count.file)}: read ${count.read}, stored ${count.stored}, duplicate ${count.duplicate}, quarantined ${count.quarantined}`,
          );
        for (const gap of world.gaps.list())
          session.terminal.note(
            `gap: ${inert(gap.part)}: ${inert(gap.reason)}${gap.count === undefined ? "" : ` (${gap.count})`}`,
          );
      });
    });
  withStore(program.command("query").argument("<SQL>", "one SELECT over the tables"))
    .description("Ask the store a question in its own SQL (ClickHouse), read-only, within limits.")
    .addHelpText(
      "after",
      '\nExample:\n  spoor query "SELECT dst_endpoint_ip, count() AS n FROM network_activity GROUP BY 1 ORDER BY n DESC LIMIT 10"',
    )
    .action(async (sql: string, options: DataOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async (world) => {
        const text = await world.store.text(sql, {}, { readOnly: true, maxSeconds: 120, signal: session.signal });
        for (const line of text.split("\n")) if (line !== "") session.terminal.out(inert(line));
      });
    });
}
