import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingsOfOthers, sourceUnderTest, totals, whatGoesWrong } from "../testing.ts";

const source = sourceUnderTest(import.meta.url, "proofpoint");

test("messages, clicks and people of TAP become rows; who sent a page is not asked twice", async () => {
  expect(await source.gapsOfAll()).toEqual([
    ["raw-only", "a campaign with its actors, families and techniques: understood, but no table takes it; kept as received", 1],
    ["raw-only", "a forensic report on a threat: understood, but no table takes it; kept as received", 1],
    ["quarantined", "a TAP click without a time (clickTime)", 1],
    ["quarantined", "a TAP message whose messageTime cannot be read or lies outside 1970 to 2200", 1],
    ["quarantined", "a TAP message without a time (messageTime)", 1],
    ["quarantined", "it is not valid JSON", 1],
    ["quarantined", "no TAP message, click or person", 1],
  ]);
});

test.each(["siem.ndjson", "drift.ndjson"])("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(source.bench, source.fixture(name))).toEqual([]);
});

test("a message keeps its row whatever names its fields have; another state of a threat is another row of the same mail", async () => {
  await source.bench.import([source.fixture("drift.ndjson")]);
  const mails = (await source.bench.rows("email_activity")).map(
    ({ raw_line_number, email_message_uid, email_to, threat_names }) => [
      raw_line_number,
      email_message_uid,
      email_to,
      threat_names,
    ],
  );
  expect(mails).toEqual([
    [1, "g20", ["ana@corp.example"], ["abcd"]],
    [3, "g20", ["ana@corp.example"], ["abcd"]],
    [4, "g20", ["ben@corp.example"], undefined],
  ]);
  const clicks = (await source.bench.rows("email_url_activity")).map(({ raw_line_number, threat_classification }) => [
    raw_line_number,
    threat_classification,
  ]);
  expect(clicks).toEqual([
    [5, "phish"],
    [7, undefined],
  ]);
});

test("a record that only looks like mail is not taken for TAP's", async () => {
  const record = {
    id: "m1",
    messageTime: "2026-11-01T10:00:00Z",
    recipient: "a@corp.example",
    sender: "b@shop.example",
    disposition: "delivered",
  };
  const { counts, gaps } = await source.bench.import([source.bench.write("mail.ndjson", `${JSON.stringify(record)}\n`)]);
  expect(counts).toEqual([]);
  expect(gaps.map(({ kind }) => kind)).toEqual(["unrecognised"]);
});

const { path: shared, absence } = recordingsOfOthers("vendor-samples/");
test.skipIf(absence !== "")(
  `answers of the API that others recorded are read; what has no time is refused${absence}`,
  async () => {
    const { counts, gaps } = await source.bench.import([join(shared, "rapid7-insightconnect"), join(shared, "transcribed")]);
    const sum = totals(counts);
    expect(sum.read).toBe(sum.stored + sum.duplicate + sum.quarantined);
    expect(gaps.filter(({ kind }) => kind === "quarantined").map(({ reason }) => reason)).toEqual(
      Array(4).fill("a TAP message without a time (messageTime)"),
    );
  },
);
