import { hostname } from "node:os";
import { type Command, Option } from "commander";
import { collect as collectVendors } from "../../collect/collect.ts";
import { collectionGaps, coverageOfRun } from "../../collect/coverage.ts";
import { ledgerRows } from "../../collect/ledger.ts";
import { sleep } from "../../collect/sleep.ts";
import type { Config } from "../../config.ts";
import { requireModelFor } from "../../detectors/require-model.ts";
import { SpoorError } from "../../errors.ts";
import type { UserModel } from "../../models/user-model.ts";
import { ownPlaces } from "../../places.ts";
import { loadLibrary } from "../../run.ts";
import { dayMs, epochMilliseconds } from "../../time.ts";
import { type Severity, severities } from "../../types.ts";
import { sinkOf } from "../../watch/sinks.ts";
import { type Look, type WatchPlan, watch } from "../../watch/watch.ts";
import type { World } from "../../world.ts";
import { collectingOf } from "../collecting.ts";
import { withLanding } from "../landing.ts";
import { collect, configOf, days, type GivenOptions, positive, withHunt } from "../options.ts";
import { parquetWith } from "../parquet.ts";
import { refuseInside, refuseMissing, refuseOwn } from "../paths.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";
import { modelNamed } from "./models.ts";

interface WatchOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly sink: string[];
  readonly least: Severity;
  readonly every: number;
  readonly collectEvery: number;
  readonly window?: number;
  readonly model?: string;
  readonly models?: string;
  readonly once?: boolean;
}

const defaultModel = "user-anomaly-detector";

/** `spoor watch`. */
export function registerWatch(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withHunt(program.command("watch").argument("[PATH...]", "files and folders of logs to follow"))
    .description("Follow logs and vendors, and hand out findings as they are made; after a restart it goes on where it was.")
    .option("--sink <SINK>", "where findings go, one JSON object each; may be repeated (default stdout)", collect, [])
    .addOption(
      new Option("--least <SEVERITY>", "hand out findings from this severity on").choices([...severities]).default("High"),
    )
    .option("--every <SECONDS>", "look for new lines so often", positive, 5)
    // Some lists may be asked for fifty times a day: every half hour keeps below.
    .option("--collect-every <SECONDS>", "ask the vendors of the settings so often", positive, 1800)
    .addOption(
      new Option(
        "--window <SPAN>",
        "how much of the data is looked at: 7d, 24h (default: as much as the model was fitted on, or 24h)",
      ).argParser(days),
    )
    .option("--model <MODEL>", `score people with this model (default: the version of ${defaultModel} that is in use)`)
    .option("--models <DIR|URL>", "where models are kept: a folder or s3://bucket/prefix (default ./spoor-models)")
    .option("--once", "look once and end")
    .addHelpText(
      "after",
      `
A sink is stdout, https://…, syslog://host:514 (UDP), syslog+tcp://host:601, syslog+tls://host:6514, or env:NAME for an
address with a secret in it. A finding reaches each sink at least once, under the same uid.
With --once it ends with 1 when a sink could not be reached; the next watch over the store hands out the rest.

Examples:
  spoor watch /var/log/zeek/current --sink stdout
  spoor watch --config spoor.yaml --sink env:HOOK --least Medium
  spoor watch ./logs --once --quiet > new-findings.ndjson`,
    )
    .action((paths: string[], options: WatchOptions) => run(paths, options, sessionFor(options)));
}

async function run(paths: readonly string[], options: WatchOptions, session: Session): Promise<void> {
  const config = await configOf(options);
  await refuseMissing(paths);
  await refuseOwn(paths, { "--store": config.store });
  await refuseInside(paths, config.store);
  const collecting = await collectingOf(config, {}, session);
  if (paths.length === 0 && collecting === null)
    throw new SpoorError("usage", "there is nothing to follow", {
      hint: "Name files or folders of logs, or settings with vendors (--config).",
    });
  const sinks = (options.sink.length === 0 ? ["stdout"] : options.sink).map((text) =>
    sinkOf(addressOf(text, session), {
      fetch: globalThis.fetch,
      clock: () => new Date(),
      hostname: hostname(),
      print: (line) => session.terminal.outWritten(inertJson(line)),
    }),
  );
  const library = await loadLibrary(config);
  const model = await modelInUse(options);
  if (model !== null) requireModelFor(library.detectors, model);
  tellModel(model, session);
  const windowMs = options.window === undefined ? windowOf(model) : options.window * dayMs;
  const { store, memory } = config;
  let undelivered: string | undefined;
  await withLanding(config, (landingDirectory) =>
    withWorld(session, { store, memory }, (world) => {
      const importOptions: WatchPlan["importOptions"] = {
        sources: library.sources,
        landingDirectory,
        leaveOut: ownPlaces(config),
        year: config.year ?? world.clock().getUTCFullYear(),
        convertParquet: parquetWith(config),
      };
      const plan: WatchPlan = {
        paths,
        collect: whenDue(collecting?.(landingDirectory) ?? null, importOptions, options.collectEvery * 1000),
        importOptions,
        ...library,
        ...detecting(config),
        model,
        windowMs,
        everyMs: options.every * 1000,
        sinks,
        least: options.least,
        once: options.once === true,
      };
      const tell = telling(session);
      return watch(plan, world, sleep, (look) => {
        tell(look);
        undelivered = look.gaps.find(({ stage }) => stage === "publish")?.reason;
      });
    }),
  );
  if (undelivered !== undefined)
    throw new SpoorError("publish-failed", undelivered, { hint: "The next `spoor watch` over this store hands them out." });
}

