import type { Estate, Person } from "../estate.ts";
import type { ProductAlert, RiskDetection, RiskState } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { signInUid } from "./entra.ts";
import { directoryDeviceId, fileOf, hashesOf, machineId, timestamp, uuidOf } from "./ids.ts";

// Alerts, incidents and risk, as Microsoft Graph v1.0 gives them.

const productNames = {
  microsoftDefenderForEndpoint: ["Microsoft Defender for Endpoint", "microsoftDefenderForEndpoint"],
  microsoftDefenderForOffice365: ["Microsoft Defender for Office 365", "microsoftDefenderForOffice365"],
  microsoftDefenderForCloudApps: ["Microsoft Defender for Cloud Apps", "cloudAppSecurity"],
  azureAdIdentityProtection: ["Microsoft Entra ID Protection", "azureAdIdentityProtection"],
} as const;

/** One alert of /security/alerts_v2. */
export function alertResource(alert: ProductAlert, estate: Estate): VendorRecord {
  const [productName, detectionSource] = productNames[alert.product];
  const created = timestamp(alert.time + 120_000);
  return {
    "@odata.type": "#microsoft.graph.security.alert",
    id: alert.id,
    providerAlertId: alert.id.replace(/_1$/, ""),
    incidentId: incidentId(alert.case),
    status: "new",
    severity: alert.severity,
    classification: null,
    determination: null,
    serviceSource: alert.product,
    detectionSource,
    productName,
    detectorId: uuidOf("detector", alert.title),
    tenantId: estate.tenantId,
    title: alert.title,
    description: alert.description,
    recommendedActions: "",
    category: alert.category,
    assignedTo: null,
    alertWebUrl: `https://security.microsoft.com/alerts/${alert.id}?tid=${estate.tenantId}`,
    incidentWebUrl: `https://security.microsoft.com/incidents/${incidentId(alert.case)}?tid=${estate.tenantId}`,
    actorDisplayName: null,
    threatDisplayName: null,
    threatFamilyName: null,
    mitreTechniques: alert.techniques,
    createdDateTime: created,
    lastUpdateDateTime: timestamp(alert.time + 400_000),
    resolvedDateTime: null,
    firstActivityDateTime: timestamp(alert.time),
    lastActivityDateTime: timestamp(alert.time),
    comments: [],
    systemTags: [],
    evidence: evidenceOf(alert, created, estate),
  };
}

function evidenceOf(alert: ProductAlert, createdDateTime: string, estate: Estate): VendorRecord[] {
  const { device, person, process, address, url } = alert;
  const shared = {
    createdDateTime,
    verdict: "suspicious",
    remediationStatus: "none",
    remediationStatusDetails: null,
    roles: [],
    detailedRoles: [],
    tags: [],
  };
  return [
    ...(device === null
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.deviceEvidence",
            ...shared,
            mdeDeviceId: machineId(device),
            azureAdDeviceId: device.role === "workstation" ? directoryDeviceId(device) : null,
            deviceDnsName: device.fullName,
            hostName: device.hostname,
            ntDomain: estate.netbios,
            dnsDomain: estate.domain,
            osPlatform: device.operatingSystem.replace(" ", ""),
            osBuild: 26100,
            version: "24H2",
            healthStatus: "active",
            riskScore: "none",
            onboardingStatus: "onboarded",
            defenderAvStatus: "updated",
            lastIpAddress: device.address,
            loggedOnUsers: device.users.slice(0, 1).map((user) => ({ accountName: user.account, domainName: estate.netbios })),
            ipInterfaces: [device.address],
          },
        ]),
    ...(person === null
      ? []
      : [{ "@odata.type": "#microsoft.graph.security.userEvidence", ...shared, userAccount: account(person, estate) }]),
    ...(process === null
      ? []
      : [
          {
            "@odata.type": "#microsoft.graph.security.processEvidence",
            ...shared,
            processId: process.id,
            processCommandLine: process.commandLine,
            processCreationDateTime: timestamp(alert.time),
            detectionStatus: "detected",
            mdeDeviceId: device === null ? null : machineId(device),
            imageFile: {
              fileName: fileOf(process.image),
              filePath: process.image.slice(0, process.image.lastIndexOf("\\")),
              sha1: hashesOf(process.image).sha1,
              sha256: hashesOf(process.image).sha256,
            },
          },
        ]),
    ...(address === null
      ? []
      : [{ "@odata.type": "#microsoft.graph.security.ipEvidence", ...shared, ipAddress: address, countryLetterCode: null }]),
    ...(url === null ? [] : [{ "@odata.type": "#microsoft.graph.security.urlEvidence", ...shared, url }]),
  ];
}

