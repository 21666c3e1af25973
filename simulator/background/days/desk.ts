import { createHash } from "node:crypto";
import { hour, minute, second, ticks } from "../../calendar.ts";
import { type Device, type Person, serverOf } from "../../estate.ts";
import { localSystem, machineAccount, type Process, processOf } from "../../host-events.ts";
import type { Random } from "../../random.ts";
import { clientPort, internalCall } from "../../traffic.ts";
import { desktopPrograms, engineeringTools, explorerOf, images, servicePrograms, servicesOf } from "./software.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

/** The programs that run on a desk all day; what else happens there is their doing. */
export interface Running {
  readonly explorer: Process;
  readonly services: Process;
  readonly edge: Process;
  readonly outlook: Process;
  readonly teams: Process;
  readonly drive: Process;
  readonly agent: Process;
  readonly antivirus: Process;
}

export function runningOn({ device, person }: Workday, random: Random): Running {
  const machine = machineAccount(device);
  return {
    explorer: explorerOf(person, random),
    services: servicesOf(localSystem, random),
    edge: processOf(images.edge, `"${images.edge}" --no-startup-window`, person, random),
    outlook: processOf(images.outlook, `"${images.outlook}"`, person, random),
    teams: processOf(images.teams, `"${images.teams}" --system-initiated`, person, random),
    drive: processOf(images.drive, `"${images.drive}" /background`, person, random),
    agent: processOf(images.agent, images.agent, machine, random),
    antivirus: processOf(images.antivirus, `"${images.antivirus}"`, machine, random),
  };
}

/** Sits down, unlocks after breaks, starts programs, and works on files here and on the file server. */
export function tellDesk(tale: Tale, day: Workday, running: Running, random: Random): void {
  sitsDown(tale, day, running, random);
  startsPrograms(tale, day, running, random);
  for (const time of ticks(day.from, day.to, (50 * minute) / day.busyness, 0.7, random.next))
    worksOnShare(tale, day, time, random);
  for (const time of ticks(day.from, day.to, (70 * minute) / day.busyness, 0.8, random.next)) {
    const [folder, name] = [random.pick(["Documents", "Desktop", "Downloads"]), fileName(random)];
    tale.fileChanges.push({
      time,
      device: day.device,
      process: folder === "Downloads" ? running.edge : running.explorer,
      action: folder === "Downloads" ? "created" : random.pick(["created", "modified", "renamed"] as const),
      path: `C:\\Users\\${day.person.account}\\${folder}\\${name}`,
      ...(folder === "Downloads" ? {} : { previousPath: `C:\\Users\\${day.person.account}\\${folder}\\new-${name}` }),
      sizeBytes: Math.round(random.logNormal(120_000, 1.4)),
    });
  }
}

function sitsDown(tale: Tale, { estate, device, person, from, to, habits }: Workday, running: Running, random: Random): void {
  const controller = serverOf(estate, "domain-controller");
  const port = clientPort(random);
  const id = () => `0x${random.hex(7)}`;
  const own = { account: person, isAdministrator: false, failure: null, protocol: null } as const;
  const console = { ...own, to: device, from: null, package: "Negotiate" } as const;
  // A forgotten password is typed again and again, now and then until the account is locked and the service desk helps.
  const mistakes = random.chance(habits.forgets) ? random.integer(2, 6) : random.chance(0.08) ? 1 : 0;
  for (let mistake = mistakes; mistake > 0; mistake -= 1)
    tale.logons.push({
      ...console,
      time: from - mistake * random.between(6, 15) * second,
      type: 2,
      logonId: id(),
      failure: mistake === 1 && mistakes === 6 ? "account locked" : "wrong password",
    });
  tale.logons.push({ ...console, time: from, type: 2, logonId: id() });
  tale.logons.push({
    ...own,
    time: from + 2 * second,
    to: controller,
    from: { address: device.address, port, name: device.hostname },
    type: 3,
    package: "Kerberos",
    protocol: "ldap",
    logonId: id(),
  });
  for (let time = from + random.between(1.2, 2.2) * hour; time < to - hour; time += random.between(1.5, 3) * hour)
    tale.logons.push({ ...console, time, type: 7, logonId: id() });
  const started: readonly (readonly [process: Process, parent: Process])[] = [
    [running.explorer, processOf(images.userinit, images.userinit, person, random)],
    [running.outlook, running.explorer],
    [running.teams, running.explorer],
    [running.drive, running.explorer],
    [running.edge, running.explorer],
  ];
  for (const [index, [process, parent]] of started.entries())
    tale.processStarts.push({ time: from + (3 + index * 9) * second, device, process, parent, seconds: (to - from) / 1000 });
}

