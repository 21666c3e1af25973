import { approvedRemoteSupport } from "./approved-remote-support.ts";
import type { Attack } from "./attack.ts";
import { backupMaintenance } from "./backup-maintenance.ts";
import { deviceCodePhish } from "./device-code-phish.ts";
import { dnsTunnel } from "./dns-tunnel.ts";
import { handsOnKeyboard } from "./hands-on-keyboard.ts";
import { insiderDownload } from "./insider-download.ts";
import { kerberoast } from "./kerberoast.ts";
import { mailboxTakeover } from "./mailbox-takeover.ts";
import { mfaFatigue } from "./mfa-fatigue.ts";
import { oauthConsentPhish } from "./oauth-consent-phish.ts";
import { passwordSpray } from "./password-spray.ts";
import { phishingSimulation } from "./phishing-simulation.ts";
import { ransomwarePrecursor } from "./ransomware-precursor.ts";
import { remoteSupportAbuse } from "./remote-support-abuse.ts";
import { servicePrincipalSecret } from "./service-principal-secret.ts";
import { slowBeacon } from "./slow-beacon.ts";
import { slowRoast } from "./slow-roast.ts";
import { ticketMonitoring } from "./ticket-monitoring.ts";

/** All attacks and their benign twins, by the order of their ids. */
export const attacks: readonly Attack[] = [
  approvedRemoteSupport,
  backupMaintenance,
  deviceCodePhish,
  dnsTunnel,
  handsOnKeyboard,
  insiderDownload,
  kerberoast,
  mailboxTakeover,
  mfaFatigue,
  oauthConsentPhish,
  passwordSpray,
  phishingSimulation,
  ransomwarePrecursor,
  remoteSupportAbuse,
  servicePrincipalSecret,
  slowBeacon,
  slowRoast,
  ticketMonitoring,
];

/** The attack with this id. Throws where there is none. */
export function attackOf(id: string): Attack {
  const found = attacks.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no attack ${id}; there are ${attacks.map((one) => one.id).join(", ")}`);
  return found;
}
