import { z } from "zod";
import { eventTables } from "../store/tables.ts";
import type { Tool } from "./tool.ts";

const input = z.strictObject({});

/** Which tables hold something in the window. */
export const listTables: Tool<typeof input> = {
  name: "list_tables",
  title: "List the tables",
  description:
    "Lists the tables of events and inventories with their row counts and the time they cover in the window of this hunt. A table without rows was not recorded: nothing can be concluded from its silence. Start here, then use describe_table.",
  input,
  async run(_, { tables, window }) {
    const known = eventTables.map((table) => ({ table, coverage: tables.get(table) }));
    return {
      value: {
        window: { from: window.from, to: window.to },
        tables: known.flatMap(({ table, coverage }) =>
          coverage === undefined || coverage.rows === 0
            ? []
            : [{ table, rows: coverage.rows, first_time: coverage.firstTime, last_time: coverage.lastTime }],
        ),
        without_rows: known.flatMap(({ table, coverage }) => ((coverage?.rows ?? 0) === 0 ? [table] : [])),
      },
      eventIds: [],
      statement: null,
    };
  },
};
