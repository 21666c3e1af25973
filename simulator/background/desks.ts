import { hour, minute, type Presence, type Span, second, ticks } from "../calendar.ts";
import { type Account, adminAccountOf, type Device, type Estate, serverOf } from "../estate.ts";
import * as log from "../host-events.ts";
import type { Connection, HostEvent, Occurrences } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";
import { clientPort, internalCall } from "../traffic.ts";

const office = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
// What people start, and how often; their parent is the desktop.
const desktopPrograms: readonly (readonly [image: string, options: string, weight: number])[] = [
  [`${office}OUTLOOK.EXE`, "", 4],
  [`${office}EXCEL.EXE`, ' "C:\\Users\\Public\\Documents\\planning.xlsx"', 5],
  [`${office}WINWORD.EXE`, ' /n "C:\\Users\\Public\\Documents\\brief.docx"', 4],
  ["C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", " --profile-directory=Default", 8],
  ["C:\\Windows\\System32\\notepad.exe", "", 1],
  ["C:\\Windows\\System32\\SnippingTool.exe", "", 1],
  ["C:\\Program Files\\7-Zip\\7zFM.exe", "", 0.5],
];
// What Windows starts by itself.
const servicePrograms: readonly (readonly [image: string, options: string])[] = [
  ["C:\\Windows\\System32\\taskhostw.exe", " Install $(Arg0)"],
  ["C:\\Windows\\System32\\sppsvc.exe", ""],
  ["C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", " -secured -Embedding"],
  ["C:\\Windows\\System32\\SearchProtocolHost.exe", " Global\\UsGthrFltPipeMssGthrPipe 1"],
  ["C:\\Windows\\System32\\gpupdate.exe", " /target:computer"],
  ["C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe", " /ua /installsource scheduler"],
  ["C:\\Windows\\CCM\\CcmExec.exe", ""],
];

/** Logons, programs and files of people at their desks, with the connections to the file server that go with them. */
export function desks(estate: Estate, atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const told = atWork.map((presence) =>
    deskDay(estate, presence, randomOf(seed, `desk/${presence.device.hostname}/${presence.midnight}`)),
  );
  return {
    connections: told.flatMap(({ connections }) => connections),
    hostEvents: told.flatMap(({ hostEvents }) => hostEvents),
  };
}

function deskDay(estate: Estate, presence: Presence, random: Random) {
  const { device, worksFrom, worksTo } = presence;
  const connections: Connection[] = [];
  const hostEvents: HostEvent[] = [];
  // At a shared desk one of the shift after the other sits down.
  const people = device.users.length === 1 ? device.users : random.shuffle(device.users).slice(0, 3);
  const span = (worksTo - worksFrom) / people.length;
  for (const [turn, person] of people.entries()) {
    const from = worksFrom + turn * span;
    hostEvents.push(...sitsDown(estate, device, from, person, random));
    hostEvents.push(...startsPrograms(estate, device, from, from + span, person, random));
    for (const time of ticks(from, from + span, 55 * minute, 0.7, random.next)) {
      const opened = opensFiles(estate, device, time, person, random);
      connections.push(...opened.connections);
      hostEvents.push(...opened.hostEvents);
    }
  }
  return { connections, hostEvents };
}

function sitsDown(estate: Estate, device: Device, time: number, person: Account, random: Random): HostEvent[] {
  const controller = serverOf(estate, "domain-controller");
  const port = clientPort(random);
  const id = () => `0x${random.hex(7)}`;
  const interactive = { type: 2, from: null, package: "Negotiate" } as const;
  const mistyped = random.chance(0.08)
    ? [log.logonFailed(estate, device, time - 9 * second, person, { type: 2, from: null })]
    : [];
  const unlocked = [1.6, 3.9, 5.5].map((after) =>
    log.loggedOn(estate, device, time + (after + random.between(-0.4, 0.4)) * hour, person, {
      ...interactive,
      type: 7,
      id: id(),
    }),
  );
  return [
    ...mistyped,
    log.loggedOn(estate, device, time, person, { ...interactive, id: id() }),
    log.ticketRequested(estate, controller, time + second, person, device, { address: device.address, port }),
    log.loggedOn(estate, controller, time + 2 * second, person, {
      type: 3,
      from: { address: device.address, port: port + 1, name: device.hostname },
      package: "Kerberos",
      id: id(),
    }),
    ...unlocked,
  ];
}

