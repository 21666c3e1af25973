import { type Device, type Estate, serverOf } from "./estate.ts";
import type { Connection, DnsExchange, Endpoint, HttpExchange } from "./occurrences.ts";
import type { Random } from "./random.ts";
import type { Site } from "./sites.ts";

export function clientPort(random: Random): number {
  return random.integer(49_152, 65_535);
}

export function endpoint(device: Device, random: Random): Endpoint {
  return { address: device.address, port: clientPort(random) };
}

/** A host asks the estate's name server. */
export function lookup(estate: Estate, device: Device, time: number, exchange: DnsExchange, random: Random): Connection {
  const size = exchange.query.length + 18;
  return {
    time,
    source: endpoint(device, random),
    destination: { address: serverOf(estate, "domain-controller").address, port: 53 },
    protocol: "udp",
    service: "dns",
    seconds: random.logNormal(0.012, 0.8),
    bytesOut: size,
    bytesIn: size + exchange.answers.reduce((sum, answer) => sum + answer.length + 12, 0),
    state: "SF",
    dns: exchange,
  };
}

/** A host asks for the address of a site. */
export function addressLookup(estate: Estate, device: Device, time: number, site: Site, random: Random): Connection {
  return lookup(
    estate,
    device,
    time,
    { query: site.host, type: "A", answers: [...site.addresses], answerSeconds: site.answerSeconds, code: "NOERROR" },
    random,
  );
}

/** A host calls a site over TLS. */
export function tlsCall(
  device: Device,
  time: number,
  site: Site,
  size: { bytesOut: number; bytesIn: number; seconds: number },
  random: Random,
): Connection {
  return {
    time,
    source: endpoint(device, random),
    destination: { address: random.pick(site.addresses), port: 443 },
    protocol: "tcp",
    service: "ssl",
    seconds: size.seconds,
    bytesOut: Math.round(size.bytesOut),
    bytesIn: Math.round(size.bytesIn),
    state: "SF",
    tls: { name: site.host, version: site.tls, issuer: site.issuer },
  };
}

/** One request over plain HTTP, to a host of the Internet or of our own. */
export function httpCall(
  device: Device,
  time: number,
  server: Endpoint,
  http: HttpExchange,
  size: { bytesOut: number; bytesIn: number },
  random: Random,
): Connection {
  return {
    time,
    source: endpoint(device, random),
    destination: server,
    protocol: "tcp",
    service: "http",
    seconds: random.logNormal(0.18, 0.9),
    bytesOut: Math.round(350 + size.bytesOut),
    bytesIn: Math.round(300 + size.bytesIn),
    state: "SF",
    http,
  };
}

/** A connection between two of our own hosts. */
export function internalCall(
  from: Device,
  to: Endpoint,
  time: number,
  call: { service: string | null; bytesOut: number; bytesIn: number; seconds: number; protocol?: "tcp" | "udp" },
  random: Random,
): Connection {
  return {
    time,
    source: endpoint(from, random),
    destination: to,
    protocol: call.protocol ?? "tcp",
    service: call.service,
    seconds: call.seconds,
    bytesOut: Math.round(call.bytesOut),
    bytesIn: Math.round(call.bytesIn),
    state: "SF",
  };
}
