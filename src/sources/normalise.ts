import { z } from "zod";
import type { World } from "../world.ts";
import type { Mapping } from "./load.ts";
import { quarantine, rawOnlyKinds, refusals, refusedSample } from "./quarantine.ts";
import { bindings, type LandedFile, parseOnce, type Slice, slicesOf } from "./reading.ts";
import type { Match, Sample } from "./recognise.ts";
import { tellFailure } from "./statement-failure.ts";
import { type Share, type Survey, survey } from "./survey.ts";

/** What became of the lines of a file. read = stored + duplicate + quarantined. */
export interface LineCounts {
  readonly read: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly rawOnly: number;
  readonly rawOnlyKinds: readonly { readonly kind: string; readonly lines: number }[];
  readonly reasons: readonly { readonly reason: string; readonly lines: number }[];
}

// Tables whose rows are versions of an object: a row is new when its uid and version_time are.
const versionedTables: ReadonlySet<string> = new Set(["detection_finding", "device_inventory", "user_inventory"]);

/**
 * Gives the lines of a file their meaning: runs the mappings of its formats, stores the events whose uid is new, and counts what
 * became of every line. Records of formats that the first ones did not show are found among what was refused (`more` names their
 * formats). Safe to repeat. A statement that fails is a gap; where it trips over some line, only that line is quarantined.
 */
export async function normalise(
  file: LandedFile,
  first: readonly Match[],
  more: (sample: Pick<Sample, "records">) => readonly Match[],
  world: World,
): Promise<{ counts: LineCounts; formats: readonly Match[] }> {
  const { formats, surveys } = await understand(file, first, more, world);
  const stored: Survey[] = [];
  const search = { splitsLeft: splitsAtMost };
  for (const surveyed of surveys) stored.push(...(await store(file, surveyed, formats, search, world)));
  return { counts: await count(file, stored, formats, world), formats };
}

/** Surveys the whole file before anything is written, until what is refused shows no new format. */
async function understand(
  file: LandedFile,
  first: readonly Match[],
  more: (sample: Pick<Sample, "records">) => readonly Match[],
  world: World,
): Promise<{ formats: readonly Match[]; surveys: readonly Survey[] }> {
  const formats = [...first];
  for (;;) {
    const surveys: Survey[] = [];
    for (const slice of slicesOf(file)) {
      world.signal.throwIfAborted();
      surveys.push(await survey(file, slice, formats, world));
    }
    const known = formats.length;
    for (const surveyed of surveys) {
      if (surveyed.refused === 0) continue;
      const found = more(await refusedSample(file, surveyed, world));
      formats.push(...found.filter((match) => !formats.some(({ format }) => format.id === match.format.id)));
    }
    if (formats.length === known) return { formats, surveys };
  }
}

// The search for lines that make a statement fail is given up in a file that is full of them: 18 splits find one line of a slice.
const splitsAtMost = 200;

/**
 * Writes what was understood of a slice, and gives what came true. Where a statement trips over its values, the slice is halved until
 * the lines that did it are alone.
 */
async function store(
  file: LandedFile,
  surveyed: Survey,
  formats: readonly Match[],
  search: { splitsLeft: number },
  world: World,
): Promise<Survey[]> {
  const failed: Mapping[] = [];
  for (const share of surveyed.shares) {
    world.signal.throwIfAborted();
    try {
      await storeNew(file, surveyed.slice, share, world);
    } catch (cause) {
      tellFailure(share.mapping, file, cause, world);
      failed.push(share.mapping);
    }
  }
  const { first, last } = surveyed.slice;
  if (first < last && search.splitsLeft > 0 && (await tripsOverValues([...surveyed.failed, ...failed], file, world))) {
    search.splitsLeft -= 1;
    const middle = Math.floor((first + last) / 2);
    const halves = [];
    for (const half of [
      { first, last: middle },
      { first: middle + 1, last },
    ])
      halves.push(...(await store(file, await survey(file, half, formats, world), formats, search, world)));
    return halves;
  }
  const outcome =
    failed.length === 0 ? surveyed : await survey(file, surveyed.slice, formats, world, [...surveyed.failed, ...failed]);
  if (outcome.refused > 0) await quarantine(file, outcome, formats, world);
  return [outcome];
}

/** True when one of the statements that failed works where there are no lines: it is sound, and stumbled over what stands in some. */
async function tripsOverValues(failed: readonly Mapping[], file: LandedFile, world: World): Promise<boolean> {
  const noTime = "2000-01-01 00:00:00";
  for (const mapping of failed) {
    try {
      await storeNew(file, { first: 1, last: 0 }, { mapping, from: noTime, to: noTime }, world);
      return true;
    } catch {
      // Broken whatever the lines say.
    }
  }
  return false;
}

