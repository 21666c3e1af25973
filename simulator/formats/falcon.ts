import { createHash } from "node:crypto";
import type { Device, Estate } from "../estate.ts";
import type { Alert } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { egressOf } from "./ids.ts";
import { lines } from "./lines.ts";

/** Alerts as NDJSON, each in the shape of the Falcon alerts interface (v2). */
export function alertRecords(alerts: readonly Alert[], estate: Estate): string {
  return lines(alerts.map((alert) => alertRecord(alert, estate)));
}

/** The id of an alert, across customer, host and detection. */
export function alertUid(alert: Alert, estate: Estate): string {
  return `${estate.customerId}:ind:${alert.device.agentId}:${alert.id}`;
}

/** Hosts as NDJSON, each in the shape of the Falcon devices interface (v2), as seen at the end of the time. */
export function deviceRecords(estate: Estate, start: number, end: number): string {
  return lines([...estate.workstations, ...estate.servers].map((device) => deviceRecord(device, estate, start, end)));
}

/** One alert of the Falcon alerts interface (v2). */
export function alertRecord(alert: Alert, estate: Estate): VendorRecord {
  const { device, person } = alert;
  const sees = (seconds: number) => new Date(alert.time + seconds * 1000).toISOString();
  const sha256 = createHash("sha256").update(alert.file.toLowerCase()).digest("hex");
  return {
    composite_id: alertUid(alert, estate),
    aggregate_id: `aggind:${device.agentId}:${alert.id.slice(0, 8)}`,
    cid: estate.customerId,
    agent_id: device.agentId,
    product: "epp",
    type: "ldt",
    status: "new",
    severity: alert.severity,
    severity_name: alert.severity >= 80 ? "Critical" : alert.severity >= 60 ? "High" : alert.severity >= 40 ? "Medium" : "Low",
    confidence: 70,
    name: alert.name,
    display_name: alert.name,
    description: alert.description,
    scenario: "suspicious_activity",
    objective: "Falcon Detection Method",
    tactic: alert.tactic,
    tactic_id: alert.attack?.tactic ?? "CSTA0004",
    technique: alert.technique,
    technique_id: alert.attack?.technique ?? "CST0000",
    mitre_attack:
      alert.attack === null
        ? []
        : [
            {
              tactic: alert.tactic,
              tactic_id: alert.attack.tactic,
              technique: alert.technique,
              technique_id: alert.attack.technique,
            },
          ],
    pattern_disposition: 0,
    pattern_disposition_description: "Detection, standard detection.",
    timestamp: sees(0),
    created_timestamp: sees(62),
    updated_timestamp: sees(340),
    context_timestamp: sees(0),
    filename: alert.file.split("\\").at(-1) ?? alert.file,
    filepath: alert.file,
    cmdline: alert.commandLine,
    sha256,
    parent_details: { filename: alert.parentFile.split("\\").at(-1) ?? alert.parentFile, filepath: alert.parentFile },
    user_name: person?.account ?? "SYSTEM",
    user_id: person?.sid ?? "S-1-5-18",
    logon_domain: estate.netbios,
    platform: "Windows",
    show_in_ui: true,
    falcon_host_link: `https://falcon.eu-1.crowdstrike.com/activity-v2/detections/${alert.id}`,
    device: {
      device_id: device.agentId,
      cid: estate.customerId,
      hostname: device.hostname,
      local_ip: device.address,
      external_ip: egressOf(device, estate),
      mac_address: device.mac.toLowerCase(),
      machine_domain: estate.domain,
      platform_name: device.operatingSystem.startsWith("Windows") ? "Windows" : "Linux",
      os_version: device.operatingSystem,
      product_type_desc: productType(device),
      status: "normal",
    },
  };
}

/** One host of the Falcon devices interface (v2), as seen at the end of the time. */
export function deviceRecord(device: Device, estate: Estate, start: number, end: number): VendorRecord {
  return {
    device_id: device.agentId,
    cid: estate.customerId,
    hostname: device.hostname,
    local_ip: device.address,
    connection_ip: device.address,
    external_ip: egressOf(device, estate),
    mac_address: device.mac.toLowerCase(),
    machine_domain: estate.domain,
    platform_name: device.operatingSystem.startsWith("Windows") ? "Windows" : "Linux",
    os_version: device.operatingSystem,
    product_type_desc: productType(device),
    chassis_type_desc: device.role === "workstation" ? "Laptop" : "Other",
    system_manufacturer: device.role === "workstation" ? "LENOVO" : "VMware, Inc.",
    agent_version: "7.29.20108.0",
    first_seen: new Date(start - 200 * 86_400_000).toISOString(),
    last_seen: new Date(end - 600_000).toISOString(),
    modified_timestamp: new Date(end - 600_000).toISOString(),
    ...(device.users[0] === undefined ? {} : { last_login_user: device.users[0].account }),
    status: "normal",
    reduced_functionality_mode: "no",
    groups: [],
    tags: [],
  };
}

function productType(device: Device): string {
  return device.role === "workstation" ? "Workstation" : device.role === "domain-controller" ? "Domain Controller" : "Server";
}
