import { dayMs, hourMs } from "../../../time.ts";

/** What is known of a table of advanced hunting before it is asked. */
export interface HuntingTable {
  readonly fills: readonly string[];
  /** Devices that were asleep or away tell their events when they are back; what is a day old is looked at again in any case. */
  readonly overlapMs: number;
  /** The first slice tried: the busiest tables would be cut off at longer ones anyway. */
  readonly sliceMs: number;
}

const ofDevices = (fills: readonly string[], sliceMs: number): HuntingTable => ({ fills, overlapMs: 6 * hourMs, sliceMs });
const ofServices = (fills: readonly string[]): HuntingTable => ({ fills, overlapMs: 2 * hourMs, sliceMs: dayMs });

// Tables of advanced hunting that are worth asking for, and what they fill (Microsoft Defender XDR reference). The table of sign-ins
// stands first: its rows have the session that the same sign-ins lack in v1.0 of Graph.
const known: Readonly<Record<string, HuntingTable>> = {
  EntraIdSignInEvents: ofServices(["authentication"]),
  DeviceInfo: { ...ofServices(["device_inventory"]), sliceMs: 6 * hourMs },
  DeviceLogonEvents: ofDevices(["authentication"], 6 * hourMs),
  DeviceProcessEvents: ofDevices(["process_activity"], hourMs),
  DeviceNetworkEvents: ofDevices(["network_activity", "dns_activity", "http_activity"], hourMs),
  DeviceFileEvents: ofDevices(["file_activity"], hourMs),
  DeviceEvents: ofDevices(["script_activity", "scheduled_job_activity", "service_activity", "dns_activity"], hourMs),
  IdentityLogonEvents: ofServices(["authentication"]),
  EmailEvents: ofServices(["email_activity"]),
  UrlClickEvents: ofServices(["email_url_activity"]),
  CloudAppEvents: ofServices(["api_activity"]),
  GraphApiAuditEvents: ofServices(["api_activity"]),
};

/** The tables that are asked for unless the settings say otherwise. */
export const huntingTables: readonly string[] = Object.keys(known);

/** What is known of a table; a table of the user's own choice is asked for day by day. */
export function huntingTable(name: string): HuntingTable {
  return known[name] ?? ofServices([]);
}
