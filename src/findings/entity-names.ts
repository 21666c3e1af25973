import type { Entities } from "../entities/resolve.ts";
import type { DeviceAddressRow, DeviceNameRow, UserNameRow } from "../entities/rows.ts";
import type { Finding, ObservableName } from "../types.ts";

/**
 * Entities with what the findings themselves say: one that names one host and one address of the same end says that they are the
 * same device for as long as it lasts.
 */
export function withFindings(entities: Entities, findings: readonly Finding[]): Entities {
  return entities.with({
    addresses: findings.flatMap(addressesOf).filter((row) => entities.isInternal(row.device_ip)),
    devices: findings.flatMap(deviceNamesOf),
    users: findings.flatMap(userNamesOf),
  });
}

const ends = [
  ["device.hostname", "device.ip"],
  ["src_endpoint.hostname", "src_endpoint.ip"],
  ["dst_endpoint.hostname", "dst_endpoint.ip"],
] as const satisfies readonly (readonly [ObservableName, ObservableName])[];

function addressesOf(finding: Finding): DeviceAddressRow[] {
  return ends.flatMap(([nameOf, addressOf]) => {
    const [hostname, ip] = [onlyValue(finding, nameOf), onlyValue(finding, addressOf)];
    if (hostname === null || ip === null) return [];
    return [{ device_hostname: hostname, device_ip: ip, origin: 1, first_seen: finding.firstSeen, last_seen: finding.lastSeen }];
  });
}

function deviceNamesOf(finding: Finding): DeviceNameRow[] {
  const uid = onlyValue(finding, "device.uid");
  const names = valuesOf(finding, "device.hostname");
  return names.map((name) => ({ device_hostname: name, device_uid: names.length === 1 ? uid : null, device_domain: null }));
}

function userNamesOf(finding: Finding): UserNameRow[] {
  const names = [...valuesOf(finding, "user.name"), ...valuesOf(finding, "actor.user.name"), ...valuesOf(finding, "email.to")];
  return names.map((name) => ({ user_name: name, user_domain: null, user_uid: null, user_sid: null, user_email_addr: null }));
}

/** The values of a finding's observables of one name, in their order. */
function valuesOf(finding: Finding, name: ObservableName): string[] {
  return finding.observables.filter((one) => one.name === name).map(({ value }) => value);
}

function onlyValue(finding: Finding, name: ObservableName): string | null {
  const [only, ...others] = valuesOf(finding, name);
  return only !== undefined && others.length === 0 ? only : null;
}
