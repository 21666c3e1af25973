import { hour } from "../calendar.ts";
import type { Account, Device, Estate, Person } from "../estate.ts";
import type { Process } from "../host-events.ts";
import type { Connection, FileChange, Logon, Occurrences, ProcessStart } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { deviceAt, directoryDeviceId, egressOf, fileOf, hashesOf, isSystem, machineId, timestamp } from "./ids.ts";

// The device tables of Defender's advanced hunting, columns as its reference names them.

export const deviceTables = [
  "DeviceNetworkEvents",
  "DeviceLogonEvents",
  "DeviceProcessEvents",
  "DeviceFileEvents",
  "DeviceEvents",
  "DeviceInfo",
] as const;

/** Rows of the device tables, each in the order of its time. */
export function deviceRows(told: Partial<Occurrences>, estate: Estate): Record<(typeof deviceTables)[number], VendorRecord[]> {
  const context = contextFor(estate);
  const connections = told.connections ?? [];
  return {
    DeviceProcessEvents: inOrder((told.processStarts ?? []).map((start) => processRow(context, start))),
    DeviceNetworkEvents: inOrder(networkRows(context, connections)),
    DeviceLogonEvents: inOrder((told.logons ?? []).map((logon) => logonRow(context, logon))),
    DeviceFileEvents: inOrder((told.fileChanges ?? []).map((change) => fileRow(context, change))),
    DeviceEvents: inOrder([
      ...nameRows(context, connections),
      ...(told.serviceInstalls ?? []).map(({ time, device, process, name, image, start }) => ({
        ...row(device, time, "ServiceInstalled", name),
        FileName: fileOf(image.split(" ")[0] ?? image),
        FolderPath: image.split(" ")[0] ?? image,
        ...initiating(context, process, time),
        AdditionalFields: JSON.stringify({
          ServiceName: name,
          ServiceAccount: "LocalSystem",
          ServiceStartType: start === "auto start" ? 2 : 3,
          ServiceType: 16,
        }),
      })),
      ...(told.scheduledTasks ?? []).map(({ time, device, process, name, command, options }) => ({
        ...row(device, time, "ScheduledTaskCreated", name),
        ...initiating(context, process, time),
        AdditionalFields: JSON.stringify({
          TaskName: name,
          TaskContent: `<Task><Actions><Exec><Command>${xml(command)}</Command><Arguments>${xml(options)}</Arguments></Exec></Actions></Task>`,
        }),
      })),
      ...(told.scriptRuns ?? []).map(({ time, device, process, text }) => ({
        ...row(device, time, "PowerShellCommand", process.id),
        ...initiating(context, process, time),
        AdditionalFields: JSON.stringify({ Command: text.split("\n")[0] ?? "" }),
      })),
      ...(told.driverLoads ?? []).map(({ time, device, path, sha256 }) => ({
        ...row(device, time, "DriverLoad", path),
        FileName: fileOf(path),
        FolderPath: path,
        SHA256: sha256,
        AdditionalFields: "",
      })),
    ]),
    DeviceInfo: [],
  };
}

/** One row for each device, as it stood at a time; Defender writes them several times a day. */
export function deviceInfo(devices: readonly Device[], estate: Estate, time: number): VendorRecord[] {
  return devices.map((device, index) => {
    const isWindows = device.operatingSystem.startsWith("Windows");
    const isServer = device.role !== "workstation";
    const [user] = device.users;
    return {
      Timestamp: timestamp(time),
      DeviceId: machineId(device),
      DeviceName: device.fullName,
      ClientVersion: "10.8804.26100.1457",
      PublicIP: egressOf(device, estate),
      OSArchitecture: "64-bit",
      OSPlatform: isWindows
        ? isServer
          ? device.operatingSystem.replaceAll(" ", "")
          : device.operatingSystem.replace(" ", "")
        : "Linux",
      OSBuild: isWindows ? 26100 : null,
      OSVersion: isWindows ? "10.0" : "12",
      IsAzureADJoined: !isServer,
      JoinType: isServer ? "Domain Join" : "Hybrid Azure AD Join",
      AadDeviceId: isServer ? "" : directoryDeviceId(device),
      LoggedOnUsers: JSON.stringify(
        user === undefined ? [] : [{ UserName: user.account, DomainName: estate.netbios, Sid: user.sid }],
      ),
      RegistryDeviceTag: "",
      OnboardingStatus: "Onboarded",
      SensorHealthState: "Active",
      DeviceType: isServer ? "Server" : "Workstation",
      DeviceCategory: "Endpoint",
      ExposureLevel: "Low",
      MachineGroup: isServer ? "Servers" : "Laptops",
      IsInternetFacing: false,
      ReportId: index + 1,
    };
  });
}

