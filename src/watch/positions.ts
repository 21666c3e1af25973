import { z } from "zod";
import { engineTime, type World } from "../world.ts";
import type { Position } from "./follow.ts";

const row = z.object({
  path: z.string(),
  file_number: z.string(),
  byte_offset: z.coerce.number(),
  byte_count: z.coerce.number(),
  modified_ms: z.number(),
});

/** How far every followed file was read, by its path. */
export async function positionsOf(world: World): Promise<Map<string, Position>> {
  const rows = await world.store.query(
    `SELECT path, file_number, byte_offset, byte_count, modified_ms FROM watch_position
     ORDER BY path, recorded_time DESC, byte_offset DESC LIMIT 1 BY path`,
    {},
    row,
  );
  return new Map(
    rows.map(({ path, file_number, byte_offset, byte_count, modified_ms }): [string, Position] => {
      // Which file it is: its number, and behind a blank what its content is known by (nothing in rows of earlier versions).
      const [fileNumber = "", mark] = file_number.split(" ");
      const known = mark === undefined ? {} : { mark };
      return [path, { path, fileNumber, offset: byte_offset, size: byte_count, modifiedMs: modified_ms, ...known }];
    }),
  );
}

/**
 * Writes down how far a file was read and which part (its uid in raw) is being stored or was: once before, still at the old place, and
 * once after. What a kill leaves in between is read again and stored once, and looked at whenever it came.
 */
export async function recordPosition(position: Position, fileUid: string, world: World): Promise<void> {
  const { path, fileNumber, offset, size, modifiedMs, mark } = position;
  const row = {
    path,
    file_number: mark === undefined ? fileNumber : `${fileNumber} ${mark}`,
    byte_offset: offset,
    byte_count: size,
    modified_ms: modifiedMs,
    file_uid: fileUid,
    recorded_time: engineTime(world.clock()),
  };
  await world.store.insert("watch_position", [row], { signal: world.signal });
}

/** The uids of parts that were stored, or were about to be, at `since` or later; of all parts when that is null. */
export async function partsSince(since: string | null, world: World): Promise<string[]> {
  const rows = await world.store.query(
    `SELECT DISTINCT file_uid FROM watch_position
     WHERE file_uid != '' AND recorded_time >= toDateTime64({since:String}, 6, 'UTC') ORDER BY file_uid`,
    { since: since ?? "1970-01-01 00:00:00.000000" },
    z.object({ file_uid: z.string() }),
  );
  return rows.map((one) => one.file_uid);
}
