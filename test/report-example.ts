import { loadAttack } from "../src/attack/attack.ts";
import { mapToAttack } from "../src/attack/coverage.ts";
import { applyBudget } from "../src/findings/budget.ts";
import { type DetectorIdentity, toFinding } from "../src/findings/number.ts";
import type { DetectorLook, ReportInput } from "../src/report/input.ts";
import { seededRandom } from "../src/stats/random.ts";
import type {
  Evidence,
  Finding,
  FindingDraft,
  Gap,
  HuntResult,
  Hypothesis,
  PeopleMap,
  SourceCount,
  Story,
  TableCoverage,
} from "../src/types.ts";
import { engineTime } from "../src/world.ts";

const attack = loadAttack();
const random = seededRandom(42).uniform;
const start = Date.UTC(2026, 10, 1);
const hours = (count: number): number => count * 3_600_000;
const at = (hour: number): string => engineTime(new Date(start + hours(hour)));
const window = { from: at(0), to: at(168) };

const detectors: readonly (DetectorLook & DetectorIdentity)[] = [
  ["beaconing", "Beaconing", "Which pairs talk at a rhythm that people do not have?", "Statistical"],
  ["dns-tunnelling", "DNS tunnelling", "Which domains carry data in the names that are asked for?", "Statistical"],
  ["exfiltration", "Exfiltration", "Who sent out far more than usual, and where to?", "Statistical"],
  [
    "lateral-movement",
    "Lateral movement",
    "Who reached many hosts in a short time, or ran something on another host?",
    "Behavioral",
  ],
  ["password-attack", "Password attacks", "Who guessed, sprayed or stuffed passwords, and did one fit?", "Behavioral"],
  [
    "impossible-travel",
    "Impossible travel",
    "Who signed in from two places that are too far apart for the time between?",
    "Behavioral",
  ],
  ["unusual-sign-in", "Behavioural anomalies", "Whose sign-ins differ from their own and from everyone's?", "Learning (ML/DL)"],
  [
    "threat-intel-match",
    "Threat intelligence",
    "Which events touch an indicator that is valid at that time?",
    "Exact Data Match",
  ],
  ["vendor-alert", "Vendor alerts", "What did the products in the estate raise themselves?", "Rule"],
  ["web-shell", "Web shells", "Which web servers start shells?", "Behavioral"],
  ["mail-forwarding", "Mail forwarding", "Which mailboxes send copies out?", "Rule"],
].map(([id = "", name = "", question = "", analyticType]) => ({
  id,
  name,
  question,
  version: "1.0.0",
  analyticType: analyticType as DetectorIdentity["analyticType"],
  evaluable: id !== "mail-forwarding",
  failed: false,
}));

const sql: Readonly<Record<string, string>> = {
  beaconing: `-- Which events make up this beacon?
SELECT metadata_uid, time
FROM network_activity
WHERE time >= parseDateTime64BestEffort({from:String}) AND time < parseDateTime64BestEffort({to:String})
  AND src_endpoint_ip = {source:String} AND dst_endpoint_ip = {destination:String} AND dst_endpoint_port = {port:UInt16}
ORDER BY time, metadata_uid
LIMIT 100000`,
};

function evidenceOf(detector: string, values: Readonly<Record<string, string | number>>, rows: number): Evidence {
  const statement =
    sql[detector] ??
    `-- Events behind a finding of ${detector}\nSELECT metadata_uid, time\nFROM events\nWHERE entity = {entity:String}\nORDER BY time, metadata_uid\nLIMIT 100000`;
  const ids = Array.from(
    { length: Math.min(rows, 50) },
    (_, index) => `e${(index * 7919 + rows).toString(16).padStart(12, "0")}`,
  );
  return {
    question: `${detector}/evidence.sql`,
    sql: statement,
    parameters: { ...window, ...values },
    event_ids: ids,
    row_count: rows,
  };
}

type Sketch = Partial<FindingDraft> &
  Pick<FindingDraft, "title" | "description" | "score" | "firstSeen" | "lastSeen" | "techniques" | "observables" | "rowCount">;

