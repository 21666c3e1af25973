import { hour, minute, type Presence, type Span, second, ticks } from "../calendar.ts";
import { type Device, type Estate, serverOf } from "../estate.ts";
import type { Connection, Occurrences } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";
import { type Site, siteOf } from "../sites.ts";
import { addressLookup, httpCall, internalCall, lookup, tlsCall } from "../traffic.ts";

// Programs that call home by themselves. They are as regular as an implant, and harmless: what tells them apart is who else does it.

interface Caller {
  readonly site: Site;
  readonly period: number;
  /** Share of the period by which a call comes early or late. */
  readonly spread: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly on: (device: Device, random: Random) => boolean;
}

const callers: readonly Caller[] = [
  // The operating system's telemetry, on every workstation.
  {
    site: siteOf("v10.events.data.microsoft.com", "microsoft"),
    period: 30 * minute,
    spread: 0.25,
    bytesOut: 4_200,
    bytesIn: 900,
    on: () => true,
  },
  // The browser's updater.
  {
    site: siteOf("update.googleapis.com", "google"),
    period: 5 * hour,
    spread: 0.1,
    bytesOut: 1_900,
    bytesIn: 1_200,
    on: () => true,
  },
  // The endpoint agent.
  {
    site: siteOf("ts01-lanner-lion.cloudsink.net", "amazon"),
    period: 2 * hour,
    spread: 0.3,
    bytesOut: 22_000,
    bytesIn: 8_000,
    on: () => true,
  },
  // A build status in the tray of some engineers, to the second.
  {
    site: siteOf("status.bouwlijn.example", "small"),
    period: 5 * minute,
    spread: 0.01,
    bytesOut: 620,
    bytesIn: 1_400,
    on: (device, random) => device.users.some((person) => person.department === "engineering") && random.chance(0.4),
  },
  // A share price ticker that a few people installed.
  {
    site: siteOf("push.koersen.example", "small"),
    period: 10 * minute,
    spread: 0.05,
    bytesOut: 480,
    bytesIn: 2_600,
    on: (device, random) =>
      device.users.some((person) => person.department === "finance" || person.department === "sales") && random.chance(0.25),
  },
];

/** Updaters, telemetry and tray programs; the management agent and the directory on every workstation. */
export function programs(estate: Estate, atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const connections = atWork.flatMap((presence) => {
    const { device, midnight, isOnFrom, isOnTo } = presence;
    const random = randomOf(seed, `programs/${device.hostname}/${midnight}`);
    const installed = callers.filter((caller) =>
      caller.on(device, randomOf(seed, `installed/${device.hostname}/${caller.site.host}`)),
    );
    return [
      ...installed.flatMap((caller) => calls(estate, device, caller, isOnFrom, isOnTo, random)),
      ...managementAgent(estate, presence, random),
      ...directory(estate, presence, random),
      ...reputationLookups(estate, presence, random),
    ];
  });
  return { connections };
}

function calls(estate: Estate, device: Device, caller: Caller, from: number, to: number, random: Random): Connection[] {
  let known = 0;
  return ticks(from, to, caller.period, caller.spread, random.next).flatMap((time) => {
    const size = {
      bytesOut: random.logNormal(caller.bytesOut, 0.15),
      bytesIn: random.logNormal(caller.bytesIn, 0.2),
      seconds: random.logNormal(1.1, 0.4),
    };
    const call = tlsCall(device, time, caller.site, size, random);
    if (time < known) return [call];
    known = time + caller.site.answerSeconds * second;
    return [addressLookup(estate, device, time - 25, caller.site, random), call];
  });
}

/** Asks the management server for its orders every hour, over plain HTTP inside the house. */
function managementAgent(estate: Estate, { device, isOnFrom, isOnTo }: Presence, random: Random): Connection[] {
  const server = serverOf(estate, "management");
  return ticks(isOnFrom, isOnTo, hour, 0.08, random.next).map((time) =>
    httpCall(
      device,
      time,
      { address: server.address, port: 80 },
      {
        method: "POST",
        host: server.fullName,
        path: "/ccm_system/request",
        userAgent: "ccmhttp",
        status: 200,
        contentType: "application/octet-stream",
      },
      { bytesOut: random.logNormal(1_200, 0.2), bytesIn: random.logNormal(2_400, 0.5) },
      random,
    ),
  );
}

