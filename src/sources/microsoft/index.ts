import { headerOf } from "../landing/csv.ts";
import { type Format, source } from "../source.ts";
import { has, hasOne, type Row, rowOf, tableOf, textOf } from "./row.ts";

// Tables whose rows have statements here, or in the source of Windows events.
const mappedTable =
  /SignInLogs$|^SigninLogs$|SignInEvents(?:Beta)?$|^(?:AuditLogs|AAD(?:UserRiskEvents|ServicePrincipalRiskEvents|RiskyUsers|RiskyServicePrincipals)|SecurityAlert|OfficeActivity|MicrosoftGraphActivityLogs|GraphApiAuditEvents|AlertInfo|Device(?:Network|Process|Logon|File|Registry|Script)?Events|Device(?:Network)?Info|Identity(?:LogonEvents|DirectoryEvents|Info)|EmailEvents|UrlClickEvents|CloudAppEvents|SecurityEvent|WindowsEvent|Event)$/;

// Categories of Azure Monitor that have statements here.
const mappedCategory =
  /sign-?inlogs$|^(?:AuditLogs|(?:User|ServicePrincipal)RiskEvents|Risky(?:Users|ServicePrincipals)|MicrosoftGraphActivityLogs)$/i;

type Aside = Pick<Format, "rawOnly">;
const other: Aside = { rawOnly: "other.sql" };

export default source({
  id: "microsoft",
  name: "Microsoft Entra, Defender, Sentinel and Office 365",
  version: "2",
  formats: [
    format("entra-sign-in", "Entra sign-in", (row) => /sign-?inlogs$/i.test(logOf(row)) || isSignIn(row)),
    format("entra-audit", "Entra directory audit", (row) => has(row, "activityDisplayName") || logOf(row) === "AuditLogs"),
    format("entra-risk-detection", "Entra risk detection", (row) => has(row, "riskEventType")),
    format("entra-risky-user", "Entra risky user", (row) => has(row, "riskLastUpdatedDateTime")),
    format(
      "entra-directory",
      "Entra user, device, role assignment or named location",
      (row) =>
        isPerson(row) ||
        has(row, "displayName", "operatingSystem") ||
        has(row, "roleDefinitionId", "principalId") ||
        isPlace(row),
      other,
    ),
    format("graph-activity", "Microsoft Graph request", (row) => has(row, "requestUri", "requestMethod")),
    format("defender-alert", "Defender alert or incident", (row) => isAlert(row) || isIncident(row), other),
    format("defender-machine", "Defender machine", (row) => has(row, "computerDnsName", "lastSeen")),
    format("sentinel-alert", "Sentinel security alert", (row) => has(row, "SystemAlertId")),
    format(
      "office-audit",
      "Office 365 audit record",
      (row) => has(row, "Operation", "RecordType") && hasOne(row, "UserId", "UserId_", "UserKey"),
    ),
    hunting("network", ["DeviceNetworkEvents"], isDeviceEvent, other),
    hunting("process", ["DeviceProcessEvents"], isDeviceEvent),
    hunting("logon", ["DeviceLogonEvents"], isDeviceEvent),
    hunting("file", ["DeviceFileEvents"], isDeviceEvent),
    hunting("registry", ["DeviceRegistryEvents"], isDeviceEvent),
    hunting("event", ["DeviceEvents", "DeviceScriptEvents"], isDeviceEvent, other),
    hunting(
      "device",
      ["DeviceInfo", "DeviceNetworkInfo"],
      (row) => has(row, "DeviceId") && hasOne(row, "OnboardingStatus", "OSBuild", "ClientVersion", "NetworkAdapterName"),
    ),
    hunting("identity", ["IdentityLogonEvents", "IdentityDirectoryEvents"], (row) => has(row, "ActionType", "Application")),
    hunting("cloud-app", ["CloudAppEvents"], (row) => has(row, "ActionType", "Application")),
    hunting(
      "sign-in",
      ["EntraIdSignInEvents", "EntraIdSpnSignInEvents", "AADSignInEventsBeta", "AADSpnSignInEventsBeta"],
      (row) => has(row, "ErrorCode", "Application"),
    ),
    hunting("email", ["EmailEvents"], (row) => has(row, "EmailDirection", "RecipientEmailAddress")),
    hunting("click", ["UrlClickEvents"], (row) => has(row, "Url", "IsClickedThrough")),
    hunting("alert", ["AlertInfo"], (row) => has(row, "AlertId", "Title")),
    format("microsoft-other", "record of another Microsoft log", isOther, other),
    table("hunting-csv", "advanced hunting rows as CSV", (columns) => isTable(columns) && columns.includes("actiontype")),
    table(
      "microsoft-csv",
      "log table or audit export as CSV",
      (columns) => (isTable(columns) && !columns.includes("actiontype")) || columns.includes("auditdata"),
    ),
  ],
});

