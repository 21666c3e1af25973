import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Archive, archiveIn } from "./archive.ts";
import { castOf } from "./attacks/cast.ts";
import { workdaysOf } from "./background/days/workday.ts";
import { tellDay } from "./background/days.ts";
import { day, midnights, type Span } from "./calendar.ts";
import { type Carried, endDay, streamed, writePart } from "./day-files.ts";
import { type Device, type Estate, estateOf } from "./estate.ts";
import { deviceInfo } from "./formats/defender-devices.ts";
import { type Condemned, condemn, nothingCondemned } from "./formats/proofpoint-people.ts";
import { type Occurrences, together } from "./occurrences.ts";
import { plant, type Scenario } from "./scenario.ts";
import { truthOf } from "./scenario-truth.ts";
import { type Size, sizeOf } from "./size.ts";
import { until } from "./until.ts";
import { directoryOf, falconInventory, summariesOf, vendorDataOf } from "./vendors.ts";

export interface SimulateOptions {
  /** Where the records go: a folder that is not there yet, or is empty. */
  readonly directory: string;
  /** Where the truth about the attacks goes, outside of the folder; null where nobody asks. */
  readonly truthFile: string | null;
  /** Records of a step that the truth names, of each list at most so many (default 40). */
  readonly truthKeys?: number;
  /** About how many records. */
  readonly events: number;
  readonly seed: number;
  /** The first day, as "2026-11-02", from midnight UTC on. */
  readonly start: string;
  /** 40 to 50,000 (default: as the number of records asks for). */
  readonly people: number | null;
  /** Up to 92 (default: as the number of records asks for, a week at most unless people are named). */
  readonly days: number | null;
  /** Ids of the attacks and look-alikes to plant. */
  readonly attacks: readonly string[];
  /** Told after every part, with the share that is done. */
  readonly onPart?: (done: number) => void;
  readonly signal?: AbortSignal;
}

export interface Simulated {
  readonly people: number;
  readonly devices: number;
  readonly days: number;
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
}

// Devices told at once. What is in memory is a part of one day, whatever the size of the whole.
const partSize = 20;
// People of the first desks are enough to choose victims from.
const mostInCast = 2_000;

/**
 * Writes days of an estate in the record shapes of its products: Falcon, Microsoft and Proofpoint, Zeek and Windows, a folder for each,
 * by day. The same options give the same bytes. Day by day and desk by desk, so memory does not grow with the number of records.
 */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { directory, truthFile, seed, attacks } = options;
  refuseFilled(directory);
  if (truthFile !== null && !relative(resolve(directory), resolve(truthFile)).startsWith(".."))
    throw new Error(`the truth goes outside of ${directory}, where nobody who hunts there can read it`);
  const start = startOf(options.start);
  const size = sizeOf(options.events, seed, start, options);
  const estate = estateOf(seed, { people: size.people });
  const span: Span = { start, days: size.days };
  const planted = plantIn(estate, span, size, attacks, seed);

  const archive = archiveIn(directory);
  const condemned = nothingCondemned();
  const carried: Carried = { numbering: new Map(), condemned: [], clicks: [] };
  const parts = partsOf([...estate.workstations, ...estate.servers]);
  for (const [index, midnight] of midnights(span).entries()) {
    for (const [number, devices] of parts.entries()) {
      // Lets a wish to stop come through.
      await setImmediate();
      options.signal?.throwIfAborted();
      const background = tellDay(estate, devices, midnight, { seed, busyness: size.busyness });
      const told = number === 0 ? together(background, onDay(planted.attack, midnight)) : background;
      writePart(archive, told, estate, midnight, carried);
      condemn(condemned, told.messages, told.clicks);
      options.onPart?.((index * parts.length + number + 1) / (size.days * parts.length));
    }
    endDay(archive, midnight, carried);
  }
  writeInventory(archive, estate, span, condemned);
  if (truthFile !== null) writeTruth(truthFile, { ...planted, estate, span }, options);
  return {
    people: size.people,
    devices: estate.workstations.length + estate.servers.length,
    days: size.days,
    ...archive.counts(),
  };
}

function startOf(start: string): number {
  const time = Date.parse(`${start}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || Number.isNaN(time)) throw new Error(`${start} is not a day as in 2026-11-02`);
  return time;
}

function refuseFilled(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new Error(`${directory} is not empty: name a folder that is not there yet`);
}

function partsOf(devices: readonly Device[]): Device[][] {
  return Array.from({ length: Math.ceil(devices.length / partSize) }, (_, index) =>
    devices.slice(index * partSize, (index + 1) * partSize),
  );
}

function plantIn(estate: Estate, span: Span, { busyness }: Size, attacks: readonly string[], seed: number) {
  const end = span.start + span.days * day;
  const atWork =
    attacks.length === 0
      ? []
      : midnights(span).flatMap((midnight) =>
          estate.workstations.slice(0, mostInCast).flatMap((device) => workdaysOf(estate, device, midnight, seed, busyness)),
        );
  return { end, ...plant(castOf(estate, span, end, atWork), attacks, seed) };
}

/** What of an attack falls on a day. */
function onDay(attack: Occurrences, midnight: number): Occurrences {
  const before = until(midnight + day, attack);
  const since = <Item extends { readonly time: number }>(items: readonly Item[]) => items.filter(({ time }) => time >= midnight);
  const kinds = Object.entries(before).map(([kind, items]): [string, readonly { time: number }[]] => [kind, since(items)]);
  return { ...before, ...Object.fromEntries(kinds) };
}

/** Hosts, people and roles as they stand at the end, and what the mail filter sums up. */
function writeInventory(archive: Archive, estate: Estate, { start, days }: Span, condemned: Condemned): void {
  const end = start + days * day;
  for (const [name, records] of Object.entries(falconInventory(estate, start, end)))
    archive.add(`falcon/${name}.ndjson.gz`, records);
  for (const [name, records] of Object.entries(directoryOf(estate, end))) archive.add(`microsoft/${name}.ndjson.gz`, records);
  const devices = deviceInfo([...estate.workstations, ...estate.servers], estate, end);
  archive.add("microsoft/advanced-hunting/DeviceInfo/inventory-*.ndjson.gz", streamed("DeviceInfo", devices, estate));
  const { vap, topClickers, campaigns, forensics } = summariesOf(condemned);
  const interval = `${new Date(end - 14 * day).toISOString()}/${new Date(end).toISOString()}`;
  const answer = (path: string, value: unknown, records: number) =>
    archive.addText(`proofpoint/${path}.json.gz`, `${JSON.stringify(value)}\n`, records);
  answer("vap", { users: vap, totalVapUsers: vap.length, interval }, vap.length);
  answer("top-clickers", { users: topClickers, totalTopClickers: topClickers.length, interval }, topClickers.length);
  archive.add("proofpoint/campaigns.ndjson.gz", campaigns);
  archive.add("proofpoint/forensics.ndjson.gz", forensics);
  archive.close();
}

/** The truth knows the attack's own records; of what was told around them it needs none. */
function writeTruth(
  file: string,
  told: Omit<Scenario, "background">,
  { seed, truthKeys }: Pick<SimulateOptions, "seed" | "truthKeys">,
): void {
  const truth = truthOf({ ...told, background: together() }, vendorDataOf(told.attack, told.estate), seed, truthKeys);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(truth, null, 2)}\n`);
}