function findingOf(detector: string, sketch: Sketch, values: Readonly<Record<string, string | number>> = {}): Finding {
  const identity = detectors.find((each) => each.id === detector);
  if (identity === undefined) throw new RangeError(detector);
  const draft: FindingDraft = {
    keys: { title: sketch.title },
    confidence: 80,
    reasons: [{ feature: "match", observed: sketch.title, baseline: null, peers: null, contribution: sketch.score }],
    benign:
      "Software that updates itself keeps such a rhythm too; the owner of the address and the process behind the calls tell them apart.",
    blindSpots: [],
    evidence: {},
    ...sketch,
  };
  return toFinding(draft, identity, attack, [evidenceOf(detector, values, sketch.rowCount)]);
}

function calls(fromHour: number, count: number, periodSeconds: number, jitterSeconds: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const pause = index > count / 2 ? hours(9) : 0;
    return engineTime(
      new Date(start + hours(fromHour) + index * periodSeconds * 1000 + (random() - 0.5) * 2000 * jitterSeconds + pause),
    );
  });
}

function beacon(
  source: string,
  destination: string,
  port: number,
  options: { score: number; period: number; jitter: number; count: number; hour: number; host?: string },
): Finding {
  const { score, period, jitter, count, hour } = options;
  return findingOf(
    "beaconing",
    {
      title: `${source} calls ${options.host ?? destination}:${port} every ${period} s`,
      description: `${source} opened ${count} connections to ${destination} on port ${port}. The intervals cluster at ${period} s with a spread of ${jitter} s, day and night; no other host of the estate talks to this address.`,
      score,
      confidence: 90,
      firstSeen: at(hour),
      lastSeen: at(hour + (count * period) / 3600),
      techniques: ["T1071.001", "T1573"],
      observables: [
        { name: "src_endpoint.ip", value: source },
        { name: "src_endpoint.hostname", value: "WS-0142.corp.example" },
        { name: "dst_endpoint.ip", value: destination },
        { name: "dst_endpoint.port", value: String(port) },
        ...(options.host === undefined ? [] : [{ name: "dst_endpoint.hostname", value: options.host } as const]),
        { name: "connection_info.protocol_name", value: "tcp" },
      ],
      reasons: [
        {
          feature: "interval regularity",
          observed: `every ${period} s (MAD ${jitter} s)`,
          baseline: "no rhythm in the 30 days before",
          peers: "median MAD 412 s over 1,204 pairs",
          contribution: score * 0.55,
        },
        {
          feature: "size regularity",
          observed: "1,212 B out (MAD 3 B)",
          baseline: null,
          peers: "median MAD 2,311 B",
          contribution: score * 0.25,
        },
        {
          feature: "destination rarity",
          observed: "1 of 412 hosts talks to it",
          baseline: "never before",
          peers: "median 31 hosts",
          contribution: score * 0.3,
        },
        {
          feature: "known update service",
          observed: "owner is not on the list of update services",
          baseline: null,
          peers: null,
          contribution: score * -0.1,
        },
      ],
      blindSpots: [
        "The payload is encrypted: what was said cannot be seen.",
        "Connections through the proxy show the proxy as their end.",
      ],
      rowCount: count,
      detail: { times: calls(hour, Math.min(count, 3000), period, jitter), periodSeconds: period, jitterSeconds: jitter },
    },
    { source, destination, port },
  );
}

const beacons = [
  beacon("10.20.4.31", "185.193.126.44", 443, { score: 96.2, period: 60, jitter: 0.4, count: 4211, hour: 30 }),
  beacon("10.20.4.77", "45.77.12.9", 8443, {
    score: 74.8,
    period: 900,
    jitter: 120,
    count: 412,
    hour: 20,
    host: "cdn.telemetry-node.net",
  }),
  beacon("10.20.9.12", "203.0.113.80", 80, { score: 41.3, period: 3600, jitter: 30, count: 160, hour: 2 }),
];

const tunnel = findingOf("dns-tunnelling", {
  title: "10.20.4.31 asked for 6,120 names under t.pirate-sea.org",
  description:
    "Almost every name was asked once, most of them as TXT and NULL records, with 5.1 bits of entropy a character: the names carry data.",
  score: 88.4,
  firstSeen: at(54),
  lastSeen: at(61),
  techniques: ["T1071.004", "T1048"],
  observables: [
    { name: "src_endpoint.ip", value: "10.20.4.31" },
    { name: "query.hostname", value: "t.pirate-sea.org" },
  ],
  reasons: [
    {
      feature: "names asked once",
      observed: "6,084 of 6,120",
      baseline: "12 a day",
      peers: "median 9 a day",
      contribution: 51.2,
    },
    { feature: "entropy of names", observed: "5.1 bits a character", baseline: "2.9", peers: "3.0", contribution: 37.2 },
  ],
  rowCount: 6120,
});

