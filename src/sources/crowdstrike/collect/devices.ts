import type { Stream } from "../../../collect/collector.ts";
import { hourMs } from "../../../time.ts";
import type { Session } from "./session.ts";
import { walkList } from "./walk.ts";

/** Hosts, all of them, as they are now; those that changed last come last, so that one that changes meanwhile is seen again. */
export function deviceStream(session: Session): Stream {
  return {
    id: "devices",
    name: "Hosts",
    tables: ["device_inventory"],
    permission: "Hosts: READ",
    kind: "snapshot",
    retentionMs: null,
    sliceMs: Number.MAX_SAFE_INTEGER,
    shortestSliceMs: Number.MAX_SAFE_INTEGER,
    overlapMs: 0,
    everyMs: 6 * hourMs,
    concurrency: 1,
    pages: (_slice, cursor) =>
      walkList(
        {
          ask: (since, offset, limit) =>
            session.list({
              method: "GET",
              path: "/devices/combined/devices/v1",
              parameters: {
                ...(since === null ? {} : { filter: `modified_timestamp:>='${since}'` }),
                sort: "modified_timestamp|asc",
                limit: String(limit),
                ...(offset === null ? {} : { offset }),
              },
            }),
          pointerOf: ({ pagination }) => pagination.next,
          timeField: "modified_timestamp",
          limit: 2000,
        },
        null,
        cursor,
      ),
  };
}
