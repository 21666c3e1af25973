import { visible } from "../charts/text.ts";
import { grouped } from "../charts/time.ts";
import { dayMs, epochMilliseconds, isEngineTime } from "../time.ts";
import type { Window } from "../types.ts";

export type Precision = "seconds" | "minutes";

/** "2026-11-01 10:00:00", without the zone: for columns whose title names it. */
export function clock(time: string, precision: Precision = "seconds"): string {
  return isEngineTime(time) ? time.replace("T", " ").slice(0, precision === "seconds" ? 19 : 16) : time;
}

/** "2026-11-01 10:00:00 UTC". */
export function moment(time: string, precision: Precision = "seconds"): string {
  return `${clock(time, precision)} UTC`;
}

/** "2026-11-01 10:00:00 to 12:30:00 UTC"; the day is said twice only when it differs. */
export function span(from: string, to: string, precision: Precision = "seconds"): string {
  const [start, end] = [clock(from, precision), clock(to, precision)];
  if (start === end) return moment(from, precision);
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} to ${end.slice(11)} UTC` : `${start} to ${end} UTC`;
}

/** Length in days, one decimal under ten; null when an end is no time. */
export function days(window: Window): string | null {
  if (!isEngineTime(window.from) || !isEngineTime(window.to)) return null;
  const length = (epochMilliseconds(window.to) - epochMilliseconds(window.from)) / dayMs;
  const rounded = length < 10 ? Math.round(length * 10) / 10 : Math.round(length);
  return counted(rounded, "day");
}

/** "1 finding", "1,204 findings". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Whole numbers in groups of three; others with at most one decimal. */
export function number(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Math.round(value * 10) / 10);
}

/** A score of 0 to 100 with one decimal, always. */
export function points(value: number): string {
  return value.toFixed(1);
}

/** A share of 0 to 1 in whole per cent; what is not nothing is never "0 %", what is not all never "100 %". */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "under 1 %";
  if (share < 1 && share > 0.99) return "over 99 %";
  return `${Math.round(share * 100)} %`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "2.1 MiB". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? "B"}`;
}

/** "a, b and 3 more". */
export function listed(names: readonly string[], limit: number): string {
  if (names.length <= limit) return names.join(", ");
  return `${names.slice(0, limit).join(", ")} and ${number(names.length - limit)} more`;
}

// What a table's records tell of, for readers who know no tables.
const tables: Readonly<Record<string, string>> = {
  api_activity: "changes in cloud and directory",
  authentication: "sign-ins",
  detection_finding: "the products’ own alerts",
  dns_activity: "look-ups of names",
  email_activity: "mail",
  email_url_activity: "links in mail",
  file_activity: "files",
  http_activity: "web requests",
  network_activity: "connections",
  process_activity: "programs started",
  rdp_activity: "remote desktops",
  registry_activity: "the registry",
  rpc_activity: "remote procedure calls",
  scheduled_job_activity: "scheduled jobs",
  script_activity: "scripts",
  service_activity: "services",
  smb_activity: "file shares",
  ssh_activity: "SSH",
};

/** What a table holds, in plain words: "web requests" for http_activity; a table that is not known by its name. */
export function tableWords(table: string): string {
  return tables[table] ?? table.replaceAll("_", " ");
}

/** A verdict as it is read: "false positive". */
export function verdictWords(verdict: string): string {
  return visible(verdict.replaceAll("_", " ")).slice(0, 40);
}