const upload = findingOf("exfiltration", {
  title: "10.20.4.31 sent 2.4 GiB to 185.193.126.44 in 3 hours",
  description: "On 98 of the last 100 days this host sent out less than 140 MiB. No other host sends to this address.",
  score: 91.7,
  firstSeen: at(100),
  lastSeen: at(103),
  techniques: ["T1041"],
  observables: [
    { name: "src_endpoint.ip", value: "10.20.4.31" },
    { name: "dst_endpoint.ip", value: "185.193.126.44" },
    { name: "dst_endpoint.port", value: "443" },
  ],
  reasons: [
    {
      feature: "bytes out",
      observed: "2.4 GiB",
      baseline: "median 96 MiB a day (MAD 22 MiB)",
      peers: "median 81 MiB a day",
      contribution: 60.1,
    },
    { feature: "up/down ratio", observed: "41 : 1", baseline: "0.1 : 1", peers: "0.2 : 1", contribution: 31.6 },
  ],
  rowCount: 88,
});

const movementOf = (
  from: string,
  targets: readonly string[],
  protocol: string,
): { from: string; to: string; protocol: string; count: number }[] =>
  targets.map((to, index) => ({ from, to, protocol, count: 1 + (index % 4) }));

const fan = findingOf("lateral-movement", {
  title: "WS-0142.corp.example reached 9 hosts over SMB in 22 minutes and started a service on 2",
  description:
    "Before this hour the device had reached at most 2 hosts a day over SMB. On SRV-FILE-02 and SRV-FILE-03 a service with a random name was created seconds after the logon.",
  score: 93.1,
  confidence: 92,
  firstSeen: at(72.2),
  lastSeen: at(72.6),
  techniques: ["T1021.002", "T1569.002"],
  observables: [
    { name: "src_endpoint.hostname", value: "WS-0142.corp.example" },
    { name: "device.hostname", value: "WS-0142.corp.example" },
    { name: "dst_endpoint.hostname", value: "SRV-FILE-02.corp.example" },
    { name: "connection_info.protocol_name", value: "smb" },
    { name: "service.name", value: "kQzPvTra" },
    { name: "user.name", value: "svc-backup@corp.example" },
  ],
  reasons: [
    {
      feature: "hosts reached in an hour",
      observed: "9",
      baseline: "at most 2 a day",
      peers: "95th percentile 3",
      contribution: 41.4,
    },
    {
      feature: "remote execution",
      observed: "2 services created after a network logon",
      baseline: "never",
      peers: "only from SRV-MGMT-01",
      contribution: 51.7,
    },
  ],
  rowCount: 31,
  detail: {
    sources: ["WS-0142.corp.example"],
    movements: [
      ...movementOf(
        "WS-0142.corp.example",
        ["01", "02", "03", "04", "05", "06", "07", "08", "09"].map((n) => `SRV-FILE-${n}.corp.example`),
        "smb",
      ),
      ...movementOf("WS-0142.corp.example", ["SRV-FILE-02.corp.example", "SRV-FILE-03.corp.example"], "service"),
    ],
  },
});

const hop = findingOf("lateral-movement", {
  title: "SRV-FILE-03.corp.example ran a process on DC-01.corp.example through WMI",
  description:
    "WmiPrvSE started powershell.exe on the domain controller 4 s after a network logon of svc-backup@corp.example from SRV-FILE-03.",
  score: 84.5,
  firstSeen: at(73.5),
  lastSeen: at(73.52),
  techniques: ["T1047"],
  observables: [
    { name: "src_endpoint.hostname", value: "SRV-FILE-03.corp.example" },
    { name: "device.hostname", value: "DC-01.corp.example" },
    { name: "process.cmd_line", value: "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA" },
    { name: "connection_info.protocol_name", value: "wmi" },
  ],
  rowCount: 3,
  detail: {
    sources: ["SRV-FILE-03.corp.example"],
    movements: [
      { from: "SRV-FILE-03.corp.example", to: "DC-01.corp.example", protocol: "wmi", count: 2 },
      { from: "DC-01.corp.example", to: "WS-0142.corp.example", protocol: "winrm", count: 1 },
    ],
  },
});

