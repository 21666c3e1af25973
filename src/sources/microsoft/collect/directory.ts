import type { Stream } from "../../../collect/collector.ts";
import { hourMs } from "../../../time.ts";
import type { Graph } from "./graph.ts";
import { snapshotStream } from "./lists.ts";
import { pools } from "./pools.ts";

const personMembers = [
  "id",
  "userPrincipalName",
  "displayName",
  "givenName",
  "surname",
  "mail",
  "mailNickname",
  "proxyAddresses",
  "otherMails",
  "jobTitle",
  "department",
  "companyName",
  "officeLocation",
  "country",
  "usageLocation",
  "employeeType",
  "userType",
  "accountEnabled",
  "createdDateTime",
  "lastPasswordChangeDateTime",
  "onPremisesSamAccountName",
  "onPremisesDomainName",
  "onPremisesSecurityIdentifier",
  "onPremisesSyncEnabled",
  "securityIdentifier",
];

const deviceMembers = [
  "id",
  "deviceId",
  "displayName",
  "operatingSystem",
  "operatingSystemVersion",
  "manufacturer",
  "model",
  "trustType",
  "profileType",
  "isManaged",
  "isCompliant",
  "accountEnabled",
  "registrationDateTime",
  "createdDateTime",
  "approximateLastSignInDateTime",
  "onPremisesSyncEnabled",
];

/** People, devices, who holds which role, and the places that conditional access knows, as they are now. */
export function directoryStreams(graph: Graph): Stream[] {
  // Whole directories of large tenants are hundreds of pages, and records are of a day; what changes meanwhile is in directory-audits.
  const list = { pool: pools.directory, isUndated: true, everyMs: 12 * hourMs };
  return [
    snapshotStream(graph, {
      ...list,
      id: "users",
      name: "people in the directory",
      tables: ["user_inventory"],
      permission: "User.Read.All",
      path: "/v1.0/users",
      options: { $select: personMembers.join(","), $top: "999" },
    }),
    snapshotStream(graph, {
      ...list,
      id: "devices",
      name: "devices in the directory",
      tables: ["device_inventory"],
      permission: "Device.Read.All",
      path: "/v1.0/devices",
      options: { $select: deviceMembers.join(","), $top: "999" },
    }),
    snapshotStream(graph, {
      ...list,
      id: "role-assignments",
      name: "directory roles and who holds them",
      tables: ["user_inventory"],
      permission: "RoleManagement.Read.Directory",
      path: "/v1.0/roleManagement/directory/roleAssignments",
      options: { $expand: "principal" },
    }),
    snapshotStream(graph, {
      ...list,
      id: "named-locations",
      name: "named locations",
      tables: [],
      permission: "Policy.Read.All",
      path: "/v1.0/identity/conditionalAccess/namedLocations",
      options: {},
    }),
  ];
}
