import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { World } from "../world.ts";
import type { Mapping } from "./load.ts";
import {
  bindings,
  type LandedFile,
  rawOnlyLines as linesKeptRaw,
  mappingsOf,
  parseOnce,
  recordLines,
  type Slice,
} from "./reading.ts";
import type { Match } from "./recognise.ts";
import { tellFailure } from "./statement-failure.ts";

/** What one mapping takes of a slice: the span of time that its events cover. */
export interface Share {
  readonly mapping: Mapping;
  readonly from: string;
  readonly to: string;
}

/** What the statements say of the lines of a slice, before anything is written. Counts are of lines. */
export interface Survey {
  readonly slice: Slice;
  readonly shares: readonly Share[];
  /** Mappings that failed here; their lines are refused. */
  readonly failed: readonly Mapping[];
  readonly read: number;
  /** Taken by at least one mapping. */
  readonly accepted: number;
  /** Understood, but taken by no mapping. */
  readonly rawOnly: number;
  /** Carrying a record, and not understood. */
  readonly refused: number;
  /** Which lines those of `rawOnly` and `refused` are: bitmaps in hexadecimal, 64 kB at most, for `isAmongLines`. */
  readonly rawOnlyLines: string;
  readonly refusedLines: string;
}

/** Asks the mappings of a slice what they take, all in one pass over its lines. A mapping that fails is a gap, and is left out. */
export async function survey(
  file: LandedFile,
  slice: Slice,
  matches: readonly Match[],
  world: World,
  without: readonly Mapping[] = [],
): Promise<Survey> {
  const mappings = mappingsOf(matches).filter((mapping) => !without.includes(mapping));
  try {
    return { ...(await ask(file, slice, matches, mappings, world)), failed: without };
  } catch (cause) {
    const failed = await failing(file, slice, mappings, world);
    if (failed.length === 0) throw cause;
    return survey(file, slice, matches, world, [...without, ...failed]);
  }
}

/** Which mappings fail when asked alone; each is told as a gap. */
async function failing(file: LandedFile, slice: Slice, mappings: readonly Mapping[], world: World): Promise<Mapping[]> {
  const failed: Mapping[] = [];
  for (const mapping of mappings) {
    try {
      await ask(file, slice, [], [mapping], world);
    } catch (cause) {
      tellFailure(mapping, file, cause, world);
      failed.push(mapping);
    }
  }
  return failed;
}

const count = z.coerce.number();
const surveyRow = z.object({
  parts: z.array(z.tuple([z.number(), z.string().nullable(), z.string().nullable()])),
  read: count,
  accepted: count,
  raw_only: count,
  refused: count,
  raw_only_lines: z.string(),
  refused_lines: z.string(),
});
// Parts of the answer that are no mappings; those are numbered from 0.
const ofRecords = -1;
const ofRawOnly = -2;

async function ask(
  file: LandedFile,
  slice: Slice,
  matches: readonly Match[],
  mappings: readonly Mapping[],
  world: World,
): Promise<Omit<Survey, "failed">> {
  const untimed = "CAST(NULL, 'Nullable(DateTime64(6, \\'UTC\\'))') AS time";
  const parts = [
    `SELECT toInt16(${ofRecords}) AS part, ${untimed}, line_number FROM (\n${recordLines(matches)}\n)`,
    `SELECT toInt16(${ofRawOnly}) AS part, ${untimed}, line_number FROM (\n${linesKeptRaw(matches)}\n)`,
    ...mappings.map(
      ({ sql }, position) => `SELECT toInt16(${position}) AS part, time, raw_line_number AS line_number FROM (\n${sql}\n)`,
    ),
  ];
  // Sets of line numbers are kept as bitmaps: exact, and small where lines follow each other.
  const sql = `WITH
      bitmapAndnot(bitmapAnd(kept_raw, records), accepted_lines) AS raw_only_set,
      bitmapAndnot(records, bitmapOr(kept_raw, accepted_lines)) AS refused_set
    SELECT
      parts,
      bitmapCardinality(records) AS read,
      bitmapCardinality(accepted_lines) AS accepted,
      bitmapCardinality(raw_only_set) AS raw_only,
      bitmapCardinality(refused_set) AS refused,
      hex(raw_only_set) AS raw_only_lines,
      hex(refused_set) AS refused_lines
    FROM (
      SELECT
        arraySort(part -> part.1, groupArrayIf((part, from, to), part >= 0)) AS parts,
        groupBitmapMergeStateIf(lines, part = ${ofRecords}) AS records,
        groupBitmapMergeStateIf(lines, part = ${ofRawOnly}) AS kept_raw,
        groupBitmapMergeStateIf(lines, part >= 0) AS accepted_lines
      FROM (
        SELECT part, toString(min(time)) AS from, toString(max(time)) AS to, groupBitmapState(toUInt64(line_number)) AS lines
        FROM (\n${parts.join("\nUNION ALL\n")}\n)
        GROUP BY part
      )
    )
    ${parseOnce}`;
  const [row] = await world.store.query(sql, bindings(file, slice), surveyRow, { signal: world.signal });
  if (row === undefined) throw new SpoorError("internal", "a survey had no answer");
  const { read, accepted, refused, raw_only: rawOnly, raw_only_lines: rawOnlyLines, refused_lines: refusedLines } = row;
  const shares = row.parts.flatMap(([position, from, to]) => {
    const mapping = mappings[position];
    return mapping === undefined || from === null || to === null ? [] : [{ mapping, from, to }];
  });
  return { slice, shares, read, accepted, rawOnly, refused, rawOnlyLines, refusedLines };
}