const spray = findingOf("password-attack", {
  title: "91.240.118.29 tried 3 passwords on each of 214 accounts; 1 fitted",
  description:
    "642 failed sign-ins over 5 hours, spread evenly over accounts; finance-07@corp.example let it in at the third round.",
  score: 89.9,
  firstSeen: at(6),
  lastSeen: at(11.4),
  techniques: ["T1110.003", "T1078.004"],
  observables: [
    { name: "src_endpoint.ip", value: "91.240.118.29" },
    { name: "user.name", value: "finance-07@corp.example" },
  ],
  rowCount: 643,
});

const travel = findingOf("impossible-travel", {
  title: "finance-07@corp.example signed in from Germany and, 41 minutes later, from Nigeria",
  description:
    "6,100 km in 41 minutes is 8,900 km/h. The second address belongs to a hosting provider, and it had just sprayed passwords.",
  score: 77.4,
  firstSeen: at(10.8),
  lastSeen: at(11.5),
  techniques: ["T1078.004"],
  observables: [
    { name: "user.name", value: "finance-07@corp.example" },
    { name: "src_endpoint.ip", value: "91.240.118.29" },
    { name: "src_endpoint.location.country", value: "NG" },
  ],
  benign: "A VPN or a mobile carrier's gateway moves people as well; the device and the application tell them apart.",
  rowCount: 2,
});

const anomaly = (account: string, score: number, hour: number): Finding =>
  findingOf("unusual-sign-in", {
    title: `${account} behaves unlike itself and unlike everyone`,
    description: `Sign-ins at hours, from addresses and to applications that neither ${account} nor its peers use.`,
    score,
    firstSeen: at(hour),
    lastSeen: at(hour + 20),
    techniques: ["T1078"],
    observables: [{ name: "user.name", value: account }],
    reasons: [
      { feature: "ip_diversity", observed: "14 addresses", baseline: "1 to 2", peers: "median 2", contribution: score * 0.5 },
      {
        feature: "login_country_diversity",
        observed: "3 countries",
        baseline: "1",
        peers: "median 1",
        contribution: score * 0.3,
      },
      { feature: "failed_login_count", observed: "31", baseline: "0 to 1", peers: "median 1", contribution: score * 0.25 },
      {
        feature: "application_diversity",
        observed: "4 applications",
        baseline: "4 to 6",
        peers: "median 5",
        contribution: score * -0.05,
      },
    ],
    rowCount: 96,
  });

const anomalies = [
  anomaly("finance-07@corp.example", 81.2, 10),
  anomaly("svc-backup@corp.example", 66.3, 70),
  anomaly("reception-02@corp.example", 34.9, 90),
];

const match = findingOf("threat-intel-match", {
  title: "185.193.126.44 is a known command server (feed botnet-c2, confidence 90)",
  description:
    "4,299 connections of 10.20.4.31 went to an address that the feed lists as a command server since 12 October 2026.",
  score: 92.5,
  firstSeen: at(30),
  lastSeen: at(110),
  techniques: ["T1071"],
  observables: [
    { name: "dst_endpoint.ip", value: "185.193.126.44" },
    { name: "src_endpoint.ip", value: "10.20.4.31" },
  ],
  rowCount: 4299,
});

const vendorAlerts = [
  findingOf("vendor-alert", {
    title: "Suspicious service installed on SRV-FILE-02.corp.example",
    description: "Raised by the endpoint product.",
    score: 60,
    vendorSeverity: "High",
    firstSeen: at(72.4),
    lastSeen: at(72.4),
    techniques: ["T1543.003"],
    observables: [{ name: "device.hostname", value: "SRV-FILE-02.corp.example" }],
    rowCount: 1,
  }),
  findingOf("vendor-alert", {
    title: "Phishing message delivered to finance-07@corp.example from billing@invoices-portal.com",
    description: "Raised by the mail gateway after delivery. The link was http://invoices-portal.com/login?u=finance-07.",
    score: 55,
    vendorSeverity: "Medium",
    firstSeen: at(4),
    lastSeen: at(4),
    techniques: ["T1566.002"],
    observables: [
      { name: "email.from", value: "billing@invoices-portal.com" },
      { name: "email.to", value: "finance-07@corp.example" },
      { name: "url.url_string", value: "http://invoices-portal.com/login?u=finance-07" },
    ],
    rowCount: 1,
  }),
];