/** Rows of DeviceRegistryEvents. */
export function registryRows(told: Partial<Occurrences>, estate: Estate): VendorRecord[] {
  const context = contextFor(estate);
  return inOrder(
    (told.registryChanges ?? []).map(({ time, device, process, key, valueName, data }) => ({
      ...row(device, time, "RegistryValueSet", `${key}|${valueName}`),
      RegistryKey: key,
      RegistryValueType: "String",
      RegistryValueName: valueName,
      RegistryValueData: data,
      PreviousRegistryKey: "",
      PreviousRegistryValueName: "",
      PreviousRegistryValueData: "",
      ...initiating(context, process, time),
    })),
  );
}

interface Context {
  readonly estate: Estate;
  readonly people: ReadonlyMap<string, Person>;
}

const peopleOf = new WeakMap<Estate, ReadonlyMap<string, Person>>();

function contextFor(estate: Estate): Context {
  const people = peopleOf.get(estate) ?? new Map(estate.people.map((person) => [person.sid, person]));
  peopleOf.set(estate, people);
  return { estate, people };
}

type Row = VendorRecord & { readonly Timestamp: string };

function row(device: Device, time: number, action: string, what: string | number) {
  return {
    Timestamp: timestamp(time),
    DeviceId: machineId(device),
    DeviceName: device.fullName,
    ActionType: action,
    ReportId: reportId(time, action, what),
  };
}

/**
 * A number that repeats on a device, but not at the same moment. The sensor's own is a counter; here it follows from what is told, so
 * that a row has the same key whatever else is told with it.
 */
