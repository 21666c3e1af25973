import { describe, expect, test } from "vitest";
import { type CoverageInput, mapToAttack } from "./coverage.ts";
import { attack, finding, hunt, look, piece, table } from "./fixtures/run.ts";

const tables = new Map([
  table("network_activity", 1000, { src_endpoint_ip: 1, traffic_bytes_out: 0.4 }),
  table("smb_activity", 0, {}),
  table("authentication", 500, { user_name: 1, src_endpoint_ip: 0 }),
]);

function map(input: Partial<CoverageInput>) {
  return mapToAttack({ findings: [], hunts: [], detectors: [], tables, attack, ...input });
}

function stateOf(input: Partial<CoverageInput>, uid: string) {
  const technique = map(input).techniques.find((each) => each.uid === uid);
  if (technique === undefined) throw new Error(`${uid} is not on the map`);
  return technique;
}

describe("the four states", () => {
  test("seen: a finding above Informational shows it", () => {
    const seen = stateOf(
      { findings: [finding("f1", ["T1071.001"])], detectors: [look("beaconing", ["T1071.001"])] },
      "T1071.001",
    );
    expect(seen).toMatchObject({
      state: "seen",
      evidenceCount: 1,
      confidence: 40,
      findingUids: ["f1"],
      detectors: ["beaconing"],
    });
    expect(seen.comment).toBe("Seen: 1 finding.");
  });

  test("seen: a vendor's alert alone is enough, and is marked", () => {
    const alert = finding("a1", ["T1003.001"], { detector: "vendor-alerts", isVendorAlert: true });
    const seen = stateOf({ findings: [alert] }, "T1003.001");
    expect(seen).toMatchObject({ state: "seen", evidenceCount: 1, detectors: ["vendor-alerts"] });
    expect(seen.comment).toBe("Seen: 1 finding (vendor alerts only).");
    const both = stateOf({ findings: [alert, finding("f1", ["T1003.001"])] }, "T1003.001");
    expect(both.comment).toBe("Seen: 2 findings (1 vendor alert among them).");
    expect(both.confidence).toBe(64);
  });

  test("seen: a supported hunt shows it, each piece of evidence counted, the surest deciding", () => {
    const supported = hunt("h1", ["T1110.003"], { status: "supported", evidence: [piece(60), piece(90)] });
    const seen = stateOf({ hunts: [supported] }, "T1110.003");
    expect(seen).toMatchObject({
      state: "seen",
      evidenceCount: 2,
      confidence: 90,
      findingUids: [],
      detectors: ["password-spray"],
    });
    expect(seen.comment).toBe("Seen: 2 pieces of evidence from hunts.");
  });

  test("seen: what one hunt found for two hypotheses is counted once", () => {
    const answers = ["h1", "h2"].map((id) => hunt(id, ["T1110.003"], { status: "supported", evidence: [piece(60), piece(90)] }));
    expect(stateOf({ hunts: answers }, "T1110.003")).toMatchObject({ state: "seen", evidenceCount: 2, confidence: 90 });
  });

  test("not seen: an informational finding, which is said", () => {
    const lesser = finding("f1", ["T1071.001"], { severity: "Informational" });
    const clean = stateOf({ findings: [lesser], detectors: [look("beaconing", ["T1071.001"])] }, "T1071.001");
    expect(clean).toMatchObject({ state: "looked-and-clean", evidenceCount: 0, confidence: 0, findingUids: [] });
    expect(clean.comment).toBe(
      "Looked and found nothing: beaconing (1000 network_activity rows). 1 informational finding not counted.",
    );
  });

  test("looked and clean: a hunt was refuted on data", () => {
    expect(stateOf({ hunts: [hunt("h1", ["T1110.003"])] }, "T1110.003")).toMatchObject({
      state: "looked-and-clean",
      comment: "Looked and found nothing: password-spray (500 authentication rows).",
    });
  });

  test("looked and clean names the column that few rows have", () => {
    const detector = {
      id: "exfiltration",
      techniques: ["T1048"],
      anyOf: [{ table: "network_activity", columns: ["traffic_bytes_out"] }],
    };
    expect(stateOf({ detectors: [look("exfiltration", [], { detector })] }, "T1048").comment).toBe(
      "Looked and found nothing: exfiltration (1000 network_activity rows, network_activity.traffic_bytes_out filled in 40 %).",
    );
  });

  test("no data: the table was empty, or the column was", () => {
    const smb = { id: "lateral-movement", techniques: ["T1021.002"], anyOf: [{ table: "smb_activity", columns: ["share"] }] };
    expect(stateOf({ detectors: [look("", [], { detector: smb, evaluable: false })] }, "T1021.002")).toMatchObject({
      state: "no-data",
      detectors: ["lateral-movement"],
      comment: "Could not look: lateral-movement (no smb_activity events in the window).",
    });
    const column = { ...smb, anyOf: [{ table: "authentication", columns: ["user_name", "src_endpoint_ip"] }] };
    expect(stateOf({ detectors: [look("", [], { detector: column, evaluable: false })] }, "T1021.002").comment).toBe(
      "Could not look: lateral-movement (authentication has no values in src_endpoint_ip).",
    );
  });

  test("no data: the detector failed, the hunt could not decide or lacked its data; a failure is never clean", () => {
    expect(stateOf({ detectors: [look("beaconing", ["T1071.001"], { failed: true })] }, "T1071.001")).toMatchObject({
      state: "no-data",
      comment: "Could not look: beaconing (it failed).",
    });
    for (const status of ["inconclusive", "not-testable"] as const) {
      expect(stateOf({ hunts: [hunt("h1", ["T1110.003"], { status })] }, "T1110.003").state).toBe("no-data");
    }
    const withoutRows = hunt("h1", ["T1110.003"], { coverage: [{ table: "authentication", rows: 0 }] });
    expect(stateOf({ hunts: [withoutRows] }, "T1110.003").state).toBe("no-data");
  });

  test("no data: a technique that needs more than its detector does", () => {
    const detector = {
      id: "lateral-movement",
      techniques: ["T1021.001", "T1021.002"],
      anyOf: [{ table: "network_activity", columns: ["src_endpoint_ip"] }],
      techniqueNeeds: { "T1021.002": [{ table: "smb_activity", columns: ["share"] }] },
    };
    const detectors = [look("", [], { detector })];
    expect(stateOf({ detectors }, "T1021.001").state).toBe("looked-and-clean");
    expect(stateOf({ detectors }, "T1021.002").state).toBe("no-data");
  });

  test("one that looked and one that could not: clean, and both are said", () => {
    const detectors = [look("beaconing", ["T1071.001"]), look("intel", ["T1071.001"], { failed: true })];
    expect(stateOf({ detectors }, "T1071.001")).toMatchObject({
      state: "looked-and-clean",
      comment: "Looked and found nothing: beaconing (1000 network_activity rows). Could not look: intel (it failed).",
    });
  });

  test("no analytic: nothing looks for it", () => {
    expect(stateOf({}, "T1205").comment).toBe("Nothing in this run looks for it.");
    expect(stateOf({}, "T1595")).toMatchObject({
      state: "no-analytic",
      evidenceCount: 0,
      comment: "Nothing in this run looks for it. It happens before and outside the estate.",
    });
  });

  test("every technique of the version is in exactly one of them", () => {
    const coverage = map({ findings: [finding("f1", ["T1071.001"])], detectors: [look("beaconing", ["T1071.001", "T1046"])] });
    expect(coverage.techniques).toHaveLength(attack.techniques.length);
    // T1071 is seen through its sub-technique.
    expect(coverage.counts).toEqual({ seen: 2, "looked-and-clean": 1, "no-data": 0, "no-analytic": 694 });
  });
});