const minor = Array.from({ length: 60 }, (_, index) =>
  findingOf(["beaconing", "exfiltration", "lateral-movement", "unusual-sign-in"][index % 4] ?? "beaconing", {
    title: `Minor deviation ${index + 1} on WS-0${200 + index}.corp.example`,
    description: "A small deviation from what is usual.",
    score: 8 + ((index * 37) % 45),
    firstSeen: at((index * 31) % 166),
    lastSeen: at(((index * 31) % 166) + 1),
    techniques: ["T1071"],
    observables: [{ name: "device.hostname", value: `WS-0${200 + index}.corp.example` }],
    rowCount: 10 + index,
  }),
);

const findings = applyBudget(
  [...beacons, tunnel, upload, fan, hop, spray, travel, ...anomalies, match, ...vendorAlerts, ...minor],
  { perDay: 2, window },
);

function step(
  hour: number,
  finding: Finding | undefined,
  tactic: string,
  text: string,
  joinedBy: string | null,
  told: Partial<Story["steps"][number]> = {},
): Story["steps"][number] {
  return {
    time: at(hour),
    lastTime: at(hour + 1),
    findingUid: finding?.uid ?? "",
    tactic,
    text,
    person: null,
    device: null,
    sensors: [],
    joinedBy,
    joinedTo: joinedBy === null ? null : 1,
    notEvaluable: [],
    ...told,
  };
}

const stories: readonly Story[] = [
  {
    uid: "5f1c0a77e2b94d10aa01",
    title: "From a sprayed password to 2.4 GiB sent out through WS-0142",
    summary:
      "An outside address guessed the password of finance-07@corp.example and signed in. 19 hours later WS-0142 began to call 185.193.126.44 every minute, moved over SMB and WMI to the domain controller, opened a DNS tunnel and sent out 2.4 GiB.",
    score: 98.1,
    severity: "Critical",
    firstSeen: at(4),
    lastSeen: at(103),
    entities: [
      { kind: "user", value: "finance-07@corp.example" },
      { kind: "user", value: "svc-backup@corp.example" },
      { kind: "device", value: "WS-0142.corp.example" },
      { kind: "ip", value: "10.20.4.31" },
      { kind: "ip", value: "185.193.126.44" },
    ],
    steps: [
      step(4, vendorAlerts[1], "Initial Access", "a phishing message reached finance-07", null),
      step(
        6,
        spray,
        "Credential Access",
        "91.240.118.29 sprayed 214 accounts; finance-07 let it in",
        "user finance-07@corp.example",
        { person: "finance-07@corp.example (controller, Finance)", sensors: ["Entra ID"] },
      ),
      step(
        10.8,
        travel,
        "Initial Access",
        "signed in from Germany and from Nigeria within 41 minutes",
        "user finance-07@corp.example",
      ),
      step(
        30,
        beacons[0],
        "Command and Control",
        "WS-0142 began to call 185.193.126.44:443 every 60 s",
        "device WS-0142.corp.example",
      ),
      step(54, tunnel, "Command and Control", "6,120 names asked under t.pirate-sea.org", "address 10.20.4.31"),
      step(72.2, fan, "Lateral Movement", "9 hosts reached over SMB, services started on 2", "device WS-0142.corp.example"),
      step(73.5, hop, "Execution", "powershell started on DC-01 through WMI", "device SRV-FILE-03.corp.example"),
      step(100, upload, "Exfiltration", "2.4 GiB sent to the command server", "process 4f2a90c1:2210 of WS-0142", {
        device: "WS-0142.corp.example",
        sensors: ["Falcon", "Zeek"],
        joinedTo: 4,
        notEvaluable: ["upload bytes"],
      }),
    ],
    tactics: ["Initial Access", "Credential Access", "Command and Control", "Lateral Movement", "Execution", "Exfiltration"],
    techniques: ["T1566.002", "T1110.003", "T1071.001", "T1021.002", "T1047", "T1041"],
    benign: "A penetration test looks the same from here: ask whether one was ordered for this week.",
    nextChecks: [
      "Process behind the connections to 185.193.126.44 on WS-0142, and what started it.",
      "What svc-backup did on DC-01 between 01:30 and 02:00 UTC on 4 November.",
      "Other hosts that asked for names under pirate-sea.org in the last 90 days.",
    ],
    actions: [
      "Isolate WS-0142 and SRV-FILE-03.",
      "Reset finance-07 and svc-backup, end their sessions.",
      "Block 185.193.126.44 and pirate-sea.org at the edge.",
    ],
    stillActive: ["WS-0142 calls 185.193.126.44:443 every 60 s: last seen within the last hour before the records end."],
  },
  {
    uid: "5f1c0a77e2b94d10aa02",
    title: "10.20.4.77 calls a rare host every 15 minutes",
    summary: "A steady rhythm to cdn.telemetry-node.net, first seen this week, from one workstation only.",
    score: 74.8,
    severity: "High",
    firstSeen: at(20),
    lastSeen: at(123),
    entities: [
      { kind: "ip", value: "10.20.4.77" },
      { kind: "domain", value: "cdn.telemetry-node.net" },
    ],
    steps: [
      step(20, beacons[1], "Command and Control", "calls every 900 s", null),
      step(90, anomalies[2], "Initial Access", "its user signs in at unusual hours", "device of reception-02@corp.example"),
    ],
    tactics: ["Command and Control", "Initial Access"],
    techniques: ["T1071.001", "T1078"],
    benign: "A telemetry agent that was rolled out to one machine as a trial.",
    nextChecks: ["Software installed on 10.20.4.77 this week."],
    actions: [],
    stillActive: [],
  },
];

