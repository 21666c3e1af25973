import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { SourceCount } from "../types.ts";
import type { World } from "../world.ts";
import { identify } from "./landing/identify.ts";
import { inspect } from "./landing/inspect.ts";
import { type ParquetConverter, prepare } from "./landing/prepare.ts";
import { walk } from "./landing/walk.ts";
import type { LoadedSource } from "./load.ts";
import { type LandedFile, type LineCounts, normalise } from "./normalise.ts";
import { type Match, recognise, type Sample } from "./recognise.ts";

export interface ImportOptions {
  readonly sources: readonly LoadedSource[];
  /** A folder of our own for copies that the engine can read (salvaged, converted); its content may be thrown away afterwards. */
  readonly landingDirectory: string;
  /** For logs without a year. */
  readonly year: number;
  /** Only this format, whatever the content looks like. */
  readonly as?: string;
  readonly convertParquet?: ParquetConverter;
}

/**
 * Reads files and folders into the store: every line to `raw`, its meaning to the OCSF tables, what is not understood to
 * `quarantine`. Importing a file again stores nothing twice. Bad files become gaps; rejects only when the path is missing, the disk
 * is full, the store is gone, or on cancel.
 */
export async function importPaths(paths: readonly string[], options: ImportOptions, world: World): Promise<SourceCount[]> {
  const { files, problems } = await walk(paths);
  for (const problem of problems)
    world.gaps.add({ stage: "import", part: problem.path, kind: problem.kind, reason: problem.reason });
  const counts: SourceCount[] = [];
  for (const [position, path] of files.entries()) {
    world.signal.throwIfAborted();
    world.progress({ stage: "import", part: path, done: position, total: files.length });
    const count = await importFile(path, options, world).catch((thrown: unknown) => asGap(thrown, path, world));
    if (count !== null) counts.push(count);
  }
  world.progress({ stage: "import", part: "", done: files.length, total: files.length });
  return counts;
}

function asGap(thrown: unknown, path: string, world: World): null {
  const fatal =
    thrown instanceof SpoorError &&
    ["disk-full", "cancelled", "store-locked", "store-unavailable", "usage"].includes(thrown.code);
  if (world.signal.aborted || fatal) throw thrown;
  world.gaps.add({ stage: "import", part: path, kind: "failed", reason: messageOf(thrown) });
  return null;
}

async function importFile(path: string, options: ImportOptions, world: World): Promise<SourceCount | null> {
  const inspection = await inspect(path);
  for (const problem of inspection.problems)
    world.gaps.add({ stage: "import", part: path, kind: problem.kind, reason: problem.reason });
  if (inspection.shape === "empty" || inspection.shape === "binary" || inspection.shape === "unreadable") return null;
  const matches = wanted(recognise({ lines: inspection.lines, records: inspection.records }, options.sources), options);
  if (matches.length === 0 && inspection.shape !== "parquet") {
    world.gaps.add({
      stage: "import",
      part: path,
      kind: "unrecognised",
      reason: "no source knows this kind of file; it was not read",
    });
    return null;
  }
  const identity = await identify(path);
  const version = mappingVersion(options.sources);
  const before = await lastLanding(identity.fileUid, world);
  if (before?.state === "done") {
    if (before.mapping_version !== version)
      world.gaps.add({
        stage: "import",
        part: path,
        kind: "assumption",
        reason: "imported before with older mappings; import into a new store to map it again",
      });
    return alreadyStored(path, identity, before);
  }
  const prepared = await prepare(path, inspection, identity.fileUid, options);
  for (const problem of prepared.problems)
    world.gaps.add({ stage: "import", part: path, kind: problem.kind, reason: problem.reason });
  if (prepared.file === null) return null;
  const { lines } = await world.store.load(prepared.file, { signal: world.signal });
  await prepared.dispose();
  const file: LandedFile = { fileUid: identity.fileUid, sourceFile: path, lines, year: options.year };
  const settled = matches.length > 0 ? matches : wanted(recognise(await sampleOf(file, "raw", world), options.sources), options);
  if (settled.length === 0) {
    world.gaps.add({
      stage: "import",
      part: path,
      kind: "unrecognised",
      reason: "no source knows the columns of this file; its rows are kept raw",
    });
    return null;
  }
  const { counts, formats } = await normaliseAll(file, settled, options, world);
  await recordLanding(file, identity.byteCount, formats, counts, version, before, world);
  tellGaps(path, counts, world);
  return asCount(path, identity, formats, counts);
}

function wanted(matches: readonly Match[], { as, sources }: ImportOptions): Match[] {
  if (as === undefined) return [...matches];
  const named = sources.flatMap((source) =>
    source.formats.filter((format) => format.id === as || source.id === as).map((format) => ({ source, format })),
  );
  if (named.length > 0) return named;
  const known = sources.flatMap((source) => source.formats.map((format) => format.id)).sort();
  throw new SpoorError("usage", `there is no format ${as}`, { hint: `Known formats: ${known.join(", ")}.` });
}

