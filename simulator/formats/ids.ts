import { createHash } from "node:crypto";
import type { Account, Device, Estate } from "../estate.ts";
import type { Process } from "../host-events.ts";

// Ids that vendors give out. They follow from what they name, so the same occurrence always gets the same.

export function uuidOf(...parts: readonly (string | number)[]): string {
  const hex = digest("sha256", JSON.stringify(parts));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function digest(algorithm: "md5" | "sha1" | "sha256", text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

export interface Hashes {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

const hashes = new Map<string, Hashes>();

/** The same program has the same hashes on every host. */
export function hashesOf(image: string): Hashes {
  const name = image.toLowerCase();
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const made = { md5: digest("md5", name), sha1: digest("sha1", name), sha256: digest("sha256", name) };
  // Programs are few; files with names of their own are not, and are not kept.
  if (hashes.size < 5_000) hashes.set(name, made);
  return made;
}

/** The number that an endpoint agent gives a process: one for each, for ever. */
export function processNumber(process: Process): string {
  return String(Number.parseInt(process.guid.replaceAll(/[{}-]/g, "").slice(0, 12), 16));
}

const machines = new WeakMap<Device, string>();

/** The id of a device in Microsoft's endpoint product: forty hexadecimal digits. */
export function machineId(device: Device): string {
  const known = machines.get(device);
  if (known !== undefined) return known;
  const made = digest("sha1", `machine/${device.agentId}`);
  machines.set(device, made);
  return made;
}

/** The id of a device in the directory of the cloud. */
export function directoryDeviceId(device: Device): string {
  return uuidOf("device", device.agentId);
}

const byAddress = new WeakMap<Estate, ReadonlyMap<string, Device>>();

/** The device at an address inside, if there is one. */
export function deviceAt(estate: Estate, address: string): Device | undefined {
  const known =
    byAddress.get(estate) ?? new Map([...estate.workstations, ...estate.servers].map((device) => [device.address, device]));
  byAddress.set(estate, known);
  return known.get(address);
}

/** The address under which a device is known outside. */
export function egressOf(device: Device, estate: Estate): string {
  return device.users[0]?.office.egressAddress ?? estate.officeAddress;
}

export function isSystem(account: Account): boolean {
  return account.sid === "S-1-5-18";
}

export function fileOf(path: string): string {
  return path.split("\\").at(-1) ?? path;
}

/** ISO 8601 with the seven digits that Microsoft's records carry. */
export function timestamp(time: number): string {
  const whole = Math.floor(time);
  const rest = Math.floor((time - whole) * 10_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(rest).padStart(4, "0")}Z`;
}