function account(person: Person, estate: Estate): VendorRecord {
  return {
    accountName: person.account,
    domainName: estate.netbios,
    userSid: person.sid,
    azureAdUserId: person.userId,
    userPrincipalName: person.mail,
    displayName: person.displayName,
  };
}

const severities = ["informational", "low", "medium", "high"] as const;

/** The incidents of /security/incidents that alerts lie in: one for each case. */
export function incidentResources(alerts: readonly ProductAlert[], estate: Estate): VendorRecord[] {
  const cases = new Map<string, ProductAlert[]>();
  for (const alert of alerts) {
    const known = cases.get(alert.case);
    if (known === undefined) cases.set(alert.case, [alert]);
    else known.push(alert);
  }
  return [...cases].map(([key, members]) => {
    const worst = members.reduce((high, { severity }) => Math.max(high, severities.indexOf(severity)), 0);
    const times = members.map(({ time }) => time);
    return {
      "@odata.type": "#microsoft.graph.security.incident",
      id: incidentId(key),
      tenantId: estate.tenantId,
      status: "active",
      incidentWebUrl: `https://security.microsoft.com/incidents/${incidentId(key)}?tid=${estate.tenantId}`,
      redirectIncidentId: null,
      displayName:
        members.length === 1 ? (members[0]?.title ?? "") : `Multi-stage incident involving ${members[0]?.category ?? ""}`,
      createdDateTime: timestamp(Math.min(...times) + 130_000),
      lastUpdateDateTime: timestamp(Math.max(...times) + 500_000),
      assignedTo: null,
      classification: "unknown",
      determination: "unknown",
      severity: severities[worst] ?? "low",
      customTags: [],
      systemTags: [],
      description: null,
      lastModifiedBy: null,
      resolvingComment: null,
      summary: null,
      comments: [],
    };
  });
}

/** Incidents are numbered. */
function incidentId(key: string): string {
  return String(1_000 + (Number.parseInt(uuidOf("incident", key).slice(0, 8), 16) % 9_000_000));
}

/** One record of /identityProtection/riskDetections. */
export function riskDetectionResource(risk: RiskDetection): VendorRecord {
  const { person, place } = risk;
  return {
    id: risk.id,
    requestId: risk.signIn === null ? null : signInUid(risk.signIn),
    correlationId: uuidOf("correlation", risk.signIn?.time ?? risk.time, person.userId),
    riskEventType: risk.type,
    riskState: risk.state,
    riskLevel: risk.level,
    riskDetail: risk.state === "remediated" ? "userPassedMFADrivenByRiskBasedPolicy" : "none",
    source: "IdentityProtection",
    detectionTimingType: risk.detected - risk.time < 120_000 ? "realtime" : "offline",
    activity: risk.signIn === null && risk.type === "leakedCredentials" ? "user" : "signin",
    tokenIssuerType: "AzureAD",
    ipAddress: risk.address,
    location: {
      city: place.city,
      state: place.state,
      countryOrRegion: place.country,
      geoCoordinates: { latitude: place.latitude, longitude: place.longitude, altitude: null },
    },
    activityDateTime: timestamp(risk.time),
    detectedDateTime: timestamp(risk.detected),
    lastUpdatedDateTime: timestamp(risk.detected),
    userId: person.userId,
    userDisplayName: person.displayName,
    userPrincipalName: person.mail,
    additionalInfo: JSON.stringify([{ Key: "userAgent", Value: risk.signIn?.userAgent ?? "" }]),
  };
}

/** One record of /identityProtection/riskyUsers. */
export function riskyUserResource({ person, time, level, state, detail }: RiskState): VendorRecord {
  return {
    id: person.userId,
    isDeleted: false,
    isProcessing: false,
    riskLevel: level,
    riskState: state,
    riskDetail: detail,
    riskLastUpdatedDateTime: timestamp(time),
    userDisplayName: person.displayName,
    userPrincipalName: person.mail,
  };
}
