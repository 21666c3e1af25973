import { hour } from "../calendar.ts";
import type { Account, Device, Estate } from "../estate.ts";
import type { Process } from "../host-events.ts";
import type { Connection, FileChange, Logon, Occurrences, ProcessStart, RegistryChange } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { deviceAt, egressOf, fileOf, hashesOf, isSystem, processNumber, uuidOf } from "./ids.ts";

// Sensor events as the Falcon Data Replicator writes them: flat, and every value a text. The sensor sees what programs do on its host;
// a connection that no program of a host with a sensor opened is nothing to it.

type Values = Readonly<Record<string, string>>;

/** The events that the sensors of an estate tell of what happened, in the order of their time. */
export function falconEvents(told: Partial<Occurrences>, estate: Estate): VendorRecord[] {
  const context: Context = { estate, alive: new Set() };
  const events = [
    ...(told.processStarts ?? []).flatMap((start) => processEvents(context, start)),
    ...(told.connections ?? []).flatMap((connection) => connectionEvents(context, connection)),
    ...(told.logons ?? []).map((logon) => logonEvent(context, logon)),
    ...(told.fileChanges ?? []).flatMap((change) => fileEvents(context, change)),
    ...(told.registryChanges ?? []).map((change) => registryEvent(context, change)),
    ...(told.scriptRuns ?? []).map(({ time, device, process, text, path }) =>
      event(context, device, time, "ScriptControlScanTelemetry", {
        ...contextOf(process, time),
        TargetProcessId: processNumber(process),
        ImageFileName: devicePath(process.image),
        ScriptContent: text,
        ScriptContentName: path,
        ScriptingLanguageId: "1",
        ContentSHA256HashData: hashesOf(text).sha256,
        UserName: process.account.account,
      }),
    ),
    ...(told.serviceInstalls ?? []).map(({ time, device, process, account, name, image, start }) =>
      event(context, device, time, "CreateService", {
        ...contextOf(process, time),
        ServiceDisplayName: name,
        ServiceObjectName: "LocalSystem",
        ServiceImagePath: image,
        ServiceStart: start === "auto start" ? "2" : "3",
        ServiceType: "16",
        UserName: account.account,
      }),
    ),
    ...(told.scheduledTasks ?? []).map(({ time, device, process, account, name, command, options, author }) =>
      event(context, device, time, "ScheduledTaskRegistered", {
        ...contextOf(process, time),
        TaskName: name,
        TaskExecCommand: command,
        TaskExecArguments: options,
        TaskAuthor: author,
        UserName: userName(account, estate),
        TaskXml: "<Task/>",
      }),
    ),
    ...(told.driverLoads ?? []).map(({ time, device, path, sha256, signer }) =>
      event(context, device, time, "DriverLoad", {
        ContextTimeStamp: seconds(time),
        ImageFileName: devicePath(path),
        SHA256HashData: sha256,
        ...(signer === null ? {} : { CertificatePublisher: signer }),
      }),
    ),
  ];
  return [...events, ...heartbeats(context)].sort((a, b) => a.time - b.time || compare(a.id, b.id)).map(({ record }) => record);
}

interface Context {
  readonly estate: Estate;
  /** Devices and hours in which something was told, as "agent hour". */
  readonly alive: Set<string>;
}

interface Event {
  readonly time: number;
  readonly id: string;
  readonly record: Values;
}

// What tells two events of one kind, one host and one moment apart.
const distinguishing = [
  "TargetProcessId",
  "RemotePort",
  "LocalPort",
  "DomainName",
  "TargetFileName",
  "RegValueName",
  "UserName",
  "RemoteAddressIP4",
];

function event({ estate, alive }: Context, device: Device, time: number, name: string, values: Values): Event {
  alive.add(`${device.address} ${Math.floor(time / hour)}`);
  const id = uuidOf(name, device.agentId, time, ...distinguishing.map((field) => values[field] ?? ""));
  return {
    time,
    id,
    record: {
      event_simpleName: name,
      name: `${name}V1`,
      id,
      cid: estate.customerId,
      aid: device.agentId,
      aip: egressOf(device, estate),
      event_platform: device.operatingSystem.startsWith("Windows") ? "Win" : "Lin",
      ConfigBuild: "1007.3.0020108.15",
      ConfigStateHash: "2815416203",
      Entitlements: "15",
      EffectiveTransmissionClass: "3",
      // When the cloud received it: a little after the sensor saw it.
      timestamp: String(Math.round(time) + 300 + (Number.parseInt(id.slice(0, 3), 16) % 2_000)),
      ComputerName: device.hostname,
      ...values,
    },
  };
}

