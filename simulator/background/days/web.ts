import { hour, minute, second, ticks } from "../../calendar.ts";
import { type Device, serverOf } from "../../estate.ts";
import { localSystem, type Process, processOf } from "../../host-events.ts";
import { type Random, randomOf } from "../../random.ts";
import { type Site, siteOf } from "../../sites.ts";
import { addressLookup, httpCall, internalCall, lookup, tlsCall } from "../../traffic.ts";
import type { Running } from "./desk.ts";
import { images } from "./software.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

interface Caller {
  readonly site: Site;
  readonly period: number;
  /** Share of the period by which a call comes early or late. */
  readonly spread: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly seconds: number;
  readonly process: (running: Running) => Process;
  readonly on: (day: Workday, random: Random) => boolean;
}

const always = () => true;
const inDepartments =
  (departments: readonly string[], share: number) =>
  ({ person }: Workday, random: Random) =>
    departments.includes(person.department) && random.chance(share);

// Programs that call home by themselves, some as regular as an implant: what tells them apart is who else does it.
const callers: readonly Caller[] = [
  caller("v10.events.data.microsoft.com", "microsoft", 30 * minute, 0.25, 4_200, 900, 2, ({ services }) => services, always),
  caller("outlook.office365.com", "microsoft", 6 * minute, 0.6, 9_000, 22_000, 40, ({ outlook }) => outlook, always),
  caller("teams.microsoft.com", "microsoft", 5 * minute, 0.5, 6_000, 14_000, 60, ({ teams }) => teams, always),
  caller("lindenhof-my.sharepoint.com", "microsoft", 20 * minute, 0.7, 40_000, 60_000, 8, ({ drive }) => drive, always),
  // The push channel of Windows: hardly any data, the whole day, the same host for everybody.
  caller("wns2-par02p.notify.windows.com", "microsoft", 15 * minute, 0.02, 260, 310, 890, ({ services }) => services, always),
  caller("update.googleapis.com", "google", 5 * hour, 0.1, 1_900, 1_200, 1, ({ edge }) => edge, always),
  caller("ts01-lanner-lion.cloudsink.net", "amazon", hour, 0.3, 22_000, 8_000, 30, ({ services }) => services, always),
  caller("wdcp.microsoft.com", "microsoft", 40 * minute, 0.6, 3_000, 1_200, 1, ({ antivirus }) => antivirus, always),
  caller(
    "status.bouwlijn.example",
    "small",
    5 * minute,
    0.01,
    620,
    1_400,
    1,
    ({ explorer }) => explorer,
    inDepartments(["engineering"], 0.3),
  ),
  caller(
    "push.koersen.example",
    "small",
    10 * minute,
    0.05,
    480,
    2_600,
    1,
    ({ edge }) => edge,
    inDepartments(["finance", "sales"], 0.2),
  ),
  caller(
    "relay.remotehelp.example",
    "small",
    4 * minute,
    0.03,
    300,
    280,
    230,
    ({ services }) => services,
    inDepartments(["it"], 0.8),
  ),
  // A handful of people each have something that nobody else has.
  ...["klok", "radio", "weer", "voetbal", "puzzel"].map((word) =>
    caller(
      `api.${word}-app.example`,
      "small",
      12 * minute,
      0.08,
      700,
      3_000,
      1,
      ({ edge }) => edge,
      (_, random) => random.chance(0.012),
    ),
  ),
];

function caller(
  host: string,
  network: Parameters<typeof siteOf>[1],
  period: number,
  spread: number,
  bytesOut: number,
  bytesIn: number,
  seconds: number,
  process: Caller["process"],
  on: Caller["on"],
): Caller {
  return { site: siteOf(host, network), period, spread, bytesOut, bytesIn, seconds, process, on };
}

/** What goes over the network from a desk: browsing in bursts, programs that call home, tickets, the management agent. */
export function tellWeb(tale: Tale, day: Workday, running: Running, sites: readonly Site[], random: Random): void {
  const known = new Map<string, number>();
  browses(tale, day, running, tastes(day, sites), known, random);
  callHome(tale, day, running, known, random);
  asksDirectory(tale, day, running, random);
}

