import { canBeHalved, type Page, type Slice, type Stream } from "../../../collect/collector.ts";
import { dayMs, hourMs } from "../../../time.ts";
import { hourlyConnections } from "./hourly.ts";
import { rowsAtMost, type Searcher, search } from "./query-job.ts";
import type { Settings } from "./settings.ts";

/** A family of sensor events that is searched for together. */
interface Family {
  readonly id: string;
  readonly name: string;
  readonly tables: readonly string[];
  /** A filter of the search language. */
  readonly filter: string;
}

// Names of the Falcon event dictionary; the same ones that normalise/*.sql reads.
const families: readonly Family[] = [
  {
    id: "connections",
    name: "Connections",
    tables: ["network_activity"],
    filter: "#event_simpleName=/^Network(Connect|ReceiveAccept|Listen)IP[46]$/",
  },
  { id: "names", name: "Names asked for", tables: ["dns_activity"], filter: "#event_simpleName=DnsRequest" },
  {
    id: "processes",
    name: "Processes",
    tables: ["process_activity"],
    filter: "#event_simpleName=/^(Synthetic)?ProcessRollup2$/",
  },
  {
    id: "logons",
    name: "Logons",
    tables: ["authentication"],
    filter: "#event_simpleName=/^UserLog(on|off|onFailed|onFailed2)$/",
  },
  {
    id: "files",
    name: "Files written, renamed and deleted",
    tables: ["file_activity"],
    filter: "#event_simpleName=/(Written|Renamed|Deleted)$|FileRename|^FileDeleteInfo$/",
  },
  {
    id: "registry",
    name: "Registry",
    tables: ["registry_activity"],
    filter: "#event_simpleName=/^Asep|Reg[A-Z]|^RegistryOperation/",
  },
  {
    id: "scripts-and-drivers",
    name: "Scripts and drivers loaded",
    tables: ["script_activity"],
    filter: "#event_simpleName=/^ScriptControl|^CommandHistory$|DriverLoad|^UnsignedModuleLoad$/",
  },
  {
    id: "services-and-tasks",
    name: "Services, scheduled tasks and shares",
    tables: ["service_activity", "scheduled_job_activity", "smb_activity"],
    filter:
      "#event_simpleName=/^(CreateService|ModifyServiceBinary|ServiceStarted|ServiceStopped|HostedServiceStarted|HostedServiceStopped|SmbServerShareOpenedEtw)$|^ScheduledTask/",
  },
  {
    id: "sensors",
    name: "Sensors that came online",
    tables: [],
    filter: "#event_simpleName=AgentOnline",
  },
];

const shortestMs = 1000;

/** What the sensors saw, searched for in Next-Gen SIEM: a stream for each family of events. */
export function searchedStreams(
  searcher: Searcher,
  { networkEvents, retentionDays, sliceHours }: Pick<Settings, "networkEvents" | "retentionDays" | "sliceHours">,
): Stream[] {
  const common = {
    permission: "NGSIEM: READ and WRITE",
    kind: "events",
    retentionMs: retentionDays * dayMs,
    sliceMs: sliceHours * hourMs,
    // Events reach the cloud in seconds to minutes; what a sensor sends later is dated when it came.
    overlapMs: hourMs,
    concurrency: 2,
  } as const;
  const streams = families.map(({ filter, ...family }): Stream => {
    const isHourly = family.id === "connections" && networkEvents === "hourly";
    return {
      ...family,
      ...common,
      shortestSliceMs: isHourly ? hourMs : shortestMs,
      pages: (slice, cursor) => (isHourly ? hourlyConnections(searcher, slice, cursor) : onePage(searcher, filter, slice)),
    };
  });
  const beats: Stream = {
    ...common,
    id: "heartbeats",
    name: "Heartbeats of sensors, by the hour",
    tables: [],
    shortestSliceMs: hourMs,
    pages: (slice) => heartbeats(searcher, slice),
  };
  return [...streams, beats];
}

async function* onePage(searcher: Searcher, filter: string, slice: Slice): AsyncGenerator<Page> {
  const limits = { cap: rowsAtMost, isDivisible: canBeHalved(slice, shortestMs) };
  const { rows, shortfalls } = await search(searcher, `${filter} | tail(${rowsAtMost})`, slice, limits);
  yield { records: rows, cursor: null, shortfalls };
}

// As many groups as the search language gives where nobody asks for more (LogScale reference, groupBy()).
const groupsAtMost = 20_000;

/** A sensor sends a heartbeat every few minutes: one row a sensor tells that it was there. */
async function* heartbeats(searcher: Searcher, slice: Slice): AsyncGenerator<Page> {
  const query = `#event_simpleName=SensorHeartbeat | groupBy([#event_simpleName, aid], function=[selectLast([@timestamp, @id, id, cid, ComputerName, aip, timestamp, ContextTimeStamp]), count(as=_count)], limit=${groupsAtMost})`;
  const limits = { cap: groupsAtMost, isDivisible: canBeHalved(slice, hourMs) };
  const { rows, shortfalls } = await search(searcher, query, slice, limits);
  yield { records: rows, cursor: null, shortfalls };
}