describe("a technique and its sub-techniques", () => {
  test("seeing a sub-technique is seeing the technique, each finding counted once", () => {
    const findings = [finding("f1", ["T1021.001", "T1021.002"]), finding("f2", ["T1021", "T1021.002"])];
    const parent = stateOf({ findings }, "T1021");
    expect(parent).toMatchObject({ state: "seen", evidenceCount: 2, findingUids: ["f1", "f2"] });
    expect(parent.comment).toBe("Seen: 2 findings, through T1021.001, T1021.002.");
  });

  test("seeing a technique says nothing of its sub-techniques, and looking for one nothing of the technique", () => {
    expect(stateOf({ findings: [finding("f1", ["T1021"])] }, "T1021.001").state).toBe("no-analytic");
    expect(stateOf({ detectors: [look("lateral-movement", ["T1021.001"])] }, "T1021").state).toBe("no-analytic");
  });
});

describe("by tactic", () => {
  test("has the notebook's shape: tactic to techniques with evidence_count and confidence, most evidence first", () => {
    const findings = [
      finding("f1", ["T1071.001"]),
      finding("f2", ["T1071.001", "T1573"], { detector: "threat-intel-match" }),
      finding("a1", ["T1071.001"], { detector: "vendor-alerts", isVendorAlert: true, score: 50 }),
      finding("f3", ["T1078"]),
    ];
    const { byTactic } = map({ findings });
    expect(Object.keys(byTactic)).toEqual([
      "Initial Access",
      "Persistence",
      "Privilege Escalation",
      "Stealth",
      "Command and Control",
    ]);
    expect(byTactic["Command and Control"]).toEqual([
      { id: "T1071.001", name: "Web Protocols", evidence_count: 3, vendor_alert_count: 1, confidence: 73 },
      { id: "T1573", name: "Encrypted Channel", evidence_count: 1, vendor_alert_count: 0, confidence: 40 },
    ]);
  });

  test("a finding tagged with one tactic of a technique counts there alone, also by the tactic's old name", () => {
    const [initial] = finding("f1", ["T1078"]).attacks;
    if (initial === undefined) throw new Error("T1078 has no tag");
    expect(Object.keys(map({ findings: [finding("f1", [], { attacks: [initial] })] }).byTactic)).toEqual(["Initial Access"]);
    const old = { ...initial, tactic: { uid: "TA0005", name: "Defense Evasion" }, version: "18.1" };
    expect(Object.keys(map({ findings: [finding("f1", [], { attacks: [old] })] }).byTactic)).toEqual(["Stealth"]);
  });

  test("an old id in a stored finding or in a hunt counts as its successor", () => {
    const tag = { tactic: { uid: "TA0005", name: "Defense Evasion" }, version: "18.1", subTechnique: null };
    const stored = finding("f1", [], { attacks: [{ ...tag, technique: { uid: "T1562.001", name: "Disable or Modify Tools" } }] });
    const supported = hunt("h1", ["T1089"], { status: "supported", evidence: [piece(50)] });
    expect(map({ findings: [stored], hunts: [supported] }).byTactic).toEqual({
      "Defense Impairment": [
        { id: "T1685", name: "Disable or Modify Tools", evidence_count: 2, vendor_alert_count: 0, confidence: 70 },
      ],
    });
  });
});

