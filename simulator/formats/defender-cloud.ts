import { type Estate, type Person, serverOf } from "../estate.ts";
import type {
  Click,
  CloudOperation,
  GraphRequest,
  LinkClick,
  Logon,
  Mail,
  Message,
  Occurrences,
  SignIn,
} from "../occurrences.ts";
import { networkOf } from "../places.ts";
import type { VendorRecord } from "../vendor-data.ts";
import { signInUid } from "./entra.ts";
import { digest, directoryDeviceId, timestamp, uuidOf } from "./ids.ts";

// The tables of advanced hunting about identities, mail and the cloud.

/** Rows of the tables that no device tells, each in the order of its time. */
export function cloudRows(told: Partial<Occurrences>, estate: Estate) {
  const people = new Map(estate.people.map((person) => [person.mail, person]));
  return {
    IdentityLogonEvents: (told.logons ?? []).flatMap((logon) => identityLogonRows(logon, estate)),
    EmailEvents: inOrder([
      ...(told.mails ?? []).flatMap((mail) => mailRows(mail, people, estate)),
      ...(told.messages ?? []).filter(({ isDelivered }) => isDelivered).flatMap((message) => messageRows(message)),
    ]),
    UrlClickEvents: inOrder([
      ...(told.linkClicks ?? []).map(linkClickRow),
      ...(told.clicks ?? []).filter(({ isPermitted }) => isPermitted).map(clickRow),
    ]),
    CloudAppEvents: (told.cloudOperations ?? []).map((operation) => cloudAppRow(operation, estate)),
    EntraIdSignInEvents: (told.signIns ?? []).map((signIn) => signInRow(signIn, estate)),
    GraphApiAuditEvents: (told.graphRequests ?? []).map((request) => graphRow(request, estate)),
  };
}

/** What a domain controller was asked because of a logon: a ticket for the machine, or a password to check. */
function identityLogonRows(logon: Logon, estate: Estate): VendorRecord[] {
  const controller = serverOf(estate, "domain-controller");
  const { time, account, to, from, failure } = logon;
  if (logon.type === 7 || (logon.type === 3 && to.role === "domain-controller")) return [];
  const isTicket = logon.package !== "NTLM";
  return [
    {
      Timestamp: timestamp(time - 40),
      ActionType: failure === null ? "LogonSuccess" : "LogonFailed",
      Application: "Active Directory",
      LogonType: isTicket ? "Resource access" : "Credentials validation",
      Protocol: isTicket ? "Kerberos" : "Ntlm",
      FailureReason: failure === null ? "" : failure === "account locked" ? "AccountLocked" : "WrongPassword",
      AccountName: account.account,
      AccountDomain: estate.domain,
      AccountUpn: "mail" in account && typeof account.mail === "string" ? account.mail : `${account.account}@${estate.domain}`,
      AccountSid: account.sid,
      AccountObjectId: "userId" in account && typeof account.userId === "string" ? account.userId : "",
      AccountDisplayName:
        "displayName" in account && typeof account.displayName === "string" ? account.displayName : account.account,
      DeviceName: from?.name ?? to.hostname,
      DeviceType: "",
      OSPlatform: "Windows",
      IPAddress: from?.address ?? to.address,
      Port: from?.port ?? null,
      DestinationDeviceName: controller.fullName,
      DestinationIPAddress: controller.address,
      DestinationPort: 88,
      TargetDeviceName: to.fullName,
      TargetAccountDisplayName: "",
      Location: "",
      Isp: "",
      ReportId: uuidOf("identity-logon", time, account.sid, to.agentId, from?.port ?? 0),
      AdditionalFields: isTicket ? JSON.stringify({ Spns: `host/${to.fullName}`, EncryptionType: "Aes256CtsHmacSha1" }) : "",
    },
  ];
}

