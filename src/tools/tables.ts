import { treatments } from "../privacy/columns.ts";
import type { eventTables } from "../store/tables.ts";
import type { ToolContext } from "./tool.ts";

/** A table of events or inventories. */
export type EventTable = (typeof eventTables)[number];

/** True where a row is a version of an object that the vendor keeps changing: the newest version of a uid counts. */
export function isVersioned(table: EventTable): boolean {
  return table === "detection_finding" || table.endsWith("_inventory");
}

/** The columns of a table that may be seen and that some row of the window fills, in the table's order; others would only cost time. */
export function usedColumns(table: EventTable, { tables }: Pick<ToolContext, "tables">): string[] {
  const shares = Object.entries(tables.get(table)?.filled ?? {});
  return shares.flatMap(([name, share]) => (share > 0 && treatments.has(name) ? [name] : []));
}