function reportId(time: number, action: string, what: string | number): number {
  // FNV-1a.
  let hash = 2166136261 ^ (Math.floor(time * 10) % 1_000_003);
  for (const character of `${action}|${what}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return 1 + ((hash >>> 0) % 2_000_000);
}

function initiating(context: Context, process: Process, time: number): VendorRecord {
  const hashes = hashesOf(process.image);
  const person = context.people.get(process.account.sid);
  return {
    InitiatingProcessSHA1: hashes.sha1,
    InitiatingProcessSHA256: hashes.sha256,
    InitiatingProcessMD5: hashes.md5,
    InitiatingProcessFileName: fileOf(process.image).toLowerCase(),
    InitiatingProcessFolderPath: process.image.toLowerCase(),
    InitiatingProcessId: process.id,
    InitiatingProcessCommandLine: process.commandLine,
    InitiatingProcessCreationTime: timestamp(time - 60_000),
    InitiatingProcessAccountDomain: domainOf(context, process.account),
    InitiatingProcessAccountName: process.account.account.toLowerCase(),
    InitiatingProcessAccountSid: process.account.sid,
    InitiatingProcessAccountUpn: person?.mail ?? "",
    InitiatingProcessAccountObjectId: person?.userId ?? "",
    InitiatingProcessIntegrityLevel: isSystem(process.account) ? "System" : "Medium",
    InitiatingProcessTokenElevation: "TokenElevationTypeDefault",
  };
}

function domainOf({ estate }: Context, account: Account): string {
  return isSystem(account) ? "nt authority" : estate.netbios.toLowerCase();
}

function processRow(context: Context, { time, device, process, parent }: ProcessStart): Row {
  const hashes = hashesOf(process.image);
  const person = context.people.get(process.account.sid);
  return {
    ...row(device, time, "ProcessCreated", process.guid),
    FileName: fileOf(process.image),
    FolderPath: process.image,
    SHA1: hashes.sha1,
    SHA256: hashes.sha256,
    MD5: hashes.md5,
    ProcessId: process.id,
    ProcessCommandLine: process.commandLine,
    ProcessCreationTime: timestamp(time),
    ProcessIntegrityLevel: isSystem(process.account) ? "System" : process.account.account.startsWith("adm-") ? "High" : "Medium",
    ProcessTokenElevation: "TokenElevationTypeDefault",
    AccountDomain: domainOf(context, process.account),
    AccountName: process.account.account.toLowerCase(),
    AccountSid: process.account.sid,
    AccountUpn: person?.mail ?? "",
    AccountObjectId: person?.userId ?? "",
    LogonId: isSystem(process.account) ? 999 : Number.parseInt(process.guid.slice(-7, -1), 16),
    ...initiating(context, parent, time),
    AdditionalFields: "",
  };
}

/**
 * The sensor tells a connection once a day for each program, address and port, and counts the others by the hour
 * (ConnectionSuccessAggregatedReport): the gaps between its rows are the sensor's, not the program's.
 */
function networkRows(context: Context, connections: readonly Connection[]): Row[] {
  const first = new Set<string>();
  const hours = new Map<
    string,
    { readonly connection: Connection; readonly device: Device; readonly process: Process; count: number }
  >();
  const rows: Row[] = [];
  for (const connection of connections) {
    const { source, destination, process, dns, time, state } = connection;
    const device = deviceAt(context.estate, source.address);
    if (process === undefined || dns !== undefined || device === undefined) continue;
    const key = `${device.agentId}|${process.image}|${destination.address}|${destination.port}`;
    const isFailed = state === "S0" || state === "REJ";
    const today = `${Math.floor(time / (24 * hour))}|${isFailed}|${key}`;
    if (!first.has(today)) {
      first.add(today);
      rows.push({
        ...networkRow(context, connection, device, process, isFailed ? "ConnectionFailed" : "ConnectionSuccess", time),
        AdditionalFields: "",
      });
    } else if (!isFailed) {
      const slot = `${Math.floor(time / hour)}|${key}`;
      const known = hours.get(slot);
      if (known === undefined) hours.set(slot, { connection, device, process, count: 1 });
      else known.count += 1;
    }
  }
  for (const { connection, device, process, count } of hours.values()) {
    const begins = Math.floor(connection.time / hour) * hour;
    rows.push({
      ...networkRow(context, connection, device, process, "ConnectionSuccessAggregatedReport", begins + hour),
      LocalPort: null,
      AdditionalFields: JSON.stringify({ uniqueEventsAggregated: count, FirstSeen: timestamp(connection.time) }),
    });
  }
  for (const connection of connections) {
    const receiver =
      connection.state === "SF" && connection.dns === undefined
        ? deviceAt(context.estate, connection.destination.address)
        : undefined;
    if (receiver === undefined || connection.protocol !== "tcp") continue;
    const key = `${Math.floor(connection.time / (24 * hour))}|in|${receiver.agentId}|${connection.source.address}|${connection.destination.port}`;
    if (first.has(key)) continue;
    first.add(key);
    rows.push({
      ...row(receiver, connection.time + 3, "InboundConnectionAccepted", connection.source.port),
      LocalIP: connection.destination.address,
      LocalPort: connection.destination.port,
      RemoteIP: connection.source.address,
      RemotePort: connection.source.port,
      RemoteUrl: "",
      Protocol: "Tcp",
      LocalIPType: "Private",
      RemoteIPType: "Private",
      AdditionalFields: "",
    });
  }
  return rows;
}

function networkRow(
  context: Context,
  { source, destination, protocol, tls, http }: Connection,
  device: Device,
  process: Process,
  action: string,
  time: number,
): Row {
  return {
    ...row(device, time, action, `${process.image}|${destination.address}|${destination.port}`),
    LocalIP: source.address,
    LocalPort: source.port,
    RemoteIP: destination.address,
    RemotePort: destination.port,
    RemoteUrl: tls?.name ?? http?.host ?? "",
    Protocol: protocol === "tcp" ? "Tcp" : "Udp",
    LocalIPType: "Private",
    RemoteIPType: destination.address.startsWith("10.") ? "Private" : "Public",
    ...initiating(context, process, time),
  };
}

/** Names that programs asked for: each once an hour for a device. */
function nameRows(context: Context, connections: readonly Connection[]): Row[] {
  const known = new Set<string>();
  return connections.flatMap(({ dns, source, time, process }) => {
    const device = deviceAt(context.estate, source.address);
    if (dns === undefined || process === undefined || device === undefined) return [];
    const key = `${Math.floor(time / hour)}|${device.agentId}|${dns.query}`;
    if (known.has(key)) return [];
    known.add(key);
    return [
      {
        ...row(device, time, "DnsQueryResponse", dns.query),
        ...initiating(context, process, time),
        AdditionalFields: JSON.stringify({
          DnsQueryString: dns.query,
          DnsQueryResult: dns.answers.map((answer) => ({ DnsQueryType: dns.type, Result: answer })),
        }),
      },
    ];
  });
}

const logonTypes = {
  2: "Interactive",
  3: "Network",
  4: "Batch",
  5: "Service",
  7: "Unlock",
  9: "NewCredentials",
  10: "RemoteInteractive",
} as const;
const reasons = {
  "wrong password": "InvalidUserNameOrPassword",
  "no such user": "UnknownUser",
  "account locked": "LockedOut",
} as const;

function logonRow(context: Context, logon: Logon): Row {
  const { time, to, account, from, failure } = logon;
  return {
    ...row(to, time, failure === null ? "LogonSuccess" : "LogonFailed", `${account.account}|${from?.port ?? 0}`),
    LogonType: logonTypes[logon.type],
    AccountDomain: context.estate.netbios,
    AccountName: account.account,
    AccountSid: account.sid,
    Protocol: logon.package,
    FailureReason: failure === null ? "" : reasons[failure],
    IsLocalAdmin: logon.isAdministrator,
    LogonId: failure === null ? Number.parseInt(logon.logonId, 16) : null,
    RemoteDeviceName: from?.name ?? "",
    RemoteIP: from?.address ?? "",
    RemoteIPType: from === null ? "" : "Private",
    RemotePort: from?.port ?? null,
    InitiatingProcessFileName: "lsass.exe",
    InitiatingProcessFolderPath: "c:\\windows\\system32\\lsass.exe",
    InitiatingProcessId: 900,
    InitiatingProcessCommandLine: "lsass.exe",
    InitiatingProcessAccountName: "system",
    InitiatingProcessAccountDomain: "nt authority",
    InitiatingProcessAccountSid: "S-1-5-18",
    AdditionalFields: JSON.stringify({ IsLocalLogon: from === null }),
  };
}

const actions = {
  created: "FileCreated",
  archived: "FileCreated",
  modified: "FileModified",
  renamed: "FileRenamed",
  deleted: "FileDeleted",
} as const;

function fileRow(context: Context, change: FileChange): Row {
  const { time, device, process, path, previousPath, over } = change;
  return {
    ...row(device, time, actions[change.action], path),
    FileName: fileOf(path),
    FolderPath: path,
    SHA256: change.sha256 ?? "",
    FileSize: change.sizeBytes,
    ...(previousPath === undefined
      ? {}
      : { PreviousFileName: fileOf(previousPath), PreviousFolderPath: previousPath.slice(0, previousPath.lastIndexOf("\\")) }),
    ...(over === undefined
      ? {}
      : {
          RequestProtocol: "Smb",
          RequestSourceIP: over.address,
          RequestSourcePort: over.port,
          RequestAccountName: over.account.account,
          RequestAccountDomain: context.estate.netbios,
          RequestAccountSid: over.account.sid,
          ShareName: over.share,
        }),
    ...initiating(context, process, time),
    AdditionalFields: "",
  };
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.Timestamp < b.Timestamp ? -1 : a.Timestamp > b.Timestamp ? 1 : 0));
}
