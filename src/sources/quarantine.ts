import { z } from "zod";
import type { World } from "../world.ts";
import { bindings, isAmongLines, type LandedFile, parseOnce, rawOnlyLines, reasonsOfLines } from "./reading.ts";
import { type Match, recordsOf, type Sample } from "./recognise.ts";
import type { Survey } from "./survey.ts";

const theLines = "records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})";

/**
 * Some of the refused lines of a slice, to see whether they belong to a format that the beginning of the file did not show: drawn from
 * the whole slice, so that a stretch of damaged lines hides nothing, and the same ones every time.
 */
export async function refusedSample(file: LandedFile, surveyed: Survey, world: World): Promise<Pick<Sample, "records">> {
  const rows = await world.store.query(
    `SELECT line FROM ${theLines} WHERE ${isAmongLines} AND length(line) < 100000 ORDER BY cityHash64(line_number), line_number LIMIT 500`,
    { ...bindings(file, surveyed.slice), lines: surveyed.refusedLines },
    z.object({ line: z.string() }),
    { signal: world.signal },
  );
  return { records: recordsOf(rows.map((row) => row.line)) };
}

/** Writes the refused lines of a slice to `quarantine`, each with file, line number and reason. */
export async function quarantine(file: LandedFile, surveyed: Survey, matches: readonly Match[], world: World): Promise<void> {
  const general =
    surveyed.failed.length > 0
      ? `a statement that may have taken it failed: ${surveyed.failed.map((mapping) => mapping.file).join(", ")}`
      : `not a record of ${matches.map(({ format }) => format.name).join(" or ")}`;
  const sql = `INSERT INTO quarantine (file_uid, source_file, line_number, reason, excerpt)
    SELECT {file:String}, {sourceFile:String}, refused.line_number, coalesce(nullIf(why.reason, ''), {general:String}), refused.excerpt
    FROM (
      SELECT line_number, substring(line, 1, 500) AS excerpt FROM ${theLines}
      WHERE ${isAmongLines} AND line_number GLOBAL NOT IN (
        SELECT line_number FROM quarantine
        WHERE file_uid = {file:String} AND line_number >= {first:UInt64} AND line_number <= {last:UInt64}
      )
    ) AS refused
    GLOBAL LEFT JOIN (
      SELECT line_number, min(reason) AS reason FROM (\n${reasonsOfLines(matches)}\n) GROUP BY line_number
    ) AS why ON why.line_number = refused.line_number
    ORDER BY refused.line_number
    ${parseOnce}`;
  await world.store.exec(
    sql,
    { ...bindings(file, surveyed.slice), lines: surveyed.refusedLines, general },
    { signal: world.signal },
  );
}

const kindRow = z.object({ kind: z.string(), lines: z.coerce.number() });

/** The lines of a slice that are understood but taken by no mapping, by kind. */
export async function rawOnlyKinds(
  file: LandedFile,
  surveyed: Survey,
  matches: readonly Match[],
  world: World,
): Promise<z.infer<typeof kindRow>[]> {
  return world.store.query(
    `SELECT kind, count() AS lines FROM (
      SELECT line_number, min(kind) AS kind FROM (\n${rawOnlyLines(matches)}\n)
      WHERE ${isAmongLines}
      GROUP BY line_number
    ) GROUP BY kind ORDER BY lines DESC, kind LIMIT 1000 ${parseOnce}`,
    { ...bindings(file, surveyed.slice), lines: surveyed.rawOnlyLines },
    kindRow,
    { signal: world.signal },
  );
}

const reasonRow = z.object({ reason: z.string(), lines: z.coerce.number() });

/** Why lines of a file were refused, the most frequent reason first. */
export function refusals(file: LandedFile, world: World): Promise<z.infer<typeof reasonRow>[]> {
  return world.store.query(
    `SELECT reason, uniqExact(line_number) AS lines FROM quarantine WHERE file_uid = {file:String}
    GROUP BY reason ORDER BY lines DESC, reason LIMIT 1000`,
    { file: file.fileUid },
    reasonRow,
    { signal: world.signal },
  );
}
