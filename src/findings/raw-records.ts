import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Finding, Window } from "../types.ts";
import type { World } from "../world.ts";
import { isAlert } from "./severity.ts";

/** A record as a sensor or vendor sent it, and where it was read. */
export interface RawRecord {
  readonly eventUid: string;
  readonly file: string;
  readonly line: number;
  /** At most 1,500 characters of it. */
  readonly text: string;
  readonly isCut: boolean;
}

const placeRow = z.object({ uid: z.string(), file_uid: z.string(), line_number: z.coerce.number() });
const lineRow = z.object({
  file_uid: z.string(),
  line_number: z.coerce.number(),
  source_file: z.string(),
  text: z.string(),
  is_cut: z.coerce.boolean(),
});

// A reader follows the findings at the alert line to the record; for others the statement gives it.
const mostRecords = 60;

/** The first record behind each finding at the alert line, by event uid: what a reader of the report alone needs to see it. */
export async function gatherRawRecords(
  findings: readonly Finding[],
  window: Window,
  { store, signal }: Pick<World, "store" | "signal">,
): Promise<RawRecord[]> {
  const serious = findings.filter(({ severity }) => isAlert(severity));
  return rawRecordsOf(serious.flatMap(firstEvent), window, { store, signal });
}

/** The records of these events as a sensor or vendor sent them, those of the first sixty; events outside the window are absent. */
export async function rawRecordsOf(
  eventUids: readonly string[],
  window: Window,
  { store, signal }: Pick<World, "store" | "signal">,
): Promise<RawRecord[]> {
  const events = [...new Set(eventUids)].slice(0, mostRecords);
  if (events.length === 0) return [];
  const places = await store.query(
    await statement(import.meta.url, "event-places.sql"),
    { from: window.from, to: window.to, events },
    placeRow,
    { signal },
  );
  const files = [...new Set(places.map(({ file_uid }) => file_uid))];
  const numbers = [...new Set(places.map(({ line_number }) => line_number))];
  const lines = await store.query(await statement(import.meta.url, "raw-lines.sql"), { files, lines: numbers }, lineRow, {
    signal,
  });
  const byPlace = new Map(lines.map((row) => [`${row.file_uid} ${row.line_number}`, row]));
  return places.flatMap(({ uid, file_uid, line_number }) => {
    const row = byPlace.get(`${file_uid} ${line_number}`);
    if (row === undefined) return [];
    return [{ eventUid: uid, file: row.source_file, line: line_number, text: row.text, isCut: row.is_cut }];
  });
}

function firstEvent({ evidences }: Finding): string[] {
  return evidences.flatMap(({ event_ids }) => event_ids).slice(0, 1);
}