const hypotheses: readonly Hypothesis[] = [
  {
    id: "h-credential-dump",
    title: "The attacker took credentials from DC-01",
    priority: 91.3,
    priorityTerms: { "co-occurrence of T1003 with what was seen": 0.41, "story score": 0.31, "data to test it": 0.19 },
    origin: "knowledge-base",
    generator: "next-step",
    mitreTactics: ["Credential Access"],
    techniques: ["T1003.001", "T1003.003"],
    entities: ["DC-01.corp.example"],
    findingUids: [hop.uid, fan.uid],
    description: "Groups that use WMI and service execution on a domain controller mostly go on to dump credentials there.",
    huntingSteps: [
      "List processes on DC-01 that touch lsass.exe within 6 hours of the WMI logon.",
      "Look for ntdsutil, vssadmin and shadow copies.",
      "Look for logons with other accounts from WS-0142 afterwards.",
    ],
    expectedIndicators: ["comsvcs.dll MiniDump", "a copy of ntds.dit", "a new logon session of a domain administrator"],
    supportsIf: "a process other than the security agent opens lsass.exe, or ntds.dit is copied, after 01:30 UTC on 4 November",
    refutedIf: "process events of DC-01 cover the whole time and show neither",
    benignExplanation: "Backup software makes shadow copies at 02:00 UTC each day.",
    huntIds: ["credential-dumping"],
    window,
    testable: true,
    notTestableBecause: null,
  },
  {
    id: "h-mail-rule",
    title: "finance-07's mailbox sends copies out",
    priority: 58.9,
    priorityTerms: { "co-occurrence of T1114 with what was seen": 0.33, "entity weight": 0.26 },
    origin: "knowledge-base",
    generator: "gap",
    mitreTactics: ["Collection"],
    techniques: ["T1114.003"],
    entities: ["finance-07@corp.example"],
    findingUids: [spray.uid],
    description: "After a mailbox is entered, a forwarding rule is the usual way to keep reading it.",
    huntingSteps: ["List inbox rules made since 1 November 06:00 UTC."],
    expectedIndicators: ["a rule that forwards or deletes"],
    supportsIf: "a rule was made from an outside address",
    refutedIf: "the audit log covers the time and shows none",
    benignExplanation: "People forward their mail on holiday.",
    huntIds: ["inbox-rules"],
    window,
    testable: false,
    notTestableBecause: "no mailbox audit events in the window",
  },
];