function format(id: string, name: string, isOf: (row: Row) => boolean, aside: Aside = {}): Format {
  return { id, name, recognise: { by: "json", test: (record) => isOf(rowOf(record)) }, reasons: "reasons.sql", ...aside };
}

/** A table of advanced hunting: told by its name, or, where a row names none, by its columns. */
function hunting(id: string, tables: readonly string[], looksLike: (row: Row) => boolean, aside: Aside = {}): Format {
  return format(
    `hunting-${id}`,
    `${tables.join(" or ")} row`,
    (row) => {
      const name = tableOf(row);
      return name === ""
        ? isTimed(row) && looksLike(row)
        : tables.includes(name) || (id === "network" && isNetworkEvent(row, name));
    },
    aside,
  );
}

function table(id: string, name: string, isOf: (columns: readonly string[]) => boolean): Format {
  const columnsOf = (lines: readonly string[]) =>
    (headerOf(lines)?.columns ?? []).map((column) => column.toLowerCase().replace(/ \[utc\]$/, ""));
  return {
    id,
    name,
    recognise: { by: "lines", test: (lines) => isOf(columnsOf(lines)) },
    notRecords: "csv-header.sql",
    reasons: "reasons.sql",
    ...other,
  };
}

function logOf(row: Row): string {
  const category = textOf(row, "category");
  return /sign-?inlogs$|^AuditLogs$/i.test(category) ? category : tableOf(row);
}

function isSignIn(row: Row): boolean {
  return has(row, "createdDateTime", "status") && hasOne(row, "ipAddress", "appDisplayName");
}

function isPerson(row: Row): boolean {
  if (tableOf(row) === "IdentityInfo") return true;
  return (
    (has(row, "AccountObjectId", "AccountDisplayName") && hasOne(row, "IsAccountEnabled", "JobTitle")) ||
    (has(row, "userPrincipalName", "displayName") &&
      hasOne(row, "accountEnabled", "mailNickname", "jobTitle", "givenName", "businessPhones")) ||
    has(row, "userPrincipalName", "$asked")
  );
}

function isPlace(row: Row): boolean {
  return (
    has(row, "displayName") &&
    (hasOne(row, "ipRanges", "countriesAndRegions") || textOf(row, "@odata.type").endsWith("NamedLocation"))
  );
}

function isAlert(row: Row): boolean {
  return has(row, "title", "severity") && hasOne(row, "createdDateTime", "alertCreationTime", "creationTime");
}

function isIncident(row: Row): boolean {
  return hasOne(row, "incidentWebUrl", "incidentName") && hasOne(row, "createdDateTime", "createdTime");
}

function isTimed(row: Row): boolean {
  return hasOne(row, "Timestamp", "TimeGenerated");
}

// Without a table's name, only the statements can tell which device table an ActionType belongs to.
function isDeviceEvent(row: Row): boolean {
  return has(row, "ActionType") && hasOne(row, "DeviceId", "DeviceName") && !has(row, "Application");
}

function isNetworkEvent(row: Row, name: string): boolean {
  return (
    name === "DeviceEvents" &&
    /^(?:Firewall(?:In|Out)bound|ExploitGuardNetworkProtection|DnsQueryResponse)/.test(textOf(row, "actiontype"))
  );
}

function isOther(row: Row): boolean {
  const name = tableOf(row) || (has(row, "TimeGenerated", "TenantId") ? textOf(row, "type") : "");
  if (name !== "") return !mappedTable.test(name);
  return (
    (has(row, "time", "category", "operationName") && !mappedCategory.test(textOf(row, "category"))) ||
    (isTimed(row) && hasOne(row, "InitiatingProcessFileName", "NetworkMessageId", "AlertId", "ReportId"))
  );
}

function isTable(columns: readonly string[]): boolean {
  return columns.some((column) => column === "timestamp" || column === "timegenerated") && columns.length > 2;
}
