import { expect, test } from "vitest";
import { recordingsOfOthers, sourceUnderTest, totals, whatGoesWrong } from "../testing.ts";

const source = sourceUnderTest(import.meta.url, "aws-cloudtrail");

test("calls and console sign-ins become rows; a failed sign-in is no success", async () => {
  expect(await source.gapsOfAll()).toEqual([
    ["quarantined", "a CloudTrail event whose eventTime cannot be read or lies outside 1970 to 2200", 2],
    ["quarantined", "a CloudTrail event without a time (eventTime)", 1],
    ["quarantined", "it has no eventName and eventSource, so it is no CloudTrail event", 1],
    ["quarantined", "it is not valid JSON", 1],
  ]);
});

test.each(["events.ndjson"])("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(source.bench, source.fixture(name))).toEqual([]);
});

test("an event that two files tell is stored once", async () => {
  await source.bench.import([source.fixture("records.json")]);
  const { counts } = await source.bench.import([source.fixture("events.ndjson")]);
  expect(totals(counts)).toEqual({ read: 8, stored: 2, duplicate: 1, quarantined: 5, rawOnly: 0 });
});

const { path: shared, absence } = recordingsOfOthers("exfil/otrf-aws-s3/cloudtrail.jsonl.gz");
test.skipIf(absence !== "")(`recorded events of others are read whole${absence}`, async () => {
  const { counts } = await source.bench.import([shared]);
  expect(totals(counts)).toEqual({ read: 103, stored: 103, duplicate: 0, quarantined: 0, rawOnly: 0 });
  const principals = await source.bench.store.text(
    "SELECT actor_user_name, count() FROM api_activity WHERE api_operation IN ('ListObjects', 'GetObject') GROUP BY 1 ORDER BY 1",
  );
  expect(principals).toContain("i-0317f6c6b66ae9c40");
});
