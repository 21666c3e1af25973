import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";
import { sightIndicators } from "./sightings.ts";

const met = z.object({
  type: z.string(),
  value: z.string(),
  feeds: z.array(z.string()),
  events: z.coerce.number(),
  /** Engine time. */
  first_time: z.string(),
  last_time: z.string(),
  /** Whether the indicator was valid at one of the meetings, as far as its feed says. */
  is_valid_then: z.coerce.boolean(),
  /** "dns_activity.query_hostname", at most ten. */
  places: z.array(z.string()),
  /** People, devices or addresses that met it, at most ten. */
  who: z.array(z.string()),
});
export type MetIndicator = z.infer<typeof met>;

/**
 * Looks the stored events of a window up against the indicators, writes the meetings down (each once), and gives the indicators that
 * were met, most often first, at most `limit`.
 */
export async function matchIndicators(window: Window, limit: number, world: World): Promise<MetIndicator[]> {
  const { store, signal } = world;
  await store.alone(() => sightIndicators(window, world), { signal });
  const sql = await statement(import.meta.url, "met.sql");
  return store.query(sql, { from: window.from, to: window.to, limit }, met, { signal });
}
