import type { Account, Device, Person, Place } from "./estate.ts";
import type { Process } from "./host-events.ts";

// What happened, before any vendor writes it down. Times are milliseconds since 1970 (UTC) and may have fractions.
// Each sensor tells the same occurrence in its own words, and a sensor that could not have seen it says nothing.

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Connection {
  readonly time: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly protocol: "tcp" | "udp";
  readonly service: string | null;
  /** Null where nothing came back. */
  readonly seconds: number | null;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** As Zeek names it: SF ended as it should, S0 no answer, REJ refused, S1 still open. */
  readonly state: "SF" | "S0" | "S1" | "REJ" | "RSTO";
  readonly dns?: DnsExchange;
  readonly http?: HttpExchange;
  readonly tls?: TlsHandshake;
  /** Which program opened it; an endpoint sensor on that host tells the connection (and the name it asked for) only if this is known. */
  readonly process?: Process;
}

export interface DnsExchange {
  readonly query: string;
  readonly type: "A" | "AAAA" | "TXT" | "PTR" | "SRV";
  readonly answers: readonly string[];
  readonly answerSeconds: number;
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
}

export interface HttpExchange {
  readonly method: "GET" | "POST" | "PUT";
  readonly host: string;
  readonly path: string;
  readonly userAgent: string;
  readonly status: number;
  readonly contentType: string;
}

export interface TlsHandshake {
  readonly name: string;
  readonly version: "TLSv12" | "TLSv13";
  /** Seen only in TLS 1.2: later versions encrypt the certificate. */
  readonly issuer: string | null;
}

export interface SignIn {
  readonly time: number;
  readonly person: Person;
  readonly application: { readonly name: string; readonly id: string };
  readonly address: string;
  readonly place: Place;
  readonly client: { readonly operatingSystem: string; readonly browser: string; readonly device: Device | null };
  /** 0 is a success; the others are the identity provider's own numbers. */
  readonly errorCode: number;
  readonly failureReason: string | null;
  /** One session spans sign-ins until it ends; a stolen cookie carries it elsewhere. Without it each sign-in is a session of its own. */
  readonly sessionId?: string;
  /** The token that was issued; a token used from a second place keeps its id. */
  readonly tokenId?: string;
  /** False where a program used a token or a refresh token while nobody typed anything. */
  readonly isInteractive?: boolean;
  readonly authentication?: Authentication;
  readonly userAgent?: string;
  readonly network?: { readonly number: number; readonly name: string };
  /** What the identity provider made of it. */
  readonly risk?: { readonly level: RiskLevel; readonly types: readonly string[] };
}

export type RiskLevel = "none" | "low" | "medium" | "high";

export interface Authentication {
  readonly protocol: "none" | "oAuth2" | "deviceCode" | "ropc" | "saml20" | "wsFederation";
  readonly requirement: "singleFactorAuthentication" | "multiFactorAuthentication";
  /** In order: "Password", "Mobile app notification", "Previously satisfied", "FIDO2 security key", "Text message", … */
  readonly steps: readonly { readonly method: string; readonly succeeded: boolean; readonly detail: string }[];
}

/** An identity that no person stands behind signs in to an application. */
export interface ServiceSignIn {
  readonly time: number;
  readonly service: { readonly name: string; readonly id: string; readonly applicationId: string };
  readonly resource: { readonly name: string; readonly id: string };
  readonly address: string;
  readonly place: Place;
  readonly errorCode: number;
}

/** A program starts: `processOf` of host-events.ts makes both. */
export interface ProcessStart {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  readonly parent: Process;
  /** Null while it runs on. */
  readonly seconds: number | null;
}

/** A script that an interpreter was given. */
export interface ScriptRun {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  readonly text: string;
  /** Empty where it was typed. */
  readonly path: string;
}

/** Somebody, or something, logs on to a device, from itself or from another. */
export interface Logon {
  readonly time: number;
  readonly account: Account;
  readonly to: Device;
  /** Null at the console. */
  readonly from: { readonly address: string; readonly port: number; readonly name: string } | null;
  /** As Windows numbers them: 2 console, 3 network, 4 batch, 5 service, 7 unlock, 9 other credentials, 10 remote desktop. */
  readonly type: 2 | 3 | 4 | 5 | 7 | 9 | 10;
  readonly package: "Kerberos" | "NTLM" | "Negotiate";
  /** How it came in, where it came over the network. */
  readonly protocol: "smb" | "rdp" | "winrm" | "wmi" | "dcom" | "ssh" | "ldap" | "http" | null;
  /** Windows' number of the session, as 0x-text. */
  readonly logonId: string;
  readonly isAdministrator: boolean;
  /** Null where it went well. */
  readonly failure: "wrong password" | "no such user" | "account locked" | null;
}

export interface FileChange {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  readonly action: "created" | "modified" | "renamed" | "deleted" | "archived";
  readonly path: string;
  readonly previousPath?: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  /** The address of the device that reached in over a share. */
  readonly over?: { readonly share: string; readonly address: string; readonly port: number; readonly account: Account };
}