/** A file may hold records of formats that its first lines did not show: looks again at what was refused until nothing new is met. */
async function normaliseAll(
  file: LandedFile,
  first: readonly Match[],
  options: ImportOptions,
  world: World,
): Promise<{ counts: LineCounts; formats: Match[] }> {
  const formats = [...first];
  let counts = await normalise(file, formats, world);
  while (counts.quarantined > 0 && options.as === undefined) {
    const more = recognise({ ...(await sampleOf(file, "quarantine", world)), lines: [] }, options.sources).filter(
      (match) => !formats.some((known) => known.format.id === match.format.id),
    );
    if (more.length === 0) break;
    formats.push(...more);
    await world.store.exec("DELETE FROM quarantine WHERE file_uid = {file:String}", { file: file.fileUid });
    counts = await normalise(file, formats, world);
  }
  return { counts, formats };
}

async function sampleOf(file: LandedFile, from: "raw" | "quarantine", world: World): Promise<Sample> {
  // Quarantined lines are taken from raw too: the quarantine keeps only an excerpt of each.
  const refused =
    from === "raw" ? "" : "AND line_number GLOBAL IN (SELECT line_number FROM quarantine WHERE file_uid = {file:String})";
  const rows = await world.store.query(
    `SELECT line FROM raw WHERE file_uid = {file:String} ${refused} AND length(line) < 1000000 ORDER BY line_number LIMIT 200`,
    { file: file.fileUid },
    z.object({ line: z.string() }),
  );
  const lines = rows.map((row) => row.line);
  return { lines, records: lines.flatMap(parseRecord) };
}

function parseRecord(line: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? [Object.fromEntries(Object.entries(value))]
      : [];
  } catch {
    return [];
  }
}

const landingRow = z.object({
  state: z.string(),
  formats: z.array(z.string()),
  mapping_version: z.string(),
  read: z.coerce.number(),
  quarantined: z.coerce.number(),
  revision: z.coerce.number(),
});

async function lastLanding(fileUid: string, world: World): Promise<z.infer<typeof landingRow> | null> {
  const rows = await world.store.query(
    "SELECT state, formats, mapping_version, read, quarantined, revision FROM landing WHERE file_uid = {file:String} ORDER BY revision DESC LIMIT 1",
    { file: fileUid },
    landingRow,
  );
  return rows[0] ?? null;
}

async function recordLanding(
  file: LandedFile,
  byteCount: number,
  formats: readonly Match[],
  counts: LineCounts,
  version: string,
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
    byte_count: byteCount,
    line_count: file.lines,
    read: counts.read,
    stored: counts.stored,
    duplicate: counts.duplicate,
    quarantined: counts.quarantined,
    raw_only: counts.rawOnly,
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

function alreadyStored(
  path: string,
  identity: { fileUid: string; byteCount: number },
  before: z.infer<typeof landingRow>,
): SourceCount {
  return {
    source: sourceIdOf(before.formats[0]),
    format: before.formats.join("+"),
    file: path,
    fileUid: identity.fileUid,
    byteCount: identity.byteCount,
    read: before.read,
    stored: 0,
    duplicate: before.read - before.quarantined,
    quarantined: before.quarantined,
    rawOnly: 0,
  };
}

function asCount(
  path: string,
  identity: { fileUid: string; byteCount: number },
  formats: readonly Match[],
  counts: LineCounts,
): SourceCount {
  return {
    source: formats[0]?.source.id ?? "",
    format: formats.map(({ format }) => format.id).join("+"),
    file: path,
    fileUid: identity.fileUid,
    byteCount: identity.byteCount,
    read: counts.read,
    stored: counts.stored,
    duplicate: counts.duplicate,
    quarantined: counts.quarantined,
    rawOnly: counts.rawOnly,
  };
}

function sourceIdOf(format: string | undefined): string {
  return format ?? "";
}

function tellGaps(path: string, counts: LineCounts, world: World): void {
  for (const { reason, lines } of counts.reasons)
    world.gaps.add({ stage: "normalise", part: path, kind: "quarantined", reason, count: lines });
  for (const { kind, lines } of counts.rawOnlyKinds)
    world.gaps.add({
      stage: "normalise",
      part: path,
      kind: "raw-only",
      reason: `${kind}: understood, but no table takes it; kept as received`,
      count: lines,
    });
  if (counts.read !== counts.stored + counts.duplicate + counts.quarantined)
    world.gaps.add({
      stage: "normalise",
      part: path,
      kind: "failed",
      reason: `the counts do not reconcile: read ${counts.read}, stored ${counts.stored}, duplicate ${counts.duplicate}, quarantined ${counts.quarantined}`,
    });
}
