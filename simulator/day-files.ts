import type { Archive } from "./archive.ts";
import { day, hour } from "./calendar.ts";
import type { Estate } from "./estate.ts";
import { serviceSignInRows } from "./formats/defender-cloud.ts";
import { registryRows } from "./formats/defender-devices.ts";
import { siemAnswer } from "./formats/proofpoint.ts";
import { type Numbering, numberedIn, windowsRecord } from "./formats/windows.ts";
import { windowsEvents } from "./formats/windows-derived.ts";
import { zeekLogs } from "./formats/zeek.ts";
import type { Click, Message, Occurrences } from "./occurrences.ts";
import type { VendorRecord } from "./vendor-data.ts";
import { eventsOf } from "./vendors.ts";

/** What is carried from one part of the telling to the next. */
export interface Carried {
  readonly numbering: Numbering;
  /** Mails and clicks of which the filter has not told yet: it condemns some long after they came. */
  condemned: { readonly message: Message; readonly tells: number }[];
  clicks: Click[];
}

/** Writes a part of a day: what every sensor and product made of it, in files of that day. */
export function writePart(archive: Archive, told: Occurrences, estate: Estate, midnight: number, carried: Carried): void {
  const name = nameOf(midnight);
  const { falcon, microsoft } = eventsOf(told, estate);
  archive.add(`falcon/events/${name}/part-*.gz`, falcon.events);
  archive.add(`falcon/alerts-${name}.ndjson.gz`, falcon.alerts);
  archive.add(`falcon/cases-${name}.ndjson.gz`, falcon.cases);
  const { hunting, ...lists } = microsoft;
  // The streaming export has tables that the collectors do not ask for.
  const tables = {
    ...hunting,
    DeviceRegistryEvents: registryRows(told, estate),
    EntraIdSpnSignInEvents: serviceSignInRows(told, estate),
  };
  for (const [list, records] of Object.entries(lists)) archive.add(`microsoft/${list}-${name}.ndjson.gz`, records);
  for (const [table, rows] of Object.entries(tables))
    archive.add(`microsoft/advanced-hunting/${table}/${name}-*.ndjson.gz`, streamed(table, rows, estate));
  archive.add(
    `windows/events-${name}-*.ndjson.gz`,
    numberedIn(carried.numbering, windowsEvents(told, estate)).map(windowsRecord),
  );
  for (const [log, text] of zeekLogs(told.connections, midnight, midnight + day)) {
    const lines = text.split("\n");
    const records = lines.filter((line) => line !== "" && !line.startsWith("#"));
    // A log begins with what its columns are, once; it ends when the day does.
    const head = lines.filter((line) => line.startsWith("#") && !line.startsWith("#close"));
    const path = `zeek/${name}/${log}.log.gz`;
    const isNew = !carried.numbering.has(path);
    carried.numbering.set(path, 1);
    archive.addText(path, `${[...(isNew ? head : []), ...records].join("\n")}\n`, records.length);
  }
  carried.condemned.push(...told.messages.map((message) => ({ message, tells: Math.max(message.time, message.threat.time) })));
  carried.clicks.push(...told.clicks);
}

/** Ends a day: what the mail filter told in each of its hours. */
export function endDay(archive: Archive, midnight: number, carried: Carried): void {
  const name = nameOf(midnight);
  const told = carried.condemned.filter(({ tells }) => tells < midnight + day).sort((a, b) => a.tells - b.tells);
  const clicks = carried.clicks.filter(({ time }) => time < midnight + day).sort((a, b) => a.time - b.time);
  carried.condemned = carried.condemned.filter(({ tells }) => tells >= midnight + day);
  carried.clicks = carried.clicks.filter(({ time }) => time >= midnight + day);
  for (let from = midnight; from < midnight + day; from += hour) {
    const isWithin = (time: number) => Math.max(midnight, time) >= from && Math.max(midnight, time) < from + hour;
    const messages = told.filter(({ tells }) => isWithin(tells)).map(({ message }) => message);
    const clicked = clicks.filter(({ time }) => isWithin(time));
    if (messages.length + clicked.length === 0) continue;
    const stamp = new Date(from).toISOString().slice(11, 13);
    archive.addText(
      `proofpoint/siem-${name}T${stamp}.json.gz`,
      siemAnswer(messages, clicked, from + hour),
      messages.length + clicked.length,
    );
  }
  for (const log of ["conn", "dns", "http", "ssl"]) {
    const path = `zeek/${name}/${log}.log.gz`;
    if (carried.numbering.delete(path))
      archive.addText(path, `#close\t${new Date(midnight + day).toISOString().slice(0, 19).replace(/[T:]/g, "-")}\n`, 0);
  }
  archive.close();
}

/** Rows of advanced hunting as the streaming export writes them. */
export function streamed(table: string, rows: readonly VendorRecord[], estate: Estate): VendorRecord[] {
  return rows.map((properties) => ({
    time: properties.Timestamp,
    tenantId: estate.tenantId,
    operationName: "Publish",
    category: `AdvancedHunting-${table}`,
    properties,
  }));
}

function nameOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10);
}
