import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isIP } from "node:net";
import { Reader, type Response } from "mmdb-lib";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { rangeOwner } from "./address-ranges.ts";

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
    lookUp: (ip) => readers.map((reader) => ownerAt(reader, ip)).reduce(merged, unknownOwner),
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
    const four = await readFile(require.resolve("@ip-location-db/asn/asn-ipv4-num.csv"));
    const sixPath = require.resolve("@ip-location-db/asn/asn-ipv6-num.csv");
    let six: Buffer | null = null;
    const networksOf = (ip: string): Buffer => {
      if (!ip.includes(":")) return four;
      // Many estates never meet such an address.
      six ??= readFileSync(sixPath);
      return six;
    };
    const lookUp = (ip: string): Owner => merged(ownerAt(country, ip), networkOwner(networksOf(ip), ip));
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

/** The reader takes any text for an address of some kind, so it is asked about addresses only. */
function ownerAt(reader: Reader<Response>, ip: string): Owner {
  return isIP(ip) === 0 ? unknownOwner : ownerIn(reader.get(ip));
}

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

function networkOwner(networks: Buffer, ip: string): Owner {
  const owner = rangeOwner(networks, ip);
  return owner === null
    ? unknownOwner
    : { autonomousSystemNumber: owner.number, autonomousSystemName: owner.name, country: null };
}