function mailRows(mail: Mail, people: ReadonlyMap<string, Person>, estate: Estate): VendorRecord[] {
  const passes = mail.direction === "Inbound" && mail.threat === "Phish" ? "fail" : "pass";
  return mail.recipients.map((recipient, index) => ({
    ...emailRow({
      time: mail.time,
      id: mail.id,
      internetId: `<${mail.id.slice(0, 13)}@${domainOf(mail.sender)}>`,
      sender: mail.sender,
      senderName: mail.senderName,
      senderAddress: mail.senderAddress,
      recipient,
      subject: mail.subject,
      direction: mail.direction,
      index,
    }),
    SenderObjectId: people.get(mail.sender)?.userId ?? "",
    RecipientObjectId: people.get(recipient)?.userId ?? "",
    DeliveryAction: mail.delivery,
    DeliveryLocation:
      mail.delivery === "Blocked"
        ? "Quarantine"
        : mail.delivery === "Junked"
          ? "Junk folder"
          : recipient.endsWith(`@${estate.domain}`)
            ? "Inbox/folder"
            : "On-premises/external",
    LatestDeliveryAction: mail.delivery,
    LatestDeliveryLocation: mail.delivery === "Junked" ? "Junk folder" : "Inbox/folder",
    ThreatTypes: mail.threat ?? "",
    AuthenticationDetails:
      mail.direction === "Inbound" ? JSON.stringify({ SPF: passes, DKIM: passes, DMARC: passes, CompAuth: passes }) : "",
    AttachmentCount: mail.attachments.length,
    UrlCount: mail.urls.length,
  }));
}

/** What the filter in front let through also passed the house's own mail system, which thought nothing of it. */
function messageRows(message: Message): VendorRecord[] {
  return message.recipients.map((recipient, index) => ({
    ...emailRow({
      time: message.time,
      id: message.id,
      internetId: `<${message.id.slice(0, 13)}@${domainOf(message.sender)}>`,
      sender: message.sender,
      senderName: message.senderName,
      senderAddress: message.senderAddress,
      recipient: recipient.mail,
      subject: message.subject,
      direction: "Inbound",
      index,
    }),
    SenderObjectId: "",
    RecipientObjectId: recipient.userId,
    DeliveryAction: "Delivered",
    DeliveryLocation: "Inbox/folder",
    LatestDeliveryAction: "Delivered",
    LatestDeliveryLocation: "Inbox/folder",
    ThreatTypes: "",
    AuthenticationDetails: JSON.stringify({ SPF: "pass", DKIM: "none", DMARC: "none", CompAuth: "none" }),
    AttachmentCount: 0,
    UrlCount: 1,
  }));
}

function emailRow(mail: {
  readonly time: number;
  readonly id: string;
  readonly internetId: string;
  readonly sender: string;
  readonly senderName: string;
  readonly senderAddress: string | null;
  readonly recipient: string;
  readonly subject: string;
  readonly direction: Mail["direction"];
  readonly index: number;
}): VendorRecord & { readonly Timestamp: string } {
  return {
    Timestamp: timestamp(mail.time),
    NetworkMessageId: mail.id,
    InternetMessageId: mail.internetId,
    SenderMailFromAddress: mail.sender,
    SenderFromAddress: mail.sender,
    SenderDisplayName: mail.senderName,
    SenderMailFromDomain: domainOf(mail.sender),
    SenderFromDomain: domainOf(mail.sender),
    SenderIPv4: mail.senderAddress ?? "",
    SenderIPv6: "",
    RecipientEmailAddress: mail.recipient,
    Subject: mail.subject,
    EmailClusterId: Number.parseInt(digest("sha1", mail.subject).slice(0, 8), 16),
    EmailDirection: mail.direction,
    ThreatNames: "",
    DetectionMethods: "",
    ConfidenceLevel: "",
    BulkComplaintLevel: null,
    EmailAction: "",
    EmailActionPolicy: "",
    EmailActionPolicyGuid: "",
    EmailLanguage: "en",
    Connectors: "",
    OrgLevelAction: "",
    OrgLevelPolicy: "",
    UserLevelAction: "",
    UserLevelPolicy: "",
    ReportId: `${mail.id}-${digest("sha1", mail.recipient).slice(0, 16)}-${mail.index + 1}`,
    AdditionalFields: "",
  };
}

function linkClickRow(click: LinkClick) {
  return {
    Timestamp: timestamp(click.time),
    Url: click.url,
    ActionType: click.action,
    AccountUpn: click.person.mail,
    Workload: click.mailId === null ? "Teams" : "Email",
    NetworkMessageId: click.mailId ?? "",
    IPAddress: click.address,
    ThreatTypes: click.action === "ClickBlocked" ? "Phish" : "",
    DetectionMethods: "",
    IsClickedThrough: click.isClickedThrough,
    UrlChain: JSON.stringify([click.url]),
    ReportId: click.id,
    AppName: click.mailId === null ? "Teams" : "Mail",
    AppVersion: "",
    SourceId: click.mailId ?? "",
  };
}

