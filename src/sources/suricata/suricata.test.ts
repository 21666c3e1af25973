import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bench, expectedIn, openBench, totals, whatGoesWrong } from "../testing.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ only: ["suricata"] });
});
afterEach(() => bench.clear());
afterAll(() => bench?.close());

test("events of every type with a table become its rows; times keep their zone, directions their flow", async () => {
  const { counts, gaps } = await bench.import([fixture("eve.json")]);
  expect(totals(counts)).toEqual({ read: 38, stored: 33, duplicate: 0, quarantined: 5, rawOnly: 4 });
  expect(await bench.everyRow()).toEqual(expectedIn(import.meta.url, "fixtures/eve.expected.json"));
  expect(gaps.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
    ["quarantined", "a Suricata event whose timestamp cannot be read or lies outside 1970 to 2200", 2],
    ["quarantined", "a Suricata event without two addresses", 1],
    ["quarantined", "it has no event_type, so it is no Suricata event", 1],
    ["quarantined", "it is not valid JSON", 1],
    ["raw-only", "Suricata anomaly: understood, but no table takes it; kept as received", 1],
    ["raw-only", "Suricata rdp initial_response: understood, but no table takes it; kept as received", 1],
    ["raw-only", "Suricata smtp: understood, but no table takes it; kept as received", 1],
    ["raw-only", "Suricata stats: understood, but no table takes it; kept as received", 1],
  ]);
});

test("a netflow event is one direction of a connection, unless flow events tell of it both ways", async () => {
  await bench.import([fixture("netflow.json")]);
  expect(await bench.everyRow()).toEqual(expectedIn(import.meta.url, "fixtures/netflow.expected.json"));
  await bench.clear();
  const [netflow, flow] = [fixture("netflow.json"), fixture("eve.json")].map(
    (path) => readFileSync(path, "utf8").split(/\r?\n/)[0],
  );
  const { counts, gaps } = await bench.import([bench.write("both.json", `${netflow}\n${flow}\n`)]);
  expect(totals(counts)).toEqual({ read: 2, stored: 2, duplicate: 0, quarantined: 0, rawOnly: 1 });
  expect(gaps[0]?.reason).toMatch(/^Suricata netflow beside flow events:/);
});

test("an unfinished date is not completed from today's", async () => {
  const event = { event_type: "flow", flow_id: 1, src_ip: "10.0.0.1", dest_ip: "10.0.0.2", flow: {} };
  const lines = ["5", "10:30", "2026-11", "1762000000"].map((timestamp) => JSON.stringify({ ...event, timestamp }));
  const { counts } = await bench.import([bench.write("dates.json", lines.join("\n"))]);
  expect(totals(counts)).toMatchObject({ read: 4, quarantined: 4 });
});
test("whatever stands in an event, no statement fails on it", async () => {
  expect(await whatGoesWrong(bench, fixture("eve.json"))).toEqual([]);
});
