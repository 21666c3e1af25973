import { z } from "zod";
import type { Stream } from "../../../collect/collector.ts";
import { dayMs, hourMs } from "../../../time.ts";
import type { Graph } from "./graph.ts";
import { eventStream, snapshotStream } from "./lists.ts";
import { pools } from "./pools.ts";

// Judged up to two hours late, and asked for whole or a week again each time, at one question a second for all programs of the tenant.
const everyMs = 2 * hourMs;

const hidden = z.union([
  z.looseObject({ riskLevel: z.literal("hidden") }),
  z.looseObject({ riskLevelAggregated: z.literal("hidden") }),
  z.looseObject({ riskLevelDuringSignIn: z.literal("hidden") }),
]);

/** Without an Entra ID P2 licence levels of risk read "hidden", which is not "none". */
export function hiddenRisk(records: readonly unknown[]): readonly string[] {
  return records.some((record) => hidden.safeParse(record).success)
    ? ["levels of risk are hidden from a tenant without Entra ID P2: that no account shows a risk says nothing"]
    : [];
}

/** Accounts at risk as they are now (each change of an account's risk is a version of its own), and the signs of risk. */
export function riskStreams(graph: Graph): Stream[] {
  return [
    snapshotStream(graph, {
      id: "risky-users",
      name: "accounts at risk",
      tables: ["user_inventory"],
      pool: pools.identityProtection,
      permission: "IdentityRiskyUser.Read.All",
      path: "/v1.0/identityProtection/riskyUsers",
      options: { $top: "500" },
      isUndated: false,
      everyMs,
      shortfalls: hiddenRisk,
    }),
    eventStream(graph, {
      id: "risk-detections",
      name: "signs of risk",
      tables: ["detection_finding"],
      pool: pools.identityProtection,
      permission: "IdentityRiskEvent.Read.All",
      path: "/v1.0/identityProtection/riskDetections",
      time: "detectedDateTime",
      pageSize: 500,
      sliceMs: dayMs,
      // Their state changes for days after they are detected, and only the time of detection can be asked about.
      overlapMs: 7 * dayMs,
      everyMs,
      retentionMs: 90 * dayMs,
      shortfalls: hiddenRisk,
    }),
  ];
}
