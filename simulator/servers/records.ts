import { createHash } from "node:crypto";
import { type Random, randomOf } from "../random.ts";
import { type HuntingTable, huntingTables, type VendorData, type VendorRecord } from "../vendor-data.ts";

export interface RecordOptions {
  readonly seed: number;
  /** Records lie in [from, to), in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Of each kind. */
  readonly count: number;
}

/**
 * Records of every kind that the vendors give, so many of each, spread over a stretch of time: whole in shape, without a story. For
 * tests of the servers and of those who ask them.
 */
export function plainRecords({ seed, from, to, count }: RecordOptions): VendorData {
  const random = randomOf(seed, "plain records");
  const devices = Array.from({ length: Math.max(4, Math.ceil(count / 10)) }, (_, index) => ({
    name: `host-${index}`,
    id: random.hex(32),
  }));
  const cid = random.hex(32);
  const each = <Made>(make: (time: number, index: number) => Made): Made[] =>
    Array.from({ length: count }, (_, index) => make(Math.floor(from + ((index + random.next()) / count) * (to - from)), index));
  const device = (index: number) => devices[index % devices.length] ?? { name: "host", id: "0" };
  const people = Array.from({ length: 20 }, (_, index) => ({
    id: uuidOf(`person ${index}`),
    mail: `person${index}@example.com`,
    name: `Person ${index}`,
  }));
  const person = (index: number) => people[index % people.length] ?? { id: "", mail: "", name: "" };
  const at = (time: number) => new Date(time).toISOString();
  return {
    falcon: {
      alerts: each((time, index) => alert(random, { cid, device: device(index), time, index })),
      devices: devices.map((one, index) =>
        falconDevice(cid, one, at(from + ((to - from) * (index + 1)) / (devices.length + 1)), index),
      ),
      cases: each((time, index) => caseRecord(cid, at(time), index)).slice(0, 30),
      events: each((time, index) => sensorEvent(random, { cid, aid: device(index).id, time, index })),
      aidmaster: devices.map(({ id, name }) => ({
        aid: id,
        cid,
        ComputerName: name,
        Time: String(from / 1000),
        event_platform: "Win",
      })),
      userinfo: people.map(({ name }, index) => ({
        cid,
        UserSid_readable: `S-1-5-21-1-2-3-${1000 + index}`,
        UserName: name,
        _time: String(from / 1000),
      })),
    },
    microsoft: {
      signIns: each((time, index) => signIn(random, person(index), time)),
      directoryAudits: each((time, index) => directoryAudit(random, person(index), time)),
      riskyUsers: people.map(({ id, mail, name }, index) => ({
        id,
        isDeleted: false,
        isProcessing: false,
        riskLevel: index % 3 === 0 ? "high" : "low",
        riskState: "atRisk",
        riskDetail: "none",
        riskLastUpdatedDateTime: at(from + index * 1000),
        userDisplayName: name,
        userPrincipalName: mail,
      })),
      riskDetections: each((time, index) => riskDetection(random, person(index), time)),
      alerts: each((time, index) => graphAlert(random, time, index)),
      incidents: each((time, index) => incident(time, index)).slice(0, 80),
      users: people.map(({ id, mail, name }, index) => ({
        id,
        displayName: name,
        userPrincipalName: mail,
        mail,
        department: index % 2 === 0 ? "Sales" : "Engineering",
        jobTitle: "Specialist",
        accountEnabled: true,
        userType: "Member",
        onPremisesSecurityIdentifier: `S-1-5-21-1-2-3-${1000 + index}`,
        proxyAddresses: [`SMTP:${mail}`],
        createdDateTime: at(from - 86_400_000),
      })),
      devices: devices.map(({ id, name }) => ({
        id: uuidOf(`entra ${id}`),
        deviceId: uuidOf(id),
        displayName: name,
        operatingSystem: "Windows",
        isManaged: true,
      })),
      roleAssignments: people.slice(0, 3).map(({ id }) => ({
        id: uuidOf(`role ${id}`),
        principalId: id,
        roleDefinitionId: uuidOf("reader"),
        directoryScopeId: "/",
      })),
      namedLocations: [
        {
          "@odata.type": "#microsoft.graph.ipNamedLocation",
          id: uuidOf("office"),
          displayName: "Office",
          isTrusted: true,
          createdDateTime: at(from),
        },
      ],
      hunting: tables(random, each, { device, person }),
    },
    proofpoint: {
      messagesDelivered: each((time, index) => message(random, person(index), time, to)),
      messagesBlocked: each((time, index) => message(random, person(index), time, to)),
      clicksPermitted: each((time, index) => click(random, person(index), time, to)),
      clicksBlocked: each((time, index) => click(random, person(index), time, to)),
      vap: people.map((one, index) => ({
        identity: identity(one),
        threatStatistics: { attackIndex: 900 - index, families: [{ name: "Malware", score: 100 }] },
      })),
      topClickers: people.map((one, index) => ({
        identity: identity(one),
        clickStatistics: { clickCount: 20 - index, families: [{ name: "Malware", clicks: 1 }] },
      })),
      campaigns: [
        {
          id: uuidOf("campaign"),
          name: "Invoice lures",
          description: null,
          startDate: at(from),
          notable: false,
          families: [],
          actors: [],
          malware: [],
          techniques: [],
          brands: [],
          campaignMembers: [
            {
              id: hexOf("threat"),
              threat: "example.org",
              type: "url",
              subType: "COMPLETE_URL",
              threatTime: at(from),
              threatStatus: "active",
            },
          ],
        },
      ],
      forensics: [
        {
          id: hexOf("threat"),
          name: "example.org",
          scope: "THREAT",
          type: "url",
          threatStatus: "active",
          forensics: [
            {
              type: "url",
              display: "hxxp://example.org",
              engine: "iee",
              malicious: true,
              note: null,
              time: 0,
              what: { url: "example.org" },
              platforms: [],
            },
          ],
        },
      ],
    },
  };
}

