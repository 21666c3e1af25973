import { day } from "../calendar.ts";
import { adminAccountOf, type Device, type Estate } from "../estate.ts";
import type { Alert } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { alertUid } from "./falcon.ts";
import { egressOf, uuidOf } from "./ids.ts";

// Side files of the Data Replicator, and the cases that analysts make of alerts.

/** One host of aidmaster. */
export function hostRecord(device: Device, estate: Estate, time: number): VendorRecord {
  const office = device.users[0]?.office ?? estate.offices[0];
  const isServer = device.role !== "workstation";
  return {
    Time: seconds(time),
    aid: device.agentId,
    cid: estate.customerId,
    aip: egressOf(device, estate),
    event_platform: device.operatingSystem.startsWith("Windows") ? "Win" : "Lin",
    ComputerName: device.hostname,
    AgentVersion: "7.29.20108.0",
    AgentLoadFlags: "1",
    AgentTimeOffset: "0.000",
    Version: device.operatingSystem,
    MachineDomain: estate.domain,
    OU: isServer ? "Servers" : "Workstations",
    SiteName: office?.code ?? "",
    City: office?.place.city ?? "",
    Country: office?.place.country ?? "",
    Continent: "-",
    Timezone: "-",
    SystemManufacturer: isServer ? "VMware, Inc." : "LENOVO",
    SystemProductName: isServer ? "VMware7,1" : "21K3",
    BiosManufacturer: "-",
    BiosVersion: "-",
    ProductType: device.role === "workstation" ? "1" : device.role === "domain-controller" ? "2" : "3",
    FirstSeen: seconds(time - 300 * day),
    FalconGroupingTags: "-",
    SensorGroupingTags: "-",
  };
}

/** Accounts of userinfo: everybody, and the second accounts of those who administer. */
export function accountRecords(estate: Estate, time: number): VendorRecord[] {
  const record = (account: string, sid: string, isAdministrator: boolean) => ({
    _time: seconds(time),
    cid: estate.customerId,
    UserSid_readable: sid,
    User: `${estate.netbios}\\${account}`,
    UserName: account,
    AccountType: "Domain User",
    UserIsAdmin: isAdministrator ? "1" : "0",
    LogonType: "2",
    LocalAdminAccess: isAdministrator ? "Yes" : "No",
    LoggedOnHostCount: isAdministrator ? "9" : "1",
    PasswordLastSet: seconds(time - 60 * day),
    monthsincereset: "2",
  });
  return estate.people.flatMap((person) => {
    const admin = adminAccountOf(person);
    return [
      record(person.account, person.sid, false),
      ...(person.department === "it" ? [record(admin.account, admin.sid, true)] : []),
    ];
  });
}

/** A case for each alert that somebody had to look at. */
export function caseRecords(alerts: readonly Alert[], estate: Estate): VendorRecord[] {
  return alerts
    .filter(({ severity }) => severity >= 35)
    .map((alert, index) => {
      const at = (seconds: number) => new Date(alert.time + seconds * 1000).toISOString();
      const somebody = { full_name: "Service Desk", email: `service.desk@${estate.domain}`, uuid: uuidOf("analyst", "desk") };
      const actor = { type: "USER", user: somebody };
      return {
        id: `${estate.customerId}:case:${uuidOf("case", alertUid(alert, estate)).replaceAll("-", "")}`,
        cid: estate.customerId,
        reference_id: `CASE-${index + 1}`,
        name: alert.name,
        description: alert.description,
        status: "new",
        severity: alert.severity,
        severity_info: { level: alert.severity >= 60 ? "High" : alert.severity >= 40 ? "Medium" : "Low" },
        created_timestamp: at(400),
        updated_timestamp: at(900),
        start_timestamp: at(0),
        end_timestamp: at(60),
        created_by: somebody,
        assigned_to: somebody,
        last_updated_by: somebody,
        creation_actor: actor,
        update_actor: actor,
        version: 1,
        tags: [],
        evidence: { alerts: { records: [{ id: alertUid(alert, estate) }] }, events: { records: [] } },
      };
    });
}

function seconds(time: number): string {
  return (time / 1000).toFixed(3);
}
