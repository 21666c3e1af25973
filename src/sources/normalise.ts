import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { SqlParameters } from "../store/store.ts";
import type { World } from "../world.ts";
import type { Mapping } from "./load.ts";
import type { Match } from "./recognise.ts";

/** A file whose lines are in `raw`. */
export interface LandedFile {
  readonly fileUid: string;
  readonly sourceFile: string;
  readonly lines: number;
  readonly year: number;
}

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

// Lines mapped by one statement: bounds the memory of a sort and of a set of uids.
const linesAtOnce = 500_000;

/** Tables whose rows are versions of an object: a row is new when its uid and version_time are. */
export const versionedTables: ReadonlySet<string> = new Set(["detection_finding", "device_inventory", "user_inventory"]);

interface Part {
  readonly mapping: Mapping;
  readonly from: string;
  readonly to: string;
}

/**
 * Gives the lines of a file their meaning: runs the mappings of its formats, stores the events whose uid is new, and counts what
 * became of every line. Safe to repeat. A statement that fails is a gap, and its lines are quarantined with the reason.
 */
export async function normalise(file: LandedFile, matches: readonly Match[], world: World): Promise<LineCounts> {
  const parts: Part[] = [];
  for (const mapping of mappingsOf(matches)) parts.push(...(await runMapping(file, mapping, world)));
  return countLines(file, matches, parts, world);
}

function mappingsOf(matches: readonly Match[]): Mapping[] {
  return matches.flatMap(({ source, format }) => source.mappings.filter((mapping) => mapping.format === format.id));
}

async function runMapping(file: LandedFile, mapping: Mapping, world: World): Promise<Part[]> {
  const parts: Part[] = [];
  try {
    for (let first = 1; first <= file.lines; first += linesAtOnce) {
      world.signal.throwIfAborted();
      const parameters = bindings(file, first, Math.min(file.lines, first + linesAtOnce - 1));
      const span = await spanOf(mapping, parameters, world);
      if (span === null) continue;
      await storeNew(mapping, { ...parameters, spanFrom: span.from, spanTo: span.to }, world);
      parts.push({ mapping, ...span });
    }
  } catch (cause) {
    if (world.signal.aborted || (cause instanceof SpoorError && (cause.code === "disk-full" || cause.code === "cancelled")))
      throw cause;
    world.gaps.add({
      stage: "normalise",
      part: `${mapping.file} on ${file.sourceFile}`,
      kind: "failed",
      reason: messageOf(cause),
    });
    return [];
  }
  return parts;
}

function bindings(file: LandedFile, first: number, last: number): SqlParameters {
  return { file: file.fileUid, first, last, year: file.year, sourceFile: file.sourceFile };
}

// `time` is nullable in most mappings, so that the ends of an empty answer are NULL.
const spanRow = z.object({ events: z.coerce.number(), from: z.string().nullable(), to: z.string().nullable() });

async function spanOf(mapping: Mapping, parameters: SqlParameters, world: World): Promise<{ from: string; to: string } | null> {
  const sql = `SELECT count() AS events, toString(min(time)) AS from, toString(max(time)) AS to FROM (\n${mapping.sql}\n)`;
  const [row] = await world.store.query(sql, parameters, spanRow, { signal: world.signal });
  return row === undefined || row.from === null || row.to === null || row.events === 0 ? null : { from: row.from, to: row.to };
}

/** Inserts the rows whose uid is absent from the span of time they cover; of several with one uid, the first line's. */
async function storeNew(mapping: Mapping, parameters: SqlParameters, world: World): Promise<void> {
  const versioned = versionedTables.has(mapping.into);
  const columns = (await columnsOf(mapping, parameters, world)).join(", ");
  const key = versioned ? "metadata_uid, version_time" : "metadata_uid";
  const span = versioned
    ? ""
    : `WHERE time >= toDateTime64({spanFrom:String}, 6, 'UTC') AND time <= toDateTime64({spanTo:String}, 6, 'UTC')`;
  const sql = `INSERT INTO ${mapping.into} (${columns})
    SELECT ${columns} FROM (\n${mapping.sql}\n)
    WHERE (${key}) GLOBAL NOT IN (SELECT ${key} FROM ${mapping.into} ${span})
    ORDER BY raw_line_number, metadata_uid LIMIT 1 BY ${key}`;
  await world.store.exec(sql, parameters, { signal: world.signal });
}

async function columnsOf(mapping: Mapping, parameters: SqlParameters, world: World): Promise<string[]> {
  const rows = await world.store.query(`DESCRIBE (\n${mapping.sql}\n)`, parameters, z.object({ name: z.string() }));
  return rows.map((row) => row.name);
}

const countRow = z.object({ lines: z.coerce.number() });
const reasonRow = z.object({ reason: z.string(), lines: z.coerce.number() });
const kindRow = z.object({ kind: z.string(), lines: z.coerce.number() });

