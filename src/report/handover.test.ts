import { expect, test } from "vitest";
import { reportExample } from "../../test/report-example.ts";
import type { Change, History } from "../findings/changes.ts";
import { composeHandover } from "./compose.ts";
import type { ReportInput } from "./input.ts";
import { toMarkdown } from "./markdown.ts";

const page = (change: Partial<ReportInput> = {}): string => toMarkdown(composeHandover({ ...reportExample, ...change }));
const part = (markdown: string, title: string): string => markdown.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const [first, second, third] = reportExample.findings
  .filter(({ severity, isVendorAlert }) => !isVendorAlert && severity === "Critical")
  .toSorted((a, b) => b.score - a.score);
if (first === undefined || second === undefined || third === undefined) throw new RangeError("the example has three of them");

const changed = ({ uid, title, severity, score, firstSeen, lastSeen }: typeof first, before: Change["before"]): Change => ({
  uid,
  title,
  isVendorAlert: false,
  firstSeen,
  lastSeen,
  now: { severity, score },
  before,
});
const none = { new: [], risen: [], fallen: [], still: [], gone: [], outside: [] };
const history: History = {
  verdicts: [
    {
      findingUid: second.uid,
      verdict: "false_positive",
      note: "",
      author: "ann",
      recordedTime: reportExample.window.to,
      isNew: true,
    },
    { findingUid: third.uid, verdict: "benign", note: "", author: "ben", recordedTime: reportExample.window.from, isNew: false },
  ],
  changes: {
    previous: { runUid: "run-1", recordedTime: reportExample.window.from, window: reportExample.window, counts: {} },
    findings: { ...none, new: [changed(first, null)], risen: [changed(second, { severity: "Low", score: 21 })] },
    stories: none,
    gaps: { opened: [], closed: [{ stage: "detect", part: "web-shell", kind: "failed", reason: "it timed out" }] },
  },
};

test("the next shift reads what is new or has risen, what nobody has decided, what was decided since, and which gap closed", () => {
  const markdown = page({ history });
  expect(part(markdown, "New above the line")).toContain("F1 Critical 96.2: ");
  expect(part(markdown, "New above the line")).toContain("before Low 21.0");
  expect(part(markdown, "Nobody has decided yet")).toContain("8 findings High or above without a verdict.");
  expect(part(markdown, "Nobody has decided yet")).not.toContain(third.uid.slice(0, 8));
  expect(part(markdown, "Decided since")).toContain("**false positive** by ann");
  expect(part(markdown, "Decided since")).not.toContain("ben");
  expect(part(markdown, "Gaps")).toContain("**closed** detect web-shell: it timed out");
});

test("without a run before, all is new; a suppressed finding asks for nothing", () => {
  expect(page()).toContain("No hunt of an earlier time is on record: nothing to compare with; everything counts as new.");
  const suppression = { uid: "s1", reason: "the scanner", author: "ann", until: "2026-12-01 00:00:00.000000" };
  const findings = reportExample.findings.map((one) =>
    one.uid === first.uid ? { ...one, suppression, isWithinBudget: false } : one,
  );
  expect(page({ findings })).not.toContain(first.uid.slice(0, 8));
  expect(part(page({ findings, history }), "New above the line")).not.toContain(first.title.slice(0, 20));
});
