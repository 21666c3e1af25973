import { compareText } from "../order.ts";
import { type Entity, entityKey } from "./entity.ts";
import type { EntityRows } from "./rows.ts";

/** How names are resolved; Entities has these. */
interface Naming {
  readonly user: (name: string) => Entity | null;
  readonly device: (name: string) => Entity | null;
  readonly address: (address: string, time: string) => Entity | null;
}

/**
 * The other way round: the names under which logs know an entity of this value, the value itself first, the others ordered.
 * A device has its host names and those addresses that were its own when they were seen; a person all accounts, ids and mail addresses.
 */
export function namesOfEntities(rows: EntityRows, naming: Naming): (value: string) => readonly string[] {
  let known: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  return (value) => {
    known ??= gathered(rows, naming);
    const names = (["device", "user", "ip"] as const).flatMap((kind) => [...(known?.get(entityKey({ kind, value })) ?? [])]);
    return [value, ...[...new Set(names)].filter((name) => name !== value).sort(compareText)];
  };
}

function gathered(rows: EntityRows, naming: Naming): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const add = (entity: Entity | null, ...texts: readonly (string | null)[]): void => {
    if (entity === null) return;
    const key = entityKey(entity);
    const own = names.get(key) ?? new Set();
    names.set(key, own);
    for (const text of texts) if (text !== null && text !== "") own.add(text);
  };
  for (const { device_hostname, device_ip, first_seen } of rows.addresses) {
    const device = naming.device(device_hostname);
    add(device, device_hostname);
    const owner = naming.address(device_ip, first_seen);
    if (device !== null && owner !== null && entityKey(owner) === entityKey(device)) add(device, device_ip);
  }
  for (const { device_hostname } of rows.devices) add(naming.device(device_hostname), device_hostname);
  for (const { user_name, user_domain, user_uid, user_email_addr } of rows.users) {
    const account =
      user_name === null ? null : user_domain === null || user_domain === "" ? user_name : `${user_domain}\\${user_name}`;
    for (const name of [user_email_addr, account, user_uid])
      if (name !== null && name !== "") add(naming.user(name), user_name, user_email_addr, user_uid);
  }
  return names;
}
