import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbeddedStore } from "../store/embedded.ts";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import type { Finding } from "../types.ts";
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
