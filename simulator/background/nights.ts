import { hour, midnights, minute, type Span, second } from "../calendar.ts";
import { type Estate, serverOf } from "../estate.ts";
import { localSystem, logonFailed } from "../host-events.ts";
import type { Connection, Occurrences } from "../occurrences.ts";
import { randomOf } from "../random.ts";
import { siteOf } from "../sites.ts";
import { addressLookup, clientPort, endpoint, internalCall, tlsCall } from "../traffic.ts";

/** The backup: every night from all servers, and then out to a store in the cloud. Large, and the same every night. */
export function backup(estate: Estate, span: Span, seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "backup");
  const server = serverOf(estate, "backup");
  const store = siteOf("lindenhof-backup.s3.eu-west-1.amazonaws.com", "amazon");
  const connections = midnights(span).flatMap((midnight): Connection[] => {
    const fetched = estate.servers
      .filter((each) => each !== server && each.operatingSystem.startsWith("Windows"))
      .map((each, index) =>
        internalCall(
          server,
          { address: each.address, port: 2500 },
          midnight + 20 * hour + index * 8 * minute + random.between(0, 40) * second,
          {
            service: null,
            bytesOut: random.logNormal(300_000, 0.1),
            bytesIn: random.logNormal(each.role === "files" ? 9e9 : 1.4e9, 0.05),
            seconds: random.logNormal(390, 0.1),
          },
          random,
        ),
      );
    const leaves = midnight + 22.5 * hour + random.between(0, 90) * second;
    const sent = [0, 1, 2, 3].map((part) =>
      tlsCall(
        server,
        leaves + part * 11 * minute,
        store,
        { bytesOut: random.logNormal(7e8, 0.06), bytesIn: random.logNormal(400_000, 0.1), seconds: random.logNormal(600, 0.08) },
        random,
      ),
    );
    return [...fetched, addressLookup(estate, server, leaves - 100, store, random), ...sent];
  });
  return { connections };
}

/** The vulnerability scanner walks over the servers in the second night: many ports, many refusals, some wrong passwords. */
export function vulnerabilityScan(estate: Estate, span: Span, seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "vulnerability-scan");
  const scanner = serverOf(estate, "scanner");
  const targets = estate.servers.filter((server) => server !== scanner);
  const ports = [
    21, 22, 23, 25, 53, 80, 88, 110, 111, 135, 139, 143, 389, 443, 445, 636, 993, 1433, 1521, 2049, 3268, 3306, 3389, 5432, 5900,
    5985, 5986, 6379, 8000, 8080, 8443, 9090, 9200, 27017,
  ];
  const from = span.start + 42 * hour;
  const probes = targets.flatMap((target, order) =>
    ports.map((port, index): Connection => {
      const isOpen = [135, 445, 3389, 5985].includes(port) && target.operatingSystem.startsWith("Windows");
      const state = isOpen ? "SF" : random.chance(0.8) ? "REJ" : "S0";
      return {
        time: from + order * 6 * minute + index * 3 * second + random.between(0, 2) * second,
        source: endpoint(scanner, random),
        destination: { address: target.address, port },
        protocol: "tcp",
        service: null,
        seconds: state === "S0" ? null : random.logNormal(0.01, 0.5),
        bytesOut: isOpen ? random.integer(80, 900) : 0,
        bytesIn: isOpen ? random.integer(200, 2_000) : 0,
        state,
      };
    }),
  );
  const account = { account: "svc-scan", sid: localSystem.sid };
  const refused = targets
    .filter((target) => target.operatingSystem.startsWith("Windows"))
    .map((target, order) =>
      logonFailed(estate, target, from + order * 6 * minute + 110 * second, account, {
        type: 3,
        from: { address: scanner.address, port: clientPort(random), name: scanner.hostname },
      }),
    );
  return { connections: probes, hostEvents: refused };
}
