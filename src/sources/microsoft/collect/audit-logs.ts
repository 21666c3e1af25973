import type { Stream } from "../../../collect/collector.ts";
import { dayMs, hourMs } from "../../../time.ts";
import type { Graph } from "./graph.ts";
import { eventStream } from "./lists.ts";
import { pools } from "./pools.ts";
import { hiddenRisk } from "./risk.ts";
import type { Settings } from "./settings.ts";

const right = { pool: pools.auditLogs, permission: "AuditLog.Read.All" };

// Long walks through sign-ins end in time-outs, so an hour at a time; risk is filled in up to two hours later.
const signIns = {
  tables: ["authentication"],
  time: "createdDateTime",
  pageSize: 1000,
  sliceMs: hourMs,
  overlapMs: 2 * hourMs,
  shortfalls: hiddenRisk,
};

const kinds = {
  interactiveUser: { id: "sign-ins", name: "interactive sign-ins" },
  nonInteractiveUser: { id: "sign-ins-non-interactive", name: "non-interactive sign-ins" },
  servicePrincipal: { id: "sign-ins-service-principal", name: "sign-ins of service principals" },
  managedIdentity: { id: "sign-ins-managed-identity", name: "sign-ins of managed identities" },
} as const;

/** Sign-ins and changes to the directory. v1.0 has interactive sign-ins; the others, and session ids, are asked of beta where the settings say so. */
export function auditLogStreams(graph: Graph, settings: Settings): Stream[] {
  const retentionMs = settings.retentionDays * dayMs;
  const asked = new Set(["interactiveUser", ...settings.betaSignIns] as const);
  const ofSignIns = [...asked].map((kind) => {
    const isBeta = settings.betaSignIns.some((beta) => beta === kind);
    return eventStream(graph, {
      ...right,
      ...signIns,
      ...kinds[kind],
      retentionMs,
      path: `/${isBeta ? "beta" : "v1.0"}/auditLogs/signIns`,
      ...(isBeta ? { condition: `signInEventTypes/any(t: t eq '${kind}')` } : {}),
    });
  });
  const audits = eventStream(graph, {
    ...right,
    id: "directory-audits",
    name: "directory audits",
    tables: ["api_activity"],
    path: "/v1.0/auditLogs/directoryAudits",
    time: "activityDateTime",
    pageSize: 500,
    sliceMs: 6 * hourMs,
    overlapMs: 2 * hourMs,
    retentionMs,
  });
  return [...ofSignIns, audits];
}
