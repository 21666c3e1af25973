import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { type Gap, gap, type SourceCount } from "../types.ts";
import type { World } from "../world.ts";
import { type Identity, identify } from "./landing/identify.ts";
import { type Inspection, inspect } from "./landing/inspect.ts";
import { printable } from "./landing/names.ts";
import { type ParquetConverter, prepare } from "./landing/prepare.ts";
import { gapOf } from "./landing/problem.ts";
import { walk } from "./landing/walk.ts";
import { formatsNamed, type LoadedSource } from "./load.ts";
import { type LineCounts, normalise } from "./normalise.ts";
import type { LandedFile } from "./reading.ts";
import { type Match, recognise, recordsOf, type Sample } from "./recognise.ts";

export interface ImportOptions {
  readonly sources: readonly LoadedSource[];
  /** A folder of our own for copies that the engine can read (salvaged, converted); its content may be thrown away afterwards. */
  readonly landingDirectory: string;
  /** For logs without a year. */
  readonly year: number;
  /** Only this format, whatever the content looks like. */
  readonly as?: string;
  /** The format (or source) that a file is read as whose content nobody recognises; default: it is not read. */
  readonly otherwise?: string;
  readonly convertParquet?: ParquetConverter;
  /** Folders of our own (the store, the results) that are not read when they lie below a path. */
  readonly leaveOut?: readonly string[];
}

/**
 * Reads files and folders into the store: every line to `raw`, its meaning to the OCSF tables, what is not understood to
 * `quarantine`. Importing a file again stores nothing twice. Bad files become gaps; rejects only when the path is missing, the disk
 * is full, the store is gone, or on cancel.
 */
export async function importPaths(paths: readonly string[], options: ImportOptions, world: World): Promise<SourceCount[]> {
  const { files, problems } = await walk(paths, { leaveOut: options.leaveOut ?? [] });
  for (const problem of problems)
    world.gaps.add({ stage: "import", part: problem.path, kind: problem.kind, reason: problem.reason });
  const counts: SourceCount[] = [];
  for (const [position, path] of files.entries()) {
    world.signal.throwIfAborted();
    world.progress({ stage: "import", part: printable(path), done: position, total: files.length });
    const count = await importFile(path, options, world).catch((thrown: unknown) => asGap(thrown, printable(path), world));
    if (count !== null) counts.push(count);
  }
  world.progress({ stage: "import", part: "", done: files.length, total: files.length });
  return counts;
}

/**
 * Reads one file that we wrote ourselves, under a name for people. Like importPaths, but what goes wrong is for the caller to tell:
 * rejects when the file could not be stored. Null when it holds nothing.
 */
export function importOne(path: string, name: string, options: ImportOptions, world: World): Promise<SourceCount | null> {
  return importFile(path, options, world, { name: printable(name), isOwn: true });
}

function asGap(thrown: unknown, path: string, world: World): null {
  const fatal =
    thrown instanceof SpoorError &&
    ["disk-full", "cancelled", "store-locked", "store-unavailable", "usage"].includes(thrown.code);
  if (world.signal.aborted || fatal) throw thrown;
  world.gaps.add({ stage: "import", part: path, kind: "failed", reason: messageOf(thrown) });
  return null;
}

async function importFile(
  path: string,
  options: ImportOptions,
  world: World,
  { name, isOwn } = { name: printable(path), isOwn: false },
): Promise<SourceCount | null> {
  const inspection = await inspect(path);
  const unreadable = isOwn ? inspection.problems.find(({ kind }) => kind === "unreadable") : undefined;
  if (unreadable !== undefined) throw new SpoorError("path-missing", `${name} cannot be read: ${unreadable.reason}`);
  for (const problem of inspection.problems) world.gaps.add(gapOf(problem));
  if (inspection.problems.length > 0) return null;
  const matches = wanted(recognise(inspection, options.sources), options);
  if (matches.length === 0 && inspection.shape !== "parquet")
    return unknown(name, "no source knows this kind of file; it was not read", world);
  const identity = await identify(path);
  // Between looking for what is absent and storing it nobody else may store it.
  return world.store.alone(() => storeFile({ path, name, inspection, identity, matches }, options, world), {
    signal: world.signal,
  });
}

interface Found {
  readonly path: string;
  /** The path for people. */
  readonly name: string;
  readonly inspection: Inspection;
  readonly identity: Identity;
  readonly matches: readonly Match[];
}

async function storeFile(found: Found, options: ImportOptions, world: World): Promise<SourceCount | null> {
  const { path, name, inspection, identity, matches } = found;
  const version = mappingVersion(options.sources);
  const before = await lastLanding(identity.fileUid, world);
  if (before?.state === "done") return alreadyStored(found, before, version, options, world);
  const prepared = await prepare(path, inspection, identity.fileUid, { ...options, sourceFile: name });
  const damage = prepared.problems.map(gapOf);
  for (const gap of damage) world.gaps.add(gap);
  if (prepared.file === null) return null;
  try {
    const { lines } = await world.store.load(prepared.file, { signal: world.signal });
    const landed: LandedFile = { fileUid: identity.fileUid, sourceFile: name, lines, year: options.year };
    const settled = matches.length > 0 ? matches : wanted(recognise(await firstLines(landed, world), options.sources), options);
    if (settled.length === 0) return unknown(name, "no source knows the columns of this file; its rows are kept raw", world);
    const more = ({ records }: Pick<Sample, "records">): Match[] =>
      options.as === undefined ? recognise({ lines: [], records }, options.sources) : [];
    const { counts, formats } = await normalise(landed, settled, more, world);
    const gaps = gapsOf(name, counts);
    for (const gap of gaps) world.gaps.add(gap);
    await recordLanding(landed, identity, { formats, counts, version, gaps: [...damage, ...gaps] }, before, world);
    return asCount(name, identity, formats, counts);
  } finally {
    await prepared.dispose();
  }
}