function startsPrograms(estate: Estate, device: Device, from: number, to: number, person: Account, random: Random): HostEvent[] {
  const desktop = log.processOf("C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", person, random);
  const services = log.processOf(
    "C:\\Windows\\System32\\svchost.exe",
    "C:\\Windows\\system32\\svchost.exe -k netsvcs -p",
    log.localSystem,
    random,
  );
  return ticks(from, to, 26 * minute, 0.9, random.next).map((time) => {
    if (random.chance(0.35)) {
      const [image, options] = random.pick(servicePrograms);
      return log.processStarted(
        estate,
        device,
        time,
        log.processOf(image, `${image}${options}`, log.localSystem, random),
        services,
      );
    }
    const [image, options] = random.weighted(desktopPrograms, ([, , weight]) => weight);
    return log.processStarted(estate, device, time, log.processOf(image, `"${image}"${options}`, person, random), desktop);
  });
}

/** A drive of the file server: one session, a few files. */
function opensFiles(estate: Estate, device: Device, time: number, person: Account & { department: string }, random: Random) {
  const server = serverOf(estate, "files");
  const size = {
    service: "gssapi,smb",
    bytesOut: random.logNormal(14_000, 0.9),
    bytesIn: random.logNormal(160_000, 1.4),
    seconds: random.logNormal(40, 1),
  };
  const connection = internalCall(device, { address: server.address, port: 445 }, time, size, random);
  const { source: from } = connection;
  const logonId = `0x${random.hex(7)}`;
  const logon = { type: 3, from: { ...from, name: device.hostname }, package: "Kerberos", id: logonId } as const;
  const files = Array.from({ length: random.integer(2, 5) }, (_, index) =>
    log.shareAccessed(estate, server, time + 300 + index * random.integer(2, 40) * second, person, {
      share: person.department,
      path: `D:\\Shares\\${person.department}`,
      file: `${random.pick(["2025", "2026", "projects", "templates"])}\\${random.pick(["offer", "report", "plan", "invoice", "list"])}-${random.integer(100, 999)}.${random.pick(["xlsx", "docx", "pdf"])}`,
      from,
      logonId,
      writes: random.chance(0.3),
    }),
  );
  return { connections: [connection], hostEvents: [log.loggedOn(estate, server, time + 150, person, logon), ...files] };
}

/** Servers run their tasks; the spooler's account still has last month's password and fails every twenty minutes. */
export function serverRooms(estate: Estate, { start, days }: Span, seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "server-rooms");
  const end = start + days * 24 * hour;
  const windows = estate.servers.filter((server) => server.operatingSystem.startsWith("Windows"));
  const tasks = windows.flatMap((server) => {
    const services = log.processOf(
      "C:\\Windows\\System32\\svchost.exe",
      "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule",
      log.localSystem,
      random,
    );
    return ticks(start, end, 55 * minute, 0.5, random.next).map((time) => {
      const [image, options] = random.pick(servicePrograms);
      return log.processCreated(
        estate,
        server,
        time,
        log.processOf(image, `${image}${options}`, log.machineAccount(server), random),
        services,
      );
    });
  });
  const [files, print] = [serverOf(estate, "files"), serverOf(estate, "print")];
  const spooler = { account: "svc-print", sid: log.localSystem.sid };
  const refused = ticks(start, end, 20 * minute, 0.01, random.next).map((time) =>
    log.logonFailed(estate, files, time, spooler, {
      type: 3,
      from: { address: print.address, port: clientPort(random), name: print.hostname },
    }),
  );
  return { hostEvents: [...tasks, ...refused] };
}

