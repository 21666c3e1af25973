import { type Estate, serverOf } from "../estate.ts";
import * as log from "../host-events.ts";
import type { HostEvent, Logon, Occurrences } from "../occurrences.ts";

// The channels of Windows tell what happens on a host in words of their own; made of the same occurrences as everything else.

// What the forwarder's filter leaves out: programs that connect all day long.
const talkative = /\\(?:msedge|OUTLOOK|ms-teams|OneDrive|svchost|MsMpEng|lsass|CcmExec)\.exe$|^System$/;

/** Events of Windows that follow from what happened on hosts with Windows, in the order of their time. */
export function windowsEvents(told: Partial<Occurrences>, estate: Estate): HostEvent[] {
  const devices = new Map([...estate.workstations, ...estate.servers].map((device) => [device.address, device]));
  const events = [
    ...(told.hostEvents ?? []),
    ...(told.processStarts ?? []).map(({ time, device, process, parent }) =>
      device.role === "workstation"
        ? log.processStarted(estate, device, time, process, parent)
        : log.processCreated(estate, device, time, process, parent),
    ),
    ...(told.connections ?? []).flatMap(({ time, source, destination, process, dns, tls, http }) => {
      const device = devices.get(source.address);
      if (device === undefined || process === undefined || dns !== undefined || talkative.test(process.image)) return [];
      const name = tls?.name ?? http?.host ?? devices.get(destination.address)?.fullName ?? "-";
      return [log.processConnected(estate, device, time, process, { source, destination, name })];
    }),
    ...(told.logons ?? []).flatMap((logon) => logonEvents(logon, estate)),
    ...(told.scriptRuns ?? []).map(({ time, device, process, text }) =>
      log.scriptRan(device, time, process.account, { id: process.guid.slice(1, -1), text }),
    ),
    ...(told.serviceInstalls ?? []).map(({ time, device, account, name, image, start }) =>
      log.serviceInstalled(device, time, account, { name, image, start }),
    ),
    ...(told.scheduledTasks ?? []).map(({ time, device, account, name, command, options }) =>
      log.taskCreated(estate, device, time, account, { name, command, options }),
    ),
    ...(told.registryChanges ?? []).map(({ time, device, process, key, valueName, data }) =>
      log.valueSet(estate, device, time, process, { path: `${key}\\${valueName}`, data }),
    ),
    ...(told.fileChanges ?? []).flatMap(({ time, device, path, action, over }) =>
      over === undefined
        ? []
        : [
            log.shareAccessed(estate, device, time, over.account, {
              share: over.share,
              path: path.slice(0, path.lastIndexOf("\\")),
              file: path.slice(path.lastIndexOf("\\") + 1),
              from: over,
              logonId: "0x3f1a2",
              writes: action !== "deleted",
            }),
          ],
    ),
  ];
  return events.filter(({ device }) => device.operatingSystem.startsWith("Windows")).sort((a, b) => a.time - b.time);
}

function logonEvents(logon: Logon, estate: Estate): HostEvent[] {
  const { time, to, account, from, logonId } = logon;
  // Jobs and other credentials come in as services and as network logons of the channel's own; they are told by the endpoint sensors.
  const { type } = logon;
  if (type === 4 || type === 9) return [];
  if (logon.failure !== null)
    return type === 2 || type === 3 || type === 10 ? [log.logonFailed(estate, to, time, account, { type, from })] : [];
  const controller = serverOf(estate, "domain-controller");
  return [
    ...(logon.package === "Kerberos" && from !== null && to !== controller
      ? [log.ticketRequested(estate, controller, time - 30, account, to, from)]
      : []),
    log.loggedOn(estate, to, time, account, { type, from, package: logon.package, id: logonId }),
    ...(logon.isAdministrator ? [log.privilegesAssigned(estate, to, time + 1, account, logonId)] : []),
  ];
}
