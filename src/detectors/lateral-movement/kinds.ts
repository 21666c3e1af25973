/** How one host acts on another, in the words of connection_info.protocol_name. */
export const protocols = ["service", "scheduled-task", "wmi", "dcom", "winrm", "smb", "rdp", "ssh"] as const;
export type Protocol = (typeof protocols)[number];

/** What a kind of evidence is worth and what it says. */
export interface Kind {
  /** Kinds of one family are not independent of each other: only another family corroborates. */
  readonly family: "execution" | "command" | "files" | "pipes" | "calls" | "desktop" | "logon" | "connection";
  /** 0 to 100 for this evidence alone, were nothing known of the hosts. */
  readonly points: number;
  /** Beside the protocol that the event itself names. */
  readonly protocols: readonly Protocol[];
  readonly techniques: readonly string[];
  /** How sure the reading "this host did that to that host" is, 0 to 100. */
  readonly confidence: number;
  /** For the reader: what was seen, after "on HOST". */
  readonly says: string;
}

// Points follow from what the evidence can mean besides movement. 68-74: something ran on another host and its own log ties it to a
// logon from the source (session id); administration does that too, so alone it is just at the alert line with one corroboration.
// 56-64: the same, tied by account, rights or minute, or the call itself was seen on the wire. 30-45: a means was opened, and what
// was done with it is not seen. Under 25: the door was used, as it is every day.
export const kinds = {
  "service-in-session": {
    family: "execution",
    points: 72,
    protocols: ["service"],
    techniques: ["T1543.003", "T1569.002"],
    confidence: 92,
    says: "a service was installed in the session of its logon",
  },
  "service-by-account": {
    family: "execution",
    points: 68,
    protocols: ["service"],
    techniques: ["T1543.003", "T1569.002"],
    confidence: 84,
    says: "a service was installed by the account that had just logged on",
  },
  "service-after-logon": {
    family: "execution",
    points: 60,
    protocols: ["service"],
    techniques: ["T1543.003", "T1569.002"],
    confidence: 70,
    says: "a service was installed right after a logon with administrative rights",
  },
  "service-after-connection": {
    family: "execution",
    points: 42,
    protocols: ["service"],
    techniques: ["T1543.003", "T1569.002"],
    confidence: 50,
    says: "a service was installed in the minute of a connection",
  },
  "task-in-session": {
    family: "execution",
    points: 72,
    protocols: ["scheduled-task"],
    techniques: ["T1053.005"],
    confidence: 92,
    says: "a scheduled task was registered in the session of its logon",
  },
  "task-by-account": {
    family: "execution",
    points: 60,
    protocols: ["scheduled-task"],
    techniques: ["T1053.005"],
    confidence: 75,
    says: "a scheduled task was registered by the account that had just logged on",
  },
  "process-in-session": {
    family: "execution",
    points: 70,
    protocols: [],
    techniques: [],
    confidence: 92,
    says: "programs ran in the session of its logon",
  },
  "process-after-logon": {
    family: "execution",
    points: 52,
    protocols: [],
    techniques: [],
    confidence: 65,
    says: "a program was started through WMI right after a logon with administrative rights",
  },
  "shell-session": {
    family: "calls",
    points: 50,
    protocols: ["winrm"],
    techniques: ["T1021.006"],
    confidence: 85,
    says: "a session of remote management was opened",
  },
  "shell-after-connection": {
    family: "execution",
    points: 66,
    protocols: ["winrm"],
    techniques: ["T1021.006"],
    confidence: 80,
    says: "a remote shell was opened in the minute of a connection",
  },
  "process-after-connection": {
    family: "execution",
    points: 36,
    protocols: [],
    techniques: [],
    confidence: 45,
    says: "a program was started through WMI in the minute of a connection",
  },
  "remote-command": {
    family: "command",
    points: 40,
    protocols: [],
    techniques: [],
    confidence: 80,
    says: "a command of remote administration was run against it",
  },
  "program-written": {
    family: "files",
    points: 62,
    protocols: ["smb"],
    techniques: ["T1021.002", "T1570"],
    confidence: 88,
    says: "a program was written to an administrative share",
  },
  "file-written": {
    family: "files",
    points: 40,
    protocols: ["smb"],
    techniques: ["T1021.002"],
    confidence: 85,
    says: "a file was written to an administrative share",
  },
  "admin-share-opened": {
    family: "files",
    points: 20,
    protocols: ["smb"],
    techniques: ["T1021.002"],
    confidence: 80,
    says: "an administrative share was opened",
  },
  "command-pipe": {
    family: "pipes",
    points: 60,
    protocols: ["service", "smb"],
    techniques: ["T1021.002", "T1569.002"],
    confidence: 85,
    says: "the standard streams of a program were opened over a pipe",
  },
  "service-pipe": {
    family: "pipes",
    points: 34,
    protocols: ["service", "smb"],
    techniques: ["T1021.002"],
    confidence: 80,
    says: "the service manager was spoken to over its pipe",
  },
  "task-pipe": {
    family: "pipes",
    points: 34,
    protocols: ["scheduled-task", "smb"],
    techniques: ["T1021.002", "T1053.005"],
    confidence: 80,
    says: "the scheduler was spoken to over its pipe",
  },
  "service-call": {
    family: "calls",
    points: 62,
    protocols: ["service"],
    techniques: ["T1543.003", "T1569.002"],
    confidence: 85,
    says: "a service was made, changed or started by a remote call",
  },
  "task-call": {
    family: "calls",
    points: 62,
    protocols: ["scheduled-task"],
    techniques: ["T1053.005"],
    confidence: 85,
    says: "a task was registered or run by a remote call",
  },
  "wmi-execution-call": {
    family: "calls",
    points: 58,
    protocols: ["wmi", "dcom"],
    techniques: ["T1047"],
    confidence: 80,
    says: "a WMI method was run by a remote call",
  },
  "service-query-call": {
    family: "calls",
    points: 28,
    protocols: ["service"],
    techniques: ["T1021.002"],
    confidence: 70,
    says: "the service manager was asked by remote calls",
  },
  "task-query-call": {
    family: "calls",
    points: 28,
    protocols: ["scheduled-task"],
    techniques: ["T1053.005"],
    confidence: 70,
    says: "the scheduler was asked by remote calls",
  },
  "wmi-call": {
    family: "calls",
    points: 26,
    protocols: ["wmi", "dcom"],
    techniques: ["T1047"],
    confidence: 60,
    says: "WMI was spoken to by remote calls",
  },
  "activation-call": {
    family: "calls",
    points: 24,
    protocols: ["dcom"],
    techniques: ["T1021.003"],
    confidence: 60,
    says: "an object was activated by a remote call",
  },
  "remote-desktop": {
    family: "desktop",
    points: 30,
    protocols: ["rdp"],
    techniques: ["T1021.001"],
    confidence: 85,
    says: "a desktop was opened",
  },
  "secure-shell": {
    family: "desktop",
    points: 26,
    protocols: ["ssh"],
    techniques: ["T1021.004"],
    confidence: 85,
    says: "a secure shell was opened",
  },
  "admin-logon": {
    family: "logon",
    points: 14,
    protocols: [],
    techniques: [],
    confidence: 80,
    says: "it logged on over the network with administrative rights",
  },
  "network-logon": {
    family: "logon",
    points: 6,
    protocols: [],
    techniques: [],
    confidence: 70,
    says: "it logged on over the network",
  },
  "credentials-given": {
    family: "logon",
    points: 10,
    protocols: [],
    techniques: [],
    confidence: 60,
    says: "credentials for it were given or a ticket was asked for",
  },
  "service-manager-connection": {
    family: "connection",
    points: 48,
    protocols: ["service"],
    techniques: ["T1569.002"],
    confidence: 75,
    says: "its service manager took a remote call",
  },
  "desktop-program-connection": {
    family: "connection",
    points: 50,
    protocols: ["dcom"],
    techniques: ["T1021.003"],
    confidence: 75,
    says: "a program of its desktop took a remote call",
  },
  "winrm-connection": {
    family: "connection",
    points: 34,
    protocols: ["winrm"],
    techniques: ["T1021.006"],
    confidence: 55,
    says: "the port of remote management answered",
  },
  "rpc-connection": {
    family: "connection",
    points: 28,
    protocols: [],
    techniques: [],
    confidence: 40,
    says: "remote calls went through the end point mapper",
  },
  "mapper-connection": {
    family: "connection",
    points: 10,
    protocols: [],
    techniques: [],
    confidence: 30,
    says: "the end point mapper was asked",
  },
  "rdp-connection": {
    family: "connection",
    points: 28,
    protocols: ["rdp"],
    techniques: ["T1021.001"],
    confidence: 55,
    says: "the port of remote desktop answered",
  },
  "smb-connection": {
    family: "connection",
    points: 24,
    protocols: ["smb"],
    techniques: ["T1021.002"],
    confidence: 45,
    says: "the port of file sharing answered",
  },
  "ssh-connection": {
    family: "connection",
    points: 20,
    protocols: ["ssh"],
    techniques: ["T1021.004"],
    confidence: 50,
    says: "the port of secure shell answered",
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** What a protocol alone shows, for evidence that names only how. */
export const techniquesOfProtocol: Readonly<Record<Protocol, readonly string[]>> = {
  service: ["T1569.002"],
  "scheduled-task": ["T1053.005"],
  wmi: ["T1047"],
  dcom: ["T1021.003"],
  winrm: ["T1021.006"],
  smb: ["T1021.002"],
  rdp: ["T1021.001"],
  ssh: ["T1021.004"],
};

/** Protocols that travel in another: WMI from afar is DCOM. */
export function withCarrier(protocol: Protocol): readonly Protocol[] {
  return protocol === "wmi" ? ["wmi", "dcom"] : [protocol];
}
