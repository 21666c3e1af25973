import { hour, minute, second, ticks } from "../../calendar.ts";
import { type Device, type Estate, places, serverOf } from "../../estate.ts";
import { localSystem, processOf } from "../../host-events.ts";
import type { Connection } from "../../occurrences.ts";
import { type Random, randomOf } from "../../random.ts";
import { siteOf } from "../../sites.ts";
import { addressLookup, clientPort, endpoint, internalCall, lookup, tlsCall } from "../../traffic.ts";
import { serviceAccount } from "./administrators.ts";
import { images, servicePrograms, servicesOf } from "./software.ts";
import type { Tale } from "./tale.ts";

const ports = [
  21, 22, 23, 25, 53, 80, 88, 110, 111, 135, 139, 143, 389, 443, 445, 636, 993, 1433, 1521, 2049, 3306, 3389, 5432, 5900, 5985,
  6379, 8080, 8443, 9200, 27017,
];

/** The day of a server: its tasks, its monitoring, its backup, its scan. Desks are scanned and watched by nobody. */
export function tellMachine(tale: Tale, estate: Estate, server: Device, midnight: number, seed: number, busyness: number): void {
  const random = randomOf(seed, `machine/${server.hostname}/${midnight}`);
  if (server.operatingSystem.startsWith("Windows")) tasks(tale, server, midnight, busyness, random);
  watched(tale, estate, server, midnight, busyness, random);
  if (server.role !== "backup" && server.role !== "mail-relay" && server.role !== "monitoring")
    backedUp(tale, estate, server, midnight, random);
  // The scanner walks over a seventh of the servers each night.
  if (new Date(midnight).getUTCDay() === (server.hostname.charCodeAt(server.hostname.length - 1) + server.hostname.length) % 7)
    scanned(tale, estate, server, midnight, random);
  switch (server.role) {
    case "domain-controller":
      keepsTime(tale, server, midnight, random);
      break;
    case "backup":
      sendsBackup(tale, estate, server, midnight, random);
      break;
    case "mail-relay":
      asksBlockList(tale, estate, server, midnight, busyness, random);
      break;
    case "print":
      printServer(tale, estate, server, midnight, random);
      break;
    case "application":
      synchronises(tale, estate, server, midnight, busyness, random);
      break;
    default:
      break;
  }
}

function tasks(tale: Tale, server: Device, midnight: number, busyness: number, random: Random): void {
  const parent = servicesOf(localSystem, random, "netsvcs -p -s Schedule");
  for (const time of ticks(midnight, midnight + 24 * hour, (25 * minute) / busyness, 0.5, random.next)) {
    const [image, options] = random.pick(servicePrograms);
    const process = processOf(image, `${image}${options}`, localSystem, random);
    tale.processStarts.push({ time, device: server, process, parent, seconds: random.logNormal(9, 1) });
  }
  const script = processOf(
    images.powershell,
    `"${images.powershell}" -NonInteractive -File C:\\Scripts\\Rotate-Logs.ps1`,
    localSystem,
    random,
  );
  const time = midnight + 2 * hour + random.between(0, 40) * minute;
  tale.processStarts.push({ time, device: server, process: script, parent, seconds: 12 });
  tale.scriptRuns.push({
    time: time + second,
    device: server,
    process: script,
    path: "C:\\Scripts\\Rotate-Logs.ps1",
    text: "Get-ChildItem D:\\Logs -Filter *.log | Where-Object LastWriteTime -lt (Get-Date).AddDays(-14) | Compress-Archive -DestinationPath D:\\Logs\\old.zip -Update",
  });
}

function watched(tale: Tale, estate: Estate, server: Device, midnight: number, busyness: number, random: Random): void {
  const monitoring = serverOf(estate, "monitoring");
  if (server === monitoring) return;
  const port = server.role === "web" || server.role === "application" ? 443 : 5693;
  for (const time of ticks(midnight, midnight + 24 * hour, (15 * minute) / busyness, 0.002, random.next))
    tale.connections.push(
      internalCall(
        monitoring,
        { address: server.address, port },
        time,
        { service: "ssl", bytesOut: random.logNormal(900, 0.05), bytesIn: random.logNormal(3_100, 0.1), seconds: 0.3 },
        random,
      ),
    );
}

