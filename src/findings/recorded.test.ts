import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbeddedStore } from "../store/embedded.ts";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import type { Finding } from "../types.ts";
import { readRecord } from "./ndjson.ts";
import { findingNamed, findingsNaming, findingsOnRecord, storiesOnRecord } from "./on-record.ts";
import { type RevisionContext, recordedRevision, revise } from "./revise.ts";
import { findingOf } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-recorded-"));
let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: join(folder, "store"), maxMemoryBytes: 2 ** 31 });
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(number: number, findings: readonly Finding[]): Promise<readonly (readonly [string, string])[]> {
  const context: RevisionContext = {
    runUid: `run-${number}`,
    recordedTime: `2026-11-0${number + 2} 06:00:00.000000`,
    version: "0.1.0",
    window: { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" },
    concluded: new Set(["beaconing"]),
  };
  const rows = await store.query(await statement(import.meta.url, "recorded.sql"), {}, recordedRevision);
  const revision = revise(new Map(rows.map((row) => [row.finding_uid, row])), findings, context);
  await store.insert("finding", revision.rows);
  return revision.rows.map((row) => [row.activity_name, String(row.score)] as const);
}

test("runs that follow each other in a store create, leave alone, update, close and create again", async () => {
  const beacon = findingOf("beaconing", 71.234567, 3, ["src_endpoint.ip=10.0.0.12"], { title: "quotes \" ' \\ and \u{1f43e}" });
  expect(await run(1, [beacon])).toEqual([["Create", "71.234567"]]);
  expect(await run(2, [beacon])).toEqual([]);
  expect(await run(3, [{ ...beacon, score: 80 }])).toEqual([["Update", "80"]]);
  expect(await run(4, [])).toEqual([["Close", "80"]]);
  expect(await run(5, [])).toEqual([]);
  expect(await run(6, [beacon])).toEqual([["Create", "71.234567"]]);
});

test("what is on record is read in its newest revision, best first; closed findings only where they are asked for", async () => {
  const seen = { store, signal: new AbortController().signal };
  const low = findingOf("beaconing", 50, 3, ["src_endpoint.ip=10.0.0.13"]);
  const high = findingOf("dns-tunnelling", 90, 4, ["src_endpoint.ip=10.0.0.14"]);
  await run(7, [low, high]);
  const scores = async (wanted: Parameters<typeof findingsOnRecord>[0]): Promise<number[]> =>
    (await findingsOnRecord(wanted, seen)).map(({ document }) => readRecord(document, "the store").unmapped.score);
  expect(await scores({ limit: 10, closed: false })).toEqual([90, 50]);
  expect(await scores({ limit: 10, closed: true })).toEqual([90, 71.234567, 50]);
  expect(await scores({ limit: 1, closed: true })).toEqual([90]);
  expect(await scores({ limit: 10, closed: true, detector: "beaconing" })).toEqual([71.234567, 50]);
  expect((await findingsNaming("10.0.0.13", seen)).map(({ uid }) => uid)).toEqual([low.uid]);
  expect(await findingsNaming("10.0.0.12", seen)).toEqual([]);
  expect(await findingNamed(low.uid.slice(0, 9), seen)).toMatchObject({ uid: low.uid });
  await expect(findingNamed("", seen)).rejects.toMatchObject({ code: "usage" });
  await expect(findingNamed("zz", seen)).rejects.toMatchObject({ code: "not-found" });
});

test("stories are those of the last run", async () => {
  const recorded_time = "2026-11-04 06:00:00.000000";
  const story = (story_uid: string, run_uid: string, score: number) => ({
    story_uid,
    run_uid,
    recorded_time,
    score,
    document: `${story_uid} of ${run_uid}`,
  });
  await store.insert("run", [
    { run_uid: "run-1", recorded_time: "2026-11-03 06:00:00.000000", document: "{}" },
    { run_uid: "run-2", recorded_time, document: "{}" },
  ]);
  await store.insert("story", [story("over", "run-1", 99), story("less", "run-2", 40), story("more", "run-2", 60)]);
  expect(await storiesOnRecord({ store, signal: new AbortController().signal })).toEqual(["more of run-2", "less of run-2"]);
});
