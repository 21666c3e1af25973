import { z } from "zod";
import { asked, counted, filled } from "./answer.ts";
import type { Tool } from "./tool.ts";

const input = z.strictObject({
  sql: z.string().min(1).max(20_000).describe("one SELECT in ClickHouse SQL over the tables of list_tables, with a LIMIT"),
  purpose: z.string().max(1000).describe("what the answer would decide, in a sentence"),
});

/** One SELECT of the caller's own, over the tables as the caller may see them. */
export const runQuery: Tool<typeof input> = {
  name: "run_query",
  title: "Ask the tables",
  description:
    "Runs one SELECT (ClickHouse SQL) over the tables, read-only, at most 200 rows and a few seconds. Aggregate in SQL rather than reading rows; filter on time; end with ORDER BY and LIMIT. Select metadata_uid with the rows that you want to cite: it is the id of the event. Names are hidden as host_…, user_…, mail_…, ip_… and may be used in SQL as they are shown.",
  input,
  async run({ sql }, { privacy, world }) {
    const seen = await privacy.ask(sql, world.signal);
    return {
      value: {
        columns: [...seen.columns],
        rows: seen.rows.map(filled),
        ...counted(seen),
        ...(seen.eventIds.length === 0 && seen.rowCount > 0
          ? { note: "no event ids in this answer: select metadata_uid of the rows that are to be cited" }
          : {}),
      },
      eventIds: seen.eventIds,
      statement: asked(sql, {}, seen.rows),
    };
  },
};
