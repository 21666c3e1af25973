import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bench, expectedIn, openBench, totals, whatGoesWrong } from "../testing.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ only: ["aws-cloudtrail"] });
});
afterEach(() => bench.clear());
afterAll(() => bench?.close());

const logs = readdirSync(fixtures).filter((name) => !name.startsWith("expected"));

test("calls and console sign-ins become rows; a failed sign-in is no success", async () => {
  const { counts, gaps } = await bench.import(logs.map((name) => join(fixtures, name)));
  expect(await bench.everyRow()).toEqual(expectedIn(import.meta.url, "fixtures/expected.json"));
  expect(
    counts.map(({ format, read, stored, quarantined, rawOnly }) => ({ format, read, stored, quarantined, rawOnly })),
  ).toEqual(expectedIn(import.meta.url, "fixtures/expected-counts.json"));
  expect(gaps.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
    ["quarantined", "a CloudTrail event whose eventTime cannot be read or lies outside 1970 to 2200", 2],
    ["quarantined", "a CloudTrail event without a time (eventTime)", 1],
    ["quarantined", "it has no eventName and eventSource, so it is no CloudTrail event", 1],
    ["quarantined", "it is not valid JSON", 1],
  ]);
});

test.each(["events.ndjson"])("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(bench, join(fixtures, name))).toEqual([]);
});

test("an event that two files tell is stored once", async () => {
  await bench.import([join(fixtures, "records.json")]);
  const { counts } = await bench.import([join(fixtures, "events.ndjson")]);
  expect(totals(counts)).toEqual({ read: 8, stored: 2, duplicate: 1, quarantined: 5, rawOnly: 0 });
});

const shared = fileURLToPath(new URL("../../../../shared/data/exfil/otrf-aws-s3/cloudtrail.jsonl.gz", import.meta.url));
const missing = existsSync(shared) ? "" : " (skipped: shared/data is not there)";
test.skipIf(missing !== "")(`recorded events of others are read whole${missing}`, async () => {
  const { counts } = await bench.import([shared]);
  expect(totals(counts)).toEqual({ read: 103, stored: 103, duplicate: 0, quarantined: 0, rawOnly: 0 });
  const principals = await bench.store.text(
    "SELECT actor_user_name, count() FROM api_activity WHERE api_operation IN ('ListObjects', 'GetObject') GROUP BY 1 ORDER BY 1",
  );
  expect(principals).toContain("i-0317f6c6b66ae9c40");
});
