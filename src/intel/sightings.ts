import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";

const columns =
  "indicator_uid, table_name, event_uid, time, matched_column, matched_value, src_endpoint_ip, src_endpoint_hostname, dst_endpoint_ip, dst_endpoint_port, user_name, is_answered";

// As many meetings are written down in a run; match-values.sql ends in the same number.
const mostSightings = 1_000_000;

/** Writes down every meeting of an active indicator and an event of the window, once. Without indicators this is a gap. */
export async function sightIndicators(window: Window, world: World): Promise<void> {
  const known = await counted(
    `SELECT countIf(is_active) AS rows FROM (
       SELECT is_active FROM indicator ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
     )`,
    {},
    world,
  );
  if (known === 0) {
    world.gaps.add({
      stage: "enrich",
      part: "indicators",
      kind: "not-configured",
      reason: "no indicators are loaded (spoor intel add FILE): known-bad values were not looked for",
    });
    return;
  }
  const span = { from: window.from, to: window.to };
  const sql = await statement(import.meta.url, "match-values.sql");
  await world.store.exec(
    `INSERT INTO sighting (${columns}) SELECT ${columns} FROM (\n${sql}\n)
     WHERE (indicator_uid, event_uid, matched_column) GLOBAL NOT IN (SELECT indicator_uid, event_uid, matched_column FROM sighting
       WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC'))`,
    span,
    { signal: world.signal },
  );
  const sighted = await counted(
    "SELECT count() AS rows FROM sighting WHERE time >= toDateTime64({from:String}, 6, 'UTC') AND time < toDateTime64({to:String}, 6, 'UTC')",
    span,
    world,
  );
  if (sighted >= mostSightings)
    world.gaps.add({
      stage: "enrich",
      part: "indicators",
      kind: "limit",
      reason: `more than ${mostSightings} meetings with indicators: later ones were not written down; a feed may hold a value that everybody uses`,
      count: sighted,
    });
}

async function counted(sql: string, parameters: Record<string, string>, world: World): Promise<number> {
  const [row] = await world.store.query(sql, parameters, z.object({ rows: z.coerce.number() }), { signal: world.signal });
  return row?.rows ?? 0;
}
