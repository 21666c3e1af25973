import type { HostEvent } from "../occurrences.ts";
import { lines } from "./lines.ts";

interface Channel {
  readonly provider: string;
  readonly providerGuid: string;
}

const channels: Readonly<Record<string, Channel>> = {
  Security: { provider: "Microsoft-Windows-Security-Auditing", providerGuid: "{54849625-5478-4994-A5BA-3E3B0328C30D}" },
  System: { provider: "Service Control Manager", providerGuid: "{555908D1-A6D7-4695-8E1E-26931D2012F4}" },
  "Microsoft-Windows-Sysmon/Operational": {
    provider: "Microsoft-Windows-Sysmon",
    providerGuid: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
  },
  "Microsoft-Windows-PowerShell/Operational": {
    provider: "Microsoft-Windows-PowerShell",
    providerGuid: "{A0C1853B-5C40-4B15-8766-3CF1C58F985A}",
  },
};

/** An event with its number in the channel of its host. */
export interface NumberedEvent extends HostEvent {
  readonly recordNumber: number;
}

/** The last number given in each channel of each host. */
export type Numbering = Map<string, number>;

/** Numbers events the way Windows does: upwards for each host and channel, over all days. */
export function numbered(events: readonly HostEvent[]): NumberedEvent[] {
  return numberedIn(new Map(), events);
}

/** The same, going on from the numbers that were given before. */
export function numberedIn(last: Numbering, events: readonly HostEvent[]): NumberedEvent[] {
  return events.map((event) => {
    const counter = `${event.device.hostname} ${event.channel}`;
    const recordNumber = (last.get(counter) ?? 100_000) + 1;
    last.set(counter, recordNumber);
    return { ...event, recordNumber };
  });
}

/** Windows events as NDJSON, one flat record a line, the way a log forwarder writes them. */
export function windowsRecords(events: readonly NumberedEvent[]): string {
  return lines(events.map(windowsRecord));
}

/** One event as a flat record. */
export function windowsRecord(event: NumberedEvent): Record<string, string | number> {
  const channel = channels[event.channel];
  if (channel === undefined) throw new Error(`no provider is known for the channel ${event.channel}`);
  const time = new Date(event.time).toISOString();
  const isSecurity = event.channel === "Security";
  return {
    "@timestamp": time,
    EventTime: time.slice(0, 19).replace("T", " "),
    Hostname: event.device.fullName,
    Channel: event.channel,
    SourceName: channel.provider,
    ProviderGuid: channel.providerGuid,
    EventID: event.eventId,
    EventType: isSecurity ? (event.eventId === 4625 ? "AUDIT_FAILURE" : "AUDIT_SUCCESS") : "INFO",
    Severity: "INFO",
    SeverityValue: 2,
    RecordNumber: event.recordNumber,
    Message: event.message,
    ...event.fields,
  };
}
