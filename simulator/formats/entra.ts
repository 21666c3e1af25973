import { createHash } from "node:crypto";
import type { Estate } from "../estate.ts";
import type { SignIn } from "../occurrences.ts";
import { lines } from "./lines.ts";

/** Sign-ins as NDJSON, each in the shape of Microsoft Graph's signIn resource. */
export function signInRecords(signIns: readonly SignIn[], estate: Estate): string {
  return lines(signIns.map((signIn) => recordOf(signIn, estate)));
}

/** The id of a sign-in; the same sign-in always gets the same. */
export function signInUid(signIn: SignIn): string {
  return uuidOf(["sign-in", signIn.time, signIn.person.userId, signIn.application.id, signIn.address]);
}

function recordOf(signIn: SignIn, estate: Estate): Record<string, unknown> {
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
    correlationId: uuidOf(["correlation", signIn.time, person.userId]),
    conditionalAccessStatus: errorCode === 0 ? "success" : "notApplied",
    isInteractive: true,
    riskDetail: "none",
    riskLevelAggregated: "none",
    riskLevelDuringSignIn: "none",
    riskState: "none",
    riskEventTypes: [],
    riskEventTypes_v2: [],
    resourceDisplayName: application.name,
    resourceId: application.id,
    homeTenantId: estate.tenantId,
    resourceTenantId: estate.tenantId,
    status: { errorCode, failureReason: signIn.failureReason ?? "Other.", additionalDetails: null },
    deviceDetail: {
      deviceId: client.device === null ? "" : uuidOf(["device", client.device.agentId]),
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

function uuidOf(parts: readonly (string | number)[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