const hunts: readonly HuntResult[] = [
  {
    id: "r1",
    hypothesisId: "h-credential-dump",
    huntId: "credential-dumping",
    title: "Credential dumping on DC-01",
    techniques: ["T1003.001"],
    status: "supported",
    evidence: [
      {
        description: "rundll32.exe comsvcs.dll, MiniDump 648 C:\\Windows\\Temp\\d.bin full",
        source: "process_activity",
        timestamp: at(73.6),
        confidence: 95,
        indicators: ["rundll32.exe", "C:\\Windows\\Temp\\d.bin"],
        eventIds: ["e000000000a11", "e000000000a12"],
        rowCount: 2,
      },
      {
        description: "vssadmin create shadow /for=C:",
        source: "process_activity",
        timestamp: at(73.7),
        confidence: 70,
        indicators: ["vssadmin.exe"],
        eventIds: ["e000000000a20"],
        rowCount: 1,
      },
    ],
    summary: "Two processes on DC-01 read the memory of lsass.exe and made a shadow copy within 12 minutes of the WMI logon.",
    recommendedActions: ["Treat every account that signed in to DC-01 as known to the attacker.", "Reset the krbtgt key twice."],
    coverage: [{ table: "process_activity", rows: 412_001 }],
    sql: "-- Who reads the memory of lsass, or copies ntds.dit?\nSELECT metadata_uid, time, device_hostname, process_cmd_line\nFROM process_activity\nWHERE device_hostname = {host:String}\nORDER BY time, metadata_uid\nLIMIT 200",
    parameters: { ...window, host: "DC-01.corp.example" },
    resultHash: "3b9f0d6c2a3148a19d7adf2eaa41c0ee",
  },
  {
    id: "r2",
    hypothesisId: "h-mail-rule",
    huntId: "inbox-rules",
    title: "New inbox rules of finance-07",
    techniques: ["T1114.003"],
    status: "not-testable",
    evidence: [],
    summary: "There are no mailbox audit events in the window: nothing can be said.",
    recommendedActions: ["Turn on mailbox auditing."],
    coverage: [{ table: "api_activity", rows: 0 }],
    sql: "SELECT 1",
    parameters: {},
    resultHash: "d41d8cd98f00b204e9800998ecf8427e",
  },
];

const filled = (columns: Readonly<Record<string, number>>): Readonly<Record<string, number>> => columns;
const tables: readonly TableCoverage[] = [
  {
    table: "network_activity",
    rows: 1_204_332,
    firstTime: at(0.01),
    lastTime: at(167.9),
    filled: filled({ traffic_bytes_out: 1, src_endpoint_hostname: 0.31, process_name: 0 }),
  },
  {
    table: "dns_activity",
    rows: 402_118,
    firstTime: at(0.02),
    lastTime: at(167.8),
    filled: filled({ query_hostname: 1, answers: 0.84 }),
  },
  {
    table: "authentication",
    rows: 88_410,
    firstTime: at(0.3),
    lastTime: at(167.2),
    filled: filled({ src_endpoint_location_country: 0.97, device_uid: 0.02 }),
  },
  {
    table: "process_activity",
    rows: 412_001,
    firstTime: at(24),
    lastTime: at(160),
    filled: filled({ process_cmd_line: 0.99, process_parent_name: 0.42 }),
  },
  { table: "detection_finding", rows: 41, firstTime: at(4), lastTime: at(150), filled: filled({}) },
  ...["file_activity", "email_activity", "api_activity", "registry_activity"].map((table) => ({
    table,
    rows: 0,
    firstTime: null,
    lastTime: null,
    filled: {},
  })),
];

const sources: readonly SourceCount[] = [
  ["zeek", "zeek-conn", "logs/2026-11-0%/conn.log.gz", 1_204_332, 0],
  ["zeek", "zeek-dns", "logs/2026-11-0%/dns.log.gz", 402_118, 0],
  ["windows-events", "windows-security", "hosts/dc-01/security-%.json", 500_411, 17],
  ["ocsf", "ocsf-ndjson", "cloud/authentication-%.ndjson", 88_410, 2],
].flatMap(([source, format, file, total, refused]) =>
  Array.from({ length: 7 }, (_, day): SourceCount => {
    const read = Math.floor(Number(total) / 7);
    const quarantined = day === 3 ? Number(refused) : 0;
    const duplicate = day === 5 ? 12 : 0;
    const fileUid = (day * 104729 + read).toString(16).padStart(64, "a9");
    return {
      source: String(source),
      format: String(format),
      file: String(file).replace("%", String(day + 1)),
      fileUid,
      byteCount: read * 212,
      read,
      stored: read - quarantined - duplicate,
      duplicate,
      quarantined,
      rawOnly: 0,
    };
  }),
);

