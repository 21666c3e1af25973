import type { EventTable } from "./tables.ts";

/** Something that can be counted of an entity in a span of time. */
interface Measure {
  readonly table: EventTable;
  readonly how: "count" | "sum" | "distinct";
  readonly unit: string;
  /** The column without whose values the measure says nothing. */
  readonly needs?: string;
}

/** What compare_baseline can compare, by name. */
export const measures = {
  connections: { table: "network_activity", how: "count", unit: "connections" },
  bytes_out: { table: "network_activity", how: "sum", unit: "bytes", needs: "traffic_bytes_out" },
  distinct_destinations: { table: "network_activity", how: "distinct", unit: "destinations" },
  distinct_dns_names: { table: "dns_activity", how: "distinct", unit: "names asked for", needs: "query_hostname" },
  sign_ins: { table: "authentication", how: "count", unit: "sign-ins" },
  sign_in_failures: { table: "authentication", how: "count", unit: "failed sign-ins", needs: "status" },
  distinct_devices: { table: "authentication", how: "distinct", unit: "devices or services signed in to" },
  distinct_sources: { table: "authentication", how: "distinct", unit: "source addresses", needs: "src_endpoint_ip" },
  processes: { table: "process_activity", how: "count", unit: "process starts" },
  distinct_programs: { table: "process_activity", how: "distinct", unit: "programs", needs: "process_name" },
  distinct_files: { table: "file_activity", how: "distinct", unit: "files" },
  mails_sent: { table: "email_activity", how: "count", unit: "mails", needs: "email_from" },
  recipients: { table: "email_activity", how: "sum", unit: "recipients", needs: "email_to" },
  link_clicks: { table: "email_url_activity", how: "count", unit: "clicks", needs: "user_email_addr" },
  cloud_operations: { table: "api_activity", how: "count", unit: "operations" },
  distinct_cloud_resources: { table: "api_activity", how: "distinct", unit: "resources", needs: "resource_name" },
} as const satisfies Readonly<Record<string, Measure>>;
export type MeasureName = keyof typeof measures;

export function measureOf(name: MeasureName): Measure {
  return measures[name];
}

export const measureNames = Object.keys(measures).filter((name): name is MeasureName => name in measures);
