import type { Stream } from "../../../collect/collector.ts";
import { dayMs } from "../../../time.ts";
import { fqlTime } from "./moments.ts";
import type { Session } from "./session.ts";
import { walkList } from "./walk.ts";

const minute = 60_000;

/** Alerts, version 2, whole: what changed in the slice, oldest change first. (The Detects interface before it is gone.) */
export function alertStream(session: Session): Stream {
  return {
    id: "alerts",
    name: "Alerts",
    tables: ["detection_finding"],
    permission: "Alerts: READ",
    kind: "events",
    retentionMs: null,
    sliceMs: 30 * dayMs,
    shortestSliceMs: minute,
    overlapMs: 15 * minute,
    concurrency: 1,
    pages: ({ from, to }, cursor) => {
      // What changes while we walk leaves a slice that ends; one that ends now is left open, so that nothing slips between two runs.
      const end = to < session.now() - 5 * minute ? `+updated_timestamp:<'${fqlTime(to)}'` : "";
      return walkList(
        {
          ask: (since, after, limit) =>
            session.list({
              method: "POST",
              path: "/alerts/combined/alerts/v1",
              body: {
                filter: `updated_timestamp:>='${since ?? fqlTime(from)}'${end}`,
                sort: "updated_timestamp|asc",
                limit,
                ...(after === null ? {} : { after }),
              },
            }),
          pointerOf: ({ pagination }) => pagination.after,
          timeField: "updated_timestamp",
          limit: 1000,
        },
        null,
        cursor,
      );
    },
  };
}