describe("ids that ATT&CK does not have", () => {
  test("are kept under Unknown, listed with who names them, and told as a gap", () => {
    const findings = [finding("a1", ["T9999", "T1046"], { detector: "vendor-alerts", isVendorAlert: true })];
    const coverage = map({ findings, detectors: [look("ours", ["T1234"])], hunts: [hunt("h1", ["T9999"])] });
    expect(coverage.byTactic.Unknown).toEqual([
      { id: "T9999", name: "not in ATT&CK 19", evidence_count: 1, vendor_alert_count: 1, confidence: 40 },
    ]);
    expect(coverage.unknown).toEqual([
      { uid: "T1234", evidenceCount: 0, namedBy: ["ours"] },
      { uid: "T9999", evidenceCount: 1, namedBy: ["password-spray", "vendor-alerts"] },
    ]);
    expect(coverage.gaps.map((gap) => [gap.stage, gap.part, gap.kind, gap.reason])).toEqual([
      ["map", "T1234", "unrecognised", "ATT&CK 19 has no technique T1234, which is named by ours."],
      [
        "map",
        "T9999",
        "unrecognised",
        'ATT&CK 19 has no technique T9999, which is named by password-spray, vendor-alerts; what it shows stands under "Unknown".',
      ],
    ]);
  });
});

test("the order of findings, hunts and detectors does not matter", () => {
  const findings = [
    finding("f1", ["T1071.001", "T1078"]),
    finding("f2", ["T1071.001"], { score: 90 }),
    finding("f3", ["T9999"]),
    finding("f4", ["T1071"], { detector: "dns-tunnelling", score: 33 }),
  ];
  const hunts = [hunt("h1", ["T1110.003"]), hunt("h2", ["T1071.001"], { status: "supported", evidence: [piece(12), piece(40)] })];
  const detectors = [look("beaconing", ["T1071.001"]), look("scan", ["T1046"]), look("intel", ["T1046"], { failed: true })];
  const forward = JSON.stringify(map({ findings, hunts, detectors }));
  const backward = JSON.stringify(
    map({ findings: findings.toReversed(), hunts: hunts.toReversed(), detectors: detectors.toReversed() }),
  );
  expect(backward).toBe(forward);
});

test("a technique with very many findings names the fifty strongest and counts them all", () => {
  const findings = Array.from({ length: 200 }, (_, position) =>
    finding(`f${String(position).padStart(3, "0")}`, ["T1046"], { score: position / 2 }),
  );
  const seen = stateOf({ findings }, "T1046");
  expect(seen.evidenceCount).toBe(200);
  expect(seen.findingUids).toHaveLength(50);
  expect(seen.findingUids.slice(0, 2)).toEqual(["f199", "f198"]);
});