function clickRow({ id, time, person, message, address }: Click) {
  return linkClickRow({
    id: uuidOf("link", id),
    time,
    person,
    url: message.threat.url,
    mailId: message.id,
    address,
    action: "ClickAllowed",
    isClickedThrough: false,
  });
}

const applicationIds: Readonly<Record<CloudOperation["application"], number>> = {
  "Microsoft Exchange Online": 20893,
  "Microsoft SharePoint Online": 20892,
  "Microsoft OneDrive for Business": 15600,
  "Microsoft Teams": 28375,
};
const workloads: Readonly<Record<CloudOperation["application"], string>> = {
  "Microsoft Exchange Online": "Exchange",
  "Microsoft SharePoint Online": "SharePoint",
  "Microsoft OneDrive for Business": "OneDrive",
  "Microsoft Teams": "MicrosoftTeams",
};

function cloudAppRow(operation: CloudOperation, estate: Estate): VendorRecord {
  const { time, person, application } = operation;
  const id = uuidOf("cloud", time, person.userId, operation.operation, operation.object);
  const isMail = application === "Microsoft Exchange Online";
  return {
    Timestamp: timestamp(time),
    ActionType: operation.operation,
    Application: application,
    ApplicationId: applicationIds[application],
    AppInstanceId: 0,
    AccountObjectId: person.userId,
    AccountId: person.mail,
    AccountDisplayName: person.displayName,
    AccountType: "Regular",
    IsAdminOperation: false,
    DeviceType: "Desktop",
    OSPlatform: "Windows 10",
    IPAddress: operation.address,
    IsAnonymousProxy: false,
    CountryCode: operation.place.country,
    City: operation.place.city,
    ISP: networkOf(operation.address).name.toLowerCase(),
    UserAgent: operation.userAgent,
    ActivityType: operation.operation.includes("Download")
      ? "Download"
      : operation.operation.startsWith("New")
        ? "Create"
        : "Basic",
    ActivityObjects: JSON.stringify(
      Object.entries(operation.parameters).map(([name, value]) => ({ Type: "Parameter", Name: name, Value: value })),
    ),
    ObjectName: operation.object,
    ObjectType: isMail ? "Mailbox" : "File",
    ObjectId: digest("sha1", operation.object),
    RawEventData: {
      CreationTime: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
      Id: id,
      Operation: operation.operation,
      OrganizationId: estate.tenantId,
      RecordType: isMail ? 1 : 6,
      ResultStatus: "Succeeded",
      UserKey: person.userId,
      UserType: 0,
      Workload: workloads[application],
      ClientIP: operation.address,
      UserId: person.mail,
      ObjectId: operation.object,
      ...(Object.keys(operation.parameters).length === 0
        ? {}
        : { Parameters: Object.entries(operation.parameters).map(([name, value]) => ({ Name: name, Value: value })) }),
      ...(operation.sessionId === undefined ? {} : { AppAccessContext: { AADSessionId: operation.sessionId } }),
    },
    SessionData: operation.sessionId === undefined ? null : { AADSessionId: operation.sessionId },
    ReportId: `${Math.floor(time)}_${applicationIds[application]}_${id}`,
  };
}

const riskNumbers = { none: 0, low: 10, medium: 50, high: 100 } as const;

