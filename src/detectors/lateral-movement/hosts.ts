import { blockOf, insideOf } from "../../enrich/address.ts";
import { resolveDevices } from "../../entities/devices.ts";
import type { DeviceAddressRow } from "../../entities/rows.ts";
import { compareText } from "../../order.ts";

/** Hosts under one name each, whether a log knows them by name or by address. */
export interface Hosts {
  /** The host's name, or its address where no name is known; null for what is outside the estate or names nothing. */
  readonly of: (hostname: string | null, address: string | null, time: string) => string | null;
  readonly isAddress: (host: string) => boolean;
  /** The addresses that the host had or was seen at, in order. */
  readonly addressesOf: (host: string) => readonly string[];
}

/** Joins names and addresses by what hosts.sql found. An address outside `internal` is no host of the estate. */
export function hostsOf(rows: readonly DeviceAddressRow[], internal: readonly string[]): Hosts {
  const devices = resolveDevices(rows, []);
  const isInside = insideOf(internal);
  const addresses = new Map<string, Set<string>>();
  const remember = (host: string, address: string): void => {
    const known = addresses.get(host);
    if (known === undefined) addresses.set(host, new Set([address]));
    else known.add(address);
  };
  for (const row of rows) {
    const host = devices.named(row.device_hostname);
    // Only where the address is this host's alone: others may have had it on another day.
    if (host !== null && devices.at(row.device_ip, row.last_seen) === host) remember(host, row.device_ip);
  }
  return {
    of: (hostname, address, time) => {
      if (address !== null && !isInside(address)) return null;
      const named = hostname === null ? null : devices.named(hostname);
      const host = named ?? (address === null ? null : (devices.at(address, time) ?? address));
      if (host !== null && address !== null && host !== address) remember(host, address);
      return host;
    },
    isAddress: (host) => blockOf(host) !== null && !host.includes("/"),
    addressesOf: (host) => (blockOf(host) !== null ? [host] : [...(addresses.get(host) ?? [])].sort(compareText)),
  };
}
