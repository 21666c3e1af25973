import { z } from "zod";
import { boundIn } from "../../detectors/ask.ts";
import { statement } from "../../store/statement.ts";
import type { Store } from "../../store/store.ts";
import type { Window } from "../../types.ts";
import type { LogSource } from "./log-sources.ts";
import type { RuleValues } from "./values.ts";

/** How a rule's own conditions would have done over the events of a window. */
export interface BackTest {
  readonly table: string;
  readonly window: Window;
  /** That it matches. */
  readonly events: number;
  readonly days: number;
  readonly entities: number;
  /** That there were. */
  readonly rows: number;
}

const counts = z.object({
  events: z.coerce.number(),
  days: z.coerce.number(),
  entities: z.coerce.number(),
  rows: z.coerce.number(),
});

/** Asks the store what the rule asks: its values, over all events of the window. Rejects as the store does. */
export async function backTest(
  source: LogSource,
  values: RuleValues,
  window: Window,
  { store, signal }: { readonly store: Pick<Store, "query">; readonly signal: AbortSignal },
): Promise<BackTest> {
  const sql = await statement(import.meta.url, source.sql);
  const parameters = boundIn(sql, { from: window.from, to: window.to, ...source.parameters(values) });
  const [found] = await store.query(sql, parameters, counts, { signal });
  return { table: source.table, window, ...(found ?? { events: 0, days: 0, entities: 0, rows: 0 }) };
}
