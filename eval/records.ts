import { z } from "zod";
import { statement } from "../src/store/statement.ts";
import type { Window } from "../src/types.ts";
import type { World } from "../src/world.ts";
import type { TrueStep } from "./answers.ts";

/** A record of the attack: the step that left it, and the key under which the truth names it. */
export interface Recognised {
  readonly step: string;
  readonly key: string;
}

const placeRow = z.object({ uid: z.string(), file_uid: z.string(), line_number: z.coerce.number() });
const lineRow = z.object({ file_uid: z.string(), line_number: z.coerce.number(), line: z.string() });
// The statement answers with at most a thousand.
const atOnce = 500;

/** Which of these events are records of the attack, by what stands in their lines as received: ids of our own are often hashes. */
export async function recognised(
  eventIds: readonly string[],
  steps: readonly TrueStep[],
  window: Window,
  { store, signal }: Pick<World, "store" | "signal">,
): Promise<Map<string, Recognised>> {
  const stepIn = finderOf(steps);
  const found = new Map<string, Recognised>();
  for (let from = 0; from < eventIds.length; from += atOnce) {
    const events = eventIds.slice(from, from + atOnce);
    const places = await store.query(
      await statement(new URL("../src/findings/raw-records.ts", import.meta.url).href, "event-places.sql"),
      { from: window.from, to: window.to, events },
      placeRow,
      { signal },
    );
    const files = [...new Set(places.map(({ file_uid }) => file_uid))];
    const lines = [...new Set(places.map(({ line_number }) => line_number))];
    const rows = await store.query(await statement(import.meta.url, "records.sql"), { files, lines }, lineRow, { signal });
    const byPlace = new Map(rows.map((row) => [`${row.file_uid} ${row.line_number}`, row.line]));
    for (const { uid, file_uid, line_number } of places) {
      const step = stepIn(byPlace.get(`${file_uid} ${line_number}`) ?? "");
      if (step !== null) found.set(uid, step);
    }
  }
  return found;
}

/** Finds the first step of which a line holds a key. A key of several parts ("device|time|action") is there when all of them are. */
export function finderOf(steps: readonly TrueStep[]): (line: string) => Recognised | null {
  // By the second part where there is one: the first is often a device with thousands of records.
  const byPart = new Map<string, (Recognised & { readonly parts: readonly string[] })[]>();
  for (const { name, keys } of steps)
    for (const key of keys) {
      const parts = key.split("|");
      const part = parts[1] ?? key;
      byPart.set(part, [...(byPart.get(part) ?? []), { step: name, key, parts }]);
    }
  return (line) => {
    const words = new Set(line.split(/["\t,\s]+/));
    for (const word of words) {
      const match = byPart.get(word)?.find(({ parts }) => parts.every((part) => words.has(part)));
      if (match !== undefined) return { step: match.step, key: match.key };
    }
    return null;
  };
}
