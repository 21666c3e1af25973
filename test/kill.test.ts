// Whatever ends a run before its end: the same command again gives what an undisturbed run gives.
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Running, spoor, startSpoor } from "./support/command-line.ts";
import { differences, findingLines, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";
import { askStore, reached, storeContents } from "./support/store-contents.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-kill-"));
const started: Running[] = [];
let undisturbed: { readonly results: Map<string, string>; readonly contents: string };
beforeAll(async () => {
  writeSmallLogs(join(folder, "logs"));
  const told = await spoor(huntWords("undisturbed"), { cwd: folder });
  expect(told.code, told.err).toBe(0);
  undisturbed = { results: resultsOf("undisturbed"), contents: await storeContents(storeOf("undisturbed")) };
});
afterAll(async () => {
  for (const running of started) running.signalGroup("SIGKILL");
  await Promise.all(started.map((running) => running.ended));
  rmSync(folder, { recursive: true, force: true });
});

function huntWords(name: string): string[] {
  return ["hunt", "logs", "--store", `store-${name}`, "--out", `out-${name}`];
}

const storeOf = (name: string): string => join(folder, `store-${name}`);
const resultsOf = (name: string): Map<string, string> => resultsIn(join(folder, `out-${name}`));

function start(words: readonly string[]): Running {
  const running = startSpoor(words, { cwd: folder });
  started.push(running);
  return running;
}

async function huntAgain(name: string): Promise<void> {
  const told = await spoor(huntWords(name), { cwd: folder });
  expect(told.code, told.err).toBe(0);
  const results = resultsOf(name);
  expect(findingLines(results)).toEqual(findingLines(undisturbed.results));
  // The report also tells how many records were new this time: no others differ.
  const same = [...undisturbed.results.keys()].filter((file) => !file.startsWith("report."));
  expect(differences(undisturbed.results, results, same)).toEqual([]);
  expect(await storeContents(storeOf(name))).toBe(undisturbed.contents);
}

// Moments of a run, by what the store holds by then; each later than the one before.
const moments = [
  ["before its first line", "SELECT count() = 0 FROM raw"],
  ["before its first line", "SELECT count() = 0 FROM raw"],
  ["in its first file", "SELECT count() > 0 FROM raw"],
  [
    "when it has given meaning to some lines",
    "SELECT (SELECT count() FROM authentication) > 0 AND (SELECT count() FROM dns_activity) = 0",
  ],
  ["when it has read some files", "SELECT count() BETWEEN 4 AND 5 FROM landing"],
  ["when it has read all files", "SELECT count() = 7 FROM landing"],
] as const;

test("a run killed with all its processes, again and again: the same command at last finds the same", async () => {
  for (const [moment, sql] of moments) {
    const running = start(huntWords("killed"));
    expect(await reached(running, storeOf("killed"), sql), moment).toBe(true);
    running.signalGroup("SIGKILL");
    expect((await running.ended).signal).toBe("SIGKILL");
  }
  await huntAgain("killed");
});

test("Ctrl-C ends a run with 130 and keeps what was stored; the same command goes on from there", async () => {
  const running = start(huntWords("stopped"));
  expect(await reached(running, storeOf("stopped"), "SELECT count() >= 2 FROM landing")).toBe(true);
  running.signalGroup("SIGINT");
  const told = await running.ended;
  expect([told.code, told.out]).toEqual([130, ""]);
  expect(told.err).toContain("stopped. What was stored stays; the same command goes on from there.");
  expect(existsSync(join(folder, "out-stopped"))).toBe(false);
  expect(existsSync(join(storeOf("stopped"), "owner"))).toBe(false);
  expect(await askStore(storeOf("stopped"), "SELECT count() >= 2 FROM landing")).toBe("[1]\n");
  await huntAgain("stopped");
});

// Longer than any patience, cheap in memory.
const endless = "SELECT count() FROM raw AS a, raw AS b, raw AS c WHERE cityHash64(a.line, b.line, c.line) = 1";
const asked = "SELECT countIf(query LIKE '%cityHash64(a.line%') > 1 FROM system.processes";

test("Ctrl-C ends a statement in the engine, not only the wait for it", async () => {
  const holder = start(["query", endless, "--store", storeOf("undisturbed")]);
  expect(await reached(holder, storeOf("undisturbed"), asked)).toBe(true);
  holder.signalGroup("SIGINT");
  expect((await holder.ended).code).toBe(130);
  expect(await askStore(storeOf("undisturbed"), "SELECT 1")).toBe("[1]\n");
});

test("a second Ctrl-C ends at once, and leaves the store in order", async () => {
  const running = start(["query", endless, "--store", storeOf("undisturbed")]);
  expect(await reached(running, storeOf("undisturbed"), asked)).toBe(true);
  running.signalGroup("SIGINT");
  running.signalGroup("SIGINT");
  const told = await running.ended;
  expect([told.code, told.signal]).toEqual([130, null]);
  expect(await storeContents(storeOf("undisturbed"))).toBe(undisturbed.contents);
});

test("two commands that read the same logs into one store at once store them once", async () => {
  const words = ["import", "logs", "--store", "store-twice"];
  const [one, other] = await Promise.all([start(words).ended, start(words).ended]);
  expect([one.code, other.code], one.err + other.err).toEqual([0, 0]);
  const told = await spoor(huntWords("twice"), { cwd: folder });
  expect(told.code, told.err).toBe(0);
  expect(await storeContents(storeOf("twice"))).toBe(undisturbed.contents);
  expect(findingLines(resultsOf("twice"))).toEqual(findingLines(undisturbed.results));
});

test("two commands that read overlapping logs into one store at once store every record once", async () => {
  mkdirSync(join(folder, "halves"));
  cpSync(join(folder, "logs", "entra"), join(folder, "halves", "one"), { recursive: true });
  cpSync(join(folder, "logs", "entra"), join(folder, "halves", "other"), { recursive: true });
  // The same records in files that are not the same.
  for (const name of readdirSync(join(folder, "halves", "other"))) appendFileSync(join(folder, "halves", "other", name), "\n");
  const read = (part: string): Running => start(["import", join("halves", part), "--store", "store-halves"]);
  const told = await Promise.all([read("one").ended, read("other").ended]);
  expect(told.map(({ code }) => code)).toEqual([0, 0]);
  expect(await askStore(storeOf("halves"), "SELECT count() = uniqExact(metadata_uid), count() > 0 FROM authentication")).toBe(
    "[1, 1]\n",
  );
});

test("other commands answer while a hunt has the store open", async () => {
  const running = start(["query", endless, "--store", storeOf("undisturbed")]);
  expect(await reached(running, storeOf("undisturbed"), asked)).toBe(true);
  const told = await spoor(["findings", "--store", storeOf("undisturbed"), "--limit", "1"], { cwd: folder });
  expect([told.code, told.out.split("\n").length], told.err).toEqual([0, 2]);
  running.signalGroup("SIGKILL");
  await running.ended;
  const after = await spoor(["findings", "--store", storeOf("undisturbed"), "--limit", "1"], { cwd: folder });
  expect([after.code, after.out], after.err).toEqual([0, told.out]);
});
