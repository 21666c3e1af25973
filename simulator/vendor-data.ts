/** A record as the vendor's API gives it: exact names, exact types. */
export type VendorRecord = Readonly<Record<string, unknown>>;

/** Tables of Defender's advanced hunting that the estate fills. */
export const huntingTables = [
  "DeviceNetworkEvents",
  "DeviceLogonEvents",
  "DeviceProcessEvents",
  "DeviceFileEvents",
  "DeviceEvents",
  "DeviceInfo",
  "IdentityLogonEvents",
  "EmailEvents",
  "UrlClickEvents",
  "CloudAppEvents",
  "EntraIdSignInEvents",
  "GraphApiAuditEvents",
] as const;
export type HuntingTable = (typeof huntingTables)[number];

/** Everything that the three vendors know of an estate, in their own record shapes; the servers serve it, the collectors collect it. */
export interface VendorData {
  readonly falcon: {
    readonly alerts: readonly VendorRecord[];
    readonly devices: readonly VendorRecord[];
    readonly cases: readonly VendorRecord[];
    /** Sensor events as the Data Replicator writes them (all values text); the query jobs serve the same events. */
    readonly events: readonly VendorRecord[];
    /** Side files of the Data Replicator. */
    readonly aidmaster: readonly VendorRecord[];
    readonly userinfo: readonly VendorRecord[];
  };
  readonly microsoft: {
    readonly signIns: readonly VendorRecord[];
    readonly directoryAudits: readonly VendorRecord[];
    readonly riskyUsers: readonly VendorRecord[];
    readonly riskDetections: readonly VendorRecord[];
    readonly alerts: readonly VendorRecord[];
    readonly incidents: readonly VendorRecord[];
    readonly users: readonly VendorRecord[];
    readonly devices: readonly VendorRecord[];
    readonly roleAssignments: readonly VendorRecord[];
    readonly namedLocations: readonly VendorRecord[];
    readonly hunting: Readonly<Record<HuntingTable, readonly VendorRecord[]>>;
  };
  readonly proofpoint: {
    readonly messagesDelivered: readonly VendorRecord[];
    readonly messagesBlocked: readonly VendorRecord[];
    readonly clicksPermitted: readonly VendorRecord[];
    readonly clicksBlocked: readonly VendorRecord[];
    /** Very attacked people and top clickers, for the window of 14 days. */
    readonly vap: readonly VendorRecord[];
    readonly topClickers: readonly VendorRecord[];
    readonly campaigns: readonly VendorRecord[];
    readonly forensics: readonly VendorRecord[];
  };
}
