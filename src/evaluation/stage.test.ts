import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { memberText, withoutMembers } from "./json-members.ts";
import { linesOf } from "./lines.ts";
import { type EvaluationSet, findSets } from "./sets.ts";
import { neutralName, type StagedFolder, stageAll, stageSet } from "./stage.ts";
import { sharedData } from "./testing.ts";

let work = "";
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "spoor-stage-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function linesIn(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(path)) lines.push(line);
  return lines;
}

test("file names tell nothing", () => {
  expect(neutralName("conn.log.labeled.gz", null)).toBe("conn.log.gz");
  expect(neutralName("empire_psexec_dcerpc_tcp_svcctl.jsonl.gz", "empire_psexec_dcerpc_tcp_svcctl")).toBe("events.jsonl.gz");
  expect(neutralName("schtask_create.conn.jsonl.gz", "schtask_create")).toBe("conn.jsonl.gz");
  expect(neutralName("NASHUA_conn.jsonl.gz", null)).toBe("NASHUA_conn.jsonl.gz");
  expect(neutralName("malicious-traffic.pcap.csv", null)).toBe("records.pcap.csv");
});

test("bytes that are not text, carriage returns and line separators inside JSON come through unchanged", async () => {
  const folder = join(work, "bytes");
  await mkdir(folder);
  const kept = Buffer.concat([
    Buffer.from('{"id.orig_h":"10.0.0.1","note":"a\u2028b ä"}\r\n'),
    Buffer.from([0x7b, 0xff, 0x00, 0x7d, 0x0a]),
    Buffer.from('{"id.orig_h":"10.0.0.2"}\n'),
  ]);
  await writeFile(join(folder, "conn.jsonl.gz"), gzipSync(kept));
  await writeFile(join(folder, "truth.json"), JSON.stringify({ area: ["beaconing"], malicious: [] }));
  const staged = await stageAll(folder, join(work, "bytes-staged"));
  expect(staged.files.map((file) => file.lines)).toEqual([{ read: 3, written: 3 }]);
  expect(gunzipSync(await readFile(staged.files[0]?.path ?? "")).equals(kept)).toBe(true);
});

test("a file that cannot be read to its end is left out and named; nothing half is staged", async () => {
  const folder = join(work, "cut");
  await mkdir(folder);
  const whole = gzipSync(Buffer.from('{"id.orig_h":"10.0.0.1"}\n'.repeat(5000)));
  await writeFile(join(folder, "conn.jsonl.gz"), whole.subarray(0, whole.length / 2));
  await writeFile(join(folder, "truth.json"), JSON.stringify({ area: ["beaconing"], malicious: [] }));
  const staged = await stageAll(folder, join(work, "cut-staged"));
  expect(staged.files).toEqual([]);
  expect(staged.leftOut).toEqual([{ path: join(folder, "conn.jsonl.gz"), reason: expect.stringContaining("cannot be staged") }]);
  expect(existsSync(join(work, "cut-staged", "set-01", "conn.jsonl.gz"))).toBe(false);
});

test("files of one name get names of their own; a set inside a set keeps its files", async () => {
  const folder = join(work, "nested");
  for (const part of ["a", "b", "inner"]) await mkdir(join(folder, part), { recursive: true });
  for (const part of ["a", "b", "inner"]) await writeFile(join(folder, part, "conn.log"), "1\n");
  await writeFile(join(folder, "truth.json"), JSON.stringify({ area: ["beaconing"] }));
  await writeFile(join(folder, "inner", "truth.json"), JSON.stringify({ area: ["beaconing"] }));
  await writeFile(join(folder, "README.md"), "the attacker is 10.0.0.1");
  const { sets } = await findSets([folder]);
  expect(sets.map((set) => [set.id, set.files.length])).toEqual([
    ["inner", 1],
    ["nested", 2],
  ]);
  const staged = await stageSet(sets[1] as EvaluationSet, join(work, "nested-staged"));
  expect(staged.files.map((file) => basename(file.path))).toEqual(["conn.log", "conn-2.log"]);
});

test("a folder that is not there and a folder without truth are errors that say what to do", async () => {
  await expect(findSets([join(work, "nowhere")])).rejects.toMatchObject({ code: "path-missing" });
  await mkdir(join(work, "empty"));
  await expect(findSets([join(work, "empty")])).rejects.toMatchObject({ code: "not-found" });
});

test("a truth file that cannot be read is a set that says so", async () => {
  const folder = join(work, "broken");
  await mkdir(folder);
  await writeFile(join(folder, "truth.json"), "{");
  await writeFile(join(folder, "conn.log"), "1\n");
  expect(await findSets([folder])).toMatchObject({
    sets: [],
    refused: [{ id: "broken", reason: expect.stringContaining("cannot be read") }],
  });
});

const absent = !existsSync(sharedData);
const why = absent ? " (skipped: the recorded sets are not beside the checkout)" : "";

