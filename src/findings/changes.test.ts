import { expect, test } from "vitest";
import type { Finding, Gap } from "../types.ts";
import { type Change, changesBetween, type Earlier, type PreviousRun } from "./changes.ts";
import { findingOf } from "./testing.ts";

const window = { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" };
const found = (score: number, source: string): Finding => findingOf("beaconing", score, 3, [`src_endpoint.ip=${source}`]);
const earlier = (finding: Finding, change: Partial<Earlier> = {}): Earlier => ({ ...finding, detector: "beaconing", ...change });
const run = (findings: readonly Earlier[], gaps: readonly Gap[] = []): PreviousRun => ({
  previous: { runUid: "run-1", recordedTime: "2026-11-02 06:00:00.000000", window, counts: {} },
  findings,
  stories: [],
  gaps,
});
const uids = (changes: readonly Change[]): string[] => changes.map(({ uid }) => uid);

test("each finding of either run is in one list: new, risen, fallen, as before, gone, or not looked for", () => {
  const [fresh, up, down, same, gone, away, silent] = [80, 80, 60, 60.4, 50, 50, 50].map((score, index) =>
    found(score, `10.0.0.${index + 1}`),
  ) as [Finding, Finding, Finding, Finding, Finding, Finding, Finding];
  const before = run([
    earlier(up, { score: 66, severity: "Medium" }),
    earlier(down, { score: 69.9 }),
    earlier(same, { score: 60 }),
    earlier(gone),
    earlier(away, { firstSeen: "2026-11-01 10:00:00.000000" }),
    earlier(silent, { detector: "exfiltration" }),
  ]);
  const { findings } = changesBetween(before, {
    window,
    findings: [fresh, up, down, same],
    stories: [],
    gaps: [],
    concluded: new Set(["beaconing"]),
  });
  expect(uids(findings.new)).toEqual([fresh.uid]);
  expect(uids(findings.risen)).toEqual([up.uid]);
  expect(uids(findings.fallen)).toEqual([down.uid]);
  expect(uids(findings.still)).toEqual([same.uid]);
  expect(uids(findings.gone)).toEqual([gone.uid]);
  expect(new Set(uids(findings.outside))).toEqual(new Set([away.uid, silent.uid]));
  expect(findings.risen[0]).toMatchObject({ now: { score: 80 }, before: { severity: "Medium", score: 66 } });
});

test("a finding of the same score and another severity has moved", () => {
  const one = found(70, "10.0.0.1");
  const { findings } = changesBetween(run([earlier(one, { severity: "Critical" })]), {
    window,
    findings: [one],
    stories: [],
    gaps: [],
    concluded: new Set(),
  });
  expect(uids(findings.fallen)).toEqual([one.uid]);
});

test("gaps are the same by what and where, not by the numbers in their words; a file's gap is not closed by other files", () => {
  const gap = (stage: Gap["stage"], part: string, reason: string): Gap => ({ stage, part, kind: "no-data", reason });
  const { gaps } = changesBetween(run([], [gap("detect", "a", "3 rows"), gap("detect", "b", ""), gap("import", "old.log", "")]), {
    window,
    findings: [],
    stories: [],
    gaps: [gap("detect", "a", "5 rows"), gap("hunt", "c", "")],
    concluded: new Set(),
  });
  expect(gaps.opened.map(({ part }) => part)).toEqual(["c"]);
  expect(gaps.closed.map(({ part }) => part)).toEqual(["b"]);
});