function startsPrograms(tale: Tale, day: Workday, running: Running, random: Random): void {
  const { device, person, from, to, busyness } = day;
  for (const time of ticks(from, to, (11 * minute) / busyness, 0.9, random.next)) {
    if (random.chance(0.45)) {
      const [image, options] = random.pick(servicePrograms);
      const process = processOf(image, `${image}${options}`, localSystem, random);
      tale.processStarts.push({ time, device, process, parent: running.services, seconds: random.logNormal(20, 1) });
      continue;
    }
    const [image, options] = random.weighted(desktopPrograms, ([, , weight]) => weight);
    const process = processOf(image, `"${image}"${options}`, person, random);
    tale.processStarts.push({ time, device, process, parent: running.explorer, seconds: random.logNormal(900, 1) });
  }
  if (person.department === "engineering") usesTools(tale, day, running, random);
}

/** An engineer's terminal: builds, tests, scripts, and now and then a program that was compiled a minute ago and nobody else has. */
function usesTools(tale: Tale, { device, person, from, to, busyness }: Workday, running: Running, random: Random): void {
  const terminal = processOf(images.powershell, `"${images.powershell}" -NoExit`, person, random);
  tale.processStarts.push({
    time: from + 20 * minute,
    device,
    process: terminal,
    parent: running.explorer,
    seconds: (to - from) / 1000,
  });
  for (const time of ticks(from + 21 * minute, to, (24 * minute) / busyness, 0.9, random.next)) {
    const [image, options] = random.weighted(engineeringTools, ([, , weight]) => weight);
    const process = processOf(image, `"${image}"${options}`, person, random);
    tale.processStarts.push({ time, device, process, parent: terminal, seconds: random.logNormal(30, 1.2) });
    if (image === images.powershell)
      tale.scriptRuns.push({
        time: time + second,
        device,
        process,
        path: "C:\\src\\planner\\build.ps1",
        text: "$ErrorActionPreference = 'Stop'\nnpm ci\nnpm run build\nCompress-Archive -Path dist -DestinationPath out.zip -Force",
      });
    if (random.chance(0.06)) {
      const sha256 = createHash("sha256").update(`${device.hostname}/${time}`).digest("hex");
      tale.fileChanges.push({
        time: time + 4 * second,
        device,
        process,
        action: "created",
        path: `C:\\src\\planner\\target\\debug\\planner-${random.hex(4)}.exe`,
        sizeBytes: random.integer(200_000, 9_000_000),
        sha256,
      });
    }
  }
}

/** A drive of the file server: one session, a few files. */
function worksOnShare(tale: Tale, { estate, device, person }: Workday, time: number, random: Random): void {
  const server = filesServerOf(estate.servers, person);
  const size = {
    service: "gssapi,smb",
    bytesOut: random.logNormal(14_000, 0.9),
    bytesIn: random.logNormal(160_000, 1.4),
    seconds: random.logNormal(40, 1),
  };
  const system = processOf(images.system, images.system, localSystem, random);
  const connection = { ...internalCall(device, { address: server.address, port: 445 }, time, size, random), process: system };
  tale.connections.push(connection);
  const { source } = connection;
  tale.logons.push({
    time: time + 150,
    account: person,
    to: server,
    from: { ...source, name: device.hostname },
    type: 3,
    package: "Kerberos",
    protocol: "smb",
    logonId: `0x${random.hex(7)}`,
    isAdministrator: false,
    failure: null,
  });
  for (let file = random.integer(1, 3); file > 0; file -= 1)
    tale.fileChanges.push({
      time: time + file * random.between(1, 20) * second,
      device: server,
      process: system,
      action: "modified",
      path: `D:\\Shares\\${person.department}\\${random.pick(["2025", "2026", "projects", "templates"])}\\${fileName(random)}`,
      sizeBytes: Math.round(random.logNormal(120_000, 1.4)),
      over: { share: person.department, address: source.address, port: source.port, account: person },
    });
}

/** Everyone's department lies on one of the file servers. */
function filesServerOf(servers: readonly Device[], person: Person): Device {
  const all = servers.filter(({ role }) => role === "files");
  const found = all[(person.department.length + person.office.code.charCodeAt(0)) % all.length];
  if (found === undefined) throw new Error("the estate has no file server");
  return found;
}

export function fileName(random: Random): string {
  return `${random.pick(["offer", "report", "plan", "invoice", "list", "minutes", "budget", "drawing"])}-${random.integer(100, 999)}.${random.pick(["xlsx", "docx", "pdf", "pptx"])}`;
}
