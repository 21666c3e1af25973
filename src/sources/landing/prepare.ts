import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf, SpoorError } from "../../errors.ts";
import type { LandingFile } from "../../store/store.ts";
import { asUtf8 } from "./encoding.ts";
import { isPlainPath, isReadInPlace } from "./engine-path.ts";
import { type Envelope, knownEnvelopes } from "./envelope.ts";
import { type GzipEnd, gunzip } from "./gzip.ts";
import { fileHead } from "./head.ts";
import type { Inspection } from "./inspect.ts";
import { type SplitOutcome, splitDocument } from "./json-split.ts";
import { guarded, type LandingWriter, landingWriter } from "./landing-writer.ts";
import { bytesOf, onDisk, printable } from "./names.ts";
import { pieces } from "./pieces.ts";
import { type Problem, unreadable } from "./problem.ts";

/** A file that the store can load, and what was wrong with it. */
export interface Prepared {
  /** Null when nothing could be saved; the problems say why. */
  readonly file: LandingFile | null;
  readonly problems: readonly Problem[];
  /** Removes what was written to the landing directory for this file; the file itself is never touched. */
  readonly dispose: () => Promise<void>;
}

/** Writes the rows of the Parquet file `path` to the file `target` as JSON, one object a line; both paths are plain and absolute. */
export type ParquetConverter = (path: string, target: string) => Promise<void>;

export interface PrepareOptions {
  /** A folder of our own; it is made when it is not there. */
  readonly landingDirectory: string;
  /** The name kept with every line; default: the path. */
  readonly sourceFile?: string;
  readonly convertParquet?: ParquetConverter;
  /** Objects that only carry records; default: the known ones. */
  readonly envelopes?: readonly Envelope[];
}

/**
 * Makes a file loadable: in place where the engine can read it as it is, through a link where only its name is in the way, else as a
 * copy in the landing directory with one record a line. `fileUid` is what `identify` gave. Damage is told, and all complete lines or
 * records up to it are kept. Throws SpoorError "disk-full" (nothing half-written stays) and "configuration" (the landing directory's
 * path would be read as a pattern).
 */
export async function prepare(path: string, inspection: Inspection, fileUid: string, options: PrepareOptions): Promise<Prepared> {
  if (inspection.problems.length > 0) return refused(inspection.problems);
  const landing: Landing = {
    path,
    name: printable(path),
    inspection,
    fileUid,
    base: baseOf(options.landingDirectory, fileUid),
    options,
  };
  try {
    return await land(landing);
  } catch (thrown) {
    if (thrown instanceof SpoorError) throw thrown;
    return refused([unreadable(path, thrown)]);
  }
}

interface Landing {
  readonly path: string;
  /** The path for people. */
  readonly name: string;
  readonly inspection: Inspection;
  readonly fileUid: string;
  /** Where files for it go, without an ending: named by content, so a second attempt overwrites the first. */
  readonly base: string;
  readonly options: PrepareOptions;
}

function baseOf(landingDirectory: string, fileUid: string): string {
  const directory = resolve(landingDirectory);
  if (!isPlainPath(directory)) {
    throw new SpoorError("configuration", `the engine would read ${directory} as a pattern`, {
      hint: "Choose a store whose path has none of * ? { } [ ] \\ and no quotation marks.",
    });
  }
  guarded(directory, () => mkdirSync(directory, { recursive: true }));
  return join(directory, fileUid);
}

async function land(landing: Landing): Promise<Prepared> {
  const { shape, compression, encoding } = landing.inspection;
  if (shape === "parquet") return landParquet(landing);
  if (shape === "json-document" || encoding !== "utf-8") return landCopy(landing);
  return compression === "gzip" ? landGzipLines(landing) : landInPlace(landing);
}

async function landInPlace(landing: Landing): Promise<Prepared> {
  // Between the walk and now it may have gone, or turned into a folder.
  await fileHead(landing.path, 1);
  const isGzip = landing.inspection.compression === "gzip";
  const path = absolute(landing.path);
  if (isReadInPlace(path, isGzip)) return prepared(landing, path, []);
  return prepared(landing, linked(landing, isGzip ? ".lines.gz" : ".lines"), []);
}

/** Gzip is read in place only when it is sound to its last byte: else the engine stops with an error, part of the lines stored. */
async function landGzipLines(landing: Landing): Promise<Prepared> {
  const { chunks, end } = gunzip(pieces(landing.path));
  const read = chunks[Symbol.asyncIterator]();
  while ((await read.next()).done !== true);
  const reached = end();
  if (reached.kind === "complete") return landInPlace(landing);
  return landCopy(landing, reached.kind === "damaged" ? reached.consumed : undefined);
}

