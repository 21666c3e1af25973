import { isIP } from "node:net";
import { getDomain } from "tldts";
import { insideOf } from "../enrich/address.ts";
import { resolveDevices } from "./devices.ts";
import { type Entity, entityKey } from "./entity.ts";
import { namesOfEntities } from "./names.ts";
import { resolvePeople } from "./people.ts";
import type { EntityRows } from "./rows.ts";
import { readUserName } from "./user-name.ts";
import { isCommonName } from "./well-known.ts";

/** Who and what stands behind the names of an estate. Times are the engine's ("2026-11-01 10:00:00.000000"). */
export interface Entities {
  /** The person of an account name, the device of a machine account (NAME$), null for nobody (SYSTEM, DWM-1, "-"). */
  readonly user: (name: string) => Entity | null;
  /** The device of a host name; null for a text that names none. */
  readonly device: (name: string) => Entity | null;
  /** The device of a sensor's id; null when it is not known. */
  readonly deviceOfUid: (uid: string) => Entity | null;
  /**
   * Inside the estate the device that had the address then, known by the address alone where its name is not; outside the address
   * itself. Null for a text that is no address, and for addresses that every device has or none: loopback, link-local, multicast.
   */
  readonly address: (address: string, time: string) => Entity | null;
  /** The device of a name inside the estate, else the registrable domain of a name outside; null for neither. */
  readonly host: (name: string) => Entity | null;
  readonly isInternal: (address: string) => boolean;
  /** How many share the value, as far as it is shared by many; null when few do, or nothing is known. */
  readonly sharers: (entity: Entity) => number | null;
  /** True for an account name without a domain that many devices have ("administrator"). */
  readonly isCommonName: (entity: Entity) => boolean;
  /** The names under which logs know the entity of this value, the value itself first. */
  readonly namesOf: (value: string) => readonly string[];
  /** The same with further rows. */
  readonly with: (rows: Partial<EntityRows>) => Entities;
}

/** Resolves names from bounded rows; `internal` are the estate's own networks (CIDR). The order of the rows does not matter. */
export function resolveEntities(rows: EntityRows, options: { readonly internal: readonly string[] }): Entities {
  const devices = resolveDevices(rows.addresses, rows.devices);
  const people = resolvePeople(rows.users, devices.isKnown);
  const isInternal = insideOf(options.internal);
  const deviceEntity = (value: string | null): Entity | null => (value === null ? null : { kind: "device", value });

  const user = (text: string): Entity | null => {
    const name = readUserName(text);
    if (name.kind === "nobody") return null;
    return name.kind === "device" ? deviceEntity(devices.named(name.name)) : { kind: "user", value: people.named(name) };
  };
  const address = (text: string, time: string | null): Entity | null => {
    const value = text.trim().toLowerCase();
    if (isIP(value) === 0 || isNowhere(value)) return null;
    return isInternal(value) ? { kind: "device", value: devices.at(value, time) ?? value } : { kind: "ip", value };
  };
  const host = (text: string): Entity | null => {
    if (isIP(text.trim()) !== 0) return null;
    const name = devices.named(text);
    if (name === null) return null;
    if (devices.isKnown(text) || !text.includes(".")) return { kind: "device", value: name };
    return { kind: "domain", value: registrableDomain(text) };
  };
  const device = (text: string) => deviceEntity(devices.named(text));
  const shared = sharersOf(rows, { user, device, domain: host, ip: (text) => address(text, null) });
  return {
    user,
    device,
    deviceOfUid: (uid) => deviceEntity(devices.ofUid(uid)),
    address,
    host,
    isInternal,
    sharers: (entity) => shared.get(entityKey(entity)) ?? null,
    isCommonName: ({ kind, value }) => kind === "user" && isCommonName(value),
    namesOf: namesOfEntities(rows, { user, device, address }),
    with: (more) => resolveEntities(joined(rows, more), options),
  };
}

function joined(rows: EntityRows, more: Partial<EntityRows>): EntityRows {
  return {
    addresses: [...rows.addresses, ...(more.addresses ?? [])],
    devices: [...rows.devices, ...(more.devices ?? [])],
    users: [...rows.users, ...(more.users ?? [])],
    shared: [...rows.shared, ...(more.shared ?? [])],
  };
}

/** "evil.example" of "a.b.evil.example"; on shared hosting the tenant's name ("shop.hoster.example"), where the public suffix list knows it. */
export function registrableDomain(name: string): string {
  const host = name.trim().toLowerCase().replace(/\.+$/, "");
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

// Loopback, unspecified, link-local, multicast and broadcast (RFC 6890): the same on every device.
const isNowhere = insideOf([
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "255.255.255.255/32",
  "::/127",
  "fe80::/10",
  "ff00::/8",
]);

/** The largest count that any name of an entity has. */
function sharersOf(
  rows: EntityRows,
  naming: Readonly<Record<Entity["kind"], (value: string) => Entity | null>>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, value, sharers } of rows.shared) {
    const entity = naming[kind](value);
    if (entity === null) continue;
    const key = entityKey(entity);
    counts.set(key, Math.max(counts.get(key) ?? 0, sharers));
  }
  return counts;
}
