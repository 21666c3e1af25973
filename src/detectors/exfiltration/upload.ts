import { epochMilliseconds, hourMs } from "../../time.ts";
import { isOwnServiceNetwork, type KnownService, knownService } from "../known-services.ts";
import { registeredDomain } from "../registered-domain.ts";
import type { Parameters } from "./parameters.ts";
import type { DestinationRow, HostRow, OwnAddressRow, ServiceRow, UploadRow, WebRow } from "./questions.ts";

/** Everything that shows one host sending to one address outside. */
export interface Upload {
  readonly source: string;
  readonly sourceIsAddress: boolean;
  readonly destination: string;
  /** Totals of connections; null where too little was sent to be asked for. */
  readonly volume: UploadRow | null;
  readonly web: WebRow | null;
  readonly services: readonly ServiceRow[];
}

/** What is known of the destination, the host's own days and the other hosts. */
export interface Around {
  readonly names: readonly string[];
  /** The service behind every name, where all are well-known. */
  readonly known: KnownService | null;
  readonly isTrusted: boolean;
  readonly isSelfSigned: boolean;
  /** No name could be found though the host's name service passes by here, or it was called by its bare address. */
  readonly isNameless: boolean;
  readonly ownerName: string | null;
  readonly isOwnServiceNetwork: boolean;
  readonly clients: number | null;
  readonly estateHosts: number;
  readonly newAfterHours: number | null;
  /** What the host sent outside on its other days, in bytes. */
  readonly otherDays: readonly number[];
  /** What it sent in all on the day it sent most to this destination. */
  readonly thatDay: number;
  /** Share of the other hosts that sent at least as much to one place. */
  readonly peersShare: number | null;
  /** The service that the host asked for its own address in the hour around its first upload here; null when it did not. */
  readonly ownAddressAsked: string | null;
  /** The estate's own name, where a name of the destination holds it. */
  readonly namedAfterEstate: string | null;
}

/** What aroundUpload looks things up in. */
export interface Known {
  readonly destinations: ReadonlyMap<string, DestinationRow>;
  readonly hosts: ReadonlyMap<string, HostRow>;
  readonly ownAddresses: ReadonlyMap<string, OwnAddressRow>;
  readonly ownNames: readonly string[];
}

/** The rows of all questions by host and destination. */
export function gatherUploads(volumes: readonly UploadRow[], webs: readonly WebRow[], services: readonly ServiceRow[]): Upload[] {
  const uploads = new Map<string, Upload>();
  const add = (row: { source: string; destination: string }, part: (upload: Upload) => Upload): void => {
    const key = `${row.source} ${row.destination}`;
    const empty: Upload = {
      source: row.source,
      sourceIsAddress: true,
      destination: row.destination,
      volume: null,
      web: null,
      services: [],
    };
    uploads.set(key, part(uploads.get(key) ?? empty));
  };
  for (const row of volumes) add(row, (upload) => ({ ...upload, volume: row, sourceIsAddress: row.source_is_address }));
  for (const row of webs) add(row, (upload) => ({ ...upload, web: row }));
  for (const row of services) add(row, (upload) => ({ ...upload, services: [...upload.services, row] }));
  return [...uploads.values()];
}

/** What was sent in all, in bytes: by the connections, or else by what the requests and transfers say. */
export function bytesSent({ volume, web, services }: Upload): number {
  const told = (web?.body_bytes ?? 0) + services.reduce((sum, row) => sum + row.bytes_out + row.data_bytes, 0);
  return Math.max(volume?.bytes_out ?? 0, told);
}

// A host whose name service passes by here asks at least this often.
const fewestQueries = 20;

/** What is known around an upload. */
export function aroundUpload(
  upload: Upload,
  { destinations, hosts, ownAddresses, ownNames }: Known,
  parameters: Parameters,
  hoursUntil: (firstSeen: string) => number | null,
): Around {
  const destination = destinations.get(upload.destination);
  const host = hosts.get(upload.source);
  const names = [
    ...new Set([
      ...(destination?.names ?? []),
      ...(upload.web?.names ?? []).filter((name) => name.includes(".") && /[a-z]/.test(name)),
    ]),
  ];
  const services = names.map(knownService);
  const [first = null] = services;
  const days = host?.days ?? [];
  const mostTo = upload.volume?.days.reduce((most, day) => (day[1] > most[1] ? day : most), ["", 0] as [string, number]);
  return {
    names,
    known: first !== null && services.every((service) => service !== null) ? first : null,
    isTrusted: names.length > 0 && names.every((name) => parameters.trustedDomains.includes(registeredDomain(name))),
    isSelfSigned: (destination?.handshakes ?? 0) > 0 && (destination?.self_signed ?? 0) >= 0.5 * (destination?.handshakes ?? 0),
    isNameless: names.length === 0 && ((host?.queries ?? 0) >= fewestQueries || (upload.web?.by_address ?? 0) > 0),
    ownerName: destination?.owner_name ?? null,
    isOwnServiceNetwork: typeof destination?.owner_number === "number" && isOwnServiceNetwork(destination.owner_number),
    clients: destination?.clients ?? null,
    estateHosts: hosts.size,
    newAfterHours: destination === undefined ? null : hoursUntil(destination.first_seen),
    otherDays: days.filter(([day]) => day !== mostTo?.[0]).map(([, bytes]) => bytes),
    thatDay: days.find(([day]) => day === mostTo?.[0])?.[1] ?? 0,
    peersShare: peersShare(upload, hosts),
    ownAddressAsked: ownAddressAsked(upload, ownAddresses.get(upload.source)),
    namedAfterEstate: namedAfterEstate(names, ownNames),
  };
}

function ownAddressAsked(upload: Upload, asked: OwnAddressRow | undefined): string | null {
  const firsts = [upload.volume, upload.web, ...upload.services].flatMap((row) =>
    row === null ? [] : [epochMilliseconds(row.first_time)],
  );
  const first = Math.min(...firsts);
  const isNear = (asked?.minutes ?? []).some((minute) => Math.abs(epochMilliseconds(minute) - first) <= hourMs);
  return isNear ? (asked?.names[0] ?? null) : null;
}

// Shorter names are words of other names.
const shortestOwnName = 5;

// Where the first words of a name are the customer's and the rest the provider's: elsewhere a name with the estate's own in it may be bait.
const rentedPlace =
  /\.(amazonaws\.com|blob\.core\.windows\.net|storage\.googleapis\.com|backblazeb2\.com|r2\.cloudflarestorage\.com|wasabisys\.com|digitaloceanspaces\.com|cloud-object-storage\.appdomain\.cloud)$/;

function namedAfterEstate(names: readonly string[], ownNames: readonly string[]): string | null {
  if (names.length === 0 || !names.every((name) => rentedPlace.test(name.toLowerCase()))) return null;
  const words = names.flatMap((name) => name.toLowerCase().split(/[^a-z0-9]+/));
  const own = ownNames.map((domain) => domain.split(".")[0] ?? "").filter((label) => label.length >= shortestOwnName);
  return own.find((label) => words.includes(label)) ?? null;
}

function peersShare({ source, volume }: Upload, hosts: ReadonlyMap<string, HostRow>): number | null {
  const others = [...hosts.values()].filter((host) => host.source !== source);
  if (volume === null || others.length === 0) return null;
  return others.filter((host) => host.most_to_one >= volume.bytes_out).length / others.length;
}
