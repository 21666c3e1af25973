// What a program calls that uses Spoor as a library: a store opened and closed, a whole hunt, results brought to a place. The clock and
// the rest of the outside come from the program; nothing is printed.
import { sleep } from "./collect/sleep.ts";
import type { Config } from "./config.ts";
import { openObjects } from "./objects/open.ts";
import { landingOf, ownPlaces } from "./places.ts";
import type { PublishedFile } from "./publish/folder.ts";
import { filesPublisher } from "./publish/objects.ts";
import { readPublication } from "./publish/publication.ts";
import { publish } from "./publish/publish.ts";
import { type PublishRecord, readRecordOf, writeRecord } from "./publish/record.ts";
import { loadTicketing } from "./publish/ticket.ts";
import { tlpLabel } from "./report/settings.ts";
import { resultFiles } from "./results.ts";
import { type HuntOutcome, type HuntPlan, hunt, loadLibrary } from "./run.ts";
import { openStore } from "./store/open.ts";
import { convertParquet } from "./store/parquet.ts";
import type { Gap } from "./types.ts";
import { engineTime, GapLedger, type World } from "./world.ts";

/** What a program lends the engine, which has no clock, no environment and no terminal of its own. */
export interface Outside {
  /** The time now, for records of our own: `() => new Date()`. */
  readonly clock: () => Date;
  /** Stops the work; what was stored stays, and the promise rejects with SpoorError "cancelled". */
  readonly signal?: AbortSignal;
  /** Told again and again what has been done of what is to do. */
  readonly progress?: World["progress"];
  /** For a store on a server whose URL does not hold it. */
  readonly storePassword?: string;
}

/** What a hunt gives: everything it found out, what it could not see, and the files that the command line would write under --out. */
export interface Hunted {
  readonly outcome: HuntOutcome;
  readonly gaps: readonly Gap[];
  readonly files: readonly PublishedFile[];
}

/**
 * Opens the store of the settings, brings its tables up to date, does the work in it, and closes it whatever happens. Rejects with
 * SpoorError "store-locked" or "store-unavailable", and with what the work rejects with.
 */
export async function withStore<Result>(
  config: Config,
  { clock, signal, progress, storePassword }: Outside,
  work: (world: World) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(config.store, {
    maxMemoryBytes: config.memory,
    ...(storePassword === undefined ? {} : { password: storePassword }),
  });
  try {
    await store.migrate();
    return await work({
      store,
      clock,
      gaps: new GapLedger(),
      progress: progress ?? (() => undefined),
      signal: signal ?? new AbortController().signal,
    });
  } finally {
    await store.close();
  }
}

/**
 * Reads files and folders of logs into the store of the settings and hunts over all that it holds, without vendors and without a
 * language model. Nothing is written beside the store: hand `files` to writeFolder. A part that fails is a gap; rejects with SpoorError
 * "usage" or "configuration" for wrong settings, "bad-plugin", "store-locked", "disk-full", "cancelled".
 */
export async function huntFolder(paths: readonly string[], config: Config, outside: Outside): Promise<Hunted> {
  const library = await loadLibrary(config);
  return withStore(config, outside, async (world) => {
    const outcome = await hunt(planOf(paths, config), library, world);
    const gaps = world.gaps.list();
    const command = ["spoor", "hunt", ...paths].join(" ");
    const files = await resultFiles(outcome, gaps, { config, command, recordedTime: engineTime(world.clock()) });
    return { outcome, gaps, files };
  });
}

function planOf(paths: readonly string[], config: Config): HuntPlan {
  return {
    paths,
    config,
    model: null,
    landingDirectory: landingOf(config),
    leaveOut: ownPlaces(config),
    convertParquet: (path, target) => convertParquet(path, target, { maxMemoryBytes: config.memory }),
    measure: { nowMilliseconds: () => performance.now(), peakResidentBytes: () => process.resourceUsage().maxRSS * 1024 },
  };
}

/** Where results go: a folder, or `s3://bucket`; and under which names ({date}, {run}, {case} and {name} are filled in). */
export interface PublishPlace {
  readonly location: string;
  /** Default: `{date}/{run}/{name}`. */
  readonly key?: string;
}

/** What publishing needs of a program: a random number from 0 to below 1 spreads repeated tries. */
export interface PublishOutside extends Pick<Outside, "clock" | "signal"> {
  readonly random: () => number;
}

/**
 * Brings the results in the folder of the settings (`out`) to a place, read back and compared by SHA-256; what is there already is left
 * alone. Writes publish.json beside them and gives it, with a gap where the place did not get everything. Rejects with "path-missing"
 * where no hunt has written results.
 */
export async function publishTo(
  { location, key = "{date}/{run}/{name}" }: PublishPlace,
  config: Config,
  { clock, signal, random }: PublishOutside,
): Promise<{ readonly record: PublishRecord; readonly gaps: readonly Gap[] }> {
  const ticketing = await loadTicketing({
    timeZone: config.report.timeZone,
    marking: tlpLabel(config.report.tlp),
    settings: config.collect,
    ...(config.sources === undefined ? {} : { sources: config.sources }),
  });
  const publication = await readPublication(config.out, { case: config.publish.case, ticketing });
  const publisher = filesPublisher(location, { objects: openObjects(location, config.s3), key }, null);
  const { record, gaps } = await publish([publisher], publication, await readRecordOf(config.out), {
    clock,
    sleep,
    random,
    signal: signal ?? new AbortController().signal,
    strike: (text) => text,
  });
  await writeRecord(config.out, record);
  signal?.throwIfAborted();
  return { record, gaps };
}