export interface RegistryChange {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  /** With its hive written out: HKEY_LOCAL_MACHINE\\SOFTWARE\\… */
  readonly key: string;
  readonly valueName: string;
  readonly data: string;
  /** Whether Windows starts what it names. */
  readonly isAutostart: boolean;
}

export interface ServiceInstall {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  readonly account: Account;
  readonly name: string;
  readonly image: string;
  readonly start: "auto start" | "demand start";
}

export interface ScheduledTask {
  readonly time: number;
  readonly device: Device;
  readonly process: Process;
  readonly account: Account;
  readonly name: string;
  readonly command: string;
  readonly options: string;
  readonly author: string;
}

export interface DriverLoad {
  readonly time: number;
  readonly device: Device;
  readonly path: string;
  readonly sha256: string;
  readonly signer: string | null;
}

/** What somebody does in mail, files and chat in the cloud: the operation under the name of the product's own audit. */
export interface CloudOperation {
  readonly time: number;
  readonly person: Person;
  readonly application:
    | "Microsoft Exchange Online"
    | "Microsoft SharePoint Online"
    | "Microsoft OneDrive for Business"
    | "Microsoft Teams";
  /** New-InboxRule, Set-InboxRule, Set-Mailbox, MailItemsAccessed, Send, FileDownloaded, FileUploaded, SharingSet, AnonymousLinkCreated, … */
  readonly operation: string;
  /** The rule, mailbox, file or chat it was done to. */
  readonly object: string;
  /** Arguments of a command, or what else the audit keeps. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly address: string;
  readonly place: Place;
  readonly userAgent: string;
  readonly sessionId?: string;
}

/** A change in the directory, under the name of the directory's own audit: "Consent to application", "Add member to role", "Update user", … */
export interface DirectoryChange {
  readonly time: number;
  readonly operation: string;
  readonly category: "ApplicationManagement" | "RoleManagement" | "UserManagement" | "GroupManagement" | "Policy" | "Device";
  /** A person, or a service by its name. */
  readonly by: Person | string;
  readonly address: string | null;
  readonly targets: readonly {
    readonly type: "User" | "ServicePrincipal" | "Application" | "Role" | "Group" | "Device" | "Policy";
    readonly id: string;
    readonly name: string;
    readonly mail?: string;
    readonly changes?: readonly { readonly name: string; readonly before: string | null; readonly after: string | null }[];
  }[];
  readonly succeeded: boolean;
  readonly details: Readonly<Record<string, string>>;
}

/** A program asks the directory's interface with a token: for the log of Microsoft Graph. */
export interface GraphRequest {
  readonly time: number;
  readonly person: Person | null;
  readonly application: { readonly name: string; readonly id: string };
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly status: number;
  readonly address: string;
  readonly scopes: readonly string[];
  readonly tokenId?: string;
}

/** Any mail that passed the house's own mail system; what the filter condemned is a Message besides, and needs no Mail of its own. */
export interface Mail {
  readonly id: string;
  readonly time: number;
  readonly direction: "Inbound" | "Outbound" | "Intra-org";
  readonly sender: string;
  readonly senderName: string;
  /** Null inside the house. */
  readonly senderAddress: string | null;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly urls: readonly string[];
  readonly attachments: readonly { readonly name: string; readonly sha256: string; readonly sizeBytes: number }[];
  readonly sizeBytes: number;
  readonly delivery: "Delivered" | "Junked" | "Blocked";
  readonly threat?: "Phish" | "Malware" | "Spam";
}

/** A click on a link in a mail or a chat that the link protection of the mail system saw. A Click of the filter is told there by itself. */
export interface LinkClick {
  readonly id: string;
  readonly time: number;
  readonly person: Person;
  readonly url: string;
  /** Null in a chat. */
  readonly mailId: string | null;
  readonly address: string;
  readonly action: "ClickAllowed" | "ClickBlocked" | "ClickBlockedByTenantPolicy";
  readonly isClickedThrough: boolean;
}

/** An alert of the Microsoft family, as its own products raise it. */
export interface ProductAlert {
  readonly id: string;
  readonly time: number;
  readonly product:
    | "microsoftDefenderForEndpoint"
    | "microsoftDefenderForOffice365"
    | "microsoftDefenderForCloudApps"
    | "azureAdIdentityProtection";
  readonly title: string;
  readonly description: string;
  readonly severity: "informational" | "low" | "medium" | "high";
  /** A tactic, as in "InitialAccess". */
  readonly category: string;
  readonly techniques: readonly string[];
  readonly device: Device | null;
  readonly person: Person | null;
  readonly process: Process | null;
  readonly address: string | null;
  readonly url: string | null;
  /** Alerts with the same case lie in one incident. */
  readonly case: string;
}

/** The identity provider finds a sign-in, or a person, suspicious. */
export interface RiskDetection {
  readonly id: string;
  /** When the person did it. */
  readonly time: number;
  readonly detected: number;
  readonly person: Person;
  readonly signIn: SignIn | null;
  /** unfamiliarFeatures, anonymizedIPAddress, unlikelyTravel, anomalousToken, leakedCredentials, mcasSuspiciousInboxManipulationRules, … */
  readonly type: string;
  readonly level: "low" | "medium" | "high";
  readonly state: "atRisk" | "remediated" | "dismissed" | "confirmedSafe" | "confirmedCompromised";
  readonly address: string;
  readonly place: Place;
}

/** From then on the person is held to be at this risk. */
export interface RiskState {
  readonly time: number;
  readonly person: Person;
  readonly level: RiskLevel;
  readonly state: "none" | "atRisk" | "remediated" | "dismissed" | "confirmedSafe" | "confirmedCompromised";
  readonly detail: string;
}

/** A record of a Windows event channel: its own fields under their own names. */
export interface HostEvent {
  readonly time: number;
  readonly device: Device;
  readonly channel: string;
  readonly eventId: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export interface Threat {
  readonly id: string;
  readonly url: string;
  readonly classification: "phish" | "malware" | "spam";
  readonly status: "active" | "cleared" | "falsePositive";
  /** When it was condemned, which can be long after the mail arrived. */
  readonly time: number;
}

export interface Message {
  readonly id: string;
  readonly time: number;
  readonly isDelivered: boolean;
  readonly sender: string;
  readonly senderName: string;
  readonly senderAddress: string;
  readonly recipients: readonly Person[];
  readonly subject: string;
  readonly sizeBytes: number;
  readonly threat: Threat;
  readonly scores: { readonly spam: number; readonly phish: number; readonly malware: number; readonly impostor: number };
}

export interface Click {
  readonly id: string;
  readonly time: number;
  readonly message: Message;
  readonly person: Person;
  readonly address: string;
  readonly isPermitted: boolean;
}

export interface Alert {
  readonly id: string;
  readonly time: number;
  readonly device: Device;
  readonly person: Person | null;
  readonly name: string;
  readonly description: string;
  /** 1 to 100. */
  readonly severity: number;
  readonly tactic: string;
  readonly technique: string;
  /** Ids of MITRE ATT&CK, where the vendor gives them. */
  readonly attack: { readonly tactic: string; readonly technique: string } | null;
  readonly file: string;
  readonly commandLine: string;
  readonly parentFile: string;
}

export interface Occurrences {
  readonly connections: readonly Connection[];
  readonly signIns: readonly SignIn[];
  /** Records of Windows that are told as such. Those that follow from the occurrences below are made of them, and need no telling. */
  readonly hostEvents: readonly HostEvent[];
  readonly messages: readonly Message[];
  readonly clicks: readonly Click[];
  readonly alerts: readonly Alert[];
  readonly serviceSignIns: readonly ServiceSignIn[];
  readonly processStarts: readonly ProcessStart[];
  readonly scriptRuns: readonly ScriptRun[];
  readonly logons: readonly Logon[];
  readonly fileChanges: readonly FileChange[];
  readonly registryChanges: readonly RegistryChange[];
  readonly serviceInstalls: readonly ServiceInstall[];
  readonly scheduledTasks: readonly ScheduledTask[];
  readonly driverLoads: readonly DriverLoad[];
  readonly cloudOperations: readonly CloudOperation[];
  readonly directoryChanges: readonly DirectoryChange[];
  readonly graphRequests: readonly GraphRequest[];
  readonly mails: readonly Mail[];
  readonly linkClicks: readonly LinkClick[];
  readonly productAlerts: readonly ProductAlert[];
  readonly riskDetections: readonly RiskDetection[];
  readonly riskStates: readonly RiskState[];
}

/** All occurrences of several tellers, each kind in the order of its time. */
export function together(...parts: readonly Partial<Occurrences>[]): Occurrences {
  const all = <Kind extends keyof Occurrences>(kind: Kind): Occurrences[Kind][number][] =>
    inTime(parts.flatMap((part): readonly Occurrences[Kind][number][] => part[kind] ?? []));
  return {
    connections: all("connections"),
    signIns: all("signIns"),
    hostEvents: all("hostEvents"),
    messages: all("messages"),
    clicks: all("clicks"),
    alerts: all("alerts"),
    serviceSignIns: all("serviceSignIns"),
    processStarts: all("processStarts"),
    scriptRuns: all("scriptRuns"),
    logons: all("logons"),
    fileChanges: all("fileChanges"),
    registryChanges: all("registryChanges"),
    serviceInstalls: all("serviceInstalls"),
    scheduledTasks: all("scheduledTasks"),
    driverLoads: all("driverLoads"),
    cloudOperations: all("cloudOperations"),
    directoryChanges: all("directoryChanges"),
    graphRequests: all("graphRequests"),
    mails: all("mails"),
    linkClicks: all("linkClicks"),
    productAlerts: all("productAlerts"),
    riskDetections: all("riskDetections"),
    riskStates: all("riskStates"),
  };
}

function inTime<Item extends { readonly time: number }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.time - b.time);
}
