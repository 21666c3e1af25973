import { z } from "zod";
import { CursorLost, type Page, type Slice, SliceTooLarge, type Stream } from "../../../collect/collector.ts";
import { dayMs } from "../../../time.ts";
import { told } from "./envelope.ts";
import { fqlTime } from "./moments.ts";
import type { Session } from "./session.ts";

const minute = 60_000;
// offset + limit beyond this is refused.
const idsAtMost = 10_000;
const idsAtOnce = 500;

/** Cases, which took the place of incidents: ids of those that changed in the slice, then the cases themselves. */
export function caseStream(session: Session): Stream {
  return {
    id: "cases",
    name: "Cases",
    tables: [],
    permission: "Cases: READ",
    kind: "events",
    retentionMs: null,
    sliceMs: 30 * dayMs,
    shortestSliceMs: minute,
    overlapMs: 15 * minute,
    concurrency: 1,
    pages: (slice, cursor) => caseList(session, slice, cursor),
  };
}

async function* caseList(session: Session, { from, to }: Slice, cursor: string | null): AsyncGenerator<Page> {
  const end = to < session.now() - 5 * minute ? `+updated_timestamp:<'${fqlTime(to)}'` : "";
  let offset = z.coerce
    .number()
    .int()
    .nonnegative()
    .catch(0)
    .parse(cursor ?? 0);
  let firstTotal: number | null = null;
  for (;;) {
    const listed = await session.list({
      method: "GET",
      path: "/cases/queries/cases/v1",
      parameters: {
        filter: `updated_timestamp:>='${fqlTime(from)}'${end}`,
        // Cases keep their place in this order while they change.
        sort: "created_timestamp|asc",
        limit: String(idsAtOnce),
        offset: String(offset),
      },
    });
    const { total } = listed.pagination;
    if (total !== null && total > idsAtMost)
      throw new SliceTooLarge(`${total} cases are more than the ${idsAtMost} that can be listed`);
    firstTotal ??= total;
    // One that went away moved all behind it forward by a place, and one of them past us.
    if (total !== null && firstTotal !== null && total < firstTotal)
      throw new CursorLost("cases went away while they were listed");
    const ids = listed.resources.filter((id) => typeof id === "string");
    const shortfalls = listed.errors.length === 0 ? [] : [`Falcon listed cases in part only: ${told(listed.errors)}`];
    const found = await casesOf(session, ids);
    offset += listed.resources.length;
    const isLast = listed.resources.length === 0 || (total === null ? listed.resources.length < idsAtOnce : offset >= total);
    yield {
      records: found.records,
      cursor: isLast ? null : String(offset),
      shortfalls: [...shortfalls, ...found.shortfalls],
    };
    if (isLast) return;
    if (offset + idsAtOnce > idsAtMost) throw new SliceTooLarge(`only ${idsAtMost} cases can be listed`);
  }
}

/** The cases of these ids; those that did not come are asked for once more, then told. */
async function casesOf(
  session: Session,
  ids: readonly string[],
): Promise<{ records: readonly unknown[]; shortfalls: readonly string[] }> {
  const records: unknown[] = [];
  let open = ids;
  for (let round = 1; round <= 2 && open.length > 0; round += 1) {
    const { resources } = await session.list({ method: "POST", path: "/cases/entities/cases/v2", body: { ids: open } });
    records.push(...resources);
    const came = new Set(resources.map(idOf));
    open = open.filter((id) => !came.has(id));
  }
  const shortfalls =
    open.length === 0
      ? []
      : [`${open.length} of ${ids.length} cases were listed and could not be had, ${open[0] ?? ""} among them`];
  return { records, shortfalls };
}

function idOf(record: unknown): string | null {
  return z.object({ id: z.string() }).safeParse(record).data?.id ?? null;
}
