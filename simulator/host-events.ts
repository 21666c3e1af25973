import { createHash } from "node:crypto";
import type { Account, Device, Estate } from "./estate.ts";
import type { HostEvent } from "./occurrences.ts";
import type { Random } from "./random.ts";

// Records of the Windows event channels, with the fields that Windows and Sysmon write (field names as in the event manifests).

const security = "Security";
const system = "System";
const sysmon = "Microsoft-Windows-Sysmon/Operational";
const powershell = "Microsoft-Windows-PowerShell/Operational";

export interface Process {
  readonly image: string;
  readonly commandLine: string;
  readonly id: number;
  readonly guid: string;
  readonly account: Account;
}

/** A process that could be started on a device; nothing is logged yet. */
export function processOf(image: string, commandLine: string, account: Account, random: Random): Process {
  const guid = `{${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}}`;
  return { image, commandLine, id: random.integer(300, 16_000) * 4, guid, account };
}

export const localSystem: Account = { account: "SYSTEM", sid: "S-1-5-18" };

/** The host itself as an account of the domain. */
export function machineAccount(device: Device): Account {
  return { account: `${device.hostname}$`, sid: "S-1-5-18" };
}

/** 4624, as the computer that was accessed writes it. */
export function loggedOn(
  estate: Estate,
  device: Device,
  time: number,
  account: Account,
  logon: { type: 2 | 3 | 5 | 7 | 10; from: { address: string; port: number; name: string } | null; package: string; id: string },
): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 4624,
    message: "An account was successfully logged on.",
    fields: {
      SubjectUserSid: "S-1-0-0",
      SubjectUserName: "-",
      SubjectDomainName: "-",
      SubjectLogonId: "0x0",
      TargetUserSid: account.sid,
      TargetUserName: account.account,
      TargetDomainName: account.sid === localSystem.sid && account.account === "SYSTEM" ? "NT AUTHORITY" : estate.netbios,
      TargetLogonId: logon.id,
      LogonType: String(logon.type),
      LogonProcessName: logon.package === "Negotiate" ? "User32" : logon.package === "NTLM" ? "NtLmSsp" : "Kerberos",
      AuthenticationPackageName: logon.package,
      LmPackageName: logon.package === "NTLM" ? "NTLM V2" : "-",
      KeyLength: logon.package === "NTLM" ? "128" : "0",
      WorkstationName: logon.from?.name ?? (logon.type === 3 ? "-" : device.hostname),
      IpAddress: logon.from?.address ?? "-",
      IpPort: logon.from === null ? "-" : String(logon.from.port),
      ProcessName: logon.type === 3 ? "-" : "C:\\Windows\\System32\\svchost.exe",
      ImpersonationLevel: "%%1833",
      ElevatedToken: account.account.startsWith("adm-") ? "%%1842" : "%%1843",
    },
  };
}

/** 4625: wrong password, as the computer that was asked writes it. */
export function logonFailed(
  estate: Estate,
  device: Device,
  time: number,
  account: Account,
  logon: { type: 2 | 3 | 10; from: { address: string; port: number; name: string } | null },
): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 4625,
    message: "An account failed to log on.",
    fields: {
      SubjectUserSid: "S-1-0-0",
      SubjectUserName: "-",
      SubjectDomainName: "-",
      SubjectLogonId: "0x0",
      TargetUserSid: "S-1-0-0",
      TargetUserName: account.account,
      TargetDomainName: estate.netbios,
      Status: "0xc000006d",
      SubStatus: "0xc000006a",
      FailureReason: "%%2313",
      LogonType: String(logon.type),
      LogonProcessName: "NtLmSsp",
      AuthenticationPackageName: "NTLM",
      WorkstationName: logon.from?.name ?? device.hostname,
      IpAddress: logon.from?.address ?? "-",
      IpPort: logon.from === null ? "-" : String(logon.from.port),
      ProcessName: "-",
    },
  };
}

