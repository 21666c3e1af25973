import type { VendorData } from "../../vendor-data.ts";
import type { FilterRules } from "./odata.ts";

/** A list of Graph's: where it is, who may read it, and how it pages. */
export interface Collection {
  readonly path: string;
  readonly shelf: Exclude<keyof VendorData["microsoft"], "hunting">;
  /** Any one of these permissions is enough. */
  readonly permissions: readonly string[];
  readonly pool: "audit" | "identity" | "security" | "directory";
  readonly defaultTop: number;
  readonly maximalTop: number;
  /** Largest $skip; null: none is taken. */
  readonly maximalSkip: number | null;
  /** The order in which it comes unasked. */
  readonly order: { readonly field: string; readonly isDescending: boolean };
  readonly filterRules: FilterRules;
  /** How far back questions of its time may reach, in days; null: any time. */
  readonly retentionDays: number | null;
  /** What comes when nothing is selected; null: all. */
  readonly defaultFields: readonly string[] | null;
}

const anyOrder = {
  order: { field: "id", isDescending: false },
  filterRules: {},
  retentionDays: null,
  defaultFields: null,
} as const;

/** Sizes, permissions and oddities: Microsoft's pages on each list; throttling-limits.md for the pools. */
export const collections: readonly Collection[] = [
  {
    path: "/auditLogs/signIns",
    shelf: "signIns",
    permissions: ["AuditLog.Read.All"],
    pool: "audit",
    defaultTop: 1000,
    maximalTop: 1000,
    maximalSkip: null,
    order: { field: "createdDateTime", isDescending: true },
    filterRules: { createdDateTime: ["eq", "le", "ge"] },
    retentionDays: 30,
    defaultFields: null,
  },
  {
    path: "/auditLogs/directoryAudits",
    shelf: "directoryAudits",
    permissions: ["AuditLog.Read.All"],
    pool: "audit",
    defaultTop: 100,
    maximalTop: 1000,
    maximalSkip: null,
    order: { field: "activityDateTime", isDescending: true },
    filterRules: { activityDateTime: ["eq", "le", "ge"] },
    retentionDays: 30,
    defaultFields: null,
  },
  {
    path: "/identityProtection/riskyUsers",
    shelf: "riskyUsers",
    permissions: ["IdentityRiskyUser.Read.All"],
    pool: "identity",
    defaultTop: 20,
    maximalTop: 500,
    maximalSkip: null,
    ...anyOrder,
  },
  {
    path: "/identityProtection/riskDetections",
    shelf: "riskDetections",
    permissions: ["IdentityRiskEvent.Read.All"],
    pool: "identity",
    defaultTop: 20,
    maximalTop: 500,
    maximalSkip: null,
    ...anyOrder,
    order: { field: "detectedDateTime", isDescending: true },
  },
  {
    path: "/security/alerts_v2",
    shelf: "alerts",
    permissions: ["SecurityAlert.Read.All"],
    pool: "security",
    defaultTop: 1000,
    maximalTop: 1000,
    maximalSkip: 500,
    ...anyOrder,
    order: { field: "createdDateTime", isDescending: true },
  },
  {
    path: "/security/incidents",
    shelf: "incidents",
    permissions: ["SecurityIncident.Read.All"],
    pool: "security",
    defaultTop: 50,
    maximalTop: 50,
    maximalSkip: 500,
    ...anyOrder,
    order: { field: "createdDateTime", isDescending: true },
  },
  {
    path: "/users",
    shelf: "users",
    permissions: ["User.Read.All", "User.ReadBasic.All"],
    pool: "directory",
    defaultTop: 100,
    maximalTop: 999,
    maximalSkip: null,
    ...anyOrder,
    // Users have many properties; unasked come these (Graph's page on the user resource).
    defaultFields: [
      "businessPhones",
      "displayName",
      "givenName",
      "id",
      "jobTitle",
      "mail",
      "mobilePhone",
      "officeLocation",
      "preferredLanguage",
      "surname",
      "userPrincipalName",
    ],
  },
  {
    path: "/devices",
    shelf: "devices",
    permissions: ["Device.Read.All"],
    pool: "directory",
    defaultTop: 100,
    maximalTop: 999,
    maximalSkip: null,
    ...anyOrder,
  },
  {
    path: "/roleManagement/directory/roleAssignments",
    shelf: "roleAssignments",
    permissions: ["RoleManagement.Read.Directory"],
    pool: "directory",
    defaultTop: 100,
    maximalTop: 999,
    maximalSkip: null,
    ...anyOrder,
  },
  {
    path: "/identity/conditionalAccess/namedLocations",
    shelf: "namedLocations",
    permissions: ["Policy.Read.All"],
    pool: "directory",
    defaultTop: 100,
    maximalTop: 999,
    maximalSkip: null,
    ...anyOrder,
  },
];
