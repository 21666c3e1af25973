import type { VendorData, VendorRecord } from "./vendor-data.ts";

/** Records of one list or table by the ids that the vendor gave them. */
export interface RecordKeys {
  /** As in "falcon.events", "microsoft.signIns", "microsoft.hunting.DeviceProcessEvents". */
  readonly list: string;
  readonly keys: readonly string[];
}

type Lists = {
  readonly falcon: Pick<VendorData["falcon"], "alerts" | "events">;
  readonly microsoft: Pick<VendorData["microsoft"], "signIns" | "directoryAudits" | "riskDetections" | "alerts" | "hunting">;
  readonly proofpoint: Pick<
    VendorData["proofpoint"],
    "messagesDelivered" | "messagesBlocked" | "clicksPermitted" | "clicksBlocked"
  >;
};

/** The keys of all records of events; lists without any are left out. */
export function keysOf({ falcon, microsoft, proofpoint }: Lists): RecordKeys[] {
  const lists: readonly (readonly [string, readonly VendorRecord[], readonly string[]])[] = [
    ["falcon.alerts", falcon.alerts, ["composite_id"]],
    ["falcon.events", falcon.events, ["aid", "id"]],
    ["microsoft.signIns", microsoft.signIns, ["id"]],
    ["microsoft.directoryAudits", microsoft.directoryAudits, ["id"]],
    ["microsoft.riskDetections", microsoft.riskDetections, ["id"]],
    ["microsoft.alerts", microsoft.alerts, ["id"]],
    ...Object.entries(microsoft.hunting).map(([table, rows]) => [`microsoft.hunting.${table}`, rows, keyOfTable(table)] as const),
    ["proofpoint.messagesDelivered", proofpoint.messagesDelivered, ["GUID"]],
    ["proofpoint.messagesBlocked", proofpoint.messagesBlocked, ["GUID"]],
    ["proofpoint.clicksPermitted", proofpoint.clicksPermitted, ["id"]],
    ["proofpoint.clicksBlocked", proofpoint.clicksBlocked, ["id"]],
  ];
  return lists
    .filter(([, records]) => records.length > 0)
    .map(([list, records, names]) => ({
      list,
      keys: [...new Set(records.map((record) => names.map((name) => String(record[name])).join("|")))],
    }));
}

// The report id of a device is a counter over all that the device tells, so it says nothing about a part of it.
function keyOfTable(table: string): readonly string[] {
  if (table.startsWith("Device")) return ["DeviceName", "Timestamp", "ActionType"];
  return table === "EmailEvents" ? ["NetworkMessageId", "RecipientEmailAddress"] : ["ReportId"];
}
