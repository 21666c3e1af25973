import type { Pool } from "../../../collect/http.ts";

// Microsoft Graph documentation, "throttling limits", per application and tenant: reports 5 in 10 seconds, identity protection 1 a second
// for all applications together and without a Retry-After header, alerts 150 a minute, hunting 45 a minute. What has no limit of its
// own keeps to a modest share of the general one.
export const pools = {
  login: { name: "microsoft-login", requests: 20, perMs: 10_000, atOnce: 1 },
  auditLogs: { name: "microsoft-audit-logs", requests: 5, perMs: 10_000, atOnce: 1 },
  identityProtection: { name: "microsoft-identity-protection", requests: 1, perMs: 1000, atOnce: 1 },
  security: { name: "microsoft-security", requests: 150, perMs: 60_000, atOnce: 2 },
  hunting: { name: "microsoft-hunting", requests: 45, perMs: 60_000, atOnce: 2 },
  directory: { name: "microsoft-directory", requests: 100, perMs: 10_000, atOnce: 2 },
  // Office 365 Management Activity reference: 2,000 requests a minute for a tenant.
  activity: { name: "microsoft-activity", requests: 1000, perMs: 60_000, atOnce: 4 },
  storage: { name: "microsoft-storage", requests: 500, perMs: 1000, atOnce: 4 },
} as const satisfies Readonly<Record<string, Pool>>;
