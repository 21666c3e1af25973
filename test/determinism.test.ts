// The same input and seed give the same bytes; what was read before is not stored again.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { spoor, type Told } from "./support/command-line.ts";
import { differences, findingLines, findingsWithoutActivity, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";
import { askStore, storeContents } from "./support/store-contents.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-determinism-"));
beforeAll(async () => {
  writeSmallLogs(join(folder, "logs"));
  const [one, other] = await Promise.all([hunt("one", "one", ["logs"]), hunt("other", "other", ["logs"])]);
  expect([one.code, other.code], `${one.err}${other.err}`).toEqual([0, 0]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hunt(store: string, out: string, words: readonly string[]): Promise<Told> {
  return spoor(["hunt", ...words, "--store", `store-${store}`, "--out", `out-${out}`], { cwd: folder });
}

function results(out: string): Map<string, string> {
  return resultsIn(join(folder, `out-${out}`));
}

const ask = (store: string, sql: string): Promise<string> => askStore(join(folder, `store-${store}`), sql);
const contents = (store: string): Promise<string> => storeContents(join(folder, `store-${store}`));

const sourceCounts = z.array(
  z.object({ file: z.string(), read: z.number(), stored: z.number(), duplicate: z.number(), quarantined: z.number() }),
);

async function importCounts(store: string, ...paths: string[]): Promise<number[][]> {
  const told = await spoor(["import", ...paths, "--store", `store-${store}`, "--json"], { cwd: folder });
  expect(told.code, told.err).toBe(0);
  const { sources } = z.object({ sources: sourceCounts }).parse(JSON.parse(told.out));
  return sources.map(({ read, stored, duplicate, quarantined }) => [read, stored, duplicate, quarantined]);
}

test("the same logs and seed in two new stores give the same files, byte for byte", () => {
  const [one, other] = [results("one"), results("other")];
  expect([...one.keys()]).toEqual([
    "attack-layer.json",
    "changes.json",
    "findings.ndjson",
    "gaps.json",
    "handover.md",
    "hunts.json",
    "hypotheses.json",
    "models/user-anomaly-detector.json",
    "report.html",
    "report.md",
    "stories.json",
  ]);
  expect(findingLines(other)).toEqual(findingLines(one));
  expect(differences(one, other)).toEqual([]);
  expect(findingLines(one).length).toBeGreaterThan(5);
});

test("another seed fits another model", async () => {
  const told = await hunt("one", "seeded", ["--seed", "7", "--only", "behavioural-anomaly"]);
  expect(told.code, told.err).toBe(0);
  expect(results("seeded").get("models/user-anomaly-detector.json")).not.toBe(
    results("one").get("models/user-anomaly-detector.json"),
  );
});

test("the same hunt again stores nothing again and finds the same", async () => {
  const before = await contents("other");
  const told = await hunt("other", "again", ["logs"]);
  expect(told.code, told.err).toBe(0);
  expect(await contents("other")).toBe(before);
  expect(await ask("other", "SELECT count() FROM finding")).toBe(
    await ask("other", "SELECT uniqExact(finding_uid) FROM finding"),
  );
  const [first, again] = [results("other"), results("again")];
  expect(findingLines(again)).toEqual(findingLines(first));
  expect(findingsWithoutActivity(again)).toEqual(findingsWithoutActivity(first));
  const unchanged = ["stories.json", "hypotheses.json", "hunts.json", "attack-layer.json", "models/user-anomaly-detector.json"];
  expect(differences(first, again, unchanged)).toEqual([]);
});

test("files named one by one in another order give the same events and the same findings", async () => {
  const files = readdirSync(join(folder, "logs"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => join("logs", name))
    .sort()
    .reverse();
  const told = await hunt("reversed", "reversed", files);
  expect(told.code, told.err).toBe(0);
  expect(await contents("reversed")).toBe(await contents("one"));
  const [one, reversed] = [results("one"), results("reversed")];
  expect(findingLines(reversed)).toEqual(findingLines(one));
  const same = ["findings.ndjson", "stories.json", "gaps.json", "models/user-anomaly-detector.json"];
  expect(differences(one, reversed, same)).toEqual([]);
});

test("a saved model scores the same data to the same scores", async () => {
  const told = await hunt("one", "modelled", ["--model", "out-one/models/user-anomaly-detector.json"]);
  expect(told.code, told.err).toBe(0);
  const scores = (out: string): string[] => findingLines(results(out)).filter((line) => line.startsWith("behavioural-anomaly "));
  expect(scores("one").length).toBeGreaterThan(0);
  expect(scores("modelled")).toEqual(scores("one"));
});

test("records are stored once, however often and in however many files they come", async () => {
  const lines = gunzipSync(readFileSync(join(folder, "logs/zeek/2026-11-02/dns.log.gz")))
    .toString("utf8")
    .split("\n");
  const head = lines.filter((line) => line.startsWith("#") && !line.startsWith("#close"));
  const records = lines.filter((line) => line !== "" && !line.startsWith("#")).slice(0, 300);
  const write = (name: string, part: readonly string[]): void => {
    mkdirSync(join(folder, "overlap"), { recursive: true });
    const text = `${[...head, ...part].join("\n")}\n`;
    writeFileSync(join(folder, "overlap", name), name.endsWith(".gz") ? gzipSync(text) : text);
  };
  write("a.log", records.slice(0, 200));
  write("b.log", records.slice(150));
  write("c.log.gz", records.slice(0, 200));
  const [a, b, c] = ["a.log", "b.log", "c.log.gz"].map((name) => join("overlap", name));
  expect(await importCounts("overlap", a ?? "")).toEqual([[200, 200, 0, 0]]);
  expect(await importCounts("overlap", a ?? "", a ?? "")).toEqual([[200, 0, 200, 0]]);
  expect(await importCounts("overlap", "overlap")).toEqual([
    [200, 0, 200, 0],
    [150, 100, 50, 0],
    [200, 0, 200, 0],
  ]);
  expect(await importCounts("overlap", c ?? "", b ?? "")).toEqual([
    [150, 0, 150, 0],
    [200, 0, 200, 0],
  ]);
  expect(await ask("overlap", "SELECT toUInt32(count()), toUInt32(uniqExact(metadata_uid)) FROM dns_activity")).toBe(
    "[300, 300]\n",
  );
});
