import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hour } from "./calendar.ts";
import type { VendorData, VendorRecord } from "./vendor-data.ts";

/** Writes what the three vendors know into a folder, in the shapes in which their interfaces give it; how many records there are. */
export function writeVendorFiles(data: VendorData, folder: string): number {
  let count = 0;
  const write = (path: string, records: readonly VendorRecord[]): void => {
    if (records.length === 0) return;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    count += records.length;
  };
  const { falcon, microsoft, proofpoint } = data;
  for (const [name, records] of Object.entries(falcon)) write(`falcon/${name}.ndjson`, records);
  const { hunting, ...lists } = microsoft;
  for (const [name, records] of Object.entries(lists)) write(`microsoft/${name}.ndjson`, records);
  for (const [table, records] of Object.entries(hunting)) write(`microsoft/hunting/${table}.ndjson`, records);
  const { messagesDelivered, messagesBlocked, clicksPermitted, clicksBlocked, vap, topClickers } = proofpoint;
  const siem = { queryEndTime: new Date(hour).toISOString(), messagesDelivered, messagesBlocked, clicksPermitted, clicksBlocked };
  write("proofpoint/siem.json", [siem]);
  write("proofpoint/vap.json", [{ users: vap }]);
  write("proofpoint/top-clickers.json", [{ users: topClickers }]);
  return count;
}
