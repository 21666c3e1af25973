import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { z } from "zod";
import { tellDay } from "./background/days.ts";
import { estateOf } from "./estate.ts";
import { processOf } from "./host-events.ts";
import { type Occurrences, together } from "./occurrences.ts";
import { randomOf } from "./random.ts";
import { type HuntingTable, huntingTables } from "./vendor-data.ts";
import { vendorDataOf } from "./vendors.ts";

const specs = fileURLToPath(new URL("../../shared/specs/", import.meta.url));
const hasSpecs = existsSync(specs);
const unlessSpecs = hasSpecs ? "" : " (skipped: ../shared/specs is not here)";

const estate = estateOf(42, { people: 40 });
// A Tuesday, the second of the month: the house tests its people with a phishing mail.
const midnight = Date.parse("2026-11-10");
const devices = [...estate.workstations.slice(0, 20), ...estate.servers];
const told = together(tellDay(estate, devices, midnight, { seed: 42, busyness: 0.4 }), rare());
const data = vendorDataOf(told, estate);

/** One of each that a day of twenty people may well pass without. */
function rare(): Partial<Occurrences> {
  const random = randomOf(42, "rare");
  const [person] = estate.people;
  const [device] = estate.workstations;
  if (person === undefined || device === undefined) throw new Error("the estate is empty");
  const time = midnight + 40_000_000;
  const place = person.office.place;
  const process = processOf("C:\\Windows\\System32\\reg.exe", "reg.exe add …", person, random);
  const client = { operatingSystem: "Windows 11", browser: "Edge 142.0.0", device };
  const application = { name: "Office 365 Exchange Online", id: "00000002-0000-0ff1-ce00-000000000000" };
  const signIn = { time, person, application, address: "203.0.113.5", place, client, errorCode: 0, failureReason: null };
  const file = { time, device, process, sizeBytes: 4_000 };
  const alert = {
    id: "da0123_1",
    time,
    product: "microsoftDefenderForEndpoint",
    title: "Suspicious script launched",
    description: "…",
    severity: "medium",
    category: "Execution",
    techniques: ["T1059.001"],
    device,
    person,
    process,
    address: "203.0.113.5",
    url: "https://share.molen-winkel.example/a",
    case: "one",
  } as const;
  return {
    signIns: [{ ...signIn, risk: { level: "medium", types: ["unfamiliarFeatures"] }, sessionId: "s-1", tokenId: "t-1" }],
    riskDetections: [
      {
        id: "r-1",
        time,
        detected: time + 60_000,
        person,
        signIn,
        type: "unfamiliarFeatures",
        level: "medium",
        state: "atRisk",
        address: "203.0.113.5",
        place,
      },
    ],
    riskStates: [
      { time, person, level: "medium", state: "atRisk", detail: "none" },
      { time: time + 1_000, person, level: "none", state: "remediated", detail: "userPassedMFADrivenByRiskBasedPolicy" },
    ],
    productAlerts: [alert, { ...alert, id: "da0124_1", severity: "high" }],
    alerts: [
      {
        id: "399748687993-5761-42627600",
        time,
        device,
        person,
        name: "RemoteToolInstalled",
        description: "…",
        severity: 45,
        tactic: "Command and Control",
        technique: "Remote Access Tools",
        attack: { tactic: "TA0011", technique: "T1219" },
        file: "\\Device\\HarddiskVolume3\\a.exe",
        commandLine: "a.exe",
        parentFile: "\\Device\\HarddiskVolume3\\Windows\\explorer.exe",
      },
    ],
    fileChanges: [
      { ...file, action: "archived", path: "C:\\Users\\Public\\out.7z" },
      { ...file, action: "deleted", path: "C:\\Users\\Public\\out.7z" },
      { ...file, action: "created", path: "C:\\Users\\Public\\tool.exe", sha256: random.hex(64) },
    ],
    registryChanges: [
      {
        time,
        device,
        process,
        key: "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
        valueName: "tool",
        data: "C:\\Users\\Public\\tool.exe",
        isAutostart: true,
      },
      {
        time,
        device,
        process,
        key: "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa",
        valueName: "RunAsPPL",
        data: "0",
        isAutostart: false,
      },
    ],
    scheduledTasks: [
      {
        time,
        device,
        process,
        account: person,
        name: "\\Updates\\Nightly",
        command: "C:\\Users\\Public\\tool.exe",
        options: "-x <y>",
        author: "LINDENHOF\\x",
      },
    ],
    serviceInstalls: [
      { time, device, process, account: person, name: "tool", image: "C:\\Users\\Public\\tool.exe -s", start: "demand start" },
    ],
    driverLoads: [{ time, device, path: "C:\\Windows\\System32\\drivers\\tool.sys", sha256: random.hex(64), signer: null }],
    directoryChanges: [
      {
        time,
        operation: "Consent to application",
        category: "ApplicationManagement",
        by: person,
        address: "203.0.113.5",
        targets: [
          {
            type: "ServicePrincipal",
            id: "sp-1",
            name: "Minutes",
            changes: [{ name: "ConsentContext.IsAdminConsent", before: null, after: '"False"' }],
          },
        ],
        succeeded: true,
        details: { "User-Agent": "x" },
      },
    ],
  };
}

