import { hour, minute, second } from "../../calendar.ts";
import { type Account, adminAccountOf, type Device, type Estate, type Person, serverOf } from "../../estate.ts";
import { localSystem, processOf } from "../../host-events.ts";
import { type Random, randomOf } from "../../random.ts";
import { internalCall } from "../../traffic.ts";
import { tellTenantWork } from "./cloud.ts";
import { explorerOf, images, servicesOf } from "./software.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

// What the IT department does every day, and an intruder would do too: remote desktops over the jump host, scripts, remote support.

/** The day of somebody of the IT department, on top of everybody's day. */
export function tellAdministration(tale: Tale, day: Workday, random: Random): void {
  if (day.person.department !== "it") return;
  overTheJumpHost(tale, day, random);
  runsScripts(tale, day, random);
  if (random.chance(0.3)) tellTenantWork(tale, day, random);
  if (day.person.jobTitle === "Service Desk Agent")
    for (let session = random.integer(2, 6); session > 0; session -= 1) supports(tale, day, random);
  if (random.chance(0.05)) assignsRole(tale, day, random);
}

function overTheJumpHost(tale: Tale, { estate, device, person, from, to }: Workday, random: Random): void {
  const jump = serverOf(estate, "jump-host");
  const admin = adminAccountOf(person);
  const windows = estate.servers.filter(
    ({ operatingSystem, role }) => operatingSystem.startsWith("Windows") && role !== "jump-host",
  );
  const begins = random.between(from + 0.5 * hour, to - 3 * hour);
  const mstsc = (account: Account) =>
    processOf("C:\\Windows\\System32\\mstsc.exe", '"C:\\Windows\\System32\\mstsc.exe"', account, random);
  remoteDesktop(tale, device, jump, admin, begins, mstsc(person), random);
  // Most look after a few servers of their own.
  const own = randomOf(0, `servers/${person.account}`).shuffle(windows).slice(0, 8);
  for (let hop = random.integer(1, 4); hop > 0; hop -= 1)
    remoteDesktop(
      tale,
      jump,
      random.pick(random.chance(0.85) ? own : windows),
      admin,
      begins + hop * random.between(8, 35) * minute,
      mstsc(admin),
      random,
    );
}

function remoteDesktop(
  tale: Tale,
  from: Device,
  to: Device,
  account: Account,
  time: number,
  process: ReturnType<typeof processOf>,
  random: Random,
): void {
  const size = {
    service: "ssl,rdp",
    bytesOut: random.logNormal(400_000, 0.5),
    bytesIn: random.logNormal(6e6, 0.6),
    seconds: random.logNormal(900, 0.5),
  };
  const connection = { ...internalCall(from, { address: to.address, port: 3389 }, time, size, random), process };
  tale.processStarts.push({
    time: time - second,
    device: from,
    process,
    parent: explorerOf(process.account, random),
    seconds: size.seconds,
  });
  tale.connections.push(connection);
  tale.logons.push({
    time: time + 3 * second,
    account,
    to,
    from: { ...connection.source, name: from.hostname },
    type: 10,
    package: "Negotiate",
    protocol: "rdp",
    logonId: `0x${random.hex(7)}`,
    isAdministrator: true,
    failure: null,
  });
}

const scripts: readonly (readonly [name: string, text: string])[] = [
  [
    "Get-StaleComputers.ps1",
    "Import-Module ActiveDirectory\nGet-ADComputer -Filter * -Properties LastLogonTimestamp | Where-Object { $_.LastLogonTimestamp -lt (Get-Date).AddDays(-90).ToFileTime() } | Export-Csv stale.csv",
  ],
  [
    "Reset-Spooler.ps1",
    "Invoke-Command -ComputerName PRT01 -ScriptBlock { Restart-Service Spooler -Force; Remove-Item C:\\Windows\\System32\\spool\\PRINTERS\\* }",
  ],
  [
    "Report-Disk.ps1",
    "Get-CimInstance Win32_LogicalDisk -ComputerName (Get-Content servers.txt) | Select-Object PSComputerName, DeviceID, FreeSpace | ConvertTo-Html | Out-File disk.html",
  ],
  [
    "Update-Agent.ps1",
    "$bytes = [Convert]::FromBase64String($payload)\n[IO.File]::WriteAllBytes('C:\\Windows\\Temp\\agent.msi', $bytes)\nStart-Process msiexec.exe -ArgumentList '/i C:\\Windows\\Temp\\agent.msi /qn' -Wait",
  ],
];