interface Told {
  readonly cid: string;
  readonly device: { readonly id: string; readonly name: string };
  readonly time: number;
  readonly index: number;
}

function alert(random: Random, { cid, device, time, index }: Told): VendorRecord {
  const at = (ms: number) => `${new Date(time + ms).toISOString().slice(0, -1)}${random.letters(6, "123456789")}Z`;
  return {
    composite_id: `${cid}:ind:${device.id}:${index}-${random.hex(8)}`,
    id: `ind:${device.id}:${index}`,
    aggregate_id: `aggind:${device.id}:${index}`,
    agent_id: device.id,
    aggregation_rule_id: "",
    aggregation_rule_name: "",
    assigned_to_name: "",
    assigned_to_uid: "",
    assigned_to_uuid: "",
    cid,
    cms_rule_id: "",
    cms_rule_instance_id: "",
    cms_rule_instance_version: "",
    confidence: 60,
    crawled_timestamp: at(30_000),
    created_timestamp: at(20_000),
    updated_timestamp: at(60_000),
    timestamp: new Date(time).toISOString(),
    data_domains: ["Endpoint"],
    description: "A process behaved as attackers do.",
    display_name: "SuspiciousProcess",
    name: "SuspiciousProcess",
    email_sent: false,
    external: false,
    is_aggregated: false,
    is_falcon_platform_ioa: false,
    linked_behavioral_detections: [],
    linked_case_ids: [],
    mitre_attack: [
      { pattern_id: 1, tactic: "Execution", tactic_id: "TA0002", technique: "PowerShell", technique_id: "T1059.001" },
    ],
    objective: "Follow Through",
    origin_cid: cid,
    pattern_id: 10_000 + index,
    platform: "Windows",
    product: "epp",
    resolution: "",
    scenario: "suspicious_activity",
    seconds_to_resolved: 0,
    seconds_to_triaged: 0,
    severity: random.integer(1, 100),
    severity_name: "Medium",
    show_in_ui: true,
    source_products: ["Falcon Insight"],
    source_vendors: ["CrowdStrike"],
    status: "new",
    tactic: "Execution",
    tactic_id: "TA0002",
    tags: [],
    technique: "PowerShell",
    technique_id: "T1059.001",
    type: "ldt",
    device: { device_id: device.id, hostname: device.name },
    cloud_indicator: "false",
    process_start_time: String(Math.floor(time / 1000)),
  };
}