test("everything that the three vendors can be asked for is there", () => {
  const empty = [...Object.entries(data.falcon), ...Object.entries(data.microsoft), ...Object.entries(data.proofpoint)]
    .filter(([, records]) => Array.isArray(records) && records.length === 0)
    .map(([name]) => name);
  // Hardly anyone clicks on what the filter condemned on one day.
  expect(
    empty.filter(
      (name) =>
        !["clicksPermitted", "clicksBlocked", "topClickers", "forensics", "messagesDelivered", "campaigns"].includes(name),
    ),
  ).toEqual([]);
  expect(huntingTables.filter((table) => data.microsoft.hunting[table].length === 0)).toEqual([]);
});

test("every record has an id of its own", () => {
  const ids: Readonly<Record<string, readonly unknown[]>> = {
    events: data.falcon.events.map(({ cid, aid, id }) => `${String(cid)}|${String(aid)}|${String(id)}`),
    signIns: data.microsoft.signIns.map(({ id }) => id),
    requests: data.microsoft.hunting.EntraIdSignInEvents.map(
      ({ RequestId, ErrorCode }) => `${String(RequestId)}|${String(ErrorCode)}`,
    ),
    audits: data.microsoft.directoryAudits.map(({ id }) => id),
    mails: data.microsoft.hunting.EmailEvents.map(
      ({ NetworkMessageId, RecipientEmailAddress, ReportId }) =>
        `${String(NetworkMessageId)}|${String(RecipientEmailAddress)}|${String(ReportId)}`,
    ),
    cloud: data.microsoft.hunting.CloudAppEvents.map(({ ReportId }) => ReportId),
    identity: data.microsoft.hunting.IdentityLogonEvents.map(({ ReportId }) => ReportId),
    graph: data.microsoft.hunting.GraphApiAuditEvents.map(({ RequestId }) => RequestId),
    ...Object.fromEntries(
      (["DeviceNetworkEvents", "DeviceLogonEvents", "DeviceProcessEvents", "DeviceFileEvents", "DeviceEvents"] as const).map(
        (table) => [
          table,
          data.microsoft.hunting[table].map(
            ({ DeviceId, Timestamp, ReportId }) => `${String(DeviceId)}|${String(Timestamp)}|${String(ReportId)}`,
          ),
        ],
      ),
    ),
  };
  for (const [name, list] of Object.entries(ids)) expect(`${name} ${new Set(list).size}`).toBe(`${name} ${list.length}`);
});

test("the same seed tells the same, whatever part of the estate is told first", () => {
  const options = { seed: 42, busyness: 0.4 };
  const again = tellDay(estateOf(42, { people: 40 }), devices, midnight, options);
  const parts = together(
    tellDay(estate, devices.slice(9), midnight, options),
    tellDay(estate, devices.slice(0, 9), midnight, options),
  );
  const textOf = (records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).sort();
  const whole = vendorDataOf(again, estate).falcon.events;
  expect(textOf(vendorDataOf(parts, estate).falcon.events)).toEqual(textOf(whole));
  expect(vendorDataOf(tellDay(estate, devices, midnight, { ...options, seed: 7 }), estate).falcon.events).not.toEqual(whole);
});

test("nothing of the estate belongs to anyone: names end in .example, addresses are set aside for documentation and tests", () => {
  const isOurs = /^(?:10\.|198\.51\.100\.|198\.1[89]\.|192\.0\.2\.|203\.0\.113\.)/;
  for (const { ipAddress } of data.microsoft.signIns) expect(ipAddress).toMatch(isOurs);
  for (const { userPrincipalName } of data.microsoft.users) expect(userPrincipalName).toMatch(/@lindenhof\.example$/);
  for (const { sender } of [...data.proofpoint.messagesBlocked, ...data.proofpoint.messagesDelivered])
    expect(sender).toMatch(/\.example$/);
});

