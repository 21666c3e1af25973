import type { Occurrences } from "./occurrences.ts";

/** What has happened before `end`, in milliseconds since 1970: the rest has not happened yet. */
export function until(end: number, told: Occurrences): Occurrences {
  const before = <Kind extends keyof Occurrences>(kind: Kind): Occurrences[Kind][number][] => {
    const items: readonly Occurrences[Kind][number][] = told[kind];
    return items.filter(({ time }) => time < end);
  };
  return {
    connections: before("connections"),
    signIns: before("signIns"),
    hostEvents: before("hostEvents"),
    messages: before("messages"),
    clicks: before("clicks"),
    alerts: before("alerts"),
    serviceSignIns: before("serviceSignIns"),
    processStarts: before("processStarts"),
    scriptRuns: before("scriptRuns"),
    logons: before("logons"),
    fileChanges: before("fileChanges"),
    registryChanges: before("registryChanges"),
    serviceInstalls: before("serviceInstalls"),
    scheduledTasks: before("scheduledTasks"),
    driverLoads: before("driverLoads"),
    cloudOperations: before("cloudOperations"),
    directoryChanges: before("directoryChanges"),
    graphRequests: before("graphRequests"),
    mails: before("mails"),
    linkClicks: before("linkClicks"),
    productAlerts: before("productAlerts"),
    riskDetections: before("riskDetections"),
    riskStates: before("riskStates"),
  };
}