function falconDevice(
  cid: string,
  { id, name }: { readonly id: string; readonly name: string },
  modified: string,
  index: number,
): VendorRecord {
  return {
    device_id: id,
    cid,
    hostname: name,
    local_ip: `10.0.0.${index + 1}`,
    mac_address: `00-15-5d-00-00-${String(index % 100).padStart(2, "0")}`,
    platform_name: "Windows",
    os_version: "Windows 11",
    product_type_desc: "Workstation",
    last_login_user: "person",
    first_seen: modified,
    last_seen: modified,
    modified_timestamp: modified,
    status: "normal",
    groups: [],
    tags: [],
  };
}

function caseRecord(cid: string, time: string, index: number): VendorRecord {
  const user = { email: "analyst@example.com", full_name: "Analyst", uuid: uuidOf("analyst") };
  const actor = { type: "user", user, workflow: { execution_id: "", id: "" } };
  const none = { records: [] };
  return {
    id: uuidOf(`case ${index}`),
    cid,
    name: `Case ${index}`,
    description: "",
    reference_id: `C-${index}`,
    status: "new",
    severity: 50,
    severity_info: { level: "medium" },
    created_timestamp: time,
    updated_timestamp: time,
    start_timestamp: time,
    end_timestamp: time,
    assigned_to: user,
    created_by: user,
    last_updated_by: user,
    creation_actor: actor,
    update_actor: actor,
    consistency: { consistent: true, version: 1 },
    read_only: { is_read_only: false },
    version: 1,
    evidence: { alerts: none, custom_evidence: none, events: none, leads: none, users: none },
    analysis_results: {
      alerts: none,
      cloud_assets: none,
      data_domains: [],
      events: none,
      files: none,
      hosts: none,
      leads: none,
      users: none,
    },
  };
}

function sensorEvent(
  random: Random,
  { cid, aid, time, index }: { readonly cid: string; readonly aid: string; readonly time: number; readonly index: number },
): VendorRecord {
  const common = {
    cid,
    aid,
    id: random.uuid(),
    aip: "198.51.100.7",
    event_platform: "Win",
    timestamp: String(time),
    ContextTimeStamp: ((time - 700) / 1000).toFixed(3),
    ContextProcessId: String(random.integer(1e9, 2e9)),
  };
  if (index % 3 === 0) {
    return {
      ...common,
      event_simpleName: "DnsRequest",
      name: "DnsRequestV4",
      DomainName: `www${index}.example.org`,
      RequestType: "1",
      QueryStatus: "0",
      IP4Records: "203.0.113.7;",
    };
  }
  const isConnection = index % 3 === 1;
  if (!isConnection) {
    return {
      ...common,
      event_simpleName: "ProcessRollup2",
      name: "ProcessRollup2V19",
      TargetProcessId: String(random.integer(1e9, 2e9)),
      ParentProcessId: "1",
      RawProcessId: "4711",
      ImageFileName: "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe",
      CommandLine: `cmd.exe /c echo ${index}`,
      ProcessStartTime: (time / 1000).toFixed(3),
      SHA256HashData: random.hex(64),
      UserSid: "S-1-5-18",
    };
  }
  return {
    ...common,
    event_simpleName: "NetworkConnectIP4",
    name: "NetworkConnectIP4V12",
    LocalAddressIP4: "10.0.0.5",
    LocalPort: String(random.integer(49_152, 65_535)),
    RemoteAddressIP4: "203.0.113.9",
    RemotePort: "443",
    Protocol: "6",
    ConnectionDirection: "0",
    ConnectionFlags: "0",
    InContext: "0",
  };
}

interface SomePerson {
  readonly id: string;
  readonly mail: string;
  readonly name: string;
}

function signIn(random: Random, person: SomePerson, time: number): VendorRecord {
  return {
    id: random.uuid(),
    createdDateTime: new Date(time).toISOString(),
    userDisplayName: person.name,
    userPrincipalName: person.mail,
    userId: person.id,
    appId: uuidOf("mail"),
    appDisplayName: "Mail",
    ipAddress: "198.51.100.7",
    clientAppUsed: "Browser",
    correlationId: random.uuid(),
    conditionalAccessStatus: "success",
    isInteractive: true,
    riskDetail: "none",
    riskLevelAggregated: "none",
    riskLevelDuringSignIn: "none",
    riskState: "none",
    riskEventTypes: [],
    riskEventTypes_v2: [],
    resourceDisplayName: "Mail",
    resourceId: uuidOf("mail"),
    status: { errorCode: 0, failureReason: "Other.", additionalDetails: null },
    deviceDetail: {
      deviceId: "",
      displayName: null,
      operatingSystem: "Windows 11",
      browser: "Edge 142",
      isCompliant: null,
      isManaged: null,
      trustType: null,
    },
    location: {
      city: "Bern",
      state: "Bern",
      countryOrRegion: "CH",
      geoCoordinates: { altitude: null, latitude: 46.9, longitude: 7.4 },
    },
    appliedConditionalAccessPolicies: [],
  };
}

