import { minute, type Presence, second } from "../calendar.ts";
import type { Estate } from "../estate.ts";
import { processConnected, processOf } from "../host-events.ts";
import type { Connection, HostEvent, Occurrences } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";
import type { Site } from "../sites.ts";
import { addressLookup, httpCall, tlsCall } from "../traffic.ts";

const edge = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe";
const userAgent =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";

/** People read the web in bursts, a few sites at a time, each with tastes of their own. */
export function browsing(
  estate: Estate,
  atWork: readonly Presence[],
  sites: readonly Site[],
  seed: number,
): Partial<Occurrences> {
  const told = atWork.map((presence) => {
    const random = randomOf(seed, `browsing/${presence.device.hostname}/${presence.midnight}`);
    return dayOf(estate, presence, favourites(presence.device.hostname, sites, seed), random);
  });
  return {
    connections: told.flatMap(({ connections }) => connections),
    hostEvents: told.flatMap(({ hostEvents }) => hostEvents),
  };
}

/** Everybody knows the popular sites, and each a handful of the others. */
function favourites(hostname: string, sites: readonly Site[], seed: number): Site[] {
  const random = randomOf(seed, `favourites/${hostname}`);
  return sites.filter((site) => site.weight >= 1.5 || random.chance(0.12));
}

function dayOf(estate: Estate, presence: Presence, sites: readonly Site[], random: Random) {
  const { device } = presence;
  const person = random.pick(device.users);
  const browser = processOf(edge, `"${edge}"`, person, random);
  const connections: Connection[] = [];
  const hostEvents: HostEvent[] = [];
  const known = new Map<string, number>();

  const visit = (time: number, site: Site): void => {
    if ((known.get(site.host) ?? 0) < time) {
      connections.push(addressLookup(estate, device, time - 30, site, random));
      known.set(site.host, time + site.answerSeconds * second);
    }
    const size = { bytesOut: random.logNormal(3_500, 0.9), bytesIn: random.logNormal(60_000, 1.6) };
    const isPlain = random.chance(0.03);
    const connection = isPlain
      ? httpCall(
          device,
          time,
          { address: random.pick(site.addresses), port: 80 },
          {
            method: "GET",
            host: site.host,
            path: `/${random.hex(6)}`,
            userAgent,
            status: random.chance(0.8) ? 200 : 302,
            contentType: "text/html",
          },
          { bytesOut: 0, bytesIn: random.logNormal(9_000, 1) },
          random,
        )
      : tlsCall(device, time, site, { ...size, seconds: random.logNormal(14, 1.3) }, random);
    connections.push(connection);
    // The forwarder keeps one in eight of a browser's connections: they are many and say little.
    if (random.chance(0.12)) {
      const { source, destination } = connection;
      hostEvents.push(processConnected(estate, device, time + 40, browser, { source, destination, name: site.host }));
    }
  };

  for (
    let time = presence.worksFrom + random.exponential(4 * minute);
    time < presence.worksTo;
    time += random.exponential(27 * minute)
  ) {
    const pages = 1 + Math.floor(random.exponential(1.3));
    let at = time;
    for (let page = 0; page < pages; page += 1) {
      visit(
        at,
        random.weighted(sites, (site) => site.weight),
      );
      at += random.exponential(50 * second);
    }
  }
  return { connections, hostEvents };
}