function unknown(name: string, reason: string, world: World): null {
  world.gaps.add({ stage: "import", part: name, kind: "unrecognised", reason });
  return null;
}

function wanted(matches: readonly Match[], { as, otherwise, sources }: ImportOptions): Match[] {
  if (as !== undefined) return formatsNamed(as, sources);
  return matches.length > 0 || otherwise === undefined ? [...matches] : formatsNamed(otherwise, sources);
}

async function firstLines(file: LandedFile, world: World): Promise<Sample> {
  const rows = await world.store.query(
    "SELECT line FROM raw WHERE file_uid = {file:String} AND length(line) < 1000000 ORDER BY line_number LIMIT 200",
    { file: file.fileUid },
    z.object({ line: z.string() }),
  );
  const lines = rows.map((row) => row.line);
  return { lines, records: recordsOf(lines) };
}

const landingRow = z.object({
  state: z.string(),
  formats: z.array(z.string()),
  mapping_version: z.string(),
  read: z.coerce.number(),
  quarantined: z.coerce.number(),
  source_file: z.string(),
  gaps: z.array(z.string()),
  revision: z.coerce.number(),
});

async function lastLanding(fileUid: string, world: World): Promise<z.infer<typeof landingRow> | null> {
  const rows = await world.store.query(
    "SELECT state, formats, mapping_version, read, quarantined, source_file, gaps, revision FROM landing WHERE file_uid = {file:String} ORDER BY revision DESC LIMIT 1",
    { file: fileUid },
    landingRow,
  );
  return rows[0] ?? null;
}

interface Outcome {
  readonly formats: readonly Match[];
  readonly counts: LineCounts;
  readonly version: string;
  /** What could not be read of the file: told again whenever it is met again. */
  readonly gaps: readonly Gap[];
}

async function recordLanding(
  file: LandedFile,
  identity: Identity,
  { formats, counts, version, gaps }: Outcome,
  before: z.infer<typeof landingRow> | null,
  world: World,
): Promise<void> {
  const revision = (before?.revision ?? 0) + 1;
  const row = {
    file_uid: file.fileUid,
    source_file: file.sourceFile,
    formats: formats.map(({ format }) => format.id),
    mapping_version: version,
    state: "done",
    byte_count: identity.byteCount,
    line_count: file.lines,
    read: counts.read,
    stored: counts.stored,
    duplicate: counts.duplicate,
    quarantined: counts.quarantined,
    raw_only: counts.rawOnly,
    gaps: gaps.map((one) => JSON.stringify(one)),
    revision,
  };
  await world.store.insert("landing", [row], { token: `landing-${file.fileUid}-${revision}` });
}

/** Which mappings a file was given its meaning by: the ids and versions of all sources. */
function mappingVersion(sources: readonly LoadedSource[]): string {
  return sources
    .map((source) => `${source.id}@${source.version}`)
    .sort()
    .join(" ");
}

/** A file that was read before: its records are counted again, and none is stored; what was wrong with it is told again. */
function alreadyStored(
  { name: file, identity }: Found,
  before: z.infer<typeof landingRow>,
  version: string,
  { sources }: ImportOptions,
  world: World,
): SourceCount {
  for (const one of before.gaps) {
    const known = gap.parse(JSON.parse(one));
    world.gaps.add({ ...known, part: known.part === before.source_file ? file : known.part });
  }
  if (before.mapping_version !== version)
    world.gaps.add({
      stage: "import",
      part: file,
      kind: "assumption",
      reason: "imported before with other mappings; import into a new store to map it again",
    });
  const { fileUid, byteCount } = identity;
  const { read, quarantined } = before;
  const format = before.formats.join("+");
  const source = sources.find(({ formats }) => formats.some(({ id }) => id === before.formats[0]))?.id ?? "";
  return { source, format, file, fileUid, byteCount, read, stored: 0, duplicate: read - quarantined, quarantined, rawOnly: 0 };
}

function asCount(file: string, identity: Identity, formats: readonly Match[], counts: LineCounts): SourceCount {
  const { fileUid, byteCount } = identity;
  const { read, stored, duplicate, quarantined, rawOnly } = counts;
  const format = formats.map((match) => match.format.id).join("+");
  return { source: formats[0]?.source.id ?? "", format, file, fileUid, byteCount, read, stored, duplicate, quarantined, rawOnly };
}

function gapsOf(part: string, counts: LineCounts): Gap[] {
  const gaps: Gap[] = [];
  for (const { reason, lines } of counts.reasons)
    gaps.push({ stage: "normalise", part, kind: "quarantined", reason, count: lines });
  for (const { kind, lines } of counts.rawOnlyKinds)
    gaps.push({
      stage: "normalise",
      part,
      kind: "raw-only",
      reason: `${kind}: understood, but no table takes it; kept as received`,
      count: lines,
    });
  if (counts.read !== counts.stored + counts.duplicate + counts.quarantined)
    gaps.push({
      stage: "normalise",
      part,
      kind: "failed",
      reason: `the counts do not reconcile: read ${counts.read}, stored ${counts.stored}, duplicate ${counts.duplicate}, quarantined ${counts.quarantined}`,
    });
  return gaps;
}
