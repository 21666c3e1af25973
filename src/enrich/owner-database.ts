import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Reader, type Response } from "mmdb-lib";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { addressNumber } from "./address.ts";

/** Who announces an address and where it is registered; null where the database does not know. */
export interface Owner {
  readonly autonomousSystemNumber: number | null;
  readonly autonomousSystemName: string | null;
  readonly country: string | null;
}

export interface OwnerDatabase {
  /** Names of the files in use, for the report. */
  readonly names: readonly string[];
  /** What these files cannot tell, in words; empty when they tell all. */
  readonly lacks: readonly string[];
  readonly lookUp: (ip: string) => Owner;
}

/** The user's own MMDB files (country, ASN or both in one, in MaxMind's or DB-IP's layout). Rejects when a file is no MMDB file. */
export async function openOwnFiles(paths: readonly string[]): Promise<OwnerDatabase> {
  const readers = await Promise.all(paths.map(openMmdb));
  const types = readers.map((reader) => reader.metadata.databaseType);
  return {
    names: types.map((type, position) => `${type} (${paths[position]})`),
    lacks: [
      ...(types.some((type) => /asn|isp|enterprise/i.test(type)) ? [] : ["owner (ASN)"]),
      ...(types.some((type) => /country|city|enterprise/i.test(type)) ? [] : ["country"]),
    ],
    lookUp: (ip) => readers.map((reader) => ownerIn(reader.get(ip))).reduce(merged, unknownOwner),
  };
}

/**
 * The files that come with the program: countries by registry (CC0) and announced networks (RouteViews and DB-IP, CC BY 4.0).
 * null when their packages are not installed.
 */
export async function openBundledFiles(): Promise<OwnerDatabase | null> {
  const require = createRequire(import.meta.url);
  try {
    const country = await openMmdb(require.resolve("@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"));
    const networks = [
      await readRanges(require.resolve("@ip-location-db/asn/asn-ipv4.csv")),
      await readRanges(require.resolve("@ip-location-db/asn/asn-ipv6.csv")),
    ];
    const lookUp = (ip: string): Owner => merged(ownerIn(country.get(ip)), networkOwner(networks[ip.includes(":") ? 1 : 0], ip));
    return { names: ["ip-location-db geo-whois-asn-country", "ip-location-db asn"], lacks: [], lookUp };
  } catch (cause) {
    if (messageOf(cause).includes("Cannot find module")) return null;
    throw cause;
  }
}

const unknownOwner: Owner = { autonomousSystemNumber: null, autonomousSystemName: null, country: null };

function merged(one: Owner, other: Owner): Owner {
  return {
    autonomousSystemNumber: one.autonomousSystemNumber ?? other.autonomousSystemNumber,
    autonomousSystemName: one.autonomousSystemName ?? other.autonomousSystemName,
    country: one.country ?? other.country,
  };
}

async function openMmdb(path: string): Promise<Reader<Response>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SpoorError("configuration", `${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Name an MMDB file, such as GeoLite2-ASN.mmdb.",
      cause,
    });
  });
  try {
    return new Reader<Response>(bytes);
  } catch (cause) {
    throw new SpoorError("configuration", `${path} is not an MMDB file: ${messageOf(cause)}`, {
      hint: "Name an MMDB file, such as GeoLite2-ASN.mmdb.",
      cause,
    });
  }
}

const record = z.object({
  autonomous_system_number: z.number().optional(),
  autonomous_system_organization: z.string().optional(),
  country_code: z.string().optional(),
  country: z.object({ iso_code: z.string().optional() }).optional(),
});

function ownerIn(found: unknown): Owner {
  const parsed = record.safeParse(found);
  if (!parsed.success) return unknownOwner;
  const { autonomous_system_number: number, autonomous_system_organization: name, country_code: code, country } = parsed.data;
  return {
    autonomousSystemNumber: number ?? null,
    autonomousSystemName: name ?? null,
    country: code ?? country?.iso_code ?? null,
  };
}

/** Networks by first and last address, sorted; owners beside them. */
interface Ranges {
  readonly first: readonly bigint[];
  readonly last: readonly bigint[];
  readonly number: Uint32Array;
  readonly name: readonly string[];
}

const csvLine = /^([^,]+),([^,]+),(\d+),(?:"((?:[^"]|"")*)"|(.*))$/;

async function readRanges(path: string): Promise<Ranges> {
  const rows: { first: bigint; last: bigint; number: number; name: string }[] = [];
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    const match = csvLine.exec(line.trimEnd());
    const first = addressNumber(match?.[1] ?? "");
    const last = addressNumber(match?.[2] ?? "");
    if (match !== null && first !== null && last !== null)
      rows.push({ first, last, number: Number(match[3]), name: (match[4]?.replaceAll('""', '"') ?? match[5] ?? "").trim() });
  }
  rows.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  return {
    first: rows.map((row) => row.first),
    last: rows.map((row) => row.last),
    number: Uint32Array.from(rows, (row) => row.number),
    name: rows.map((row) => row.name),
  };
}

function networkOwner(ranges: Ranges | undefined, ip: string): Owner {
  const address = addressNumber(ip);
  if (ranges === undefined || address === null) return unknownOwner;
  let low = 0;
  let high = ranges.number.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ranges.first[middle] ?? 0n) <= address) low = middle;
    else high = middle - 1;
  }
  const within = (ranges.first[low] ?? 1n) <= address && address <= (ranges.last[low] ?? 0n);
  return within
    ? { autonomousSystemNumber: ranges.number[low] ?? null, autonomousSystemName: ranges.name[low] ?? null, country: null }
    : unknownOwner;
}
