import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Finding, observable, observableTypes, severities } from "../types.ts";
import { canonicalJson } from "./canonical-json.ts";
import { findingsNdjson, readFindings } from "./ndjson.ts";
import { toFinding } from "./number.ts";
import { observableTypeOf } from "./observable-types.ts";
import { activities, fromOcsf, ocsfFinding, toOcsf } from "./ocsf.ts";
import { attack, detectorNamed, draftOf, shuffled } from "./testing.ts";

const schemaFile = new URL("../../../shared/specs/ocsf/ocsf-hunt-classes.schema.json", import.meta.url);
const version = "0.1.0";

const evidence = {
  question: "beaconing/evidence.sql",
  sql: "SELECT metadata_uid, time FROM network_activity WHERE src_endpoint_ip = {src:String}",
  parameters: { src: "10.0.0.12", internal: ["10.0.0.0/8"], port: null },
  event_ids: ["a1", "a2"],
  row_count: 60,
};

const everyObservable = observable.shape.name.options.map((name) => ({ name, value: `value of ${name}` }));

const analyticTypes = [
  "Rule",
  "Behavioral",
  "Statistical",
  "Learning (ML/DL)",
  "Fingerprinting",
  "Tagging",
  "Keyword Match",
  "Regular Expressions",
  "Exact Data Match",
  "Partial Data Match",
  "Indexed Data Match",
  "Other",
] as const;

/** Every kind of finding: each severity, vendor's or own, each analytic type, with and without tags, evidence, detail, budget and suppression. */
function everyKind(): Finding[] {
  const kinds = [
    ...[0, 20, 45, 70, 90, 100, 71.234567].map((score) => draftOf({ score, keys: { score } })),
    ...severities.map((vendorSeverity) => draftOf({ vendorSeverity, keys: { vendorSeverity } })),
    draftOf({ keys: { kind: "every observable" }, observables: everyObservable, techniques: ["T1071", "T1021.001", "T1048"] }),
    draftOf({ keys: { kind: "bare" }, observables: [], techniques: [], reasons: [], blindSpots: [], rowCount: 0 }),
    draftOf({
      keys: { kind: "detail" },
      detail: { times: [1, 2, 3], edges: [{ from: "a", to: "b" }], name: "__proto__", nothing: null },
    }),
    draftOf({
      keys: { kind: "hostile" },
      title: "</script><img src=x onerror=alert(1)> \ud800 \u0000",
      firstSeen: "1970-01-01 00:00:00.000000",
    }),
  ];
  const findings = kinds.map((draft) => toFinding(draft, detectorNamed("beaconing"), attack, [evidence]));
  const first = findings.slice(0, 1);
  return [
    ...findings,
    ...first.map((finding) => ({
      ...finding,
      suppression: { uid: "5f1c", reason: "our own scanner", author: "kim", until: "2026-12-01 00:00:00.000000" },
    })),
    ...first.flatMap((finding) =>
      analyticTypes.map((analyticType) => ({ ...finding, analyticType, evidences: [], isWithinBudget: true })),
    ),
  ];
}

test.skipIf(!existsSync(schemaFile))(
  "every kind of finding is a valid OCSF 1.8 Detection Finding (skipped where ../shared/specs is absent: the schema lies there)",
  () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(JSON.parse(readFileSync(schemaFile, "utf8")));
    const validate = ajv.getSchema("ocsf#/$defs/class.detection_finding");
    const refused = everyKind().flatMap((finding) =>
      activities.flatMap((activity) => {
        const line = findingsNdjson([{ finding, activity }], { version });
        return validate?.(JSON.parse(line)) === true ? [] : [{ title: finding.title, activity, errors: validate?.errors }];
      }),
    );
    expect(refused).toEqual([]);
    expect(validate?.({ ...toOcsf(everyKind()[0] ?? never(), { activity: "Create", version }), invented: 1 })).toBe(false);
  },
);

function never(): never {
  throw new Error("there is always a finding");
}

test("a record says in OCSF's words what the finding says", () => {
  const finding = {
    ...toFinding(draftOf({ score: 71.2345678, confidence: 80 }), detectorNamed("beaconing"), attack, [evidence]),
    isWithinBudget: true,
  };
  expect(toOcsf(finding, { activity: "Update", version })).toMatchObject({
    activity_id: 2,
    type_uid: 200402,
    class_uid: 2004,
    severity: "High",
    severity_id: 4,
    confidence_score: 80,
    risk_score: 71,
    is_alert: true,
    time: Date.UTC(2026, 10, 2, 11),
    start_time: Date.UTC(2026, 10, 2, 10),
    finding_info: {
      uid: finding.uid,
      first_seen_time: Date.UTC(2026, 10, 2, 10),
      analytic: { uid: "beaconing", type: "Behavioral", type_id: 2 },
    },
    attacks: [{ tactic: { uid: "TA0011" }, technique: { uid: "T1071" }, sub_technique: { uid: "T1071.001" }, version: "19.0" }],
    observables: [{ name: "src_endpoint.ip", type: "IP Address", value: "10.0.0.12" }],
    evidences: [{ data: { event_ids: ["a1", "a2"], row_count: 60 } }],
    metadata: { version: "1.8.0", product: { name: "Spoor" } },
    unmapped: { score: 71.234568, is_within_budget: true, observable_type_ids: { "src_endpoint.ip": 2 } },
  });
});

test("every observable has a type of OCSF's list", () => {
  for (const { name } of everyObservable) expect(observableTypes[observableTypeOf(name).type]).toBeGreaterThan(0);
});

test("what is written can be read back to the same findings, ordered by score and uid, whatever the order before", () => {
  const findings = everyKind().slice(0, 16);
  const text = (list: readonly Finding[]) =>
    findingsNdjson(
      list.map((finding) => ({ finding, activity: "Create" })),
      { version },
    );
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(text(shuffled(findings, seed))).toBe(text(findings));
    }),
    { seed: 42 },
  );
  const records = readFindings(text(findings));
  expect(records.map(fromOcsf)).toEqual([...findings].sort((a, b) => b.score - a.score || (a.uid < b.uid ? -1 : 1)));
  expect(records.map((record) => canonicalJson(record)).join("\n")).toBe(text(findings).trim());
});

test("a line that is no finding is refused with its number and the attribute that is wrong", () => {
  const good = findingsNdjson([{ finding: everyKind()[0] ?? never(), activity: "Create" }], { version });
  expect(() => readFindings(`${good}not json\n`)).toThrow(/line 2 is not a finding of Spoor/);
  const wrong = { ...JSON.parse(good), risk_score: 101 };
  expect(() => readFindings(JSON.stringify(wrong))).toThrow(/line 1 is not a finding of Spoor \(risk_score: /);
  expect(readFindings("\n\n")).toEqual([]);
  expect(ocsfFinding.safeParse({}).success).toBe(false);
});

test("canonical JSON sorts keys at every depth and leaves out what is absent", () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: -0, n: Number.NaN, big: 10n })).toBe(
    '{"a":0,"b":[{"d":1}],"big":"10","n":null}',
  );
  expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":1}'))).toBe('{"__proto__":{"x":1},"a":1}');
});