function detecting({ internal, mmdb, seed, set: settings, budget }: Config) {
  return { internal, mmdb, seed, settings, budget };
}

type Collecting = Omit<Parameters<typeof collectVendors>[0], "importOptions">;

/** Asks the vendors when so long has passed since they were asked; what they did not give becomes gaps of the look. */
function whenDue(plan: Collecting | null, importOptions: WatchPlan["importOptions"], everyMs: number): WatchPlan["collect"] {
  let last = Number.NEGATIVE_INFINITY;
  return async (world: World) => {
    const now = world.clock().getTime();
    if (plan === null || now - last < everyMs) return [];
    // What is wrong from the start ends the command; what goes wrong later is waited out.
    const mayMissVendors = last !== Number.NEGATIVE_INFINITY;
    last = now;
    const { sources, asked } = await collectVendors({ ...plan, importOptions, isPaced: true, mayMissVendors }, world);
    for (const gap of collectionGaps(coverageOfRun(asked, await ledgerRows(world.store)))) world.gaps.add(gap);
    return sources;
  };
}

/** env:NAME is the address in that variable, so that it stands in no list of processes. */
function addressOf(text: string, { environment }: Session): string {
  const name = /^env:([A-Za-z_]\w*)$/.exec(text)?.[1];
  if (name === undefined) return text;
  const value = environment[name];
  if (value !== undefined && value !== "") return value;
  throw new SpoorError("configuration", `the variable ${name}, which --sink names, is not set`, {
    hint: "Put the address there.",
  });
}

/** The model that was asked for, or the one in use, or none. */
async function modelInUse(options: WatchOptions): Promise<UserModel | null> {
  if (options.model !== undefined) return modelNamed(options.model, options);
  return modelNamed(defaultModel, options).catch((thrown: unknown) => {
    if (thrown instanceof SpoorError && thrown.code === "not-found") return null;
    throw thrown;
  });
}

function tellModel(model: UserModel | null, { terminal }: Session): void {
  terminal.note(
    model === null
      ? `No version of ${defaultModel} is in use: people are compared within each look (spoor models load, spoor models promote).`
      : `People are scored with ${inert(model.name)}@${model.hash.slice(0, 12)}, fitted on ${model.rowCount} rows from ${model.window.from} to ${model.window.to} UTC.`,
  );
}

/** Counts of a day cannot be compared with those of a week: the window is as long as that of the model. */
function windowOf(model: UserModel | null): number {
  return model === null ? dayMs : Math.max(dayMs, epochMilliseconds(model.window.to) - epochMilliseconds(model.window.from));
}

const failures: ReadonlySet<string> = new Set(["failed", "quarantined", "damaged", "unrecognised", "unreadable"]);

/** Tells of looks: a failure whenever it was not there the last time, what is lacking or assumed once. */
function telling({ terminal }: Session): (look: Look) => void {
  const told = new Set<string>();
  let failedBefore = new Set<string>();
  return ({ stored, findings, delivered, gaps }) => {
    if (stored + delivered > 0)
      terminal.note(`${stored} new records, ${findings} findings in the window, ${delivered} handed out`);
    const failed = new Set<string>();
    for (const gap of gaps) {
      // For lack of data a question was not asked: that is a hunt's report. Who was not judged is counted; a vendor that refuses is told.
      const isLackOfData = gap.stage !== "collect" && (gap.kind === "no-data" || gap.kind === "missing-column");
      if (isLackOfData || (gap.kind === "not-evaluable" && gap.count === undefined)) continue;
      // The same lack at every look would drown the rest; its count may differ.
      const key = JSON.stringify([gap.stage, gap.part, gap.kind, gap.reason.replace(/\d+/g, "#")]);
      const isLasting = !failures.has(gap.kind);
      const isKnown = isLasting ? told.has(key) : failedBefore.has(key) || failed.has(key);
      (isLasting ? told : failed).add(key);
      if (!isKnown) terminal.note(`gap: ${inert(gap.part)}: ${inert(gap.reason)}`);
    }
    failedBefore = failed;
  };
}