function backedUp(tale: Tale, estate: Estate, server: Device, midnight: number, random: Random): void {
  const backup = serverOf(estate, "backup");
  const account = serviceAccount(estate, "svc-backup");
  const process = processOf(
    "C:\\Program Files\\SafeKeep\\safekeep.exe",
    '"C:\\Program Files\\SafeKeep\\safekeep.exe" --job nightly',
    account,
    random,
  );
  const connection = {
    ...internalCall(
      backup,
      { address: server.address, port: 2500 },
      midnight + 20 * hour + random.between(0, 2) * hour,
      {
        service: null,
        bytesOut: random.logNormal(300_000, 0.1),
        bytesIn: random.logNormal(server.role === "files" ? 9e9 : 1.4e9, 0.05),
        seconds: random.logNormal(390, 0.1),
      },
      random,
    ),
    process,
  };
  tale.connections.push(connection);
  tale.logons.push({
    time: connection.time + 300,
    account,
    to: server,
    from: { ...connection.source, name: backup.hostname },
    type: 3,
    package: "Kerberos",
    protocol: "smb",
    logonId: `0x${random.hex(7)}`,
    isAdministrator: true,
    failure: null,
  });
}

function sendsBackup(tale: Tale, estate: Estate, server: Device, midnight: number, random: Random): void {
  const store = siteOf("lindenhof-backup.s3.eu-west-1.amazonaws.com", "amazon");
  const account = serviceAccount(estate, "svc-backup");
  const process = processOf(
    "C:\\Program Files\\SafeKeep\\safekeep.exe",
    '"C:\\Program Files\\SafeKeep\\safekeep.exe" --copy',
    account,
    random,
  );
  const leaves = midnight + 22.5 * hour + random.between(0, 90) * second;
  tale.connections.push({ ...addressLookup(estate, server, leaves - 100, store, random), process });
  for (let part = 0; part < 4; part += 1) {
    const size = {
      bytesOut: random.logNormal(7e8, 0.06),
      bytesIn: random.logNormal(400_000, 0.1),
      seconds: random.logNormal(600, 0.08),
    };
    tale.connections.push({ ...tlsCall(server, leaves + part * 11 * minute, store, size, random), process });
  }
}

/** Many ports, many refusals, a wrong password. */
function scanned(tale: Tale, estate: Estate, target: Device, midnight: number, random: Random): void {
  const scanner = serverOf(estate, "scanner");
  if (target === scanner) return;
  const isWindows = target.operatingSystem.startsWith("Windows");
  const from = midnight + 3 * hour + random.between(0, 2) * hour;
  for (const [index, port] of ports.entries()) {
    const isOpen = isWindows && [135, 445, 3389, 5985].includes(port);
    const state: Connection["state"] = isOpen ? "SF" : random.chance(0.8) ? "REJ" : "S0";
    tale.connections.push({
      time: from + index * 3 * second + random.between(0, 2) * second,
      source: endpoint(scanner, random),
      destination: { address: target.address, port },
      protocol: "tcp",
      service: null,
      seconds: state === "S0" ? null : random.logNormal(0.01, 0.5),
      bytesOut: isOpen ? random.integer(80, 900) : 0,
      bytesIn: isOpen ? random.integer(200, 2_000) : 0,
      state,
    });
  }
  if (isWindows) tale.logons.push(refused(serviceAccount(estate, "svc-scan"), scanner, target, from + 110 * second, random));
}

function refused(account: ReturnType<typeof serviceAccount>, from: Device, to: Device, time: number, random: Random) {
  return {
    time,
    account,
    to,
    from: { address: from.address, port: clientPort(random), name: from.hostname },
    type: 3,
    package: "NTLM",
    protocol: "smb",
    logonId: "0x0",
    isAdministrator: false,
    failure: "wrong password",
  } as const;
}

