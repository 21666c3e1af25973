import { day } from "../calendar.ts";
import { adminAccountOf, type Device, type Estate, type Person } from "../estate.ts";
import type { DirectoryChange } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { digest, directoryDeviceId, timestamp, uuidOf } from "./ids.ts";

// The directory of the cloud and its audit, as Microsoft Graph v1.0 gives them.

/** One record of /auditLogs/directoryAudits. */
export function directoryAudit(change: DirectoryChange): VendorRecord {
  const { time, operation, by, address } = change;
  const correlation = uuidOf("directory", time, operation, typeof by === "string" ? by : by.userId, change.targets[0]?.id ?? "");
  return {
    id: `Directory_${correlation}_${digest("sha1", correlation).slice(0, 5).toUpperCase()}_${Number.parseInt(correlation.slice(0, 7), 16)}`,
    category: change.category,
    correlationId: correlation,
    result: change.succeeded ? "success" : "failure",
    resultReason: "",
    activityDisplayName: operation,
    activityDateTime: timestamp(time),
    loggedByService: "Core Directory",
    operationType: /^Add|^Consent/.test(operation)
      ? change.category === "RoleManagement"
        ? "Assign"
        : "Add"
      : /^Delete|^Remove/.test(operation)
        ? "Delete"
        : "Update",
    initiatedBy:
      typeof by === "string"
        ? {
            app: { appId: null, displayName: by, servicePrincipalId: uuidOf("principal", by), servicePrincipalName: null },
            user: null,
          }
        : {
            app: null,
            user: {
              id: by.userId,
              displayName: null,
              userPrincipalName: by.mail,
              ipAddress: address,
              userType: null,
              homeTenantId: null,
              homeTenantName: null,
            },
          },
    targetResources: change.targets.map(({ type, id, name, mail, changes }) => ({
      id,
      displayName: name,
      type,
      userPrincipalName: mail ?? null,
      groupType: null,
      modifiedProperties: (changes ?? []).map((each) => ({
        displayName: each.name,
        oldValue: each.before,
        newValue: each.after,
      })),
    })),
    additionalDetails: Object.entries(change.details).map(([key, value]) => ({ key, value })),
  };
}

/** One record of /users. */
export function userResource(person: Person, estate: Estate, index: number): VendorRecord {
  const [givenName = "", ...rest] = person.displayName.split(" ");
  return {
    id: person.userId,
    accountEnabled: true,
    displayName: person.displayName,
    givenName,
    surname: rest.join(" "),
    jobTitle: person.jobTitle === "" ? null : person.jobTitle,
    department: person.department,
    officeLocation: person.office.code,
    city: person.office.place.city,
    country: person.office.place.country,
    usageLocation: person.office.place.country,
    mail: person.mail,
    mailNickname: person.account,
    userPrincipalName: person.mail,
    userType: "Member",
    businessPhones: [],
    proxyAddresses: [`SMTP:${person.mail}`, `smtp:${person.account}@${estate.domain}`],
    onPremisesSamAccountName: person.account,
    onPremisesDomainName: estate.domain,
    onPremisesSecurityIdentifier: person.sid,
    onPremisesUserPrincipalName: person.mail,
    onPremisesSyncEnabled: true,
    createdDateTime: timestamp(hired(index)),
    lastPasswordChangeDateTime: timestamp(hired(index) + 900 * day),
  };
}

/** The second account of somebody who administers: it lives in the house, not in the cloud's mail. */
export function adminUserResource(person: Person, estate: Estate, index: number): VendorRecord {
  const admin = adminAccountOf(person);
  return {
    ...userResource(person, estate, index),
    id: uuidOf("admin", person.userId),
    displayName: `${person.displayName} (administration)`,
    mail: null,
    mailNickname: admin.account,
    userPrincipalName: `${admin.account}@${estate.domain}`,
    proxyAddresses: [],
    onPremisesSamAccountName: admin.account,
    onPremisesSecurityIdentifier: admin.sid,
    onPremisesUserPrincipalName: `${admin.account}@${estate.domain}`,
  };
}

// People came one after the other over some years before the time that is told.
function hired(index: number): number {
  return Date.UTC(2018, 0, 8, 9) + ((index * 37) % 2_000) * day;
}

/** One record of /devices. */
export function directoryDevice(device: Device, time: number): VendorRecord {
  return {
    id: uuidOf("directory-device", device.agentId),
    deviceId: directoryDeviceId(device),
    accountEnabled: true,
    displayName: device.hostname,
    operatingSystem: device.operatingSystem.startsWith("Windows") ? "Windows" : "Linux",
    operatingSystemVersion: device.operatingSystem === "Windows 10" ? "10.0.19045.5011" : "10.0.26100.2033",
    isManaged: true,
    isCompliant: true,
    trustType: "ServerAd",
    profileType: "RegisteredDevice",
    deviceOwnership: "Company",
    manufacturer: "LENOVO",
    model: "21K3",
    approximateLastSignInDateTime: timestamp(time),
    registrationDateTime: timestamp(time - 300 * day),
    onPremisesSyncEnabled: true,
  };
}

const roles = {
  global: ["62e90394-69f5-4237-9190-012177145e10", "Global Administrator"],
  exchange: ["29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"],
  helpdesk: ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"],
} as const;

/** Records of /roleManagement/directory/roleAssignments, with the role and the principal opened up: one in five of IT may do everything. */
export function roleAssignments(estate: Estate): VendorRecord[] {
  return estate.people
    .filter(({ department }) => department === "it")
    .map((person, index) => {
      const [id, displayName] = index % 5 === 0 ? roles.global : index % 2 === 0 ? roles.exchange : roles.helpdesk;
      return {
        id: digest("sha1", `role/${person.userId}/${id}`).slice(0, 32),
        principalId: person.userId,
        directoryScopeId: "/",
        roleDefinitionId: id,
        roleDefinition: { id, displayName, templateId: id, isBuiltIn: true, isEnabled: true },
        principal: {
          "@odata.type": "#microsoft.graph.user",
          id: person.userId,
          displayName: person.displayName,
          userPrincipalName: person.mail,
        },
      };
    });
}

/** Records of /identity/conditionalAccess/namedLocations. */
export function namedLocations(estate: Estate, time: number): VendorRecord[] {
  const ranges = (addresses: readonly string[]) =>
    addresses.map((address) => ({ "@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: `${address}/32` }));
  const location = (displayName: string, addresses: readonly string[]) => ({
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    id: uuidOf("location", displayName),
    displayName,
    createdDateTime: timestamp(time - 700 * day),
    modifiedDateTime: timestamp(time - 200 * day),
    isTrusted: true,
    ipRanges: ranges(addresses),
  });
  return [
    location(
      "Offices",
      estate.offices.map(({ egressAddress }) => egressAddress),
    ),
    location("Company tunnel", [estate.vpnAddress]),
  ];
}