function signInRow(signIn: SignIn, estate: Estate): VendorRecord {
  const { person, application, place, client, authentication } = signIn;
  const { device } = client;
  return {
    Timestamp: timestamp(signIn.time),
    Application: application.name,
    ApplicationId: application.id,
    LogonType: JSON.stringify([(signIn.isInteractive ?? true) ? "interactiveUser" : "nonInteractiveUser"]),
    ErrorCode: signIn.errorCode,
    CorrelationId: uuidOf("correlation", signIn.time, person.userId),
    SessionId: sessionOf(signIn),
    UniqueTokenId: signIn.tokenId ?? uuidOf("token", signIn.time, person.userId),
    AccountDisplayName: person.displayName,
    AccountObjectId: person.userId,
    AccountUpn: person.mail,
    IsExternalUser: 0,
    IsGuestUser: false,
    AlternateSignInName: "",
    LastPasswordChangeTimestamp: null,
    ResourceDisplayName: application.name,
    ResourceId: application.id,
    ResourceTenantId: estate.tenantId,
    DeviceName: device?.hostname ?? "",
    EntraIdDeviceId: device === null ? "" : directoryDeviceId(device),
    OSPlatform: client.operatingSystem,
    DeviceTrustType: device === null ? "" : "Hybrid Azure AD joined",
    IsManaged: device === null ? 0 : 1,
    IsCompliant: device === null ? 0 : 1,
    AuthenticationProcessingDetails: JSON.stringify(authentication?.steps ?? []),
    AuthenticationRequirement: authentication?.requirement ?? "multiFactorAuthentication",
    AuthenticationProtocol: authentication?.protocol ?? "none",
    TokenIssuerType: 0,
    RiskLevelAggregated: riskNumbers[signIn.risk?.level ?? "none"],
    RiskLevelDuringSignIn: riskNumbers[signIn.risk?.level ?? "none"],
    RiskEventTypes: JSON.stringify(signIn.risk?.types ?? []),
    RiskState: signIn.risk === undefined ? 0 : 4,
    UserAgent: signIn.userAgent ?? "",
    ClientAppUsed: client.browser === "" ? "Mobile Apps and Desktop clients" : "Browser",
    Browser: client.browser,
    ConditionalAccessPolicies: "[]",
    ConditionalAccessStatus: signIn.errorCode === 0 ? 0 : 2,
    IPAddress: signIn.address,
    Country: place.country,
    State: place.state,
    City: place.city,
    Latitude: String(place.latitude),
    Longitude: String(place.longitude),
    NetworkLocationDetails: "[]",
    RequestId: signInUid(signIn),
    ReportId: uuidOf("report", signInUid(signIn)),
  };
}

/** Rows of EntraIdSpnSignInEvents: identities that no person stands behind. */
export function serviceSignInRows(told: Partial<Occurrences>, estate: Estate): VendorRecord[] {
  return (told.serviceSignIns ?? []).map(({ time, service, resource, address, place, errorCode }) => {
    const id = uuidOf("service-sign-in", time, service.id);
    return {
      Timestamp: timestamp(time),
      Application: service.name,
      ApplicationId: service.applicationId,
      IsManagedIdentity: false,
      ErrorCode: errorCode,
      CorrelationId: uuidOf("correlation", id),
      ServicePrincipalName: service.name,
      ServicePrincipalId: service.id,
      ResourceDisplayName: resource.name,
      ResourceId: resource.id,
      ResourceTenantId: estate.tenantId,
      IPAddress: address,
      Country: place.country,
      State: place.state,
      City: place.city,
      Latitude: String(place.latitude),
      Longitude: String(place.longitude),
      RequestId: id,
      ReportId: uuidOf("report", id),
    };
  });
}

/** A sign-in of which nothing is told but that it happened begins a session of its own. */
function sessionOf(signIn: SignIn): string {
  return signIn.sessionId ?? uuidOf("session", signIn.time, signIn.person.userId);
}

function graphRow(request: GraphRequest, estate: Estate): VendorRecord {
  const id = uuidOf("graph", request.time, request.url, request.application.id);
  return {
    Timestamp: timestamp(request.time),
    IdentityProvider: "AAD",
    ApiVersion: "v1.0",
    ApplicationId: request.application.id,
    IPAddress: request.address,
    ClientRequestId: uuidOf("client", id),
    EntityType: request.person === null ? "app" : "user",
    RequestUri: request.url,
    AccountObjectId: request.person?.userId ?? "",
    OperationId: uuidOf("operation", id),
    Location: "West Europe",
    RequestDuration: 41,
    RequestId: id,
    RequestMethod: request.method,
    ResponseStatusCode: String(request.status),
    ResponseSize: 8_412,
    Scopes: request.scopes.join(" "),
    TargetWorkload: "Microsoft.DirectoryServices",
    ServicePrincipalId: request.person === null ? uuidOf("principal", request.application.id) : "",
    UniqueTokenIdentifier: request.tokenId ?? uuidOf("token", id),
    AadTenantId: estate.tenantId,
    ReportId: uuidOf("graph-report", id),
  };
}

function domainOf(address: string): string {
  return address.split("@")[1] ?? "";
}

function inOrder<Row extends { readonly Timestamp?: unknown }>(rows: readonly Row[]): Row[] {
  const at = (row: Row) => String(row.Timestamp);
  return [...rows].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));
}
