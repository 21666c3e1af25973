import { z } from "zod";

const text = z.string().nullable();

/** A device had an address from `first_seen` to `last_seen`. `origin`: 0 the device says so itself, 1 an event names both, 2 a DNS answer. */
export const deviceAddressRow = z.object({
  device_hostname: z.string(),
  device_ip: z.string(),
  origin: z.coerce.number().int(),
  first_seen: z.string(),
  last_seen: z.string(),
});
export type DeviceAddressRow = z.infer<typeof deviceAddressRow>;

/** A device carries a name, the id of a sensor, a DNS domain. */
export const deviceNameRow = z.object({ device_hostname: z.string(), device_uid: text, device_domain: text });
export type DeviceNameRow = z.infer<typeof deviceNameRow>;

/** One person is known by all of these. */
export const userNameRow = z.object({
  user_name: text,
  user_domain: text,
  user_uid: text,
  user_sid: text,
  user_email_addr: text,
});
export type UserNameRow = z.infer<typeof userNameRow>;

/** A value that so many different sources, accounts or devices share. */
export const sharedValueRow = z.object({
  kind: z.enum(["ip", "device", "domain", "user"]),
  value: z.string(),
  sharers: z.coerce.number().int(),
});
export type SharedValueRow = z.infer<typeof sharedValueRow>;

/** What is known about devices and people; each list is bounded by its statement. */
export interface EntityRows {
  readonly addresses: readonly DeviceAddressRow[];
  readonly devices: readonly DeviceNameRow[];
  readonly users: readonly UserNameRow[];
  readonly shared: readonly SharedValueRow[];
}

/** Nothing known: entities are then resolved by what findings say of them, and by the form of their names. */
export const noEntityRows: EntityRows = { addresses: [], devices: [], users: [], shared: [] };