const gaps: readonly Gap[] = [
  {
    stage: "import",
    part: "logs/notes.pdf",
    kind: "unrecognised",
    reason: "no source knows this format; nothing was read from it",
  },
  {
    stage: "import",
    part: "logs/old/conn.log.gz",
    kind: "damaged",
    reason: "the gzip stream ends early; 4,101 lines before it were read",
    count: 4101,
  },
  { stage: "normalise", part: "hosts/dc-01/security-4.json", kind: "quarantined", reason: "not JSON", count: 17 },
  { stage: "normalise", part: "cloud/authentication-4.ndjson", kind: "quarantined", reason: "time is missing", count: 2 },
  { stage: "detect", part: "mail-forwarding", kind: "no-data", reason: "not evaluable: api_activity has no rows" },
  {
    stage: "detect",
    part: "exfiltration",
    kind: "not-evaluable",
    reason: "upload.sql: network_activity.traffic_bytes_out is filled in 31 % of endpoint connections",
  },
  { stage: "enrich", part: "owners", kind: "assumption", reason: "countries come from the bundled file of 2 November 2026" },
];

function people(): PeopleMap {
  const crowd = Array.from({ length: 410 }, (_, index) => ({
    name: `account-${String(index).padStart(3, "0")}@corp.example`,
    x: random() + random() + random() - 1.5,
    y: (random() + random() - 1) * 0.8,
    score: 10,
    isOutlier: false,
  }));
  const outliers = [
    { name: "finance-07@corp.example", x: 5.1, y: 1.2, score: 81.2, isOutlier: true },
    { name: "svc-backup@corp.example", x: 3.8, y: -1.6, score: 66.3, isOutlier: true },
    { name: "reception-02@corp.example", x: 2.2, y: 0.4, score: 34.9, isOutlier: true },
  ];
  return { people: [...crowd, ...outliers], explained: [0.47, 0.21] };
}

/** A week of an estate in which two stories happened: everything that a report can show, made without chance or clock. */
export const reportExample: ReportInput = {
  window,
  run: {
    title: "Threat hunt",
    versions: { spoor: "0.1.0", chdb: "3.4.0", ocsf: "1.8.0", "ATT&CK": attack.version },
    parameters: {
      beaconing: { countThreshold: 10, timeThresholdSeconds: 60 },
      "lateral-movement": { minConnections: 3, timeWindowHours: 1 },
    },
    seed: 42,
    command: "spoor hunt ./logs --out ./spoor-out",
    hashes: { "findings.ndjson": "f3ab0c5f7a5a2f3bd9f2c9a4ab3b6dd0f4e3d2c1b0a99887766554433221100f" },
  },
  sources,
  stages: [
    { stage: "import", seconds: 12.4, peak_rss_bytes: 812_000_000 },
    { stage: "detect", seconds: 31.9, peak_rss_bytes: 1_410_000_000 },
  ],
  tables,
  detectors,
  findings,
  stories,
  hypotheses,
  hunts,
  coverage: mapToAttack({
    findings,
    hunts,
    detectors: detectors.map((detector) => ({
      detector: {
        id: detector.id,
        techniques:
          detector.id === "mail-forwarding"
            ? ["T1114.003", "T1137"]
            : detector.id === "web-shell"
              ? ["T1505.003", "T1059"]
              : ["T1071", "T1572", "T1021"],
        anyOf: [],
      },
      evaluable: detector.evaluable,
      failed: detector.failed,
    })),
    tables: new Map(tables.map((table) => [table.table, table])),
    attack,
  }),
  tacticOrder: attack.tactics.map((tactic) => tactic.name),
  gaps,
  people: { "unusual-sign-in": people() },
  budget: { perDay: 2 },
  internal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  generatedAt: at(170),
};
