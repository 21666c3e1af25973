import { type Command, Option } from "commander";
import { type CollectPlan, collect } from "../../collect/collect.ts";
import { collectionGaps, coverageOfRun } from "../../collect/coverage.ts";
import { ledgerRows } from "../../collect/ledger.ts";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import { loadSources } from "../../sources/load.ts";
import type { CollectionCoverage, Gap } from "../../types.ts";
import type { World } from "../../world.ts";
import { collectingOf, type WantedOptions } from "../collecting.ts";
import { withLanding } from "../landing.ts";
import { configOf, days, type GivenOptions, list, time, whole, withStore } from "../options.ts";
import { parquetWith } from "../parquet.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface CollectOptions extends GivenOptions, WantedOptions {
  readonly quiet?: boolean;
  readonly source?: string[];
  readonly json?: boolean;
}

/** `spoor collect`. */
export function registerCollect(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(program.command("collect"))
    .description("Ask the vendors of the settings for what is new, and store it. Asking again stores nothing twice.")
    .option("--source <ID,…>", "only these, or one list of them: ID/STREAM (default: all that the settings name)", list)
    .addOption(
      new Option("--since <SPAN>", "reach back so far: 7d, 24h (default: from where the last run ended; at first 7d)")
        .argParser(days)
        .conflicts("from"),
    )
    .option("--from <TIME>", "from here, UTC: 2026-11-01 or 2026-11-01T08:00:00Z", time)
    .option("--to <TIME>", "up to here, exclusive (default: now, by the vendor's clock)", time)
    .option("--sources <DIR>", "a folder of your own sources and collectors")
    .option("--year <YYYY>", "for logs that carry no year", whole)
    .option("--json", "what was asked, what came and what did not, as JSON")
    .addHelpText(
      "after",
      `
Examples:
  spoor collect --config spoor.yaml                      what is new, from every vendor under "collect:"
  spoor collect --config spoor.yaml --since 30d          as far back as the vendors keep it, at most 30 days
  spoor collect --config spoor.yaml --source ID          one vendor; ID/STREAM is one list of it
  spoor doctor --config spoor.yaml                       credentials, permissions and clocks, before the first time`,
    )
    .action(async (options: CollectOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      if (options.from !== undefined && options.to !== undefined && options.from >= options.to)
        throw new SpoorError("usage", `the window ends (${options.to}) before it begins (${options.from})`, {
          hint: "Times are UTC, and --to is exclusive.",
        });
      const collecting = await collectingOf(config, options, session, options.source ?? []);
      if (collecting === null)
        throw new SpoorError("configuration", "nothing is set up to be collected", {
          hint: "Name a file of settings with --config; docs/guide/collecting.md shows its part `collect:`.",
        });
      const { store, memory } = config;
      await withLanding(config, (landingDirectory) =>
        withWorld(session, { store, memory }, (world) =>
          run(collecting(landingDirectory), landingDirectory, config, world, session, options),
        ),
      );
    });
}

async function run(
  plan: Omit<CollectPlan, "importOptions">,
  landingDirectory: string,
  config: Config,
  world: World,
  { terminal }: Session,
  { json }: CollectOptions,
): Promise<void> {
  const importOptions = {
    sources: await loadSources(config.sources),
    landingDirectory,
    year: config.year ?? world.clock().getUTCFullYear(),
    convertParquet: parquetWith(config),
  };
  const { sources, asked } = await collect({ ...plan, importOptions }, world);
  const collection = coverageOfRun(asked, await ledgerRows(world.store));
  for (const gap of collectionGaps(collection)) world.gaps.add(gap);
  const gaps = world.gaps.list();
  if (json === true) terminal.out(inertJson(JSON.stringify({ collection, sources, gaps }, null, 2)));
  else {
    for (const one of collection) terminal.out(lineOf(one));
    const sum = (which: "stored" | "duplicate" | "quarantined"): number => sources.reduce((total, one) => total + one[which], 0);
    terminal.out(`stored ${sum("stored")}, duplicate ${sum("duplicate")}, quarantined ${sum("quarantined")}`);
    for (const gap of gaps) terminal.note(gapLine(gap));
  }
  // Gaps are told; when nobody answered at all, that is no success.
  if (asked.length > 0 && asked.every(({ state }) => state === "refused" || state === "failed"))
    throw new SpoorError("vendor-unavailable", "nothing could be collected: every question was refused or failed", {
      hint: "spoor doctor says what is wrong; the reasons stand above.",
    });
}

function lineOf({ source, stream, kind, asked, covered, records, missing }: CollectionCoverage): string {
  const span =
    asked === null
      ? ""
      : kind === "snapshot"
        ? ` at ${asked.from.slice(0, 16)}`
        : ` ${asked.from.slice(0, 16)} to ${asked.to.slice(0, 16)}`;
  const state = missing.length === 0 ? "complete" : `${Math.floor(covered * 100)} % complete`;
  return `${source}/${stream}${span}: ${records} records, ${state}`;
}

function gapLine({ stage, part, reason, count }: Gap): string {
  return `gap: ${stage}, ${inert(part)}: ${inert(reason)}${count === undefined || count === 1 ? "" : ` (${count})`}`;
}
