import { compareText } from "../order.ts";
import { epochMilliseconds, hourMs } from "../time.ts";
import { deviceName, shortName, suffixOf } from "./device-name.ts";
import type { DeviceAddressRow, DeviceNameRow } from "./rows.ts";
import { isPlaceholder } from "./well-known.ts";

/** Devices under one name each, and which address was which of them when. */
export interface Devices {
  /** The one name of a device; null for a text that names none. A name that is not known is its own. */
  readonly named: (name: string) => string | null;
  /** True when the name is a known device's, or lies in a DNS domain of known devices. */
  readonly isKnown: (name: string) => boolean;
  readonly ofUid: (uid: string) => string | null;
  /** The device that had the address then (null: at any time); null when none is known or more than one. */
  readonly at: (address: string, time: string | null) => string | null;
}

// Names in event logs are cut to NetBIOS' 15 characters.
const netBiosLength = 15;
// An id that this many names share is a placeholder or a cloned image, not a device.
const namesPerUid = 3;
// A lease or a laptop's day outlasts the events we saw of it by about this much.
const nearHours = 12;

/**
 * - "ws-12" and "WS-12.corp.example" are one device unless two DNS domains have a ws-12; then the short name stands alone.
 * - A name of exactly 15 characters is the one longer name that begins with it (NetBIOS).
 * - A sensor's id joins the names it reported, up to three.
 * - An address is the device that claims it at that time, by the most trusted kind of evidence that exists; claimed by two, it is
 *   neither's (a gateway, a translated network). Between sightings it is the nearest within 12 hours, when only one is.
 */
export function resolveDevices(addresses: readonly DeviceAddressRow[], devices: readonly DeviceNameRow[]): Devices {
  const names = distinctNames(addresses, devices);
  const fullNamesByShort = new Map<string, string[]>();
  for (const name of names.filter((name) => name.includes(".")))
    fullNamesByShort.set(shortName(name), [...(fullNamesByShort.get(shortName(name)) ?? []), name]);
  const known = new Set(names);
  const suffixes = new Set(names.map(suffixOf).filter((suffix) => suffix !== ""));
  const shorts = new Set(names.map(shortName));
  const netBios = netBiosNames(shorts);

  const canonical = (name: string): string => {
    const short = shortName(name);
    const full = fullNamesByShort.get(short) ?? [];
    const isAnother = full.length > 1 || (full.length === 1 && full[0] !== name);
    if (name.includes(".") && isAnother) return name;
    return netBios.get(short) ?? short;
  };
  const renamed = namesOfUids(devices, canonical);
  const named = (text: string): string | null => {
    const name = deviceName(text);
    if (name === null) return null;
    const one = canonical(name);
    return renamed.byName.get(one) ?? one;
  };
  const isKnown = (text: string): boolean => {
    const name = deviceName(text);
    return name !== null && (known.has(name) || (name.includes(".") ? suffixes.has(suffixOf(name)) : shorts.has(name)));
  };
  return {
    named,
    isKnown,
    ofUid: (uid) => renamed.byUid.get(uid.trim().toLowerCase()) ?? null,
    at: addressBook(addresses, named),
  };
}

function distinctNames(addresses: readonly DeviceAddressRow[], devices: readonly DeviceNameRow[]): string[] {
  const texts = [
    ...addresses.map((row) => row.device_hostname),
    ...devices.map((row) => row.device_hostname),
    ...devices.flatMap(({ device_hostname, device_domain }) =>
      device_domain?.includes(".") === true && !device_hostname.includes(".") ? [`${device_hostname}.${device_domain}`] : [],
    ),
  ];
  return [...new Set(texts.map(deviceName).filter((name) => name !== null))].sort(compareText);
}

function netBiosNames(shorts: ReadonlySet<string>): Map<string, string> {
  const longer = new Map<string, string[]>();
  for (const name of [...shorts].filter((short) => short.length > netBiosLength)) {
    const cut = name.slice(0, netBiosLength);
    longer.set(cut, [...(longer.get(cut) ?? []), name]);
  }
  return new Map(
    [...longer].flatMap(([cut, names]) => (names.length === 1 && names[0] !== undefined ? [[cut, names[0]] as const] : [])),
  );
}

// The first name in order stands for a device that reported several (it was renamed).
function namesOfUids(
  devices: readonly DeviceNameRow[],
  canonical: (name: string) => string,
): { byUid: Map<string, string>; byName: Map<string, string> } {
  const names = new Map<string, Set<string>>();
  for (const { device_uid, device_hostname } of devices) {
    const name = deviceName(device_hostname);
    if (name === null || device_uid === null || isPlaceholder(device_uid)) continue;
    const uid = device_uid.trim().toLowerCase();
    names.set(uid, (names.get(uid) ?? new Set()).add(canonical(name)));
  }
  const byUid = new Map<string, string>();
  const byName = new Map<string, string>();
  for (const [uid, set] of [...names].sort(([a], [b]) => compareText(a, b))) {
    const [first, ...others] = [...set].sort(compareText);
    if (first === undefined || set.size > namesPerUid) continue;
    const one = byName.get(first) ?? first;
    byUid.set(uid, one);
    for (const other of others) if (!byName.has(other)) byName.set(other, one);
  }
  return { byUid, byName };
}

interface Claim {
  readonly device: string;
  readonly origin: number;
  readonly from: string;
  readonly to: string;
}

function addressBook(rows: readonly DeviceAddressRow[], named: (name: string) => string | null): Devices["at"] {
  const claims = new Map<string, Claim[]>();
  for (const row of rows) {
    const device = named(row.device_hostname);
    if (device === null) continue;
    const claim = { device, origin: row.origin, from: row.first_seen, to: row.last_seen };
    const list = claims.get(row.device_ip);
    if (list === undefined) claims.set(row.device_ip, [claim]);
    else list.push(claim);
  }
  return (address, time) => {
    const all = claims.get(address.trim().toLowerCase()) ?? [];
    if (time === null) return onlyDevice(mostTrusted(all));
    const then = all.filter((claim) => claim.from <= time && time <= claim.to);
    return onlyDevice(mostTrusted(then.length > 0 ? then : nearest(all, time)));
  };
}

function mostTrusted(claims: readonly Claim[]): Claim[] {
  const best = Math.min(...claims.map((claim) => claim.origin));
  return claims.filter((claim) => claim.origin === best);
}

/** The claims that lie closest to a time, within the hours that a lease is believed to last. */
function nearest(claims: readonly Claim[], time: string): Claim[] {
  const moment = epochMilliseconds(time);
  const distances = claims.map((claim) => {
    const distance = Math.max(epochMilliseconds(claim.from) - moment, moment - epochMilliseconds(claim.to));
    return { claim, distance };
  });
  const least = Math.min(nearHours * hourMs, ...distances.map(({ distance }) => distance));
  return distances.filter(({ distance }) => distance === least).map(({ claim }) => claim);
}

/** The device that all claims name; null when there are none or they name several. */
function onlyDevice(claims: readonly Claim[]): string | null {
  const [first] = claims;
  return first !== undefined && claims.every((claim) => claim.device === first.device) ? first.device : null;
}