/** Writes the records to a file of lines: twice where the gzip turns out to be damaged, the second time with care. */
async function landCopy(landing: Landing, carefulFrom?: number): Promise<Prepared> {
  const target = `${landing.base}.lines`;
  const writer = landingWriter(target);
  try {
    let copied = await copy(landing, writer, carefulFrom);
    if (copied.end.kind === "damaged" && carefulFrom === undefined) {
      writer.restart();
      copied = await copy(landing, writer, copied.end.consumed);
    }
    const cutBytes = writer.unfinishedBytes;
    // A line cut off by damage could pass for a whole one with wrong values: it is left out, and told.
    if (copied.end.kind === "damaged") writer.dropLine();
    const problems = damageOf(landing, copied, writer, cutBytes);
    if (writer.byteCount + writer.unfinishedBytes === 0) {
      return refused(problems.length > 0 ? problems : [{ kind: "no-data", path: landing.name, reason: "it holds no records" }]);
    }
    writer.finish();
    return prepared(landing, target, problems);
  } finally {
    writer.discard();
  }
}

interface Copied {
  readonly end: GzipEnd;
  readonly split: SplitOutcome | null;
}

async function copy(landing: Landing, writer: LandingWriter, carefulFrom?: number): Promise<Copied> {
  const { inspection, options } = landing;
  const received = pieces(landing.path);
  const gzip = inspection.compression === "gzip" ? gunzip(received, carefulFrom) : null;
  const text = asUtf8(gzip?.chunks ?? received, inspection.encoding);
  let split: SplitOutcome | null = null;
  if (inspection.shape === "json-document") {
    split = await splitDocument(text, writer, { envelopes: options.envelopes ?? knownEnvelopes });
  } else {
    for await (const chunk of text) writer.writeText(chunk);
  }
  return { end: gzip?.end() ?? { kind: "complete" }, split };
}

function damageOf(landing: Landing, { end, split }: Copied, writer: LandingWriter, cutBytes: number): Problem[] {
  const problems: Problem[] = [];
  if (end.kind === "damaged") {
    const cut = cutBytes > 0 ? `; bytes of an incomplete last line left out: ${cutBytes}` : "";
    // The checksum stands behind the data: when it is the checksum that does not fit, the damage is somewhere in what was kept.
    const doubt = end.reason === "incorrect data check" ? ", some of which may be wrong, for their checksum does not fit" : "";
    const kept = `complete lines kept: ${writer.lines} (${writer.byteCount} bytes)${doubt}${cut}`;
    problems.push(damage(landing, `the gzip is damaged behind byte ${end.consumed} (${end.reason}); ${kept}`, writer.lines));
  }
  if (split !== null && split.firstDamageAt !== null) {
    const shown = split.damagedLines > 0 ? `; damaged stretches kept as lines that cannot be parsed: ${split.damagedLines}` : "";
    const leftOut = split.leftOutBytes > 0 ? `; damaged bytes left out: ${split.leftOutBytes}` : "";
    const where = `the JSON is ${split.isTruncated ? "cut off" : "damaged"} at byte ${split.firstDamageAt}`;
    problems.push(damage(landing, `${where}; complete records kept: ${split.records}${shown}${leftOut}`, split.records));
  }
  return problems;
}

function damage(landing: Landing, reason: string, count: number): Problem {
  return { kind: "damaged", path: landing.name, reason, count };
}

async function landParquet(landing: Landing): Promise<Prepared> {
  const { convertParquet } = landing.options;
  if (convertParquet === undefined) {
    const reason =
      "it is Parquet, which the embedded engine reads (the optional package chdb): install it, or convert the file to JSON lines";
    return refused([{ kind: "not-configured", path: landing.name, reason }]);
  }
  const target = `${landing.base}.lines`;
  const partial = `${landing.base}.${process.pid}.partial`;
  const path = absolute(landing.path);
  const source = isPlainPath(path) ? path : linked(landing, ".parquet");
  try {
    rmSync(partial, { force: true });
    await convertParquet(source, partial);
    guarded(target, () => renameSync(partial, target));
    return prepared(landing, target, []);
  } catch (thrown) {
    if (thrown instanceof SpoorError && thrown.code !== "store-query") throw thrown;
    return refused([{ kind: "damaged", path: landing.name, reason: `the Parquet file cannot be read: ${messageOf(thrown)}` }]);
  } finally {
    rmSync(partial, { force: true });
    if (source !== path) rmSync(source, { force: true });
  }
}

/** A name that the engine takes for what it is: a link, or a copy where the disk knows no links. */
function linked(landing: Landing, ending: string): string {
  const link = `${landing.base}${ending}`;
  const target = onDisk(absolute(landing.path));
  guarded(link, () => {
    rmSync(link, { force: true });
    try {
      symlinkSync(target, link);
    } catch {
      copyFileSync(target, link);
    }
  });
  return link;
}

/** The same place without regard to the working directory. */
function absolute(path: string): string {
  return bytesOf(path)[0] === 0x2f ? path : join(resolve("."), path);
}

function prepared(landing: Landing, path: string, problems: readonly Problem[]): Prepared {
  const { fileUid, options, base } = landing;
  const isOurs = path.startsWith(base);
  return {
    file: { path, fileUid, sourceFile: options.sourceFile ?? landing.path },
    problems,
    dispose: async () => {
      if (isOurs) await rm(path, { force: true });
    },
  };
}

function refused(problems: readonly Problem[]): Prepared {
  return { file: null, problems, dispose: () => Promise.resolve() };
}
