import type { Occurrences } from "../../occurrences.ts";

/** What is being told: every kind of occurrence, in any order. Tellers add to it, since a day of a large estate is too long to copy. */
export type Tale = { readonly [Kind in keyof Occurrences]: Occurrences[Kind][number][] };

export function emptyTale(): Tale {
  return {
    connections: [],
    signIns: [],
    hostEvents: [],
    messages: [],
    clicks: [],
    alerts: [],
    serviceSignIns: [],
    processStarts: [],
    scriptRuns: [],
    logons: [],
    fileChanges: [],
    registryChanges: [],
    serviceInstalls: [],
    scheduledTasks: [],
    driverLoads: [],
    cloudOperations: [],
    directoryChanges: [],
    graphRequests: [],
    mails: [],
    linkClicks: [],
    productAlerts: [],
    riskDetections: [],
    riskStates: [],
  };
}