test.skipIf(!hasSpecs)(`Falcon: events, alerts, hosts and cases have the shapes of its interfaces${unlessSpecs}`, () => {
  const event = compile("crowdstrike/fdr-events.schema.json", "");
  for (const record of data.falcon.events) expect(problems(event, record)).toEqual([]);
  const slice = "crowdstrike/falcon-openapi-hunt-slice.json";
  for (const [schema, records] of [
    ["DeviceapiDeviceSwagger", data.falcon.devices],
    ["DetectsAlert", data.falcon.alerts],
    ["SdkCaseVM", data.falcon.cases],
  ] as const) {
    const validate = compile(slice, `#/components/schemas/${schema}`);
    // The rebuilt specification asks for fields that real records often lack. What is there must have the right type.
    const isWrong = (problem: string) => !problem.includes("must have required property");
    for (const record of records) expect(problems(validate, record).filter(isWrong)).toEqual([]);
  }
});

test.skipIf(!hasSpecs)(
  `Microsoft: sign-ins, risk, alerts and incidents have the closed shapes of Graph v1.0${unlessSpecs}`,
  () => {
    const { signIns, riskyUsers, riskDetections, alerts, incidents } = data.microsoft;
    for (const [type, records] of [
      ["signIn", signIns],
      ["riskyUser", riskyUsers],
      ["riskDetection", riskDetections],
      ["security.alert", alerts],
      ["security.incident", incidents],
    ] as const) {
      const validate = compile("microsoft/graph-hunt-strict.schema.json", `#/$defs/microsoft.graph.${type}`);
      for (const record of records) expect(problems(validate, record)).toEqual([]);
    }
  },
);

test.skipIf(!hasSpecs)(
  `Microsoft: rows of the hunting tables have no column that the reference does not know${unlessSpecs}`,
  () => {
    const columns = z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() })));
    const { tables } = z.object({ tables: columns }).parse(read("microsoft/defender-ah-tables.json"));
    for (const [table, known] of Object.entries(tables)) {
      const types = new Map(known.map(({ name, type }) => [name, type]));
      for (const record of data.microsoft.hunting[huntingTable(table)])
        for (const [name, value] of Object.entries(record)) {
          expect([table, name, types.has(name)]).toEqual([table, name, true]);
          if (value !== null && types.get(name) === "string") expect(typeof value).toBe("string");
          if (value !== null && ["int", "long"].includes(types.get(name) ?? ""))
            expect([table, name, typeof value]).toEqual([table, name, "number"]);
        }
    }
  },
);

test.skipIf(!hasSpecs)(
  `Proofpoint: messages, clicks, people, campaigns and forensics have the shapes of TAP${unlessSpecs}`,
  () => {
    const { proofpoint } = data;
    const users = (records: readonly unknown[]) => [{ users: records }];
    for (const [schema, records] of [
      ["Message", [...proofpoint.messagesDelivered, ...proofpoint.messagesBlocked]],
      ["Click", [...proofpoint.clicksPermitted, ...proofpoint.clicksBlocked]],
      ["Vap", users(proofpoint.vap)],
      ["TopClickers", users(proofpoint.topClickers)],
      ["Campaign", proofpoint.campaigns],
      ["Forensics", proofpoint.forensics],
    ] as const) {
      const validate = compile("proofpoint/tap-openapi.json", `#/components/schemas/${schema}`);
      for (const record of records) expect(problems(validate, record)).toEqual([]);
    }
  },
);

function huntingTable(name: string): HuntingTable {
  const found = huntingTables.find((table) => table === name);
  if (found === undefined) throw new Error(`${name} is not among the tables of the estate`);
  return found;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(specs, file), "utf8"));
}

function compile(file: string, pointer: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const schema = z.record(z.string(), z.unknown()).parse(read(file));
  if (pointer === "") return ajv.compile(schema);
  ajv.addSchema(schema, "spec");
  const validate = ajv.getSchema(`spec${pointer}`);
  if (validate === undefined) throw new Error(`${file} has no ${pointer}`);
  return validate;
}

function problems(validate: ReturnType<typeof compile>, record: unknown): string[] {
  return validate(record) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