function directoryAudit(random: Random, person: SomePerson, time: number): VendorRecord {
  return {
    id: `Directory_${random.uuid()}`,
    activityDateTime: new Date(time).toISOString(),
    activityDisplayName: "Update user",
    category: "UserManagement",
    operationType: "Update",
    result: "success",
    resultReason: "",
    loggedByService: "Core Directory",
    correlationId: random.uuid(),
    initiatedBy: {
      app: null,
      user: { id: person.id, displayName: null, userPrincipalName: person.mail, ipAddress: "198.51.100.7" },
    },
    targetResources: [{ id: person.id, displayName: null, type: "User", userPrincipalName: person.mail, modifiedProperties: [] }],
    additionalDetails: [],
  };
}

function riskDetection(random: Random, person: SomePerson, time: number): VendorRecord {
  return {
    id: random.hex(64),
    requestId: random.uuid(),
    correlationId: random.uuid(),
    riskEventType: "unfamiliarFeatures",
    riskState: "atRisk",
    riskLevel: "medium",
    riskDetail: "none",
    source: "IdentityProtection",
    detectionTimingType: "realtime",
    activity: "signin",
    tokenIssuerType: "AzureAD",
    ipAddress: "198.51.100.200",
    location: { city: null, state: null, countryOrRegion: "NL", geoCoordinates: null },
    activityDateTime: new Date(time - 60_000).toISOString(),
    detectedDateTime: new Date(time).toISOString(),
    lastUpdatedDateTime: new Date(time).toISOString(),
    userId: person.id,
    userDisplayName: person.name,
    userPrincipalName: person.mail,
    additionalInfo: '[{"Key":"userAgent","Value":"Mozilla/5.0"}]',
  };
}

function graphAlert(random: Random, time: number, index: number): VendorRecord {
  const at = (ms: number) => new Date(time + ms).toISOString();
  return {
    id: `da${random.hex(30)}_1`,
    providerAlertId: random.hex(32),
    incidentId: String(index % 80),
    status: "new",
    severity: "medium",
    classification: null,
    determination: null,
    serviceSource: "microsoftDefenderForEndpoint",
    detectionSource: "microsoftDefenderForEndpoint",
    detectorId: uuidOf("detector"),
    tenantId: uuidOf("tenant"),
    title: "Suspicious activity",
    description: "A process behaved as attackers do.",
    category: "Execution",
    mitreTechniques: ["T1059.001"],
    createdDateTime: at(0),
    lastUpdateDateTime: at(90_000),
    firstActivityDateTime: at(-60_000),
    lastActivityDateTime: at(-30_000),
    resolvedDateTime: null,
    alertWebUrl: "https://security.microsoft.com/alerts/1",
    evidence: [],
  };
}

function incident(time: number, index: number): VendorRecord {
  return {
    id: String(index),
    tenantId: uuidOf("tenant"),
    status: "active",
    severity: "medium",
    classification: "unknown",
    determination: "unknown",
    displayName: `Incident ${index}`,
    createdDateTime: new Date(time).toISOString(),
    lastUpdateDateTime: new Date(time + 120_000).toISOString(),
    redirectIncidentId: null,
    assignedTo: null,
    incidentWebUrl: "https://security.microsoft.com/incidents/1",
  };
}

type Each = <Made>(make: (time: number, index: number) => Made) => Made[];

