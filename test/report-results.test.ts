// What a report says follows from the files beside it, and what changed from the run before.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Changes, history } from "../src/findings/changes.ts";
import { readFindings } from "../src/findings/ndjson.ts";
import { fromOcsf } from "../src/findings/ocsf.ts";
import { isAlert } from "../src/findings/severity.ts";
import { severities } from "../src/types.ts";
import { spoor, type Told } from "./support/command-line.ts";
import { differences, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";
import { stixObjects } from "./support/stix.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-report-results-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function told(...words: string[]): Promise<Told> {
  const answer = await spoor(words, { cwd: folder });
  expect(answer.code, answer.err).toBe(0);
  return answer;
}
const text = (out: string, name: string): string => readFileSync(join(folder, out, name), "utf8");
const findingsOf = (out: string) => readFindings(text(out, "findings.ndjson")).map(fromOcsf);

// The first hunt ends at noon of the day that the second sees whole.
beforeAll(async () => {
  writeSmallLogs(join(folder, "logs"));
  await told("hunt", "logs", "--store", "store", "--out", "noon", "--to", "2026-11-02T12:00:00Z");
  await told("hunt", "--store", "store", "--out", "evening");
});

const runRecord = z.object({
  counts: z.record(z.string(), z.number()),
  tables: z.record(z.string(), z.object({ rows: z.number() })),
  sources: z.array(z.object({ read: z.number(), quarantined: z.number() })),
  hashes: z.record(z.string(), z.string()),
  budget: z.number(),
});
const story = z.object({ severity: z.enum(severities), uid: z.string() });
const grouped = (value: number): string => value.toLocaleString("en-US");
const changesOf = (out: string): Changes => {
  const { changes } = history.parse(JSON.parse(text(out, "changes.json")));
  if (changes === null) throw new Error("nothing was compared");
  return changes;
};

test.each(["noon", "evening"])(
  "the main numbers of the report of %s are those of run.json, findings.ndjson and stories.json",
  (out) => {
    const run = runRecord.parse(JSON.parse(text(out, "run.json")));
    const findings = findingsOf(out);
    const own = findings.filter(({ isVendorAlert }) => !isVendorAlert);
    const serious = own.filter(({ severity }) => isAlert(severity));
    const stories = z.array(story).parse(JSON.parse(text(out, "stories.json")));
    const markdown = text(out, "report.md");
    const events = Object.values(run.tables).reduce((sum, { rows }) => sum + rows, 0);
    const read = run.sources.reduce((sum, source) => sum + source.read, 0);
    expect(run.counts).toMatchObject({ events, findings: findings.length, stories: stories.length });
    expect(markdown).toContain(
      run.sources.length === 0
        ? `Nothing new; the store holds ${grouped(events)} events`
        : `${grouped(read)} records from ${run.sources.length} files, giving ${grouped(events)} events`,
    );
    const within = own.filter(({ isWithinBudget }) => isWithinBudget).length;
    expect(markdown).toContain(
      `${grouped(own.length)} finding${own.length === 1 ? "" : "s"}, of which ${within} fit the budget of ${run.budget} a day and ${serious.length} `,
    );
    const high = stories.filter(({ severity }) => isAlert(severity)).length;
    if (high > 0) expect(markdown).toContain(`${high} ${high === 1 ? "story is" : "stories are"} High or above`);
    for (const [name, hash] of Object.entries(run.hashes))
      expect(createHash("sha256").update(text(out, name)).digest("hex"), name).toBe(hash);
  },
);

test("the first report has nothing to compare with; the second says by uid what is new, has moved, is gone or was not looked for", () => {
  expect(history.parse(JSON.parse(text("noon", "changes.json"))).changes).toBeNull();
  expect(text("noon", "report.md")).toContain("No hunt of an earlier time is on record: nothing to compare with.");
  const before = new Map(findingsOf("noon").map((finding) => [finding.uid, finding]));
  const now = findingsOf("evening");
  const { previous, findings } = changesOf("evening");
  expect(previous.window.to).toBe("2026-11-02 12:00:00.000000");
  const listed = Object.values(findings).flatMap((list) => list.map(({ uid }) => uid));
  expect([...listed].sort()).toEqual([...new Set([...before.keys(), ...now.map(({ uid }) => uid)])].sort());
  expect(findings.new.map(({ uid }) => uid).sort()).toEqual(now.flatMap(({ uid }) => (before.has(uid) ? [] : [uid])).sort());
  expect(findings.new.length).toBeGreaterThan(0);
  expect(findings.risen.length + findings.fallen.length + findings.still.length).toBeGreaterThan(0);
  for (const one of [...findings.risen, ...findings.fallen])
    expect(one.before).toEqual({ score: before.get(one.uid)?.score, severity: before.get(one.uid)?.severity });
  const own = findings.new.filter(({ isVendorAlert }) => !isVendorAlert).length;
  expect(text("evening", "report.md")).toContain(`| New | ${own} | `);
});

test("each finding High or above shows its first record as it stands in the file that was read", () => {
  const shown = /As received, event \S+, line ([\d,]+) of (\S+)\n\n```text\n(.*)\n```/g;
  const records = [...text("evening", "report.md").matchAll(shown)];
  const serious = findingsOf("evening").filter(({ severity, evidences }) => isAlert(severity) && evidences.length > 0);
  expect(records.length).toBeGreaterThanOrEqual(serious.length);
  for (const [, number = "", file = "", line = ""] of records) {
    const bytes = readFileSync(join(folder, "logs", file.replace(/\\(.)/g, "$1").replace(/^logs\//, "")));
    const lines = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8").split("\n");
    expect(lines[Number(number.replaceAll(",", "")) - 1]?.startsWith(line)).toBe(true);
  }
});

test("the same hunt again writes the same report: it is compared with the same run", async () => {
  await told("hunt", "--store", "store", "--out", "again");
  const [one, other] = [resultsIn(join(folder, "evening")), resultsIn(join(folder, "again"))];
  expect(differences(one, other, ["report.md", "report.html", "changes.json", "handover.md", "stories.json"])).toEqual([]);
});

test("a hand-over at the end of the shift has the verdicts set since, and the marking that was asked for", async () => {
  const [first] = findingsOf("evening").filter(({ severity, isVendorAlert }) => isAlert(severity) && !isVendorAlert);
  if (first === undefined) throw new Error("no finding is High");
  const note = "the <b>backup</b> [agent](https://evil.com)";
  await told("verdict", first.uid, "benign", "--note", note, "--author", "ann", "--store", "store");
  await told("report", "--format", "handover", "--tlp", "amber+strict", "--store", "store", "--out", "evening");
  const page = text("evening", "handover.md");
  expect(page.startsWith("# Hand-over\n\n**TLP:AMBER\\+STRICT**")).toBe(true);
  expect(page).toMatch(/F\d+ \*\*benign\*\* by ann, .*the \\<b\\>backup\\<\/b\\> \\\[agent\\\]\\\(hxxps:\/\/evil/);
  expect(page).not.toContain(`spoor verdict ${first.uid.slice(0, 8)}`);
  expect(page.split("\n").length).toBeLessThan(80);
});

test("the STIX bundle of real findings keeps the standard's rules for each kind of object", async () => {
  await told("report", "--format", "stix", "--tlp", "green", "--out", "evening");
  const objects = stixObjects(text("evening", "findings.stix.json"));
  const kinds = new Set(objects.map(({ type }) => type));
  for (const kind of ["indicator", "sighting", "observed-data", "attack-pattern", "relationship", "report", "marking-definition"])
    expect(kinds).toContain(kind);
});
