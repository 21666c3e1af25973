import { schemaColumns } from "../hunts/columns.ts";

// What a record says is told from which one it is, when it was, whose it is and who told it: a condition on the latter picks records,
// and says nothing of them. By name, for a column of this name means the same in every table (OCSF attribute paths).
const which =
  /^(?:metadata_uid|metadata_product_\w+|raw_\w+|\w*(?:connection_info|process|script|session|message|incident)_uid|file_uids|\w*process_pid|src_endpoint_port)$/;
const whose = /^(?:(?:device|user|actor_user)_(?:uid|hostname|ip|domain|mac|name|sid|email_addr)|src_endpoint_mac|email_to)$/;
// Where a connection came from is whose it is; where a sign-in, a call or a mail came from is something that its record says.
const source = /^src_endpoint_(?:ip|hostname)$/;
const tellsSource: ReadonlySet<string> = new Set([
  "authentication",
  "api_activity",
  "email_activity",
  "email_url_activity",
  "detection_finding",
]);
// A vendor's alert, and what is known of a device or a person, are statements about whom they name.
const tellsWhose: ReadonlySet<string> = new Set(["detection_finding", "device_inventory", "user_inventory"]);

/** The columns of a table that were named: those that only pick records, and those in which records say something. */
export async function aspectsOf(
  table: string,
  names: ReadonlySet<string>,
): Promise<{ readonly picking: readonly string[]; readonly telling: readonly string[] }> {
  const columns = [...((await schemaColumns()).get(table) ?? new Map<string, string>())].filter(([name]) => names.has(name));
  const picks = ([name, type]: readonly [string, string]): boolean =>
    which.test(name) ||
    /\bDateTime/.test(type) ||
    (!tellsWhose.has(table) && whose.test(name)) ||
    (!tellsSource.has(table) && source.test(name));
  return {
    picking: columns.filter(picks).map(([name]) => name),
    telling: columns.filter((column) => !picks(column)).map(([name]) => name),
  };
}