async function countLines(
  file: LandedFile,
  matches: readonly Match[],
  parts: readonly Part[],
  world: World,
): Promise<LineCounts> {
  const parameters = bindings(file, 1, Math.max(1, file.lines));
  const ask = async (sql: string): Promise<number> =>
    (await world.store.query(sql, parameters, countRow, { signal: world.signal }))[0]?.lines ?? 0;
  const data = `SELECT line_number, line FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})${notRecordsFilter(matches)}`;
  const worked = uniqueMappings(parts);
  const accepted = union(worked.map((mapping) => `SELECT raw_line_number AS line_number FROM (\n${mapping.sql}\n)`));
  const rawOnly = union(
    statementsOf(matches, "rawOnly").map((sql) => `SELECT line_number, kind FROM (\n${sql}\n)`),
    ", '' AS kind",
  );

  const read = await ask(`SELECT count() AS lines FROM (${data})`);
  const acceptedLines = await ask(`SELECT uniqExact(line_number) AS lines FROM (${accepted})`);
  const storedLines = await storedBy(file, parts, world);
  const onlyRaw = `SELECT line_number, min(kind) AS kind FROM (${rawOnly}) WHERE line_number GLOBAL NOT IN (SELECT line_number FROM (${accepted})) GROUP BY line_number`;
  const rawOnlyKinds = await world.store.query(
    `SELECT kind, count() AS lines FROM (${onlyRaw}) GROUP BY kind ORDER BY lines DESC, kind LIMIT 1000`,
    parameters,
    kindRow,
    { signal: world.signal },
  );
  await quarantine(file, matches, data, `${accepted} UNION ALL SELECT line_number FROM (${onlyRaw})`, world);
  const reasons = await world.store.query(
    "SELECT reason, uniqExact(line_number) AS lines FROM quarantine WHERE file_uid = {file:String} GROUP BY reason ORDER BY lines DESC, reason LIMIT 1000",
    parameters,
    reasonRow,
    { signal: world.signal },
  );
  const rawOnlyLines = sum(rawOnlyKinds);
  return {
    read,
    stored: storedLines + rawOnlyLines,
    duplicate: acceptedLines - storedLines,
    quarantined: sum(reasons),
    rawOnly: rawOnlyLines,
    rawOnlyKinds,
    reasons,
  };
}

function sum(rows: readonly { lines: number }[]): number {
  return rows.reduce((total, row) => total + row.lines, 0);
}

function uniqueMappings(parts: readonly Part[]): Mapping[] {
  return [...new Set(parts.map((part) => part.mapping))];
}

function union(selects: readonly string[], more = ""): string {
  return selects.length === 0 ? `SELECT toUInt64(0) AS line_number${more} WHERE 0` : selects.join("\nUNION ALL\n");
}

function statementsOf(matches: readonly Match[], which: "notRecords" | "reasons" | "rawOnly"): string[] {
  return matches.flatMap(({ source, format }) => {
    const name = format[which];
    const sql = name === undefined ? undefined : source.statements.get(name);
    return sql === undefined ? [] : [sql.trim().replace(/;$/, "")];
  });
}

function notRecordsFilter(matches: readonly Match[]): string {
  const statements = [...new Set(statementsOf(matches, "notRecords"))];
  return statements.length === 0
    ? ""
    : ` WHERE line_number GLOBAL NOT IN (${union(statements.map((sql) => `SELECT line_number FROM (\n${sql}\n)`))})`;
}

/** Lines of this file that brought at least one event into a table. */
async function storedBy(file: LandedFile, parts: readonly Part[], world: World): Promise<number> {
  if (parts.length === 0) return 0;
  const selects = [...new Set(parts.map((part) => part.mapping.into))].sort().map((table) => {
    const spans = parts.filter((part) => part.mapping.into === table);
    const from = spans.map((part) => part.from).reduce((a, b) => (a < b ? a : b));
    const to = spans.map((part) => part.to).reduce((a, b) => (a > b ? a : b));
    return { table, from, to };
  });
  const parameters: Record<string, string> = { file: file.fileUid };
  const sql = selects.map(({ table, from, to }, position) => {
    parameters[`from${position}`] = from;
    parameters[`to${position}`] = to;
    return `SELECT raw_line_number FROM ${table} WHERE raw_file_uid = {file:String}
      AND time >= toDateTime64({from${position}:String}, 6, 'UTC') AND time <= toDateTime64({to${position}:String}, 6, 'UTC')`;
  });
  const rows = await world.store.query(
    `SELECT uniqExact(raw_line_number) AS lines FROM (${sql.join("\nUNION ALL\n")})`,
    parameters,
    countRow,
    { signal: world.signal },
  );
  return rows[0]?.lines ?? 0;
}

/** Writes the lines that no statement accepted to `quarantine`, each with file, line number and reason. */
async function quarantine(
  file: LandedFile,
  matches: readonly Match[],
  data: string,
  understood: string,
  world: World,
): Promise<void> {
  const why = union(
    statementsOf(matches, "reasons").map((sql) => `SELECT line_number, reason FROM (\n${sql}\n)`),
    ", '' AS reason",
  );
  const general = `not a record of ${matches.map(({ format }) => format.name).join(" or ")}`;
  const sql = `INSERT INTO quarantine (file_uid, source_file, line_number, reason, excerpt)
    SELECT {file:String}, {sourceFile:String}, refused.line_number, coalesce(nullIf(why.reason, ''), {general:String}), refused.excerpt
    FROM (
      SELECT line_number, substring(line, 1, 500) AS excerpt FROM (${data})
      WHERE line_number GLOBAL NOT IN (SELECT line_number FROM (${understood}))
        AND line_number GLOBAL NOT IN (SELECT line_number FROM quarantine WHERE file_uid = {file:String})
    ) AS refused
    GLOBAL LEFT JOIN (SELECT line_number, min(reason) AS reason FROM (${why}) GROUP BY line_number) AS why ON why.line_number = refused.line_number
    ORDER BY refused.line_number`;
  await world.store.exec(sql, { ...bindings(file, 1, Math.max(1, file.lines)), general }, { signal: world.signal });
}
