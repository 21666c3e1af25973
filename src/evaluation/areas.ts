/** What a set can be scored for, in the order of the tables. */
export const areas = [
  "beaconing",
  "dns-tunnelling",
  "exfiltration",
  "lateral-movement",
  "password-attack",
  "unusual-sign-in",
] as const;
export type Area = (typeof areas)[number];

/** The detectors (folder names) whose findings answer for an area; all others are counted in alerts a day only. */
export const areaDetectors: Readonly<Record<Area, readonly string[]>> = {
  beaconing: ["beaconing"],
  "dns-tunnelling": ["dns-tunnelling"],
  exfiltration: ["exfiltration"],
  "lateral-movement": ["lateral-movement"],
  "password-attack": ["password-attack"],
  "unusual-sign-in": ["unusual-sign-in", "behavioural-anomaly", "impossible-travel"],
};

/** A beacon is a rhythm: labelled pairs with fewer connections than this are true when found, but not asked for. */
export const minBeaconConnections = 10;

/** Below this many failed passwords a source is true when found, but not asked for. */
export const minFailedPasswords = 10;

// The words of truth files for how a remote command travelled, and the words a finding may use for the same thing
// (connection_info.protocol_name): a service made over DCE-RPC (svcctl) may be seen as the service or as SMB, WMI as WMI or as DCOM.
const protocolWords: Readonly<Record<string, readonly string[]>> = {
  svcctl: ["service", "smb"],
  smb: ["smb"],
  winrm: ["winrm"],
  wmi: ["wmi", "dcom"],
  dcom: ["dcom"],
  atsvc: ["scheduled-task"],
  schtask: ["scheduled-task"],
  rdp: ["rdp"],
  ssh: ["ssh"],
};

/** The protocol names that answer for a truth file's word ("dcerpc-svcctl", "dcom-wmi,smb"); empty when the word is not known. */
export function protocolFamily(word: string): readonly string[] {
  const names = word
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((part) => protocolWords[part] ?? []);
  return [...new Set(names)].sort();
}

/** The protocols that remote execution on a well-known port can be named by; empty for a port that says nothing. */
export function protocolsOfPort(port: number): readonly string[] {
  if (port === 5985 || port === 5986) return ["winrm"];
  if (port === 445 || port === 139) return ["service", "smb"];
  if (port === 135) return ["dcom", "scheduled-task", "service", "wmi"];
  if (port === 3389) return ["rdp"];
  if (port === 22) return ["ssh"];
  return [];
}