/** Everybody knows the popular sites, and each a handful of the others. */
function tastes({ device, seed }: Workday, sites: readonly Site[]): Site[] {
  const random = randomOf(seed, `favourites/${device.hostname}`);
  return sites.filter((site) => site.weight >= 1.5 || random.chance(0.12));
}

function visit(
  tale: Tale,
  { estate, device }: Workday,
  time: number,
  site: Site,
  size: { bytesOut: number; bytesIn: number; seconds: number },
  process: Process,
  known: Map<string, number>,
  random: Random,
): void {
  // Names are asked for again when the answer has run out.
  if ((known.get(site.host) ?? 0) < time) {
    tale.connections.push({ ...addressLookup(estate, device, time - 30, site, random), process });
    known.set(site.host, time + site.answerSeconds * second);
  }
  tale.connections.push({ ...tlsCall(device, time, site, size, random), process });
}

function browses(
  tale: Tale,
  day: Workday,
  running: Running,
  sites: readonly Site[],
  known: Map<string, number>,
  random: Random,
): void {
  for (
    let time = day.from + random.exponential(4 * minute);
    time < day.to;
    time += random.exponential((22 * minute) / day.busyness)
  ) {
    let at = time;
    for (let page = Math.floor(random.exponential(1.6)); page >= 0; page -= 1) {
      const site = random.weighted(sites, ({ weight }) => weight);
      const size = {
        bytesOut: random.logNormal(3_500, 0.9),
        bytesIn: random.logNormal(60_000, 1.6),
        seconds: random.logNormal(14, 1.3),
      };
      visit(tale, day, at, site, size, running.edge, known, random);
      at += random.exponential(50 * second);
    }
  }
}

function callHome(tale: Tale, day: Workday, running: Running, known: Map<string, number>, random: Random): void {
  for (const each of callers) {
    if (!each.on(day, randomOf(day.seed, `installed/${day.device.hostname}/${each.site.host}`))) continue;
    const process = each.process(running);
    for (const time of ticks(day.from, day.to, each.period / day.busyness, each.spread, random.next)) {
      const size = {
        bytesOut: random.logNormal(each.bytesOut, 0.15),
        bytesIn: random.logNormal(each.bytesIn, 0.2),
        seconds: random.logNormal(each.seconds, 0.2),
      };
      visit(tale, day, time, each.site, size, process, known, random);
    }
  }
}

/** Tickets and directory queries, the management agent's orders, and the virus scanner's questions about files by their hash. */
function asksDirectory(tale: Tale, day: Workday, running: Running, random: Random): void {
  const { estate, device, from, to, busyness } = day;
  const lsass = processOf("C:\\Windows\\System32\\lsass.exe", "C:\\Windows\\system32\\lsass.exe", localSystem, random);
  for (const time of ticks(from, to, (50 * minute) / busyness, 0.6, random.next)) {
    tale.connections.push({
      ...ask(device, serverOf(estate, "domain-controller").address, 88, "krb_tcp", time, random),
      process: lsass,
    });
    if (random.chance(0.5))
      tale.connections.push({
        ...ask(device, serverOf(estate, "domain-controller").address, 389, "ldap_tcp", time + 200, random),
        process: lsass,
      });
  }
  const management = serverOf(estate, "management");
  for (const time of ticks(from, to, hour / busyness, 0.08, random.next))
    tale.connections.push({
      ...httpCall(
        device,
        time,
        { address: management.address, port: 80 },
        {
          method: "POST",
          host: management.fullName,
          path: "/ccm_system/request",
          userAgent: "ccmhttp",
          status: 200,
          contentType: "application/octet-stream",
        },
        { bytesOut: random.logNormal(1_200, 0.2), bytesIn: random.logNormal(2_400, 0.5) },
        random,
      ),
      process: running.agent,
    });
  for (const time of ticks(from, to, (100 * minute) / busyness, 0.9, random.next))
    tale.connections.push({
      ...lookup(
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
      process: processOf(images.antivirus, `"${images.antivirus}"`, localSystem, random),
    });
}

function ask(device: Device, address: string, port: number, service: string, time: number, random: Random) {
  const size = {
    service,
    bytesOut: random.logNormal(1_900, 0.3),
    bytesIn: random.logNormal(3_000, 0.6),
    seconds: random.logNormal(0.05, 0.8),
  };
  return internalCall(device, { address, port }, time, size, random);
}