function contextOf(process: Process, time: number): Values {
  return {
    ContextTimeStamp: seconds(time),
    ContextProcessId: processNumber(process),
    ContextThreadId: String(process.id * 8 + 1),
    ContextBaseFileName: fileOf(process.image),
  };
}

function processEvents(context: Context, { time, device, process, parent, seconds: lasted }: ProcessStart): Event[] {
  const hashes = hashesOf(process.image);
  const system = isSystem(process.account);
  const values = {
    ProcessStartTime: seconds(time),
    TargetProcessId: processNumber(process),
    RawProcessId: String(process.id),
    ParentProcessId: processNumber(parent),
    SourceProcessId: processNumber(parent),
    ParentBaseFileName: fileOf(parent.image),
    ImageFileName: devicePath(process.image),
    CommandLine: process.commandLine,
    SHA256HashData: hashes.sha256,
    MD5HashData: hashes.md5,
    IntegrityLevel: system ? "16384" : process.account.account.startsWith("adm-") ? "12288" : "8192",
    TokenType: "1",
    ProcessCreateFlags: "525332",
    AuthenticationId: system ? "999" : String(Number.parseInt(process.guid.slice(-7, -1), 16)),
    UserSid: process.account.sid,
    UserName: process.account.account,
    ContextTimeStamp: seconds(time),
  };
  const started = event(context, device, time, "ProcessRollup2", values);
  if (lasted === null) return [started];
  const end = time + lasted * 1000;
  const ended = event(context, device, end, "EndOfProcess", {
    TargetProcessId: processNumber(process),
    RawProcessId: String(process.id),
    ContextTimeStamp: seconds(end),
    ContextProcessId: processNumber(process),
    ExitCode: "0",
    UserTime: "15625000",
    KernelTime: "9375000",
    CycleTime: String(process.id * 91_237),
  });
  return [started, ended];
}

function connectionEvents(context: Context, connection: Connection): Event[] {
  const { process, source, destination, time, protocol, dns } = connection;
  const device = deviceAt(context.estate, source.address);
  if (process === undefined || device === undefined) return [];
  if (dns !== undefined)
    return [
      event(context, device, time, "DnsRequest", {
        ...contextOf(process, time),
        DomainName: dns.query,
        RequestType: { A: "1", AAAA: "28", TXT: "16", PTR: "12", SRV: "33" }[dns.type],
        QueryStatus: { NOERROR: "0", NXDOMAIN: "9003", SERVFAIL: "9002" }[dns.code],
        DualRequest: "0",
        InterfaceIndex: "0",
        RespondingDnsServer: destination.address,
        // Only addresses are kept; what a TXT answer says is not.
        IP4Records: dns.type === "A" ? dns.answers.map((answer) => `${answer};`).join("") : "",
      }),
    ];
  const near = { Protocol: protocol === "tcp" ? "6" : "17", ConnectionFlags: "0", InContext: "0" };
  const connect = event(context, device, time, "NetworkConnectIP4", {
    ...contextOf(process, time),
    LocalAddressIP4: source.address,
    LocalPort: String(source.port),
    RemoteAddressIP4: destination.address,
    RemotePort: String(destination.port),
    ConnectionDirection: "0",
    ...near,
  });
  const receiver = connection.state === "SF" && protocol === "tcp" ? deviceAt(context.estate, destination.address) : undefined;
  if (receiver === undefined) return [connect];
  const accept = event(context, receiver, time + 2, "NetworkReceiveAcceptIP4", {
    ContextTimeStamp: seconds(time + 2),
    // The part of Windows that listens there has had the same number since it started.
    ContextProcessId: String(4_000_000 + destination.port),
    LocalAddressIP4: destination.address,
    LocalPort: String(destination.port),
    RemoteAddressIP4: source.address,
    RemotePort: String(source.port),
    ConnectionDirection: "1",
    ...near,
  });
  return [connect, accept];
}

const failures = {
  "wrong password": { Status: "3221225581", SubStatus: "3221225578" },
  "no such user": { Status: "3221225581", SubStatus: "3221225572" },
  "account locked": { Status: "3221226036", SubStatus: "0" },
} as const;

