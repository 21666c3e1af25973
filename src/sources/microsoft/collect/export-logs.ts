/** A log that diagnostic settings or the streaming interface write hour by hour, and the tables that it fills. */
export interface ExportLog {
  /** Container in the storage account: "insights-logs-" and the category in lower case (Azure Monitor, "resource logs in storage"). */
  readonly container: string;
  readonly fills: readonly string[];
}

export const exportLogNames = [
  "SignInLogs",
  "NonInteractiveUserSignInLogs",
  "ServicePrincipalSignInLogs",
  "ManagedIdentitySignInLogs",
  "AuditLogs",
  "RiskyUsers",
  "UserRiskEvents",
  "MicrosoftGraphActivityLogs",
  "DeviceInfo",
  "DeviceLogonEvents",
  "DeviceProcessEvents",
  "DeviceNetworkEvents",
  "DeviceFileEvents",
  "DeviceEvents",
  "IdentityLogonEvents",
  "EmailEvents",
  "UrlClickEvents",
  "CloudAppEvents",
] as const;
export type ExportLogName = (typeof exportLogNames)[number];

const fills: Readonly<Record<ExportLogName, readonly string[]>> = {
  SignInLogs: ["authentication"],
  NonInteractiveUserSignInLogs: ["authentication"],
  ServicePrincipalSignInLogs: ["authentication"],
  ManagedIdentitySignInLogs: ["authentication"],
  AuditLogs: ["api_activity"],
  RiskyUsers: ["user_inventory"],
  UserRiskEvents: ["detection_finding"],
  MicrosoftGraphActivityLogs: ["api_activity"],
  DeviceInfo: ["device_inventory"],
  DeviceLogonEvents: ["authentication"],
  DeviceProcessEvents: ["process_activity"],
  DeviceNetworkEvents: ["network_activity", "dns_activity", "http_activity"],
  DeviceFileEvents: ["file_activity"],
  DeviceEvents: ["script_activity", "scheduled_job_activity", "service_activity", "dns_activity"],
  IdentityLogonEvents: ["authentication"],
  EmailEvents: ["email_activity"],
  UrlClickEvents: ["email_url_activity"],
  CloudAppEvents: ["api_activity"],
};

export function exportLog(name: ExportLogName): ExportLog {
  const isHunting = /(?:Events|Info)$/.test(name) && name !== "UserRiskEvents";
  const category = isHunting ? `advancedhunting-${name}` : name;
  return { container: `insights-logs-${category.toLowerCase()}`, fills: fills[name] };
}
