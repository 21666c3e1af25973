import type { Estate } from "../estate.ts";
import type { SignIn } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { directoryDeviceId, uuidOf } from "./ids.ts";
import { lines } from "./lines.ts";

/** Sign-ins as NDJSON, each in the shape of Microsoft Graph's signIn resource. */
export function signInRecords(signIns: readonly SignIn[], estate: Estate): string {
  return lines(signIns.map((signIn) => signInRecord(signIn, estate)));
}

/** The id of a sign-in; the same sign-in always gets the same. */
export function signInUid(signIn: SignIn): string {
  return uuidOf("sign-in", signIn.time, signIn.person.userId, signIn.application.id, signIn.address);
}

/** One sign-in as /auditLogs/signIns (v1.0) gives it; those that are not interactive are not in that list. */
export function signInRecord(signIn: SignIn, estate: Estate): VendorRecord {
  const { person, application, place, client, errorCode } = signIn;
  const hasDevice = client.device !== null;
  return {
    id: signInUid(signIn),
    createdDateTime: new Date(signIn.time).toISOString(),
    userDisplayName: person.displayName,
    userPrincipalName: person.mail,
    userId: person.userId,
    appId: application.id,
    appDisplayName: application.name,
    ipAddress: signIn.address,
    clientAppUsed: client.browser === "" ? "Mobile Apps and Desktop clients" : "Browser",
    correlationId: uuidOf("correlation", signIn.time, person.userId),
    conditionalAccessStatus: errorCode === 0 ? "success" : "notApplied",
    isInteractive: signIn.isInteractive ?? true,
    ...(signIn.userAgent === undefined ? {} : { userAgent: signIn.userAgent }),
    riskDetail: "none",
    riskLevelAggregated: signIn.risk?.level ?? "none",
    riskLevelDuringSignIn: signIn.risk?.level ?? "none",
    riskState: signIn.risk === undefined || signIn.risk.level === "none" ? "none" : "atRisk",
    riskEventTypes: [],
    riskEventTypes_v2: signIn.risk?.types ?? [],
    resourceDisplayName: application.name,
    resourceId: application.id,
    homeTenantId: estate.tenantId,
    resourceTenantId: estate.tenantId,
    status: { errorCode, failureReason: signIn.failureReason ?? "Other.", additionalDetails: null },
    deviceDetail: {
      deviceId: client.device === null ? "" : directoryDeviceId(client.device),
      displayName: client.device?.hostname ?? "",
      operatingSystem: client.operatingSystem,
      browser: client.browser,
      isCompliant: hasDevice,
      isManaged: hasDevice,
      trustType: hasDevice ? "Hybrid Azure AD joined" : "",
    },
    location: {
      city: place.city,
      state: place.state,
      countryOrRegion: place.country,
      geoCoordinates: { altitude: null, latitude: place.latitude, longitude: place.longitude },
    },
    appliedConditionalAccessPolicies: [],
  };
}