function logonEvent(context: Context, logon: Logon): Event {
  const { time, to, account, from, failure } = logon;
  const shared = {
    LogonType: String(logon.type),
    UserName: account.account,
    LogonDomain: context.estate.netbios,
    UserSid: account.sid,
    UserPrincipal: `${account.account}@${context.estate.domain}`,
    AuthenticationPackage: logon.package,
    RemoteAddressIP4: from?.address ?? "",
    ClientComputerName: from?.name ?? "",
    ContextTimeStamp: seconds(time),
  };
  if (failure !== null) return event(context, to, time, "UserLogonFailed2", { ...shared, ...failures[failure] });
  return event(context, to, time, "UserLogon", {
    ...shared,
    LogonTime: seconds(time),
    LogonServer: "DC01",
    AuthenticationId: String(Number.parseInt(logon.logonId, 16)),
    UserIsAdmin: logon.isAdministrator ? "1" : "0",
    UserLogonFlags: "0",
    RemoteAccount: from === null ? "0" : "1",
  });
}

const writtenAs: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\.(?:xlsx|docx|pptx)$/i, "OoxmlFileWritten"],
  [/\.pdf$/i, "PdfFileWritten"],
  [/\.7z$/i, "SevenZipFileWritten"],
  [/\.rar$/i, "RarFileWritten"],
  [/\.zip$/i, "ZipFileWritten"],
  [/\.(?:ps1|js|vbs|hta|bat|cmd)$/i, "NewScriptWritten"],
  [/\.(?:exe|msi)$/i, "NewExecutableWritten"],
  [/\.(?:dll|sys)$/i, "PeFileWritten"],
  [/\.lnk$/i, "LnkFileWritten"],
];

function fileEvents(context: Context, change: FileChange): Event[] {
  const { time, device, process, path, over } = change;
  const isExecutable = /\.(?:exe|dll|sys|msi)$/i.test(path);
  const values = {
    ...contextOf(process, time),
    ContextImageFileName: devicePath(process.image),
    UserName: over?.account.account ?? process.account.account,
    TargetFileName: devicePath(path),
    Size: String(change.sizeBytes),
    ...(change.sha256 === undefined ? {} : { SHA256HashData: change.sha256 }),
  };
  const written = writtenAs.find(([pattern]) => pattern.test(path))?.[1] ?? "GenericFileWritten";
  const name = {
    created: written,
    modified: written,
    archived: written,
    renamed: isExecutable ? "NewExecutableRenamed" : "FileRenameInfo",
    deleted: isExecutable ? "ExecutableDeleted" : "FileDeleteInfo",
  }[change.action];
  const told = event(context, device, time, name, {
    ...values,
    ...(change.previousPath === undefined ? {} : { SourceFileName: devicePath(change.previousPath) }),
  });
  if (over === undefined) return [told];
  const opened = event(context, device, time - 5, "SmbServerShareOpenedEtw", {
    ContextTimeStamp: seconds(time - 5),
    SmbShareName: `\\\\*\\${over.share}`,
    RemoteAddressIP4: over.address,
    RemotePort: String(over.port),
    UserName: over.account.account,
    DomainName: context.estate.netbios,
  });
  return [opened, told];
}

function registryEvent(context: Context, { time, device, process, key, valueName, data, isAutostart }: RegistryChange): Event {
  return event(context, device, time, isAutostart ? "AsepValueUpdate" : "RegGenericValueUpdate", {
    ...contextOf(process, time),
    RegObjectName: key
      .replace(/^HKEY_LOCAL_MACHINE/, "\\REGISTRY\\MACHINE")
      .replace(/^HKEY_CURRENT_USER/, `\\REGISTRY\\USER\\${process.account.sid}`)
      .replace(/^HKEY_USERS/, "\\REGISTRY\\USER"),
    RegValueName: valueName,
    RegStringValue: data,
    RegOperationType: "1",
    RegType: "1",
    UserName: process.account.account,
  });
}

/** A sensor that told anything within an hour also told that it lives. */
function heartbeats(context: Context): Event[] {
  return [...context.alive].flatMap((text) => {
    const [address = "", number = ""] = text.split(" ");
    const device = deviceAt(context.estate, address);
    if (device === undefined) return [];
    const time = Number(number) * hour + (Number.parseInt(device.agentId.slice(0, 5), 16) % hour);
    return [event(context, device, time, "SensorHeartbeat", { ContextTimeStamp: seconds(time), SensorStateBitMap: "0" })];
  });
}

function userName(account: Account, estate: Estate): string {
  return isSystem(account) ? account.account : `${estate.netbios}\\${account.account}`;
}

/** A path as drivers see it. */
function devicePath(path: string): string {
  return path.replace(/^[A-Za-z]:/, "\\Device\\HarddiskVolume3");
}

function seconds(time: number): string {
  return (time / 1000).toFixed(3);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
