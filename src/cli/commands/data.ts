import type { Command } from "commander";
import { z } from "zod";
import { SpoorError } from "../../errors.ts";
import { ownPlaces } from "../../places.ts";
import { importPaths } from "../../sources/import.ts";
import { formatsNamed, loadSources } from "../../sources/load.ts";
import type { SqlParameters, SqlValue } from "../../store/store.ts";
import { readOnlyQuestion } from "../../store/untrusted-sql.ts";
import type { World } from "../../world.ts";
import { withLanding } from "../landing.ts";
import { collect, configOf, type GivenOptions, whole, withStore } from "../options.ts";
import { parquetWith } from "../parquet.ts";
import { refuseMissing, refuseOwn } from "../paths.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

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
    .addHelpText("after", "\nExamples:\n  spoor import ./zeek/2026-11-0*\n  spoor import export.json --as zeek-conn-json")
    .action(async (paths: string[], options: DataOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      await refuseMissing(paths);
      await refuseOwn(paths, { "--store": config.store });
      const sources = await loadSources(config.sources);
      if (options.as !== undefined) formatsNamed(options.as, sources);
      const read = async (landingDirectory: string, world: World): Promise<void> => {
        const counts = await importPaths(
          paths,
          {
            sources,
            landingDirectory,
            leaveOut: ownPlaces(config),
            year: config.year ?? world.clock().getUTCFullYear(),
            convertParquet: parquetWith(config),
            ...(options.as === undefined ? {} : { as: options.as }),
          },
          world,
        );
        if (options.json === true)
          return session.terminal.out(inertJson(JSON.stringify({ sources: counts, gaps: world.gaps.list() }, null, 2)));
        for (const count of counts)
          session.terminal.out(
            `${count.format}  ${inert(count.file)}: read ${count.read}, stored ${count.stored}, duplicate ${count.duplicate}, quarantined ${count.quarantined}`,
          );
        for (const gap of world.gaps.list())
          session.terminal.note(
            `gap: ${inert(gap.part)}: ${inert(gap.reason)}${gap.count === undefined ? "" : ` (${gap.count})`}`,
          );
      };
      const { store, memory } = config;
      await withLanding(config, (landingDirectory) =>
        withWorld(session, { store, memory }, (world) => read(landingDirectory, world)),
      );
    });
  withStore(program.command("query").argument("<SQL>", "one SELECT over the tables"))
    .description(
      "Ask the store a question in its own SQL (ClickHouse), read-only, within limits. The answer is one JSON object a line.",
    )
    .option("--param <NAME=VALUE>", "a value for {NAME:Type}; lists as JSON; may be repeated", collect, [])
    .option("--limit <N>", "stop after so many rows (default 10000)", whole)
    .addHelpText(
      "after",
      `
Examples:
  spoor query "SELECT dst_endpoint_ip, count() AS n FROM network_activity GROUP BY 1 ORDER BY n DESC LIMIT 10"
  spoor query "SELECT time, line FROM raw WHERE file_uid = {file:String} LIMIT 5" --param file=3f9a01
  spoor query --param file=3f9a01 -- "-- a statement that begins with a comment stands behind two dashes
    SELECT count() FROM raw WHERE file_uid = {file:String}"
  spoor query "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"`,
    )
    .action(async (sql: string, options: QueryOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      const parameters = valuesOf(options.param ?? []);
      await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, (world) =>
        answer(sql, parameters, options.limit ?? 10_000, world, session),
      );
    });
}

interface QueryOptions extends DataOptions {
  readonly param?: string[];
  readonly limit?: number;
}

async function answer(
  sql: string,
  parameters: SqlParameters,
  limit: number,
  world: World,
  { terminal, signal }: Session,
): Promise<void> {
  const question = await readOnlyQuestion(sql, parameters, world.store);
  const rows = world.store.stream(question, parameters, z.record(z.string(), z.unknown()), {
    readOnly: true,
    maxSeconds: 120,
    signal,
  });
  let told = 0;
  for await (const row of rows) {
    if (told === limit) {
      terminal.note(`There is more behind these ${limit} rows: --limit shows more of it.`);
      break;
    }
    terminal.out(inertJson(JSON.stringify(row)));
    told += 1;
  }
}

const sqlValue: z.ZodType<SqlValue> = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.lazy(() => sqlValue))]);

function valuesOf(settings: readonly string[]): SqlParameters {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || text === undefined)
        throw new SpoorError("usage", `--param ${setting} is not of the form NAME=VALUE`, {
          hint: "For example --param from=2026-11-01 or --param 'internal=[\"10.0.0.0/8\"]'",
        });
      return [name, text.startsWith("[") ? listOf(setting, text) : text];
    }),
  );
}

function listOf(setting: string, text: string): SqlValue {
  try {
    return sqlValue.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpoorError("usage", `--param ${setting} is not a list in JSON`, {
      hint: "For example --param 'ports=[53, 80]'",
      cause,
    });
  }
}