/** Scripts from the department's share, one of them over remote PowerShell to a few servers. */
function runsScripts(tale: Tale, { estate, device, person, from, to }: Workday, random: Random): void {
  const admin = adminAccountOf(person);
  for (let run = random.integer(0, 4); run > 0; run -= 1) {
    const time = random.between(from + 0.5 * hour, to);
    const [name, text] = random.pick(scripts);
    const path = `\\\\fs01\\it\\scripts\\${name}`;
    const process = processOf(
      images.powershell,
      `"${images.powershell}" -NoProfile -ExecutionPolicy Bypass -File ${path}`,
      admin,
      random,
    );
    tale.processStarts.push({ time, device, process, parent: explorerOf(person, random), seconds: random.logNormal(40, 0.8) });
    tale.scriptRuns.push({ time: time + second, device, process, text, path });
    if (!random.chance(0.4)) continue;
    const windows = estate.servers.filter(({ operatingSystem }) => operatingSystem.startsWith("Windows"));
    for (const [index, server] of random.shuffle(windows).slice(0, random.integer(1, 5)).entries()) {
      const size = {
        service: "http",
        bytesOut: random.logNormal(30_000, 0.4),
        bytesIn: random.logNormal(40_000, 0.5),
        seconds: 6,
      };
      const at = time + (2 + index * 3) * second;
      const connection = { ...internalCall(device, { address: server.address, port: 5985 }, at, size, random), process };
      tale.connections.push(connection);
      tale.logons.push({
        time: at + 300,
        account: admin,
        to: server,
        from: { ...connection.source, name: device.hostname },
        type: 3,
        package: "Kerberos",
        protocol: "winrm",
        logonId: `0x${random.hex(7)}`,
        isAdministrator: true,
        failure: null,
      });
      const host = processOf(
        "C:\\Windows\\System32\\wsmprovhost.exe",
        "C:\\Windows\\system32\\wsmprovhost.exe -Embedding",
        admin,
        random,
      );
      tale.processStarts.push({
        time: at + 600,
        device: server,
        process: host,
        parent: servicesOf(localSystem, random, "DcomLaunch -p"),
        seconds: 6,
      });
    }
  }
}

/** The service desk takes over somebody's screen with the house's own tool, after a call. */
function supports(tale: Tale, { estate, person, from, to }: Workday, random: Random): void {
  const device = random.pick(estate.workstations);
  const [user] = device.users;
  if (user === undefined) return;
  const time = random.between(from, to - hour);
  const process = processOf(images.support, `"${images.support}" --session ${random.integer(1e8, 9e8)}`, user, random);
  tale.processStarts.push({ time, device, process, parent: explorerOf(user, random), seconds: random.logNormal(700, 0.5) });
  if (!random.chance(0.3)) return;
  const admin = adminAccountOf(person);
  const shell = processOf(images.cmd, `"${images.cmd}"`, admin, random);
  const child = processOf(
    "C:\\Windows\\System32\\ipconfig.exe",
    random.pick(["ipconfig /flushdns", "ipconfig /all"]),
    admin,
    random,
  );
  tale.processStarts.push({ time: time + 2 * minute, device, process: shell, parent: process, seconds: 240 });
  tale.processStarts.push({ time: time + 3 * minute, device, process: child, parent: shell, seconds: 1 });
  tale.logons.push({
    time: time + 2 * minute - second,
    account: admin,
    to: device,
    from: null,
    type: 2,
    package: "Negotiate",
    protocol: null,
    logonId: `0x${random.hex(7)}`,
    isAdministrator: true,
    failure: null,
  });
}

function assignsRole(tale: Tale, { estate, person, from, where, to }: Workday, random: Random): void {
  const other: Person = random.pick(estate.people);
  const [name, id] = random.pick([
    ["Reports Reader", "4a5d8f65-41da-4de4-8968-e035b65339cf"],
    ["Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"],
    ["Teams Communications Support Engineer", "f70938a0-fc10-4177-9e90-2178f8765737"],
  ] as const);
  tale.directoryChanges.push({
    time: random.between(from, to),
    operation: "Add member to role",
    category: "RoleManagement",
    by: person,
    address: where.address,
    targets: [
      {
        type: "User",
        id: other.userId,
        name: other.displayName,
        mail: other.mail,
        changes: [{ name: "Role.DisplayName", before: null, after: `"${name}"` }],
      },
      { type: "Role", id, name },
    ],
    succeeded: true,
    details: { Justification: `Ticket ${random.integer(10_000, 99_999)}` },
  });
}

/** The management server rolls out software to some desks: shares, services and all that an intruder would use too. */
export function tellRollout(tale: Tale, estate: Estate, device: Device, time: number, random: Random): void {
  const server = serverOf(estate, "management");
  const account = serviceAccount(estate, "svc-deploy");
  const system = processOf(images.system, images.system, localSystem, random);
  const size = {
    service: "gssapi,smb",
    bytesOut: random.logNormal(5e6, 0.1),
    bytesIn: random.logNormal(40_000, 0.2),
    seconds: 30,
  };
  const connection = { ...internalCall(server, { address: device.address, port: 445 }, time, size, random), process: system };
  const { source } = connection;
  tale.connections.push(connection);
  tale.logons.push({
    time: time + 200,
    account,
    to: device,
    from: { ...source, name: server.hostname },
    type: 3,
    package: "Kerberos",
    protocol: "smb",
    logonId: `0x${random.hex(7)}`,
    isAdministrator: true,
    failure: null,
  });
  const image = "C:\\Windows\\ccmsetup\\ccmsetup.exe";
  tale.fileChanges.push({
    time: time + 900,
    device,
    process: system,
    action: "created",
    path: image,
    sizeBytes: 4_812_304,
    over: { share: "ADMIN$", address: source.address, port: source.port, account },
  });
  const services = processOf(images.services, images.services, localSystem, random);
  tale.serviceInstalls.push({
    time: time + 4 * second,
    device,
    process: services,
    account,
    name: "ccmsetup",
    image: `${image} /runservice`,
    start: "auto start",
  });
  const setup = processOf(image, `${image} /runservice`, localSystem, random);
  tale.processStarts.push({ time: time + 5 * second, device, process: setup, parent: services, seconds: 200 });
}

/** An account that no person stands behind. */
export function serviceAccount(estate: Estate, name: string): Account {
  const random = randomOf(0, `service-account/${name}`);
  return { account: name, sid: `${estate.people[0]?.sid.replace(/-\d+$/, "") ?? "S-1-5-21"}-${1600 + random.integer(0, 2000)}` };
}
