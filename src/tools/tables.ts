import type { eventTables } from "../store/tables.ts";

/** A table of events or inventories. */
export type EventTable = (typeof eventTables)[number];

/** True where a row is a version of an object that the vendor keeps changing: the newest version of a uid counts. */
export function isVersioned(table: EventTable): boolean {
  return table === "detection_finding" || table.endsWith("_inventory");
}
