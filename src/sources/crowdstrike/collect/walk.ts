import { z } from "zod";
import { CursorLost, type Page } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { type Envelope, told } from "./envelope.ts";
import { wholeMoment } from "./moments.ts";

/** A list that is walked in the ascending order of a time that changes of a record move forward. */
export interface List {
  /** One page of what changed from `from` on (null: of everything), behind the vendor's own pointer (null: the first). */
  readonly ask: (from: string | null, pointer: string | null, limit: number) => Promise<Envelope>;
  /** The vendor's pointer to the next page. */
  readonly pointerOf: (answer: Envelope) => string | null;
  readonly timeField: string;
  readonly limit: number;
}

const positionSchema = z.object({
  from: z.string().nullable(),
  pointer: z.string().nullable(),
  /** The latest time seen, with all its digits; null before the first record, and where the list is not in order. */
  seenTo: z.string().nullable(),
  isOrdered: z.boolean(),
  /** Records so far; null where the walk has begun again. */
  count: z.number().nullable(),
});
type Position = z.infer<typeof positionSchema>;

/**
 * The pages of a list. Filter and order stay the same all the way, because the vendor's pointer is good for these only. A pointer that
 * is no longer known is given up for the latest time that was seen: what comes twice is stored once. Pages too large to read are asked
 * for again in parts.
 */
export async function* walkList(list: List, from: string | null, cursor: string | null): AsyncGenerator<Page> {
  let position: Position = positionOf(cursor) ?? { from, pointer: null, seenTo: null, isOrdered: true, count: 0 };
  let { limit } = list;
  for (;;) {
    let answer: Envelope;
    try {
      answer = await list.ask(position.from, position.pointer, limit);
    } catch (cause) {
      if (isTooLarge(cause) && limit > 1) {
        limit = Math.ceil(limit / 4);
        continue;
      }
      if (position.pointer === null || !isPointerLost(cause)) throw cause;
      position = fromLatest(position);
      continue;
    }
    const pointer = list.pointerOf(answer);
    const shortfalls = answer.errors.length === 0 ? [] : [`Falcon answered in part only: ${told(answer.errors)}`];
    position = advance(position, answer, list.timeField, pointer);
    const { total } = answer.pagination;
    if (pointer === null && total !== null && position.count !== null && position.count < total)
      shortfalls.push(`Falcon spoke of ${total} records and gave ${position.count}`);
    yield { records: answer.resources, cursor: pointer === null ? null : JSON.stringify(position), shortfalls };
    if (pointer === null) return;
  }
}

function advance(position: Position, { resources }: Envelope, timeField: string, pointer: string | null): Position {
  let { seenTo, isOrdered } = position;
  for (const record of resources) {
    const time = wholeMoment(z.record(z.string(), z.unknown()).safeParse(record).data?.[timeField]);
    if (time === null) continue;
    if (seenTo !== null && time < seenTo) isOrdered = false;
    if (seenTo === null || time > seenTo) seenTo = time;
  }
  const count = position.count === null ? null : position.count + resources.length;
  return { from: position.from, pointer, seenTo, isOrdered, count };
}

/** Goes on from the latest time seen. Where that is no progress, or the list was out of order, only the whole walk again helps. */
function fromLatest({ from, seenTo, isOrdered }: Position): Position {
  if (seenTo === null || !isOrdered || seenTo === from)
    throw new CursorLost("Falcon no longer knows the pointer to the next page");
  return { from: seenTo, pointer: null, seenTo, isOrdered, count: null };
}

function positionOf(cursor: string | null): Position | null {
  if (cursor === null) return null;
  try {
    return positionSchema.parse(JSON.parse(cursor));
  } catch {
    throw new CursorLost("the place where the walk was left cannot be read");
  }
}

function isTooLarge(thrown: unknown): boolean {
  return thrown instanceof VendorError && thrown.kind === "too-large";
}

function isPointerLost(thrown: unknown): boolean {
  return thrown instanceof VendorError && thrown.kind === "refused" && [400, 404, 410].includes(thrown.status ?? 0);
}
