import { expect, test } from "vitest";
import type { Finding } from "../types.ts";
import { type RecordedRevision, type RevisionContext, revise } from "./revise.ts";
import { findingOf } from "./testing.ts";

const context: RevisionContext = {
  runUid: "run-2",
  recordedTime: "2026-11-03 06:00:00.000000",
  version: "0.1.0",
  window: { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" },
  concluded: new Set(["beaconing", "exfiltration"]),
};

const beacon = findingOf("beaconing", 80, 3, ["src_endpoint.ip=10.0.0.12"], { keys: { src: "10.0.0.12" } });
const upload = findingOf("exfiltration", 60, 5, ["src_endpoint.ip=10.0.0.12"], { keys: { src: "10.0.0.12" } });

function recordOf(findings: readonly Finding[], given: Partial<RevisionContext> = {}): Map<string, RecordedRevision> {
  const { rows } = revise(new Map(), findings, { ...context, runUid: "run-1", ...given });
  return new Map(rows.map(({ finding_uid, activity_name, document }) => [finding_uid, { finding_uid, activity_name, document }]));
}

const done = (revision: ReturnType<typeof revise>) => revision.rows.map((row) => [row.detector, row.activity_name]);

test("the first run creates every finding, by rank, with a row each", () => {
  const revision = revise(new Map(), [upload, beacon], context);
  expect(revision.findings.map(({ finding, activity }) => [finding.detector, activity])).toEqual([
    ["beaconing", "Create"],
    ["exfiltration", "Create"],
  ]);
  expect(revision.rows).toHaveLength(2);
  expect(revision.rows.find((row) => row.detector === "beaconing")).toMatchObject({
    finding_uid: beacon.uid,
    run_uid: "run-2",
    score: 80,
    severity: "High",
    first_seen_time: beacon.firstSeen,
  });
});

test("the same run again records nothing and states the same activities", () => {
  const earlier = recordOf([beacon, upload]);
  const again = revise(earlier, [beacon, upload], { ...context, runUid: "run-3", recordedTime: "2026-11-04 06:00:00.000000" });
  expect(again.rows).toEqual([]);
  expect(again.findings.map(({ activity }) => activity)).toEqual(["Create", "Create"]);
  expect(revise(earlier, [beacon, upload], { ...context, version: "0.2.0" }).rows).toEqual([]);
});

test("a changed score is an update, and the next unchanged run still says so", () => {
  const stronger = { ...beacon, score: 91 };
  const update = revise(recordOf([beacon, upload]), [stronger, upload], context);
  expect(done(update)).toEqual([["beaconing", "Update"]]);
  const earlier = new Map([...recordOf([upload]), ...update.rows.map((row) => [row.finding_uid, row] as const)]);
  expect(revise(earlier, [stronger, upload], context)).toMatchObject({
    rows: [],
    findings: [{ activity: "Update" }, { activity: "Create" }],
  });
});

test("a finding that is gone is closed once, and created anew when it comes back", () => {
  const earlier = recordOf([beacon, upload]);
  const closing = revise(earlier, [upload], context);
  expect(done(closing)).toEqual([["beaconing", "Close"]]);
  expect(JSON.parse(closing.rows[0]?.document ?? "{}")).toMatchObject({
    activity_id: 3,
    type_uid: 200403,
    finding_info: { uid: beacon.uid },
  });
  expect(closing.findings.map(({ finding }) => finding.uid)).toEqual([upload.uid]);
  const closed = new Map([...earlier, ...closing.rows.map((row) => [row.finding_uid, row] as const)]);
  expect(revise(closed, [upload], context).rows).toEqual([]);
  expect(done(revise(closed, [beacon, upload], context))).toEqual([["beaconing", "Create"]]);
});

test("absence closes nothing where the run did not look: another window, another choice of detectors, a detector that failed", () => {
  const earlier = recordOf([beacon, upload]);
  const nextDay = { from: "2026-11-03 00:00:00.000000", to: "2026-11-04 00:00:00.000000" };
  expect(revise(earlier, [], { ...context, window: nextDay }).rows).toEqual([]);
  expect(done(revise(earlier, [], { ...context, concluded: new Set(["exfiltration"]) }))).toEqual([["exfiltration", "Close"]]);
});

test("a record in a shape of long ago counts as changed, and is not closed", () => {
  const old = new Map([
    [beacon.uid, { finding_uid: beacon.uid, activity_name: "Create", document: '{"finding":"old"}' } as const],
  ]);
  expect(done(revise(old, [beacon], context))).toEqual([["beaconing", "Update"]]);
  expect(revise(old, [], context).rows).toEqual([]);
});