/** Tickets and directory queries while somebody works. */
function directory(estate: Estate, { device, worksFrom, worksTo }: Presence, random: Random): Connection[] {
  const controller = serverOf(estate, "domain-controller").address;
  return ticks(worksFrom, worksTo, 50 * minute, 0.6, random.next).flatMap((time) => {
    const kerberos = internalCall(
      device,
      { address: controller, port: 88 },
      time,
      {
        service: "krb_tcp",
        bytesOut: random.logNormal(1_700, 0.2),
        bytesIn: random.logNormal(1_800, 0.2),
        seconds: random.logNormal(0.02, 0.5),
      },
      random,
    );
    const ldap = internalCall(
      device,
      { address: controller, port: 389 },
      time + 200,
      {
        service: "ldap_tcp",
        bytesOut: random.logNormal(2_300, 0.4),
        bytesIn: random.logNormal(5_200, 0.7),
        seconds: random.logNormal(0.4, 0.8),
      },
      random,
    );
    return random.chance(0.5) ? [kerberos, ldap] : [kerberos];
  });
}

/** The virus scanner asks about files by their hash, in the name it looks up: long random labels, as a tunnel has them. */
function reputationLookups(estate: Estate, { device, worksFrom, worksTo }: Presence, random: Random): Connection[] {
  return ticks(worksFrom, worksTo, 100 * minute, 0.9, random.next).map((time) =>
    lookup(
      estate,
      device,
      time,
      {
        query: `${random.hex(16)}.${random.hex(24)}.avqs.scanner.example`,
        type: "A",
        answers: [`127.0.0.${random.pick([2, 4, 8])}`],
        answerSeconds: 3600,
        code: "NOERROR",
      },
      random,
    ),
  );
}

/** What the servers do among themselves, day and night. */
export function housekeeping(estate: Estate, { start, days }: Span, seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "housekeeping");
  const end = start + days * 24 * hour;
  const [monitoring, print] = [serverOf(estate, "monitoring"), serverOf(estate, "print")];
  const watched = estate.servers.filter((server) => server !== monitoring && server.role !== "scanner").slice(0, 7);
  const checks = watched.flatMap((server) =>
    ticks(start, end, 15 * minute, 0.002, random.next).map((time) =>
      internalCall(
        monitoring,
        { address: server.address, port: server.role === "web" || server.role === "application" ? 443 : 5693 },
        time,
        {
          service: "ssl",
          bytesOut: random.logNormal(900, 0.05),
          bytesIn: random.logNormal(3_100, 0.1),
          seconds: random.logNormal(0.3, 0.2),
        },
        random,
      ),
    ),
  );
  const printers = estate.printers.flatMap((address) =>
    ticks(start, end, 30 * minute, 0.001, random.next).map((time) =>
      internalCall(
        print,
        { address, port: 161 },
        time,
        { service: "snmp", bytesOut: 88, bytesIn: 112, seconds: random.logNormal(0.02, 0.3), protocol: "udp" },
        random,
      ),
    ),
  );
  const clocks = estate.servers
    .filter((server) => server.role === "domain-controller")
    .flatMap((controller) => {
      const site = siteOf("time.windows.com", "microsoft");
      return ticks(start, end, 1024 * second, 0.0005, random.next).map((time) =>
        internalCall(
          controller,
          { address: site.addresses[0] ?? "", port: 123 },
          time,
          { service: "ntp", bytesOut: 48, bytesIn: 48, seconds: random.logNormal(0.02, 0.2), protocol: "udp" },
          random,
        ),
      );
    });
  return { connections: [...checks, ...printers, ...clocks] };
}
