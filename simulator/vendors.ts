import type { Estate } from "./estate.ts";
import { cloudRows } from "./formats/defender-cloud.ts";
import { deviceInfo, deviceRows } from "./formats/defender-devices.ts";
import { signInRecord } from "./formats/entra.ts";
import { alertRecord, deviceRecord } from "./formats/falcon.ts";
import { falconEvents } from "./formats/falcon-events.ts";
import { accountRecords, caseRecords, hostRecord } from "./formats/falcon-inventory.ts";
import {
  adminUserResource,
  directoryAudit,
  directoryDevice,
  namedLocations,
  roleAssignments,
  userResource,
} from "./formats/graph-directory.ts";
import { alertResource, incidentResources, riskDetectionResource, riskyUserResource } from "./formats/graph-security.ts";
import { clickRecord, messageRecord } from "./formats/proofpoint.ts";
import {
  type Condemned,
  campaigns,
  condemn,
  forensics,
  nothingCondemned,
  topClickers,
  veryAttackedPeople,
} from "./formats/proofpoint-people.ts";
import type { Occurrences, RiskState } from "./occurrences.ts";
import type { VendorData } from "./vendor-data.ts";

/** Everything that the three vendors know of what happened, in their own record shapes; inventories are as they stand at the end. */
export function vendorDataOf(told: Partial<Occurrences>, estate: Estate): VendorData {
  const events = eventsOf(told, estate);
  const times = Object.values(told).flatMap((list) => [list.at(0)?.time, list.at(-1)?.time]);
  const known = times.filter((time) => time !== undefined);
  const [start, end] = known.length === 0 ? [0, 0] : [Math.min(...known), Math.max(...known)];
  return {
    falcon: { ...events.falcon, ...falconInventory(estate, start, end) },
    microsoft: {
      ...events.microsoft,
      ...directoryOf(estate, end),
      hunting: { ...events.microsoft.hunting, DeviceInfo: deviceInfo([...estate.workstations, ...estate.servers], estate, end) },
    },
    proofpoint: { ...events.proofpoint, ...proofpointSummaries(told) },
  };
}

/** What was told of single occurrences; for a part of an estate, or of a day, as well as for all of it. */
export function eventsOf(told: Partial<Occurrences>, estate: Estate) {
  const { messages = [], clicks = [], alerts = [], productAlerts = [] } = told;
  return {
    falcon: {
      events: falconEvents(told, estate),
      alerts: alerts.map((alert) => alertRecord(alert, estate)),
      cases: caseRecords(alerts, estate),
    },
    microsoft: {
      signIns: (told.signIns ?? [])
        .filter(({ isInteractive }) => isInteractive !== false)
        .map((signIn) => signInRecord(signIn, estate)),
      directoryAudits: (told.directoryChanges ?? []).map(directoryAudit),
      riskyUsers: [...latest(told.riskStates ?? []).values()].map(riskyUserResource),
      riskDetections: (told.riskDetections ?? []).map(riskDetectionResource),
      alerts: productAlerts.map((alert) => alertResource(alert, estate)),
      incidents: incidentResources(productAlerts, estate),
      hunting: { ...deviceRows(told, estate), ...cloudRows(told, estate) },
    },
    proofpoint: {
      messagesDelivered: messages.filter(({ isDelivered }) => isDelivered).map(messageRecord),
      messagesBlocked: messages.filter(({ isDelivered }) => !isDelivered).map(messageRecord),
      clicksPermitted: clicks.filter(({ isPermitted }) => isPermitted).map(clickRecord),
      clicksBlocked: clicks.filter(({ isPermitted }) => !isPermitted).map(clickRecord),
    },
  };
}

export function falconInventory(estate: Estate, start: number, end: number) {
  const devices = [...estate.workstations, ...estate.servers];
  return {
    devices: devices.map((device) => deviceRecord(device, estate, start, end)),
    aidmaster: devices.map((device) => hostRecord(device, estate, end)),
    userinfo: accountRecords(estate, end),
  };
}

export function directoryOf(estate: Estate, end: number) {
  const administrators = estate.people.filter(({ department }) => department === "it");
  return {
    users: [
      ...estate.people.map((person, index) => userResource(person, estate, index)),
      ...administrators.map((person, index) => adminUserResource(person, estate, index)),
    ],
    devices: estate.workstations.map((device) => directoryDevice(device, end)),
    roleAssignments: roleAssignments(estate),
    namedLocations: namedLocations(estate, end),
  };
}

function proofpointSummaries({ messages = [], clicks = [] }: Partial<Occurrences>) {
  const condemned = nothingCondemned();
  condemn(condemned, messages, clicks);
  return summariesOf(condemned);
}

/** What the filter sums up over all that it told. */
export function summariesOf(condemned: Condemned) {
  return {
    vap: veryAttackedPeople(condemned),
    topClickers: topClickers(condemned),
    campaigns: campaigns(condemned),
    forensics: forensics(condemned),
  };
}

/** A person has one state: the last. */
function latest(states: readonly RiskState[]): Map<string, RiskState> {
  return new Map(states.map((state) => [state.person.userId, state]));
}