/** 4672: the logon came with administrative rights. */
export function privilegesAssigned(estate: Estate, device: Device, time: number, account: Account, logonId: string): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 4672,
    message: "Special privileges assigned to new logon.",
    fields: {
      ...subject(estate, account, logonId),
      PrivilegeList: "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeDebugPrivilege",
    },
  };
}

/** 4769: a service ticket, as the domain controller writes it. */
export function ticketRequested(
  estate: Estate,
  controller: Device,
  time: number,
  account: Account,
  service: Device,
  from: { address: string; port: number },
): HostEvent {
  return {
    time,
    device: controller,
    channel: security,
    eventId: 4769,
    message: "A Kerberos service ticket was requested.",
    fields: {
      TargetUserName: `${account.account}@${estate.domain.toUpperCase()}`,
      TargetDomainName: estate.domain.toUpperCase(),
      ServiceName: `${service.hostname}$`,
      ServiceSid: "S-1-0-0",
      TicketOptions: "0x40810000",
      TicketEncryptionType: "0x12",
      IpAddress: `::ffff:${from.address}`,
      IpPort: String(from.port),
      Status: "0x0",
      TransmittedServices: "-",
    },
  };
}

/** 5145: a file on a share was opened. */
export function shareAccessed(
  estate: Estate,
  device: Device,
  time: number,
  account: Account,
  access: {
    share: string;
    path: string;
    file: string;
    from: { address: string; port: number };
    logonId: string;
    writes: boolean;
  },
): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 5145,
    message: "A network share object was checked to see whether client can be granted desired access.",
    fields: {
      ...subject(estate, account, access.logonId),
      ObjectType: "File",
      IpAddress: access.from.address,
      IpPort: String(access.from.port),
      ShareName: `\\\\*\\${access.share}`,
      ShareLocalPath: `\\??\\${access.path}`,
      RelativeTargetName: access.file,
      AccessMask: access.writes ? "0x12019f" : "0x120089",
      AccessList: access.writes ? "%%1538\r\n\t\t\t\t%%4417\r\n\t\t\t\t" : "%%1538\r\n\t\t\t\t%%4416\r\n\t\t\t\t",
      AccessReason: "-",
    },
  };
}

/** 7045: a service was installed. */
export function serviceInstalled(
  device: Device,
  time: number,
  account: Account,
  service: { name: string; image: string; start: string },
): HostEvent {
  return {
    time,
    device,
    channel: system,
    eventId: 7045,
    message: "A service was installed in the system.",
    fields: {
      ServiceName: service.name,
      ImagePath: service.image,
      ServiceType: "user mode service",
      StartType: service.start,
      AccountName: "LocalSystem",
      UserID: account.sid,
    },
  };
}

/** 4688: a process began, in the words of the Security channel. */
export function processCreated(estate: Estate, device: Device, time: number, process: Process, parent: Process): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 4688,
    message: "A new process has been created.",
    fields: {
      ...subject(estate, process.account, "0x3e7"),
      NewProcessId: `0x${process.id.toString(16)}`,
      NewProcessName: process.image,
      ProcessId: `0x${parent.id.toString(16)}`,
      ParentProcessName: parent.image,
      CommandLine: process.commandLine,
      TokenElevationType: "%%1936",
      MandatoryLabel: "S-1-16-16384",
      TargetUserSid: "S-1-0-0",
      TargetUserName: "-",
      TargetDomainName: "-",
      TargetLogonId: "0x0",
    },
  };
}

/** Sysmon 1: a process began. */
export function processStarted(estate: Estate, device: Device, time: number, process: Process, parent: Process): HostEvent {
  const isSystem = process.account.sid === localSystem.sid;
  return {
    time,
    device,
    channel: sysmon,
    eventId: 1,
    message: "Process Create",
    fields: {
      RuleName: "-",
      UtcTime: utcTime(time),
      ProcessGuid: process.guid,
      ProcessId: String(process.id),
      Image: process.image,
      CommandLine: process.commandLine,
      CurrentDirectory: "C:\\Windows\\system32\\",
      User: userOf(estate, process.account),
      LogonId: isSystem ? "0x3e7" : "0x2bc327",
      IntegrityLevel: isSystem ? "System" : "Medium",
      Hashes: hashesOf(process.image),
      ParentProcessGuid: parent.guid,
      ParentProcessId: String(parent.id),
      ParentImage: parent.image,
      ParentCommandLine: parent.commandLine,
    },
  };
}