/**
 * Inserts the rows whose uid is absent from the span of time they cover; of several with one uid, the first line's. A minute more to
 * either side, because two interfaces tell the time of one event with different precision.
 */
async function storeNew(file: LandedFile, slice: Slice, { mapping, from, to }: Share, world: World): Promise<void> {
  const isVersioned = versionedTables.has(mapping.into);
  const parameters = { ...bindings(file, slice), spanFrom: from, spanTo: to };
  const columns = (await columnsOf(mapping, file, slice, world)).join(", ");
  const key = isVersioned ? "metadata_uid, version_time" : "metadata_uid";
  const span = isVersioned
    ? ""
    : `WHERE time >= toDateTime64({spanFrom:String}, 6, 'UTC') - INTERVAL 1 MINUTE AND time <= toDateTime64({spanTo:String}, 6, 'UTC') + INTERVAL 1 MINUTE`;
  const sql = `INSERT INTO ${mapping.into} (${columns})
    SELECT ${columns} FROM (\n${mapping.sql}\n)
    WHERE (${key}) GLOBAL NOT IN (SELECT ${key} FROM ${mapping.into} ${span})
    ORDER BY raw_line_number, metadata_uid LIMIT 1 BY ${key}
    ${parseOnce}`;
  await world.store.exec(sql, parameters, { signal: world.signal });
}

// The columns of a statement depend on nothing but its text: asked once for all files of a format.
const columnsKnown = new WeakMap<Mapping, readonly string[]>();

async function columnsOf(mapping: Mapping, file: LandedFile, slice: Slice, world: World): Promise<readonly string[]> {
  const known = columnsKnown.get(mapping);
  if (known !== undefined) return known;
  const row = z.object({ name: z.string() });
  const rows = await world.store.query(`DESCRIBE (\n${mapping.sql}\n)`, bindings(file, slice), row, { signal: world.signal });
  const columns = rows.map(({ name }) => name);
  columnsKnown.set(mapping, columns);
  return columns;
}

async function count(file: LandedFile, surveys: readonly Survey[], formats: readonly Match[], world: World): Promise<LineCounts> {
  const total = (which: "read" | "accepted" | "rawOnly" | "refused"): number =>
    surveys.reduce((sum, surveyed) => sum + surveyed[which], 0);
  const storedLines = await linesStored(file, surveys, world);
  const kinds = new Map<string, number>();
  for (const surveyed of surveys.filter(({ rawOnly }) => rawOnly > 0))
    for (const { kind, lines } of await rawOnlyKinds(file, surveyed, formats, world))
      kinds.set(kind, (kinds.get(kind) ?? 0) + lines);
  return {
    read: total("read"),
    stored: storedLines + total("rawOnly"),
    duplicate: Math.max(0, total("accepted") - storedLines),
    quarantined: total("refused"),
    rawOnly: total("rawOnly"),
    rawOnlyKinds: [...kinds]
      .map(([kind, lines]) => ({ kind, lines }))
      .sort((a, b) => b.lines - a.lines || (a.kind < b.kind ? -1 : 1)),
    reasons: total("refused") === 0 ? [] : await refusals(file, world),
  };
}

/** Lines of this file that brought at least one event into a table. */
async function linesStored(file: LandedFile, surveys: readonly Survey[], world: World): Promise<number> {
  const shares = surveys.flatMap((surveyed) => surveyed.shares);
  const tables = [...new Set(shares.map(({ mapping }) => mapping.into))].sort();
  if (tables.length === 0) return 0;
  const parameters: Record<string, string> = { file: file.fileUid };
  const selects = tables.map((table, position) => {
    const spans = shares.filter(({ mapping }) => mapping.into === table);
    parameters[`from${position}`] = spans.map(({ from }) => from).reduce((a, b) => (a < b ? a : b));
    parameters[`to${position}`] = spans.map(({ to }) => to).reduce((a, b) => (a > b ? a : b));
    return `SELECT raw_line_number FROM ${table} WHERE raw_file_uid = {file:String}
      AND time >= toDateTime64({from${position}:String}, 6, 'UTC') AND time <= toDateTime64({to${position}:String}, 6, 'UTC')`;
  });
  const [row] = await world.store.query(
    `SELECT uniqExact(raw_line_number) AS lines FROM (${selects.join("\nUNION ALL\n")})`,
    parameters,
    z.object({ lines: z.coerce.number() }),
    { signal: world.signal },
  );
  return row?.lines ?? 0;
}