function keepsTime(tale: Tale, controller: Device, midnight: number, random: Random): void {
  const site = siteOf("time.windows.com", "microsoft");
  for (const time of ticks(midnight, midnight + 24 * hour, 1024 * second, 0.0005, random.next))
    tale.connections.push(
      internalCall(
        controller,
        { address: site.addresses[0] ?? "", port: 123 },
        time,
        { service: "ntp", bytesOut: 48, bytesIn: 48, seconds: 0.02, protocol: "udp" },
        random,
      ),
    );
}

/** The relay asks a block list about each sender: one name for every address, most of them unknown there. As busy as a tunnel. */
function asksBlockList(tale: Tale, estate: Estate, relay: Device, midnight: number, busyness: number, random: Random): void {
  for (let left = Math.round(estate.people.length * 5 * busyness); left > 0; left -= 1) {
    const address = [random.integer(1, 223), random.integer(0, 255), random.integer(0, 255), random.integer(1, 254)];
    const isListed = random.chance(0.3);
    tale.connections.push(
      lookup(
        estate,
        relay,
        midnight + 24 * hour * random.next(),
        {
          query: `${address.join(".")}.zen.spamhaus.org`,
          type: "A",
          answers: isListed ? ["127.0.0.4"] : [],
          answerSeconds: 300,
          code: isListed ? "NOERROR" : "NXDOMAIN",
        },
        random,
      ),
    );
  }
}

/** Asks its printers how they are; its account still has last month's password and fails every twenty minutes. */
function printServer(tale: Tale, estate: Estate, server: Device, midnight: number, random: Random): void {
  for (const address of estate.printers)
    for (const time of ticks(midnight, midnight + 24 * hour, 30 * minute, 0.001, random.next))
      tale.connections.push(
        internalCall(
          server,
          { address, port: 161 },
          time,
          { service: "snmp", bytesOut: 88, bytesIn: 112, seconds: 0.02, protocol: "udp" },
          random,
        ),
      );
  const files = serverOf(estate, "files");
  for (const time of ticks(midnight, midnight + 24 * hour, 20 * minute, 0.01, random.next))
    tale.logons.push(refused(serviceAccount(estate, "svc-print"), server, files, time, random));
}

/** Applications talk to the directory of the cloud under an identity of their own. */
function synchronises(tale: Tale, estate: Estate, server: Device, midnight: number, busyness: number, random: Random): void {
  const identity = randomOf(0, `service/${server.hostname}`);
  const service = { name: `sync-${server.hostname.toLowerCase()}`, id: identity.uuid(), applicationId: identity.uuid() };
  const resource = { name: "Microsoft Graph", id: "00000003-0000-0000-c000-000000000000" };
  const site = siteOf("graph.microsoft.com", "microsoft");
  const account = serviceAccount(estate, `svc-${server.hostname.toLowerCase()}`);
  const process = processOf("C:\\Apps\\sync\\sync.exe", "C:\\Apps\\sync\\sync.exe --interval 3600", account, random);
  for (const time of ticks(midnight, midnight + 24 * hour, hour / busyness, 0.01, random.next)) {
    tale.serviceSignIns.push({ time, service, resource, address: estate.officeAddress, place: places.office, errorCode: 0 });
    tale.graphRequests.push({
      time: time + second,
      person: null,
      application: { name: service.name, id: service.applicationId },
      method: "GET",
      url: "https://graph.microsoft.com/v1.0/users/delta",
      status: 200,
      address: estate.officeAddress,
      scopes: ["User.Read.All"],
    });
    const size = { bytesOut: random.logNormal(9_000, 0.1), bytesIn: random.logNormal(80_000, 0.3), seconds: 3 };
    tale.connections.push({ ...tlsCall(server, time, site, size, random), process });
  }
}