/** Rows with the columns that name them; columns of the tables' own are few. */
function tables(
  random: Random,
  each: Each,
  { device, person }: { device: (index: number) => { id: string; name: string }; person: (index: number) => SomePerson },
): Record<HuntingTable, VendorRecord[]> {
  const row = (table: HuntingTable, time: number, index: number): VendorRecord => {
    const Timestamp = new Date(time).toISOString();
    if (table === "EmailEvents") {
      return {
        Timestamp,
        ReportId: random.uuid(),
        NetworkMessageId: random.uuid(),
        RecipientEmailAddress: person(index).mail,
        SenderFromAddress: "a@example.net",
        Subject: "Hello",
        EmailDirection: "Inbound",
        DeliveryAction: "Delivered",
      };
    }
    if (table.startsWith("Device")) {
      return {
        Timestamp,
        DeviceId: device(index).id,
        DeviceName: device(index).name,
        ReportId: index,
        ActionType: actionOf(table),
        RemoteIP: "203.0.113.9",
        RemotePort: 443,
        LocalIP: "10.0.0.5",
        LocalPort: 50_000 + (index % 10_000),
        Protocol: "Tcp",
        AccountName: "person",
        LogonType: "Network",
        FileName: "cmd.exe",
        ProcessCommandLine: `cmd.exe /c echo ${index}`,
        InitiatingProcessFileName: "explorer.exe",
        AdditionalFields: "{}",
      };
    }
    return {
      Timestamp,
      ReportId: random.uuid(),
      Id: random.uuid(),
      RequestId: random.uuid(),
      ActionType: actionOf(table),
      AccountUpn: person(index).mail,
      AccountObjectId: person(index).id,
      IPAddress: "198.51.100.7",
      Application: "Mail",
      AdditionalFields: "{}",
    };
  };
  return Object.fromEntries(huntingTables.map((table) => [table, each((time, index) => row(table, time, index))])) as Record<
    HuntingTable,
    VendorRecord[]
  >;
}

function actionOf(table: HuntingTable): string {
  if (table === "DeviceNetworkEvents") return "ConnectionSuccess";
  if (table === "DeviceProcessEvents") return "ProcessCreated";
  if (table === "DeviceFileEvents") return "FileCreated";
  if (table === "UrlClickEvents") return "ClickAllowed";
  return table === "DeviceEvents" ? "DnsQueryResponse" : "LogonSuccess";
}

/** Every third is condemned hours after it came, as far as the time goes. */
function condemned(random: Random, time: number, to: number): string {
  const later = random.chance(0.3) ? random.integer(600_000, 6 * 3_600_000) : random.integer(1000, 60_000);
  return new Date(Math.min(time + later, to - 1)).toISOString();
}

function message(random: Random, person: SomePerson, time: number, to: number): VendorRecord {
  return {
    GUID: random.hex(32),
    id: random.uuid(),
    QID: random.hex(12),
    messageTime: new Date(time).toISOString(),
    sender: "lure@example.net",
    senderIP: "203.0.113.50",
    recipient: [person.mail],
    fromAddress: ["lure@example.net"],
    toAddresses: [person.mail],
    ccAddresses: [],
    replyToAddress: [],
    headerFrom: "Billing <lure@example.net>",
    subject: "Invoice",
    messageID: `<${random.hex(12)}@example.net>`,
    messageSize: 3002,
    spamScore: 0,
    phishScore: 90,
    impostorScore: 0,
    malwareScore: 0,
    cluster: "example_hosted",
    completelyRewritten: true,
    policyRoutes: ["default_inbound"],
    modulesRun: ["av", "spf"],
    quarantineFolder: null,
    quarantineRule: null,
    messageParts: [],
    threatsInfoMap: [
      {
        threatID: random.hex(64),
        threatStatus: "active",
        classification: "phish",
        threatType: "url",
        threat: "http://example.org/login",
        threatTime: condemned(random, time, to),
        threatUrl: "https://threatinsight.proofpoint.com/threat",
        campaignID: null,
        actors: [],
      },
    ],
  };
}

function click(random: Random, person: SomePerson, time: number, to: number): VendorRecord {
  return {
    id: random.uuid(),
    GUID: random.hex(32),
    clickTime: new Date(time).toISOString(),
    clickIP: "198.51.100.7",
    recipient: person.mail,
    sender: "lure@example.net",
    senderIP: "203.0.113.50",
    messageID: `<${random.hex(12)}@example.net>`,
    url: "http://example.org/login",
    userAgent: "Mozilla/5.0",
    classification: "phish",
    threatID: random.hex(64),
    threatTime: condemned(random, time, to),
    threatURL: "https://threatinsight.proofpoint.com/threat",
    threatStatus: "active",
    campaignId: null,
  };
}

function identity({ id, mail, name }: SomePerson): VendorRecord {
  return { guid: id, customerUserId: null, emails: [mail], name, department: null, location: null, title: null, vip: false };
}

function hexOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function uuidOf(text: string): string {
  const hex = hexOf(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