/** Two of the IT department go over the jump host to several servers within the hour, as they do every day. */
export function administration(estate: Estate, atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const jump = serverOf(estate, "jump-host");
  const told = atWork
    .filter(({ device }) => device.users.some((person) => person.department === "it"))
    .map(({ device, midnight, worksFrom }) => {
      const random = randomOf(seed, `administration/${device.hostname}/${midnight}`);
      const person = device.users[0];
      if (person === undefined || random.chance(0.4)) return { connections: [], hostEvents: [] };
      const admin = adminAccountOf(person);
      const begins = worksFrom + random.between(0.5, 6) * hour;
      const targets = random
        .shuffle(estate.servers.filter((server) => server !== jump && server.operatingSystem.startsWith("Windows")))
        .slice(0, random.integer(3, 5));
      const hops: [Device, Device, number][] = [
        [device, jump, begins],
        ...targets.map((target, index): [Device, Device, number] => [
          jump,
          target,
          begins + (index + 1) * random.between(4, 9) * minute,
        ]),
      ];
      const sessions = hops.map(([from, to, time]) => {
        const size = {
          service: "ssl,rdp",
          bytesOut: random.logNormal(400_000, 0.5),
          bytesIn: random.logNormal(6e6, 0.6),
          seconds: random.logNormal(500, 0.4),
        };
        const connection = internalCall(from, { address: to.address, port: 3389 }, time, size, random);
        const id = `0x${random.hex(7)}`;
        const logon = { type: 10, from: { ...connection.source, name: from.hostname }, package: "Negotiate", id } as const;
        return {
          connection,
          events: [
            log.loggedOn(estate, to, time + 3 * second, admin, logon),
            log.privilegesAssigned(estate, to, time + 3 * second, admin, id),
          ],
        };
      });
      return { connections: sessions.map(({ connection }) => connection), hostEvents: sessions.flatMap(({ events }) => events) };
    });
  return {
    connections: told.flatMap(({ connections }) => connections),
    hostEvents: told.flatMap(({ hostEvents }) => hostEvents),
  };
}

/** The management server rolls out software to a few desks a day: shares, services and all that an intruder would use too. */
export function softwareRollout(estate: Estate, atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "software-rollout");
  const server = serverOf(estate, "management");
  const account = { account: "svc-deploy", sid: `${estate.people[0]?.sid.replace(/-\d+$/, "") ?? "S-1-5-21"}-1601` };
  const days = [...new Set(atWork.map(({ midnight }) => midnight))];
  const told = days.flatMap((midnight) =>
    random
      .shuffle(atWork.filter((presence) => presence.midnight === midnight))
      .slice(0, 3)
      .map(({ device, worksFrom }) => {
        const time = worksFrom + random.between(1, 7) * hour;
        const size = {
          service: "gssapi,smb",
          bytesOut: random.logNormal(5e6, 0.1),
          bytesIn: random.logNormal(40_000, 0.2),
          seconds: random.logNormal(30, 0.3),
        };
        const connection = internalCall(server, { address: device.address, port: 445 }, time, size, random);
        const { source: from } = connection;
        const logonId = `0x${random.hex(7)}`;
        const logon = { type: 3, from: { ...from, name: server.hostname }, package: "Kerberos", id: logonId } as const;
        return {
          connection,
          events: [
            log.loggedOn(estate, device, time + 200, account, logon),
            log.shareAccessed(estate, device, time + 900, account, {
              share: "ADMIN$",
              path: "C:\\Windows",
              file: "ccmsetup\\ccmsetup.exe",
              from,
              logonId,
              writes: true,
            }),
            log.serviceInstalled(device, time + 4 * second, account, {
              name: "ccmsetup",
              image: "C:\\Windows\\ccmsetup\\ccmsetup.exe /runservice",
              start: "auto start",
            }),
          ],
        };
      }),
  );
  return { connections: told.map(({ connection }) => connection), hostEvents: told.flatMap(({ events }) => events) };
}
