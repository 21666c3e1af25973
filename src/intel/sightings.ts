import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";

const columns =
  "indicator_uid, table_name, event_uid, time, matched_column, matched_value, src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port, user_name, is_answered";

/** Writes down every meeting of an active indicator and an event of the window, once. Without indicators this is a gap. */
export async function sightIndicators(window: Window, world: World): Promise<void> {
  const [known] = await world.store.query(
    "SELECT uniqExact(indicator_uid) AS indicators FROM indicator",
    {},
    z.object({ indicators: z.coerce.number() }),
  );
  if (known === undefined || known.indicators === 0) {
    world.gaps.add({
      stage: "enrich",
      part: "indicators",
      kind: "not-configured",
      reason: "no indicators are loaded (spoor intel add FILE): known-bad values were not looked for",
    });
    return;
  }
  for (const file of ["match-values.sql", "match-blocks.sql"]) {
    const sql = await statement(import.meta.url, file);
    await world.store.exec(
      `INSERT INTO sighting (${columns}) SELECT ${columns} FROM (\n${sql}\n)
       WHERE (indicator_uid, event_uid, matched_column) GLOBAL NOT IN (SELECT indicator_uid, event_uid, matched_column FROM sighting
         WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC'))`,
      { from: window.from, to: window.to },
      { signal: world.signal },
    );
  }
}