describe.skipIf(absent)(`staging the recorded sets${why}`, () => {
  let staged: StagedFolder;
  beforeAll(async () => {
    staged = await stageAll(sharedData, join(work, "all"));
  });

  test("no truth, documentation, sealed part or model table is there, and no path tells what is inside", async () => {
    const paths = (await readdir(staged.folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(paths).toHaveLength(staged.files.length);
    for (const file of staged.files) {
      const path = relative(staged.folder, file.path);
      expect(path).toMatch(/^(set|other)-\d+\/[^/]+$/);
      expect(path).not.toMatch(
        /malware|malicious|normal|benign|attack|label|truth|readme|sealed|iforest|tunnel|iodine|exfil|lateral|empire|covenant/i,
      );
      expect(file.from).not.toMatch(/truth|README|sealed\.bin|iforest-bench/);
    }
    expect(staged.leftOut.every(({ path }) => path.includes("iforest-bench"))).toBe(true);
    expect(staged.internal).toEqual(expect.arrayContaining(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "147.32.0.0/16"]));
    expect(staged.year).toBe(2017);
  });

  test("no label word remains, beyond what vendors themselves wrote in their alerts", async () => {
    const words = /Malicious|Benign|From-Botnet|From-Normal|External-Attack|expected_alert|false_positive|_incident|"rule_file"/;
    const columns = /detailed[-_ ]?label|time_label|event_label|\tlabel\b|,Label\b|"label":/;
    for (const file of staged.files) {
      const isVendorText = file.from.includes("secrl") || file.from.includes("vendor-samples");
      const telling = (await linesIn(file.path)).filter((line) => columns.test(line) || (words.test(line) && !isVendorText));
      expect(telling, file.from).toEqual([]);
    }
  });

  test("every record is still there", async () => {
    for (const file of staged.files) {
      const [before, after] = [await linesIn(file.from), await linesIn(file.path)];
      expect(after.length, file.from).toBe(before.length);
      if (file.lines !== null) expect(file.lines, file.from).toEqual({ read: before.length, written: before.length });
      else expect(after, file.from).toEqual(before);
    }
  });

  test("the counts are those of the truth files", async () => {
    const recordsOf = z.looseObject({
      records: z.number().optional(),
      stats: z.looseObject({ records: z.number().optional() }).optional(),
    });
    let compared = 0;
    for (const set of (await findSets([sharedData])).sets.filter((candidate) => candidate.kind === "folder")) {
      const truth = recordsOf.safeParse(set.truth).data;
      const expected = truth?.stats?.records ?? truth?.records;
      const main = staged.files.find(
        (file) => set.files.includes(file.from) && /conn|netflow|alerts|events|cloudtrail|auth/.test(basename(file.path)),
      );
      if (expected === undefined || main === undefined) continue;
      const isHeader = (line: string): boolean => line === "" || line.startsWith("#") || /^(StartTime|time),/.test(line);
      expect((await linesIn(main.path)).filter((line) => !isHeader(line)).length, set.id).toBe(expected);
      compared += 1;
    }
    expect(compared).toBeGreaterThanOrEqual(20);
  });

  test("Zeek tables keep their other columns cell for cell; Argus and alert rows lose only their label cells", async () => {
    for (const file of staged.files.filter(({ from }) => /\/ctu-(malware|normal)/.test(from))) {
      const [before, after] = [await linesIn(file.from), await linesIn(file.path)];
      for (const [at, line] of after.entries()) {
        const original = before[at] ?? "";
        const isHeader = line.startsWith("#") && !/^#(fields|types)/.test(line);
        expect(line).toBe(isHeader ? original : original.split("\t").slice(0, -2).join("\t"));
      }
      const fields = after.find((line) => line.startsWith("#fields"))?.split("\t").length ?? 0;
      expect(after.filter((line) => !line.startsWith("#")).every((line) => line.split("\t").length === fields - 1)).toBe(true);
    }
    for (const [part, cut] of [
      ["2016-09-09", 1],
      ["russellmitchell", 2],
    ] as const) {
      const file = staged.files.find(({ from }) => from.includes(part));
      const [before, after] = [await linesIn(file?.from ?? ""), await linesIn(file?.path ?? "")];
      expect(after).toEqual(before.map((line) => line.split(",").slice(0, -cut).join(",")));
    }
  });

  test("Panther rows give exactly their event, SecRL rows everything but the incident", async () => {
    for (const file of staged.files.filter(({ from }) => from.includes("panther-"))) {
      const before = await linesIn(file.from);
      expect(await linesIn(file.path)).toEqual(before.map((line) => memberText(line, "event")));
    }
    const alerts = staged.files.find(({ from }) => from.includes("secrl"));
    const before = await linesIn(alerts?.from ?? "");
    expect(await linesIn(alerts?.path ?? "")).toEqual(before.map((line) => withoutMembers(line, (name) => name === "_incident")));
  });

  test("staging twice gives the same bytes", async () => {
    const again = await stageAll(sharedData, join(work, "again"));
    for (const [at, file] of staged.files.entries()) {
      const other = again.files[at]?.path ?? "";
      expect(relative(dirname(dirname(other)), other)).toBe(relative(staged.folder, file.path));
      expect((await readFile(other)).equals(await readFile(file.path)), file.from).toBe(true);
    }
  });
});
