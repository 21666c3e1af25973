import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { World } from "../world.ts";

const row = z.object({ feed_name: z.string(), type: z.string(), active: z.coerce.number(), newest: z.string() });

/** Indicators of one kind from one feed; `newest` is engine time. */
export type Feed = z.infer<typeof row>;

/** The feeds on record, by name and kind of indicator. */
export async function feedsOnRecord({ store, signal }: Pick<World, "store" | "signal">): Promise<Feed[]> {
  return store.query(await statement(import.meta.url, "feeds.sql"), {}, row, { signal });
}