/** Sysmon 3: a process opened a connection. */
export function processConnected(
  estate: Estate,
  device: Device,
  time: number,
  process: Process,
  connection: { source: { address: string; port: number }; destination: { address: string; port: number }; name: string },
): HostEvent {
  return {
    time,
    device,
    channel: sysmon,
    eventId: 3,
    message: "Network connection detected",
    fields: {
      RuleName: "-",
      UtcTime: utcTime(time),
      ProcessGuid: process.guid,
      ProcessId: String(process.id),
      Image: process.image,
      User: userOf(estate, process.account),
      Protocol: "tcp",
      Initiated: "true",
      SourceIsIpv6: "false",
      SourceIp: connection.source.address,
      SourceHostname: device.fullName,
      SourcePort: String(connection.source.port),
      DestinationIsIpv6: "false",
      DestinationIp: connection.destination.address,
      DestinationHostname: connection.name,
      DestinationPort: String(connection.destination.port),
    },
  };
}

/** 4104: the text of a script that PowerShell ran. */
export function scriptRan(device: Device, time: number, account: Account, script: { id: string; text: string }): HostEvent {
  return {
    time,
    device,
    channel: powershell,
    eventId: 4104,
    message: "Creating Scriptblock text (1 of 1)",
    fields: {
      MessageNumber: 1,
      MessageTotal: 1,
      ScriptBlockText: script.text,
      ScriptBlockId: script.id,
      Path: "",
      UserID: account.sid,
    },
  };
}

/** 4698: a scheduled task was created. */
export function taskCreated(
  estate: Estate,
  device: Device,
  time: number,
  account: Account,
  task: { name: string; command: string; options: string },
): HostEvent {
  return {
    time,
    device,
    channel: security,
    eventId: 4698,
    message: "A scheduled task was created.",
    fields: {
      ...subject(estate, account, "0x3e7"),
      TaskName: task.name,
      TaskContent: `<Task><Actions><Exec><Command>${xml(task.command)}</Command><Arguments>${xml(task.options)}</Arguments></Exec></Actions></Task>`,
    },
  };
}

/** Sysmon 13: a value of the registry was set. */
export function valueSet(
  estate: Estate,
  device: Device,
  time: number,
  process: Process,
  value: { path: string; data: string },
): HostEvent {
  return {
    time,
    device,
    channel: sysmon,
    eventId: 13,
    message: "Registry value set",
    fields: {
      RuleName: "-",
      EventType: "SetValue",
      UtcTime: utcTime(time),
      ProcessGuid: process.guid,
      ProcessId: String(process.id),
      Image: process.image,
      TargetObject: value.path.replace("HKEY_LOCAL_MACHINE", "HKLM").replace("HKEY_CURRENT_USER", `HKU\\${process.account.sid}`),
      Details: value.data,
      User: userOf(estate, process.account),
    },
  };
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function subject(estate: Estate, account: Account, logonId: string): Record<string, string> {
  return {
    SubjectUserSid: account.sid,
    SubjectUserName: account.account,
    SubjectDomainName: estate.netbios,
    SubjectLogonId: logonId,
  };
}

function userOf(estate: Estate, account: Account): string {
  return account.sid === localSystem.sid ? "NT AUTHORITY\\SYSTEM" : `${estate.netbios}\\${account.account}`;
}

/** The same program has the same hashes on every host. */
function hashesOf(image: string): string {
  const name = image.toLowerCase();
  const hash = (algorithm: string) => createHash(algorithm).update(name).digest("hex").toUpperCase();
  return `SHA1=${hash("sha1")},MD5=${hash("md5")},SHA256=${hash("sha256")},IMPHASH=${hash("md5").split("").reverse().join("")}`;
}

function utcTime(time: number): string {
  return new Date(time).toISOString().replace("T", " ").replace("Z", "");
}
